import { describe, expect, it } from '@jest/globals';
import type { LoadRenderer } from '../../adapters/shared/renderer.ts';
import type { ReportStore } from '../../core/ports.ts';
import type { ReportInput } from '../../core/report/types.ts';

export interface ReportStoreUnderTest {
  readonly store: ReportStore;
  /** The page at a place that the store gave. */
  read(place: string): Promise<string>;
}

const inputOf = (runId: string) => ({ runId, title: 'Größe' }) as ReportInput;

/** What every store of reports holds to. */
export function reportStoreContract(name: string, open: (load: LoadRenderer) => Promise<ReportStoreUnderTest>): void {
  describe(`report store: ${name}`, () => {
    it('writes the page where it says, and the next over it or beside it', async () => {
      let loaded = 0;
      const { store, read } = await open(async () => {
        loaded += 1;
        return ({ runId, title }) => `<p>${title} of ${runId}</p>`;
      });
      store.prepare();
      expect(await read(await store.write(inputOf('r1')))).toBe('<p>Größe of r1</p>');
      expect(await read(await store.write(inputOf('r2')))).toBe('<p>Größe of r2</p>');
      expect(loaded).toBe(1);
    });

    it('that can not draw tells whoever writes, and nobody before', async () => {
      const { store } = await open(async () => Promise.reject(new Error('no page')));
      store.prepare();
      await expect(store.write(inputOf('r1'))).rejects.toThrow('no page');
    });
  });
}
