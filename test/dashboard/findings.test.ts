import { describe, expect, it } from '@jest/globals';
import type { Finding, Panel } from '../../core/models/types.ts';
import { fillIn, sayFindings } from '../../dashboard/findings.ts';
import { table } from './fixture-models.ts';

const DATA = table({ tea: 'string', cups: 'bigint', good: 'boolean', warmth: 'double' }, [
  ['Assam', '9', true, null],
  ['Sencha', '10', false, 80],
  ['Oolong', '10', true, 95],
  [null, '3', null, 70],
]);

function say(...findings: readonly Finding[]): readonly string[] {
  const panel: Panel = { title: 'Tea', model: 'a.b', mark: 'bar', encoding: {}, note: 'Note', findings };
  return sayFindings(panel, DATA, new Map([['tea', { title: undefined, labels: new Map([['Assam', 'Black tea']]) }]]));
}

describe('sayFindings', () => {
  it('finds the most and the least by size, the first of equals, and passes over the unknown', () => {
    expect(say({ most: 'cups', text: '{tea}' }, { least: 'cups', text: '{cups}' })).toEqual(['Sencha', '3']);
    expect(say({ least: 'warmth', text: '{warmth}' })).toEqual(['70']);
  });

  it('looks only at the rows that are meant', () => {
    expect(say({ where: { good: true }, most: 'cups', text: '{tea}' })).toEqual(['Oolong']);
    expect(say({ where: { cups: 10, good: false }, text: '{tea}' })).toEqual(['Sencha']);
    expect(say({ where: { tea: null }, text: '{cups} {tea}' })).toEqual(['3 unknown']);
  });

  it('says the other thing, or nothing, where there is no such row', () => {
    const where = { tea: 'Mate' };
    expect(say({ where, text: 'Mate.', otherwise: 'No mate.' }, { where, text: 'Mate.' })).toEqual(['No mate.']);
    expect(say({ where: { taste: 'good' }, text: 'Never.' }, { most: 'taste', text: 'Never.' })).toEqual([]);
  });

  it("uses the panel's labels, and leaves a name that is no column to be seen", () => {
    expect(say({ text: '{tea} and {milk}' })).toEqual(['Black tea and {milk}']);
    expect(fillIn('{cups}', DATA, DATA.rows[0] ?? [], new Map())).toBe('9');
  });
});
