/** Students of the course platform at other sizes and seeds than the published ones. */

import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { courseEngagement } from '../../generators/course-engagement/index.ts';
import type { GeneratedFile } from '../../generators/types.ts';
import { textOf } from './sample.ts';

function filesOf(scale: number, seed: number): readonly GeneratedFile[] {
  return [...courseEngagement.files({ scale, seed })];
}

function hashes(files: readonly GeneratedFile[]): string[] {
  return files.map((file) => createHash('sha256').update(textOf(file)).digest('hex'));
}

describe('course-engagement', () => {
  it('gives the same bytes for the same seed, when a file is read again, and as ever', () => {
    const files = filesOf(0.05, 1);
    expect(hashes(files)).toEqual(hashes(filesOf(0.05, 1)));
    expect(hashes(files)).toEqual(hashes(files));
    expect(createHash('sha256').update(hashes(files).join('\n')).digest('hex')).toBe(
      '2f08b59007561d2962ab090ced0ded3917c3cfaff7c15cce3e292bc2d5b34170',
    );
  });

  it('gives other students for another seed', () => {
    const first = hashes(filesOf(0.05, 1));
    expect(hashes(filesOf(0.05, 2)).filter((hash) => first.includes(hash))).toEqual([]);
  });

  it('has the headers and the form of the real files', () => {
    const forms: Record<string, [header: string, row: RegExp]> = {
      'student_info.csv': ['student_id,date_registered', /^\d+,202\d-\d\d-\d\d$/],
      'student_purchases.csv': [
        'purchase_id,student_id,plan_id,date_purchased,date_refunded',
        /^15\d{3},\d+,[012],202\d-\d\d-\d\d,(202\d-\d\d-\d\d)?$/,
      ],
      'student_video_watched.csv': ['student_id,date_watched,seconds_watched', /^\d+,202[12]-0[456]-\d\d,[1-9]\d*$/],
      'student_certificates.csv': ['certificate_id,student_id,date_issued', /^70\d{3},\d+,2022-0[456]-\d\d$/],
    };
    const files = filesOf(0.05, 3);
    expect(files.map(({ path }) => path)).toEqual(Object.keys(forms));
    for (const file of files) {
      const [header, ...rows] = textOf(file).trimEnd().split('\n');
      const [published, form] = forms[file.path] ?? ['', /^$/];
      expect(header).toBe(published);
      expect(rows.filter((row) => !form.test(row))).toEqual([]);
    }
  });

  it('says how many rows each file has, down to the smallest samples', () => {
    for (const scale of [0.0000001, 0.0001, 0.001, 0.01, 0.3]) {
      const files = filesOf(scale, 8);
      expect(files).toHaveLength(4);
      for (const file of files) expect(textOf(file).trimEnd().split('\n').length - 1).toBe(file.rows);
      expect(files[0]?.rows).toBe(Math.max(1, Math.round(15_847 * scale)));
    }
  });

  it('numbers purchases and certificates in order of their days', () => {
    for (const [place, column] of [
      [1, 3],
      [3, 2],
    ] as const) {
      const rows = textOf(filesOf(0.05, 5)[place]).trimEnd().split('\n').slice(1);
      const days = rows.map((row) => row.split(',')[column] ?? '');
      const ids = rows.map((row) => Number(row.split(',')[0]));
      expect(days).toEqual(days.toSorted());
      expect(ids).toEqual(ids.map((_, index) => (ids[0] ?? 0) + index));
    }
  });

  it('refuses a scale that makes no sense', () => {
    expect(() => filesOf(0, 1)).toThrow(/scale 0 is not/);
  });
});
