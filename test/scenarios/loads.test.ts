/**
 * What happens to a feed, file by file, against a lake that is made anew from the same files: the kiosks' purchases, their
 * products and every model, by real runs. With LANDFALL_PROPERTY_FACTOR set, a table of what was found is printed.
 */

import { cpSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Database, stateFile } from '../../adapters/duckdb/database.ts';
import { readTable } from '../../adapters/local/lake/index.ts';
import type { DriftPolicy } from '../../core/contracts/drift/types.ts';
import { generatorFor } from '../../generators/index.ts';
import { writeDataset } from '../../generators/write.ts';
import { Workspace } from '../support/cli.ts';

const FOLDER = 'kiosk-sales';
const ONLY = ['--dataset', FOLDER, '--no-warehouse'];
type Tables = Readonly<Record<string, readonly string[]>>;

let base: Workspace;
/** What lies in the landing folder at first, and the tables that a run makes of it. */
let before: Tables;
let milliseconds: number;

beforeAll(async () => {
  base = new Workspace();
  const generator = generatorFor(FOLDER);
  if (generator === undefined) throw new Error(`there is no generator for ${FOLDER}`);
  await writeDataset(generator, { out: base.landing, scale: 0.002, seed: 5 });
  for (const [index, name] of exports(base).entries()) arrive(base, name, index);
  const started = performance.now();
  await base.soundRun(...ONLY);
  milliseconds = performance.now() - started;
  before = await tables(base);
}, 60_000);

const found: string[] = [];
afterAll(() => {
  base.close();
  if (process.env['LANDFALL_PROPERTY_FACTOR'] === undefined) return;
  process.stderr.write(`scenario | against before | against a fresh load\n${found.join('\n')}\n`);
});

const pathOf = (work: Workspace, name: string) => join(work.landing, FOLDER, name);
const exports = (work: Workspace) => readdirSync(join(work.landing, FOLDER)).sort();
const newest = (work: Workspace) => exports(work).filter((name) => name.startsWith('items_purchased'))[0] ?? '';

/** A file arrives a day after the one before it. */
function arrive(work: Workspace, name: string, day: number): void {
  const time = Date.UTC(2026, 0, 1 + day) / 1000;
  utimesSync(pathOf(work, name), time, time);
}

const readExport = (work: Workspace, name: string) => {
  const bytes = readFileSync(pathOf(work, name));
  return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').trimEnd().split('\n');
};

function writeExport(work: Workspace, name: string, lines: readonly string[], day: number): void {
  const text = `${lines.join('\n')}\n`;
  writeFileSync(pathOf(work, name), name.endsWith('.gz') ? gzipSync(text) : text);
  arrive(work, name, day);
}

/** Every table as lines of text. Sums of doubles differ in their last digits with the order in which they were added. */
async function tables(work: Workspace): Promise<Tables> {
  const lake = await Database.open({ file: stateFile(work.state), readOnly: true, spill: null });
  try {
    const names = await lake.rows<{ name: string }>(`SELECT table_name AS name FROM information_schema.tables
      WHERE table_schema = 'kiosk_sales' ORDER BY table_name`);
    const all: Record<string, readonly string[]> = {};
    for (const { name } of names) {
      const { columns, rows } = await readTable(lake, `SELECT * FROM kiosk_sales.${name}`);
      const kept = columns.flatMap((column, index) => (column.name === '_load_id' ? [] : [index]));
      all[name] = rows.map((row) => kept.map((index) => shown(row[index])).join()).sort();
    }
    return all;
  } finally {
    lake.close();
  }
}

const shown = (value: unknown) => (typeof value === 'number' ? value.toPrecision(12) : String(value));

interface Scenario {
  /** What is done to the landing folder, and maybe to a run. */
  readonly act: (work: Workspace) => void | Promise<void>;
  /** How many purchases more there are then. */
  readonly more: number;
  /** A fresh load is one of the files as they first arrived. */
  readonly asBefore?: boolean;
  /** What the contract says of columns that it does not name; as it is shipped where nothing is said. */
  readonly drift?: DriftPolicy;
}

const duplicate = (work: Workspace, as: string, lines: (all: readonly string[]) => readonly string[], day = 40) =>
  writeExport(work, as, lines(readExport(work, newest(work))), day);

/** The next export, with a column that no contract names. */
const withColumn = (drift: DriftPolicy): Scenario => ({
  drift,
  more: 30,
  act: (work) =>
    duplicate(work, 'items_purchased_next.csv', ([header = '', ...rows]) => [
      `Paid By,${header}`,
      ...rows.slice(-200).map((row) => `card,${row}`),
      ...fresh(30).map((row, index) => `${index % 2 === 0 ? 'cash' : ''},${row}`),
    ]),
});

/** The shipped project, with another drift. */
function projectOf(work: Workspace, drift: DriftPolicy): string {
  const project = work.project();
  const file = join(project, `contracts/${FOLDER}.odcs.yaml`);
  const text = readFileSync(file, 'utf8');
  expect(text).toContain('{property: drift, value: freeze}');
  writeFileSync(file, text.replace('{property: drift, value: freeze}', `{property: drift, value: ${drift}}`));
  return project;
}

