/**
 * Kinds of districts, which differ in intensity, breadth and how long they stayed: what clustering should find again.
 * Interval indexes count fifths: 0 is `[0, 0.2[`.
 */
export interface Archetype {
  readonly name: string;
  /** Of ten districts in a row, so many are of this kind. */
  readonly tenths: number;
  /** Rows, of the average district's. */
  readonly rows: number;
  /** Pages per student and year. */
  readonly pages: number;
  /** Above 0, the district leaves before the end of the year, between these days from its start. */
  readonly leaves?: readonly [earliest: number, latest: number];
  /** Steps of 2,000 dollars a pupil above or below its state's. */
  readonly spendingSteps: number;
  readonly blackHispanic: readonly number[];
  readonly freeReduced: readonly number[];
  /** Dealt in turn, and again from the start. */
  readonly states: readonly string[];
  readonly locales: readonly string[];
}

export const ARCHETYPES: readonly Archetype[] = [
  {
    name: 'steady',
    tenths: 3,
    rows: 0.95,
    pages: 9500,
    spendingSteps: 0,
    blackHispanic: [0, 0, 0, 1],
    freeReduced: [0, 1, 1, 2],
    states: [
      ...['Illinois', 'Ohio', 'Connecticut', 'Washington', 'Utah', 'Missouri', 'Wisconsin', 'Illinois'],
      ...['Connecticut', 'Virginia', 'Michigan', 'Minnesota', 'Ohio', 'New Hampshire', 'Indiana', 'Utah'],
    ],
    locales: ['Suburb', 'Town', 'Suburb', 'Rural', 'Suburb', 'Suburb', 'City', 'Suburb'],
  },
  {
    name: 'intensive',
    tenths: 2,
    rows: 1.75,
    pages: 21000,
    spendingSteps: 1,
    blackHispanic: [0, 0, 0, 1],
    freeReduced: [0, 0, 1],
    states: ['Massachusetts', 'New York', 'Connecticut', 'Massachusetts', 'New Jersey', 'Connecticut', 'Illinois'],
    locales: ['Suburb', 'Suburb', 'Rural', 'Suburb', 'Suburb', 'City'],
  },
  {
    name: 'urban',
    tenths: 2,
    rows: 1.1,
    pages: 8000,
    spendingSteps: 0,
    blackHispanic: [2, 3, 3, 4],
    freeReduced: [2, 3, 3, 4],
    states: [
      ...['California', 'Connecticut', 'Illinois', 'North Carolina', 'Massachusetts', 'California', 'Texas'],
      ...['District Of Columbia', 'New York', 'Arizona'],
    ],
    locales: ['City', 'Suburb', 'City', 'City', 'Suburb', 'City'],
  },
  {
    name: 'light',
    tenths: 2,
    rows: 0.4,
    pages: 3500,
    spendingSteps: -1,
    blackHispanic: [0, 0, 1],
    freeReduced: [1, 1, 2],
    states: ['Utah', 'Indiana', 'Utah', 'Missouri', 'Tennessee', 'Utah', 'North Dakota', 'Utah', 'Florida', 'Ohio'],
    locales: ['Rural', 'Suburb', 'Suburb', 'Town', 'Rural', 'Suburb'],
  },
  {
    name: 'departed',
    tenths: 1,
    rows: 0.7,
    pages: 6500,
    leaves: [75, 250],
    spendingSteps: 0,
    blackHispanic: [0, 1, 2],
    freeReduced: [1, 2, 3],
    states: ['Utah', 'Connecticut', 'Illinois', 'California', 'Ohio', 'Massachusetts', 'North Carolina'],
    locales: ['City', 'Suburb', 'Rural', 'Suburb'],
  },
];

/**
 * Lower bound of a state's usual expenditure interval, dollars a pupil; null where the real file gives none for
 * (nearly) all of the state's districts.
 */
export const STATE_SPENDING: Readonly<Record<string, number | null>> = {
  Arizona: null,
  California: null,
  Connecticut: null,
  'District Of Columbia': 18000,
  Florida: 6000,
  Illinois: 12000,
  Indiana: 8000,
  Massachusetts: 16000,
  Michigan: 10000,
  Minnesota: 14000,
  Missouri: 8000,
  'New Hampshire': null,
  'New Jersey': 16000,
  'New York': 18000,
  'North Carolina': 8000,
  'North Dakota': null,
  Ohio: null,
  Tennessee: 8000,
  Texas: 8000,
  Utah: 8000,
  Virginia: 10000,
  Washington: 12000,
  Wisconsin: 10000,
};

/** States of which the real file does not give the share with free or reduced-price lunch. */
export const STATES_WITHOUT_LUNCH: ReadonlySet<string> = new Set([
  'Arizona',
  'District Of Columbia',
  'Massachusetts',
  'Tennessee',
]);
