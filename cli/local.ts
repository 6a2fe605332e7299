/** Puts the local adapters together for the commands that need them all. */

import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Database, stateFile } from '../adapters/duckdb/database.ts';
import { ProtectKey } from '../adapters/duckdb/protect-key.ts';
import { localAnalyst } from '../adapters/local/analyst.ts';
import { sha256 } from '../adapters/local/hasher.ts';
import { localCatalog } from '../adapters/local/lake/headers.ts';
import { DuckDBLake } from '../adapters/local/lake/index.ts';
import { LandingFolder, nothingLands } from '../adapters/local/landing.ts';
import { hooksOf } from '../adapters/local/notify/index.ts';
import { isAlive } from '../adapters/local/process.ts';
import { reportFile } from '../adapters/local/report-file.ts';
import { openState, type StateFolder } from '../adapters/local/state.ts';
import { PublishedBooks } from '../adapters/local/warehouse/books.ts';
import { PostgresWarehouse } from '../adapters/local/warehouse/publisher.ts';
import type { Notifier, Ports } from '../core/ports.ts';
import type { ReportInput } from '../core/report/types.ts';
import { StderrProgress } from './progress.ts';

export interface LocalPorts {
  readonly ports: Ports;
  readonly database: Database;
  readonly progress: StderrProgress;
  readonly state: StateFolder;
  readonly protection: ProtectKey;
  close(): Promise<void>;
}

export interface LocalOptions {
  /** Null where nothing is to be loaded. */
  readonly landing: string | null;
  readonly state: string;
  readonly warehouse: boolean;
  /** Leaves no byte of what is deleted from the warehouse, as far as that can be. */
  readonly thorough?: boolean;
}

export async function openLocal(options: LocalOptions): Promise<LocalPorts> {
  const state = await openState(options.state);
  const landing = options.landing === null ? null : new LandingFolder(options.landing, state.scratch);
  await landing?.check();
  const progress = new StderrProgress();
  const database = await Database.open({
    file: stateFile(state.root),
    readOnly: false,
    spill: state.scratch,
    onWait: (holder) => progress.step('wait', `${holder} is writing to the lake`),
  });
  // What killed runs left; a run that waits for this one keeps its own.
  await clearOthers(state);
  progress.share = () => database.connection.progress.percentage;
  const protection = new ProtectKey();
  const lake = new DuckDBLake(database, landing ?? nothingLands, state.scratch, protection);
  const onNote = (note: string) => progress.step('warehouse', note);
  const hooks = hooksOf(process.env, (message) => {
    progress.end();
    process.stderr.write(`${message}\n`);
  });
  const warehouse = options.warehouse
    ? new PostgresWarehouse(
        async () => (await import('../adapters/local/warehouse/session.ts')).hold(state.root, { name: 'run', onNote }),
        new PublishedBooks(state.root),
        options.thorough,
      )
    : null;
  const ports: Ports = {
    landing: landing ?? nothingLands,
    lake,
    catalog: localCatalog(database),
    analyst: localAnalyst(process.env['LANDFALL_BUNDLE']),
    report: reportFile(state.report, loadRenderer),
    notifier: inTurn(outcomeFile(state.outcome), hooks),
    warehouse,
    clock: { now: () => Date.now() },
    hasher: sha256,
    protection,
    progress,
  };
  const close = async () => {
    progress.end();
    landing?.close();
    await warehouse?.close();
    await rm(state.scratch, { recursive: true, force: true });
    database.close();
  };
  return { ports, database, progress, state, protection, close };
}

async function clearOthers({ scratches, scratch }: StateFolder): Promise<void> {
  for (const name of await readdir(scratches).catch(() => [])) {
    const folder = join(scratches, name);
    if (folder !== scratch && !isAlive(Number(name))) await rm(folder, { recursive: true, force: true });
  }
}

function inTurn(...notifiers: readonly Notifier[]): Notifier {
  return {
    async notify(outcome) {
      for (const notifier of notifiers) await notifier.notify(outcome);
    },
  };
}

/** The last run's outcome as one JSON file, for scripts that watch it. */
function outcomeFile(path: string): Notifier {
  return {
    async notify(outcome) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(`${path}.new`, `${JSON.stringify(outcome, null, 2)}\n`);
      await rename(`${path}.new`, path);
    },
  };
}

async function loadRenderer() {
  const [{ renderReport }, { readAssets }] = await Promise.all([
    import('../dashboard/render.ts'),
    import('../dashboard/assets.ts'),
  ]);
  const assets = await readAssets();
  return (input: ReportInput) => renderReport(input, assets);
}
