import { generatorFor } from '../../generators/index.ts';
import type { GeneratedFile } from '../../generators/types.ts';

/** The engagement rows of a sample, as columns; an empty field is NaN. */
export interface Engagement {
  readonly district: readonly number[];
  readonly day: readonly number[];
  readonly product: readonly number[];
  readonly pctAccess: readonly number[];
  readonly engagementIndex: readonly number[];
}

export interface Sample {
  readonly files: readonly GeneratedFile[];
  readonly districts: readonly (readonly string[])[];
  readonly products: readonly (readonly string[])[];
  readonly engagement: Engagement;
}

export function filesOf(scale: number, seed: number): readonly GeneratedFile[] {
  const generator = generatorFor('learnplatform');
  if (generator === undefined) {
    throw new Error('there is no generator for learnplatform');
  }
  return [...generator.files({ scale, seed })];
}

export function textOf(file: GeneratedFile | undefined): string {
  if (file === undefined) {
    throw new Error('there is no such file');
  }
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const parts = Array.from(file.chunks(), (chunk) => (typeof chunk === 'string' ? chunk : decoder.decode(chunk)));
  return parts.join('');
}

export function readSample(scale: number, seed: number): Sample {
  const files = filesOf(scale, seed);
  const named = (path: string) => textOf(files.find((file) => file.path === path));
  return {
    files,
    districts: parseCsv(named('districts_info.csv')).slice(1),
    products: parseCsv(named('products_info.csv')).slice(1),
    engagement: readEngagement(files.filter((file) => file.path.startsWith('engagement_data/'))),
  };
}

function readEngagement(files: readonly GeneratedFile[]): Engagement {
  const rows = {
    district: [] as number[],
    day: [] as number[],
    product: [] as number[],
    pctAccess: [] as number[],
    engagementIndex: [] as number[],
  };
  // Looked up once: globals are slow inside of jest.
  const [toNumber, empty] = [Number, NaN];
  const days = new Map<string, number>();
  for (const file of files) {
    const id = toNumber(/(\d+)\.csv$/.exec(file.path)?.[1]);
    for (const line of textOf(file).split('\n').slice(1)) {
      const [time = '', lpId, pct, index] = line.split(',');
      const day = days.get(time) ?? dayNumber(time.slice(1, -1));
      days.set(time, day);
      rows.district.push(id);
      rows.day.push(day);
      rows.product.push(lpId === '' ? empty : toNumber(lpId));
      rows.pctAccess.push(pct === '' ? empty : toNumber(pct));
      rows.engagementIndex.push(index === '' ? empty : toNumber(index));
    }
  }
  return rows;
}

/** Days since 1 January 2020. */
export function dayNumber(date: string): number {
  return (Date.parse(date) - Date.parse('2020-01-01')) / 86_400_000;
}

/** Monday is 0. */
export function weekdayOf(day: number): number {
  return (new Date(Date.parse('2020-01-01') + day * 86_400_000).getUTCDay() + 6) % 7;
}

/** RFC 4180 records; written apart from the code under test. */
export function parseCsv(text: string): string[][] {
  return text.split('\r\n').map((line) => {
    const fields = line.match(/(?<=^|,)("(?:[^"]|"")*"|[^,]*)/g) ?? [];
    return fields.map((field) => (field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field));
  });
}

/** The value below which the share `q` of the numbers lies; NaN is left out. */
export function quantile(numbers: readonly number[], q: number): number {
  const sorted = numbers.filter((number) => !Number.isNaN(number)).sort((a, b) => a - b);
  return sorted[Math.floor(q * (sorted.length - 1))] ?? NaN;
}

export function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) {
    total += number;
  }
  return total;
}
