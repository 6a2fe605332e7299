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

    it('gives an answer that is the same as one just asked for, and asks again once the table or the question is another', async () => {
      const { store } = await open(async () => () => '');
      const answer = { columns: [{ name: 'n', type: 'double' as const }], rows: [[1.5], [null], ['é'], [true]] };
      const question = { table: 'shop.sales', version: 'v1', about: 'rows' as const, sql: 'SELECT n' };
      let asked = 0;
      const ask = async (questions: readonly unknown[], now = answer) => {
        asked += questions.length;
        return questions.map(() => now);
      };
      const once = [...(await store.answers([question], ask)), ...(await store.answers([question], ask))];
      expect(once).toEqual([answer, answer]);
      const before = asked;
      const other = { columns: answer.columns, rows: [[2]] };
      for (const another of [
        { version: 'v2' },
        { sql: 'SELECT 2' },
        { table: 'shop.visits' },
        { about: 'count' as const },
      ]) {
        const questions = [{ ...question, ...another }];
        expect(await store.answers(questions, (all) => ask(all, other))).toEqual([other]);
      }
      expect(asked).toBe(before + 4);
    });

    it('gives answers in the order of the questions, some of them new', async () => {
      const { store } = await open(async () => () => '');
      const of = (table: string) => ({ table, version: 'v1', about: 'rows' as const, sql: `SELECT ${table}` });
      const ask = async (questions: readonly { readonly table: string }[]) =>
        questions.map(({ table }) => ({ columns: [], rows: [[table]] }));
      await store.answers([of('b'), of('d')], ask);
      const all = ['a', 'b', 'c', 'd', 'e'];
      expect((await store.answers(all.map(of), ask)).map(({ rows }) => rows[0]?.[0])).toEqual(all);
      expect(await store.answers([], ask)).toEqual([]);
    });

    it('loses no number that texts have no word for', async () => {
      const { store } = await open(async () => () => '');
      const question = { table: 'shop.odd', version: 'v1', about: 'rows' as const, sql: 'SELECT n' };
      for (const n of [Number.NaN, Number.POSITIVE_INFINITY, -0]) {
        const answer = { columns: [{ name: 'n', type: 'double' as const }], rows: [[n]] };
        await store.answers([question], async () => [answer]);
        const [found] = await store.answers([question], async () => [answer]);
        expect(found?.rows[0]?.[0]).toBe(n);
      }
    });

    it('that can not draw tells whoever writes, and nobody before', async () => {
      const { store } = await open(async () => Promise.reject(new Error('no page')));
      store.prepare();
      await expect(store.write(inputOf('r1'))).rejects.toThrow('no page');
    });
  });
}
