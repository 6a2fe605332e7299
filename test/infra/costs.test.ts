import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { costPage } from '../../infra/costs/page.ts';
import { PARTS, total } from '../../infra/costs/parts.ts';
import { SIZES } from '../../infra/costs/sizes.ts';

const sizeOf = (name: string) => {
  const found = SIZES.find((size) => size.name === name);
  if (found === undefined) throw new Error(`no size ${name}`);
  return found;
};

describe('the cost page', () => {
  it('is what npm run costs writes', async () => {
    expect(await readFile(new URL('../../docs/deploy/costs.md', import.meta.url), 'utf8')).toBe(costPage());
  });

  it('asks for nothing that depends on data while nothing lands', () => {
    const idle = sizeOf('idle');
    const asked = PARTS.filter(({ monthly }) => monthly(idle) > 0).map(({ name }) => name);
    expect(asked).toEqual(['Keys, secrets, alarms, dashboard']);
  });

  it('costs more in every part where everything is more', () => {
    const small = sizeOf('the sample');
    const large = sizeOf('1 TB a month');
    for (const { monthly } of PARTS) expect(monthly(large)).toBeGreaterThanOrEqual(monthly(small));
    expect(total(large)).toBeGreaterThan(total(small));
  });

  it('reckons a part by hand as by its formula', () => {
    // 12 months of 10 GB: 33.6 GB of Parquet, of which a pass compares 0.58 of a twelfth, twice.
    const merge = PARTS.find(({ name }) => name === 'Athena, MERGE');
    expect(merge?.monthly(sizeOf('10 GB a month'))).toBeCloseTo(5 * 720 * ((2 * 33.6 * 0.58) / 12 / 1000), 6);
  });
});
