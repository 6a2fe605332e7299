import { describe, expect, it } from '@jest/globals';
import { RowBuffer } from '../../generators/rows.ts';

const HEADER = '"time","lp_id","pct_access","engagement_index"';

describe('RowBuffer', () => {
  it('writes rows in the published form, without a newline at the end', () => {
    const buffer = new RowBuffer(10);
    buffer.begin(0, 93690);
    buffer.zero();
    buffer.begin(59, 17941);
    buffer.figures(3, 90);
    buffer.begin(60, 65358);
    buffer.nothing();
    buffer.begin(365, 0);
    buffer.figures(10_000, 14_274_340);

    expect(new TextDecoder().decode(buffer.take())).toBe(
      [
        HEADER,
        '"2020-01-01",93690,0,',
        '"2020-02-29",17941,0.03,0.9',
        '"2020-03-01",65358,,',
        '"2020-12-31",,100,142743.4',
      ].join('\n'),
    );
  });

  it('writes hundredths in the shortest form that JavaScript has for them too', () => {
    const values = [0, 1, 9, 10, 11, 50, 99, 100, 101, 109, 110, 999, 1000, 1005, 99_999, 100_000, 1_234_567_890];
    const buffer = new RowBuffer(values.length);
    for (const value of values) {
      buffer.begin(1, 10_000);
      buffer.figures(value, value);
    }
    const lines = new TextDecoder().decode(buffer.take()).split('\n').slice(1);

    expect(lines).toEqual(values.map((value) => `"2020-01-02",10000,${value / 100},${value / 100}`));
  });

  it('is full before a batch of rows would no longer fit, and starts empty after taking', () => {
    const buffer = new RowBuffer(1);
    let rows = 0;
    while (!buffer.full) {
      buffer.begin(100, 12_345);
      buffer.figures(1234, 123_456);
      rows++;
    }
    const chunk = buffer.take();

    expect(chunk.length).toBeLessThan(256 * 1024);
    expect(new TextDecoder().decode(chunk).split('\n')).toHaveLength(rows + 1);
    expect(buffer.take()).toHaveLength(0);
  });
});
