import { describe, expect, it } from '@jest/globals';
import { volatileCall } from '../../../core/models/volatile-functions.ts';
import { openEngine } from './references-ast.ts';

describe('volatileCall', () => {
  it('knows every function of the engine whose result its arguments do not decide', async () => {
    const engine = await openEngine();
    const reader = await engine.runAndReadAll(
      `SELECT DISTINCT function_name FROM duckdb_functions() WHERE stability <> 'CONSISTENT'`,
    );
    const names = reader.getRows().map(([name]) => String(name));

    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => volatileCall({ class: 'FUNCTION', function_name: name }) === undefined)).toEqual([]);
    expect(volatileCall({ class: 'FUNCTION', function_name: 'lower' })).toBeUndefined();
  });
});
