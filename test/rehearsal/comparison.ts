/** The stage's tables held against a laptop's, which loads the same landed files anew. */

import { mkdirSync, mkdtempSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { loadProject } from '../../adapters/local/project.ts';
import type { Project } from '../../core/project.ts';
import { sideBySide } from '../../core/side-by-side.ts';
import { describedTables } from '../../core/tables.ts';
import { type Comparison, differences } from '../engines/support/compare.ts';
import { StageTables } from '../engines/support/stage-tables.ts';
import { Workspace } from '../support/cli.ts';
import type { Rehearsal } from './rehearsal.ts';

export interface Compared {
  readonly table: string;
  readonly where: 'Athena' | 'Redshift';
  readonly rows: number;
  readonly differences: number;
  readonly examples: readonly string[];
}

/** Tables that are unloaded at a time. */
const AT_ONCE = 4;

/** Loads have other numbers in each lake. */
const OWN = ['_load_id'];

export async function compareAll(rehearsal: Rehearsal, act: string): Promise<readonly Compared[]> {
  const { transcript, stage } = rehearsal;
  const laptop = new Workspace();
  try {
    await transcript.during('act', `${act}: a laptop loads the landed files anew`, () => runLaptop(rehearsal, laptop));
    const project = await loadProject(rehearsal.project);
    const folder = mkdtempSync(join(rehearsal.root, 'compared-'));
    const tables = await StageTables.open(stage, laptop.state, folder);
    try {
      return await transcript.during('compared', `${act}: compare every table`, () => compareTables(tables, project));
    } finally {
      tables.close();
    }
  } finally {
    laptop.close();
  }
}

async function compareTables(tables: StageTables, project: Project): Promise<Compared[]> {
  const clean = new Set(project.contracts.flatMap((one) => one.tables.map(({ name }) => `${one.schema}.${name}`)));
  const compared = await sideBySide(
    describedTables(project).values(),
    AT_ONCE,
    async ({ table, key, isPublished }): Promise<Compared[]> => {
      const asked = [table, clean.has(table) ? OWN : [], { key }] as const;
      const athena = comparedOf(table, 'Athena', await tables.compareAthena(...asked));
      if (!isPublished) return [athena];
      return [athena, comparedOf(table, 'Redshift', await tables.compareRedshift(...asked))];
    },
  );
  return compared.flat();
}

function comparedOf(table: string, where: Compared['where'], found: Comparison): Compared {
  const { rows, examples, shape } = found;
  return {
    ...{ table, where, rows: rows.right, examples: [...shape, ...examples] },
    differences: differences(found) + Number(rows.left !== rows.right),
  };
}

/** Rows of all tables, and those tables that are not as the laptop's. */
export function totalOf(tables: readonly Compared[]) {
  return {
    rows: tables.reduce((sum, { rows }) => sum + rows, 0),
    differing: tables.filter((one) => one.differences > 0),
  };
}

/** @throws Error where the run fails */
async function runLaptop({ stage, project }: Rehearsal, laptop: Workspace): Promise<void> {
  const landing = stage.bucket('Landing');
  for await (const { key, modifiedAt } of landing.list('')) {
    const path = join(laptop.landing, key);
    mkdirSync(dirname(path), { recursive: true });
    await landing.download(key, path);
    utimesSync(path, modifiedAt / 1000, modifiedAt / 1000);
  }
  const folders = ['--landing', laptop.landing, '--state', laptop.state, '--project', project];
  const env = { LANDFALL_PROTECT_KEY: await stage.secret('landfall/protect-key') };
  const { code, stderr } = await laptop.cli(['run', ...folders, '--no-warehouse'], { env });
  if (code !== 0 && code !== 3) throw new Error(`the laptop's run ended with ${code}:\n${stderr}`);
}
