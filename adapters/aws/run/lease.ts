/** Leases as runs take them and give them back: whoever came in vain meanwhile is made up for by a round of its own. */

import { BUSY } from '../../../core/pipeline/session.ts';
import { problemCode, TransientError } from '../../../core/problems.ts';
import type { Fence, Lease } from '../ledger/types.ts';
import { LEASE_MS, type RunHome } from './home.ts';
import { manifestKey, STEPS } from './manifests.ts';

type Home = Pick<RunHome, 'leases' | 'objects'>;

/** @param why it is needed, where that is no work of the data set's own. @throws TransientError `lease-busy` */
export async function takeLease({ leases }: Home, dataset: string, runId: string, why = ''): Promise<Lease> {
  const lease = await leases.acquire(dataset, runId, LEASE_MS);
  if (lease !== null) return lease;
  const message = `${dataset}: another run works on it${why}`;
  throw new TransientError({ code: BUSY, message, hint: 'this one waits until it is done' });
}

/** Where files landed meanwhile, the round is begun that takes them: before that is forgotten, so that no kill loses it. */
export async function giveBack(home: Home, lease: Fence, runId: string): Promise<void> {
  let heard = 0;
  for (;;) {
    const came = await home.leases.release(lease, heard).catch((error: unknown) => {
      // Another has it by now, and looks for itself what there is.
      if (problemCode(error) === 'lost-lease') return 0;
      throw error;
    });
    if (came === 0) return;
    await tellAgain(home, lease.dataset, runId);
    heard = came;
  }
}

/** Begins a round for a data set of which files landed while its lease was taken. */
export async function tellAgain({ objects }: Pick<Home, 'objects'>, dataset: string, runId: string): Promise<void> {
  const key = manifestKey({ manifest: STEPS.ingest.hears, dataset, runId });
  await objects.put(key, JSON.stringify({ run_id: runId, dataset }));
}
