import { describe, expect, it } from '@jest/globals';
import { didYouMean, nearest } from '../../../core/yaml/nearest.ts';

const KEYS = ['id', 'name', 'kind', 'version', 'classification', 'customProperties', 'minimum', 'maximum'];

describe('nearest', () => {
  it.each([
    ['clasification', 'classification'],
    ['CustomProperties', 'customProperties'],
    ['custom_properties', 'customProperties'],
    ['di', 'id'],
    ['anme', 'name'],
    ['minumum', 'minimum'],
    ['maxmum', 'maximum'],
  ])('%s is meant to be %s', (name, meant) => {
    expect(nearest(name, KEYS)).toBe(meant);
  });

  it.each(['xy', 'owner', 'quality', ''])('finds nothing near %j', (name) => {
    expect(nearest(name, KEYS)).toBeUndefined();
  });

  it('prefers swapped letters to a replaced one', () => {
    expect(nearest('mian', ['mean', 'main'])).toBe('main');
  });

  it('asks only where it knows', () => {
    expect(didYouMean('merg', ['merge', 'replace'])).toBe(', did you mean "merge"?');
    expect(didYouMean('upsert', ['merge', 'replace'])).toBe('');
  });
});
