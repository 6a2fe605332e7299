import { describe, expect, it } from '@jest/globals';
import type { Catalog } from '../../core/ports.ts';

/** What every catalog of headers holds to. */
export function catalogContract(name: string, open: () => Promise<Catalog>): void {
  describe(`catalog: ${name}`, () => {
    it('has the headers that it was told, each data set its own, and of a new one none', async () => {
      const catalog = await open();
      expect(await catalog.headers('shop')).toEqual(new Map());
      const wide = Array.from({ length: 500 }, (_, index) => `Column "${index}", größe`);
      const headers = new Map<string, readonly string[]>([
        ['sales', ['id', 'Day of\nsale', '']],
        ['wide', wide],
      ]);
      await catalog.crawl('shop', headers);
      await catalog.crawl('school', new Map([['pupils', ['id']]]));
      expect(await catalog.headers('shop')).toEqual(headers);
      expect(await catalog.headers('school')).toEqual(new Map([['pupils', ['id']]]));
    });

    it('keeps what it is told nothing of', async () => {
      const catalog = await open();
      await catalog.crawl(
        'shop',
        new Map([
          ['sales', ['id']],
          ['visits', ['id']],
        ]),
      );
      await catalog.crawl('shop', new Map([['sales', ['id', 'day']]]));
      await catalog.crawl('shop', new Map());
      expect(await catalog.headers('shop')).toEqual(
        new Map([
          ['sales', ['id', 'day']],
          ['visits', ['id']],
        ]),
      );
    });
  });
}
