/** Puts together what a dry run reads with; nothing of it writes to the landing folder, the state folder or the warehouse. */

import { createHash } from 'node:crypto';
import { ProtectKey } from '../adapters/duckdb/protect-key.ts';
import { ShadowLake } from '../adapters/local/lake/shadow.ts';
import { LandingFolder, nothingLands } from '../adapters/local/landing.ts';
import { openProject } from '../adapters/local/project.ts';
import { checkState } from '../adapters/local/state.ts';
import { PublishedBooks } from '../adapters/local/warehouse/books.ts';
import { dryRun, type Forecast } from '../core/pipeline/dry-run.ts';
import type { RunResult } from '../core/pipeline/finish.ts';
import type { RunOptions } from '../core/pipeline/session.ts';
import { StderrProgress } from './progress.ts';

export interface DryRunCall {
  readonly landing: string;
  readonly state: string;
  readonly project: string | undefined;
  readonly warehouse: boolean;
  readonly options: RunOptions;
}

export async function callDryRun(call: DryRunCall): Promise<RunResult & { readonly forecast: Forecast }> {
  const { options } = call;
  const state = await checkState(call.state);
  const landing = options.models === undefined ? new LandingFolder(call.landing, state.scratch) : null;
  await landing?.check();
  const source = await openProject(call.project);
  const progress = new StderrProgress();
  const protection = new ProtectKey();
  const lake = await ShadowLake.open(state.root, protection, (holder) =>
    progress.step('wait', `${holder} is writing to the lake`),
  );
  try {
    const ports = {
      landing: landing ?? nothingLands,
      lake,
      catalog: lake.catalog,
      hasher: { hash: (text: string) => createHash('sha256').update(text).digest('hex') },
      protection,
      progress,
      warehouse: call.warehouse ? { published: () => new PublishedBooks(state.root).read() } : null,
    };
    return await dryRun(ports, source, options);
  } finally {
    progress.end();
    landing?.close();
    lake.close();
  }
}