/** Rows that no export has. */
const fresh = (count: number) =>
  Array.from({ length: count }, (_, index) => `1,2,feedfeedfeedfeed,2018-03-01 10:00:${index + 10}-08,3`);

const killed = (share: number): Scenario => ({
  more: 25,
  act: async (work) => {
    duplicate(work, 'items_purchased_late.csv', ([header = '', ...rows]) => [
      header,
      ...rows.slice(-500),
      ...fresh(25),
    ]);
    const child = work.start(['run', '--state', work.state, '--landing', work.landing, ...ONLY]);
    const ended = new Promise((resolve) => child.on('close', resolve));
    await sleep(milliseconds * share);
    child.kill('SIGKILL');
    await ended;
  },
});

const scenarios: Readonly<Record<string, Scenario>> = {
  'the same file twice': { more: 0, asBefore: true, act: (work) => arrive(work, newest(work), 40) },
  'a copy under another name': { more: 0, act: (work) => duplicate(work, 'items_purchased_copy.csv', (all) => all) },
  'a packed copy': { more: 0, act: (work) => duplicate(work, 'items_purchased_copy.csv.gz', (all) => all) },
  'overlapping exports': {
    more: 30,
    act: (work) =>
      duplicate(work, 'items_purchased_next.csv', ([header = '', ...rows]) => [
        header,
        ...rows.slice(-200),
        ...fresh(30),
      ]),
  },
  'two equal purchases in one file': {
    more: 2,
    act: (work) => duplicate(work, 'items_purchased_next.csv', ([header = '']) => [header, ...fresh(1), ...fresh(1)]),
  },
  'corrected, with two rows less': {
    more: -2,
    act: (work) => {
      const [header = '', ...rows] = readExport(work, newest(work));
      // Rows that are in this export alone, and once.
      const others = new Set(exports(work).flatMap((name) => (name === newest(work) ? [] : readExport(work, name))));
      const own = rows.filter((row) => !others.has(row) && rows.indexOf(row) === rows.lastIndexOf(row));
      const leaving = own.filter((row) => /^\d+,\d+,[0-9a-f]+,.*-0[78],\d+$/.test(row)).slice(10, 12);
      writeExport(work, newest(work), [header, ...rows.filter((row) => !leaving.includes(row))], 40);
    },
  },
  'corrected, then put back as it was': {
    more: 0,
    act: async (work) => {
      const name = newest(work);
      const lines = readExport(work, name);
      writeExport(work, name, lines.slice(0, -50), 40);
      await work.soundRun(...ONLY);
      writeExport(work, name, lines, 41);
    },
  },
  'late: older than all others': {
    more: 30,
    act: (work) =>
      duplicate(
        work,
        'items_purchased_old.csv',
        ([header = '', ...rows]) => [header, ...rows.slice(0, 300), ...fresh(30)],
        -30,
      ),
  },
  'a new column, evolved': withColumn('evolve'),
  'a new column, kept aside': withColumn('quarantine'),
  removed: { more: 0, asBefore: true, act: (work) => rmSync(pathOf(work, newest(work))) },
  'killed at a tenth of a run': killed(0.1),
  'killed at three tenths': killed(0.3),
  'killed at half': killed(0.5),
  'killed at seven tenths': killed(0.7),
  'killed at nine tenths': killed(0.9),
};

/** The first row that only one of them has. */
function firstOf(one: Tables, other: Tables, table: string): string | undefined {
  const [ours = [], theirs = []] = [one[table], other[table]];
  const at = ours.findIndex((row, index) => row !== theirs[index]);
  if (at < 0 && ours.length === theirs.length) return undefined;
  return `${table}: ${ours.at(at)} against ${theirs.at(at)}`;
}

const rowsOf = (all: Tables) => all['purchases']?.length ?? 0;

it.each(Object.entries(scenarios))('%s', async (name, { act, more, asBefore = false, drift }) => {
  const [work, anew] = [new Workspace(), new Workspace()];
  try {
    cpSync(base.root, work.root, { recursive: true, preserveTimestamps: true });
    await act(work);
    const own = drift === undefined ? ONLY : [...ONLY, '--project', projectOf(work, drift)];
    await work.soundRun(...own);
    const after = await tables(work);
    cpSync((asBefore ? base : work).landing, anew.landing, { recursive: true, preserveTimestamps: true });
    await anew.soundRun(...own);
    const wanted = await tables(anew);
    const difference = rowsOf(after) - rowsOf(before);
    const unequal = Object.keys(wanted).filter((table) => firstOf(wanted, after, table) !== undefined);
    const [all, same] = [Object.keys(wanted).length, Object.keys(wanted).length - unequal.length];
    found.push(`${name} | ${difference >= 0 ? '+' : ''}${difference} purchases | ${same} of ${all} tables equal`);
    expect(difference).toBe(more);
    expect(unequal.map((table) => firstOf(wanted, after, table))).toEqual([]);
    expect(Object.keys(after)).toEqual(Object.keys(wanted));
    expect(
      await work.query('SELECT * FROM ops.loads WHERE rows_read <> rows_loaded + rows_duplicate + rows_quarantined'),
    ).toEqual([]);
  } finally {
    work.close();
    anew.close();
  }
});
