import { checkOptions } from '../options.ts';
import type { GeneratedFile, GenerateOptions, Generator } from '../types.ts';
import { FIRST_CERTIFICATE_ID, FIRST_PURCHASE_ID } from './calibration.ts';
import { dayText } from './days.ts';
import { drawStudents, type Student } from './students.ts';

const ROWS_AT_ONCE = 4096;

/**
 * Students of a course platform, what they bought, watched and earned in the second quarters of 2021 and 2022, in the
 * form of the real files and in their proportions (`calibration.ts`). Students and days are invented.
 */
export const courseEngagement: Generator = {
  dataset: 'course-engagement',
  published: '15,847 students, 71,118 views of videos',
  sampleScale: 1,
  files(options: GenerateOptions): readonly GeneratedFile[] {
    checkOptions(options);
    const students = drawStudents(options.seed, options.scale);
    const purchases = inOrder(students, ({ purchases }) => purchases);
    const watched = inOrder(students, ({ watched }) => watched);
    const certificates = inOrder(students, ({ certificates }) => certificates.map((day) => ({ day })));
    return [
      csvFile('student_info.csv', 'student_id,date_registered', students, (student) => [
        student.id,
        dayText(student.registered),
      ]),
      csvFile(
        'student_purchases.csv',
        'purchase_id,student_id,plan_id,date_purchased,date_refunded',
        purchases,
        ({ student, plan, day, refunded }, row) => [
          FIRST_PURCHASE_ID + row,
          student,
          plan,
          dayText(day),
          refunded === null ? '' : dayText(refunded),
        ],
      ),
      csvFile('student_video_watched.csv', 'student_id,date_watched,seconds_watched', watched, (record) => [
        record.student,
        dayText(record.day),
        record.seconds,
      ]),
      csvFile('student_certificates.csv', 'certificate_id,student_id,date_issued', certificates, (issued, row) => [
        FIRST_CERTIFICATE_ID + row,
        issued.student,
        dayText(issued.day),
      ]),
    ];
  },
};

/** What all students have, day by day, and on a day by student. */
function inOrder<T extends { readonly day: number }>(
  students: readonly Student[],
  of: (student: Student) => readonly T[],
): readonly (T & { readonly student: number })[] {
  return students
    .flatMap((student) => of(student).map((item) => ({ ...item, student: student.id })))
    .sort((a, b) => a.day - b.day);
}

function csvFile<T>(
  path: string,
  header: string,
  rows: readonly T[],
  fields: (row: T, index: number) => readonly (number | string)[],
): GeneratedFile {
  return { path, rows: rows.length, chunks: () => csvChunks(header, rows, fields) };
}

function* csvChunks<T>(
  header: string,
  rows: readonly T[],
  fields: (row: T, index: number) => readonly (number | string)[],
): Iterable<string> {
  let text = `${header}\n`;
  for (const [index, row] of rows.entries()) {
    text += `${fields(row, index).join(',')}\n`;
    if (index % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) {
      yield text;
      text = '';
    }
  }
  yield text;
}
