/** The bike-sharing project with a model that refreshes by stations, and a second data set whose model reads of the first. */

import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Database, stateFile } from '../../adapters/duckdb/database.ts';
import { readTable } from '../../adapters/local/lake/index.ts';
import type { Outcome, Workspace } from './cli.ts';

const BIKES = fileURLToPath(new URL('./bike-sharing', import.meta.url));

const WEATHER = `apiVersion: v3.1.0
kind: DataContract
id: city-weather
name: city-weather
version: 1.0.0
status: active
description: {purpose: The weather of each day.}
schema:
  - name: days
    physicalType: table
    description: One day.
    customProperties:
      - {property: landing, value: days*.csv}
      - {property: load, value: merge}
    properties:
      - {name: day, logicalType: date, required: true, primaryKey: true}
      - {name: rain_mm, logicalType: number, required: true}
`;

export interface Ran {
  readonly run_id: string;
  readonly status: string;
  readonly datasets: readonly { dataset: string; files_loaded: number; files_skipped: number; files_refused: number }[];
  readonly models: readonly { name: string; mode: string }[];
  readonly warehouse: Readonly<Record<string, string>>;
  readonly errors: readonly { code: string; message: string; hint?: string }[];
}

export interface Foretold extends Ran {
  readonly forecast: {
    readonly loads: readonly { file: string; dataset: string; table: string; why: string }[];
    readonly refusals: readonly { file: string; why: string; message: string }[];
    readonly refreshes: readonly {
      name: string;
      mode: string;
      by: string[];
      certainty: 'will' | 'may';
      why: { kind: string; table?: string }[];
    }[];
    readonly publications: readonly { table: string; why: string; certainty: 'will' | 'may' }[] | null;
    readonly drops: readonly string[];
  };
}

export class Bikes {
  readonly work: Workspace;
  readonly project: string;
  private day = 0;

  constructor(work: Workspace) {
    this.work = work;
    this.project = join(work.root, 'project');
    cpSync(join(BIKES, 'contracts'), join(this.project, 'contracts'), { recursive: true });
    cpSync(join(BIKES, 'queries'), join(this.project, 'queries'), { recursive: true });
    this.write('contracts/city-weather.odcs.yaml', WEATHER);
    this.model(
      'city-weather/rainy_days',
      'full',
      `SELECT days.day, days.rain_mm, sum(trips_by_day.trips) AS trips
FROM city_weather.days
JOIN bike_sharing.trips_by_day ON trips_by_day.day = days.day
GROUP BY 1, 2`,
    );
    this.model(
      'bike-sharing/station_days',
      'incremental\nby: [from_station]',
      `SELECT from_station, CAST(started_at AS date) AS day, count(*) AS trips, sum(minutes) AS minutes
FROM bike_sharing.trips
GROUP BY 1, 2`,
    );
    for (const name of ['stations.csv', 'trips_2026-04.csv', 'trips_2026-05.csv']) this.drop(name, this.original(name));
    this.arrive('city-weather/days.csv', 'day,rain_mm\n2026-04-02,3.5\n2026-05-03,0\n');
  }

  original(name: string): string {
    return readFileSync(join(BIKES, 'files/bike-sharing', name), 'utf8');
  }

  /** Each file arrives a day after the one before it. */
  drop(name: string, text: string): void {
    this.arrive(`bike-sharing/${name}`, text);
  }

  arrive(key: string, text: string): void {
    this.work.drop(key, text);
    this.day += 1;
    const time = Date.UTC(2026, 5, this.day) / 1000;
    utimesSync(join(this.work.landing, key), time, time);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.project, path)), { recursive: true });
    writeFileSync(join(this.project, path), text);
  }

  edit(path: string, change: (text: string) => string): void {
    const file = join(this.project, path);
    const before = readFileSync(file, 'utf8');
    const after = change(before);
    if (after === before) throw new Error(`${path} is as it was`);
    writeFileSync(file, after);
  }

  model(path: string, materialize: string, sql: string): void {
    this.write(`queries/${path}.sql`, `${sql}\n`);
    this.write(
      `queries/${path}.yml`,
      `description: For a test.\nmaterialize: ${materialize}\nwarehouse: {publish: true}\n`,
    );
  }

  run(...args: readonly string[]): Promise<Outcome> {
    return this.work.run('--project', this.project, ...args);
  }

  /** @throws with all that was said where the run failed */
  async ran(...args: readonly string[]): Promise<Ran> {
    const { code, stdout, stderr } = await this.run('--json', ...args);
    if (code !== 0 && code !== 3) throw new Error(`the run ended with ${code}:\n${stderr}`);
    return JSON.parse(stdout) as Ran;
  }

  /** @throws where the dry run failed, or left a trace in the landing folder, the state folder or the warehouse */
  async foretold(...args: readonly string[]): Promise<Foretold> {
    const before = this.traces();
    const { code, stdout, stderr } = await this.run('--dry-run', '--json', ...args);
    if (code !== 0) throw new Error(`the dry run ended with ${code}:\n${stderr}`);
    const after = this.traces();
    const paths = new Set([...Object.keys(before), ...Object.keys(after)]);
    const touched = [...paths].filter((path) => before[path] !== after[path]);
    if (touched.length > 0) throw new Error(`the dry run touched ${touched.join(', ')}`);
    return JSON.parse(stdout) as Foretold;
  }

  /** By path under the landing folder and the state folder: what lies there, and since when. */
  private traces(): Readonly<Record<string, string>> {
    const found: Record<string, string> = {};
    for (const root of [this.work.landing, this.work.state]) {
      if (!existsSync(root)) continue;
      for (const name of ['.', ...readdirSync(root, { recursive: true, encoding: 'utf8' })]) {
        const path = join(root, name);
        const info = lstatSync(path);
        const content = info.isFile()
          ? createHash('sha256').update(readFileSync(path)).digest('hex')
          : info.isSymbolicLink()
            ? readlinkSync(path)
            : 'a folder';
        found[path] = `${content} ${info.mtimeMs}`;
      }
    }
    return found;
  }

  damage(...statements: readonly string[]): Promise<void> {
    return damageLake(this.work, ...statements);
  }

  /** Every table as lines of text, but for the numbers of loads. */
  async tables(): Promise<Readonly<Record<string, readonly string[]>>> {
    const lake = await Database.open({ file: stateFile(this.work.state), readOnly: true, spill: null });
    try {
      const names = await lake.rows<{ name: string }>(`SELECT table_schema || '.' || table_name AS name
        FROM information_schema.tables WHERE table_schema IN ('bike_sharing', 'city_weather') ORDER BY 1`);
      const all: Record<string, readonly string[]> = {};
      for (const { name } of names) {
        const { columns, rows } = await readTable(lake, `SELECT * FROM ${name}`);
        const kept = columns.flatMap((column, index) => (column.name === '_load_id' ? [] : [index]));
        all[name] = rows.map((row) => kept.map((index) => shown(row[index])).join()).sort();
      }
      return all;
    } finally {
      lake.close();
    }
  }
}

/** Changes the lake behind Landfall's back. */
export async function damageLake({ state }: Workspace, ...statements: readonly string[]): Promise<void> {
  const lake = await Database.open({ file: stateFile(state), readOnly: false, spill: null });
  try {
    for (const sql of statements) await lake.run(sql);
  } finally {
    lake.close();
  }
}

/** Sums of doubles differ in their last digits with the order in which they were added. */
const shown = (value: unknown) => (typeof value === 'number' ? value.toPrecision(10) : String(value));
