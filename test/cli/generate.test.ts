import { describe, expect, it } from '@jest/globals';
import { generate } from '../../cli/commands/generate.ts';
import { generators } from '../../generators/index.ts';

describe('the help of generate', () => {
  it('lists every data set with its published size', () => {
    expect(generators.length).toBeGreaterThan(0);
    for (const { dataset, published } of generators) {
      expect(generate.help).toMatch(new RegExp(`^ {2}${dataset} +${published}$`, 'm'));
    }
  });
});
