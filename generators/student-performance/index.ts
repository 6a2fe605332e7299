import { csvField } from '../csv.ts';
import { checkOptions } from '../options.ts';
import type { GeneratedFile, GenerateOptions, Generator } from '../types.ts';
import { FACTORS, SCORE_COLUMN } from './calibration.ts';
import { drawStudents, type Students } from './students.ts';

const ROWS_AT_ONCE = 1000;

/**
 * Students with what bears on an exam's score, in the form of the published file and with its shares: every value of
 * every factor is as frequent as there, gaps included, and scores follow from the factors as they do there, with a few
 * far above, one of which is above 100 (`calibration.ts`).
 */
export const studentPerformance: Generator = {
  dataset: 'student-performance',
  published: '6,607 students',
  sampleScale: 1,
  files(options: GenerateOptions): readonly GeneratedFile[] {
    checkOptions(options);
    const students = drawStudents(options.seed, options.scale);
    return [{ path: 'StudentPerformanceFactors.csv', rows: students.rows, chunks: () => csvChunks(students) }];
  },
};

/** Lines end with LF, the last one too, as in the published file. */
function* csvChunks({ rows, places, scores }: Students): Iterable<string> {
  const columns = FACTORS.map((factor, index) => ({
    texts: factor.values.map(csvField),
    at: places[index] ?? new Uint8Array(rows),
  }));
  yield `${[...FACTORS.map(({ column }) => column), SCORE_COLUMN].join(',')}\n`;
  for (let from = 0; from < rows; from += ROWS_AT_ONCE) {
    let chunk = '';
    for (let row = from; row < Math.min(rows, from + ROWS_AT_ONCE); row++) {
      for (const { texts, at } of columns) chunk += `${texts[at[row] ?? 0] ?? ''},`;
      chunk += `${scores[row] ?? 0}\n`;
    }
    yield chunk;
  }
}
