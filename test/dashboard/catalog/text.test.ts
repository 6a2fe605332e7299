import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { widthOf, wrapped } from '../../../dashboard/catalog/text.ts';

describe('wrapped', () => {
  it('breaks at spaces and behind what joins the parts of a name', () => {
    expect(wrapped('district_product_monthly', 'mono', 130)).toEqual(['district_product_', 'monthly']);
    expect(wrapped('What sets the groups of districts apart', 'sans', 180)).toEqual([
      'What sets the groups of',
      'districts apart',
    ]);
    expect(wrapped('engagement_data/*.csv', 'mono', 150)).toEqual(['engagement_data/', '*.csv']);
  });

  it('gives at most three lines, none wider than asked for, that begin as the text does', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), fc.constantFrom('mono', 'sans'), (text, face) => {
        const lines = wrapped(text, face, 60);
        expect(lines.length).toBeLessThanOrEqual(3);
        for (const line of lines) expect(widthOf(line, face)).toBeLessThanOrEqual(60);
        const bare = (some: string) => some.replace(/\s/g, '');
        const all = bare(lines.join(''));
        expect(bare(text).startsWith(all.replace(/…$/, '')) || bare(text) === all).toBe(true);
      }),
    );
  });
});
