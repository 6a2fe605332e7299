/**
 * What the published file is like, counted and fitted on it (6,607 rows, CC0). Its factors hardly depend on each other
 * (no two numbers correlate by more than 0.03), so their counts say all about them.
 */

export const ROWS = 6607;

/** One column: its values with their published counts, and what each adds to the exam score. */
export interface Factor {
  readonly column: string;
  /** As they stand in the file; empty where a student's is not known. */
  readonly values: readonly string[];
  readonly counts: readonly number[];
  /** Points of the exam score, by value. */
  readonly effects: readonly number[];
}

/** Whole numbers from `first` on. */
function numbers(column: string, perUnit: number, first: number, counts: readonly number[]): Factor {
  const values = counts.map((_, index) => first + index);
  return { column, values: values.map(String), counts, effects: values.map((value) => perUnit * value) };
}

function levels(column: string, byLevel: Readonly<Record<string, readonly [count: number, effect: number]>>): Factor {
  const pairs = Object.values(byLevel);
  return {
    column,
    values: Object.keys(byLevel),
    counts: pairs.map(([count]) => count),
    effects: pairs.map(([, effect]) => effect),
  };
}

const HOURS = [
  ...[3, 6, 12, 17, 21, 17, 51, 58, 86, 94, 146, 192, 218, 269, 315, 351, 381, 401, 441, 465, 431, 402],
  ...[411, 357, 289, 263, 229, 171, 134, 123, 77, 54, 40, 29, 20, 11, 6, 7, 7, 0, 0, 0, 1, 1],
];
const ATTENDANCE = [
  ...[87, 164, 152, 155, 182, 158, 145, 190, 170, 170, 161, 162, 167, 168, 165, 149, 185, 184, 165, 175, 169],
  ...[168, 173, 157, 175, 146, 151, 151, 155, 162, 156, 175, 154, 167, 180, 163, 168, 161, 187, 154, 81],
];
const PREVIOUS_SCORES = [
  ...[62, 126, 136, 144, 136, 124, 120, 125, 120, 142, 121, 123, 124, 135, 132, 136, 165, 134, 132, 129, 136, 146],
  ...[120, 138, 134, 132, 140, 122, 130, 128, 133, 124, 141, 125, 121, 150, 137, 124, 139, 130, 123, 136, 126, 129],
  ...[155, 129, 153, 115, 131, 125, 69],
];

export const SCHOOL_TYPE = 'School_Type';

/**
 * In the order of the file. Effects are those of a least-squares fit over the rows that are not lifted, rounded: they
 * leave residuals with a standard deviation of 0.32, little more than rounding a score does.
 */
export const FACTORS: readonly Factor[] = [
  numbers('Hours_Studied', 0.3, 1, HOURS),
  numbers('Attendance', 0.2, 60, ATTENDANCE),
  levels('Parental_Involvement', { Low: [1337, -2], Medium: [3362, -1], High: [1908, 0] }),
  levels('Access_to_Resources', { Low: [1313, -2], Medium: [3319, -1], High: [1975, 0] }),
  levels('Extracurricular_Activities', { No: [2669, 0], Yes: [3938, 0.5] }),
  numbers('Sleep_Hours', 0, 4, [309, 695, 1376, 1741, 1399, 775, 312]),
  numbers('Previous_Scores', 0.05, 50, PREVIOUS_SCORES),
  levels('Motivation_Level', { Low: [1937, -1], Medium: [3351, -0.5], High: [1319, 0] }),
  levels('Internet_Access', { No: [499, 0], Yes: [6108, 1] }),
  numbers('Tutoring_Sessions', 0.5, 0, [1513, 2179, 1649, 836, 301, 103, 18, 7, 1]),
  levels('Family_Income', { Low: [2672, -1], Medium: [2666, -0.5], High: [1269, 0] }),
  levels('Teacher_Quality', { Low: [657, -1], Medium: [3925, -0.5], High: [1947, 0], '': [78, -0.35] }),
  levels(SCHOOL_TYPE, { Public: [4598, 0], Private: [2009, 0] }),
  levels('Peer_Influence', { Negative: [1377, 0], Neutral: [2592, 0.5], Positive: [2638, 1] }),
  numbers('Physical_Activity', 0.23, 0, [46, 421, 1627, 2545, 1575, 361, 32]),
  levels('Learning_Disabilities', { No: [5912, 0], Yes: [695, -1] }),
  levels('Parental_Education_Level', {
    'High School': [3223, -0.5],
    College: [1989, 0],
    Postgraduate: [1305, 0.5],
    '': [90, -0.15],
  }),
  levels('Distance_from_Home', { Near: [3884, 0], Moderate: [1998, -0.5], Far: [658, -1], '': [67, -0.25] }),
  levels('Gender', { Male: [3814, 0], Female: [2793, 0] }),
];

export const SCORE_COLUMN = 'Exam_Score';

/** The score of a student to whom nothing is added. */
export const BASE_SCORE = 41.94;
/** What the fit does not explain, before scores are rounded: as much above as below. */
export const SCORE_JITTER = 0.25;

/** Students with far more points than their factors say. */
export const LIFTED = 50;
export const LIFTS = [15, 30] as const;

export const HIGHEST_SCORE = 100;
/** The published file has one score that can't be. */
export const IMPOSSIBLE_SCORE = 101;

/** A published count at another scale. */
export function scaled(count: number, scale: number): number {
  return Math.round(count * scale);
}
