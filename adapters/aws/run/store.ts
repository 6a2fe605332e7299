/** Runs on their way, an object each in the lake's bucket: what tasks of a run share, and where the run stands. */

import type { FrozenSession } from '../../../core/pipeline/frozen-session.ts';
import { LandfallError, TransientError } from '../../../core/problems.ts';
import type { Fence } from '../ledger/types.ts';
import type { ObjectStore } from '../objects/types.ts';
import type { Manifest, Step } from './manifests.ts';

export interface StoredRun {
  readonly session: FrozenSession;
  /** By data set: the lease that the run holds. */
  readonly leases: Readonly<Record<string, Fence>>;
  /** The last manifest that was left, of a run that events drive; null before the first one, and how it ended behind the last. */
  readonly left: Manifest | 'ended' | 'abandoned' | null;
  /** The step that a function is at work on, and until when it can be, in milliseconds since 1970. */
  readonly claim: { readonly step: Step; readonly until: number } | null;
}

/** A run as it was read, and what proves that it is still so. */
export interface ReadRun {
  readonly stored: StoredRun;
  readonly etag: string;
}

const sessionKey = (runId: string) => `runs/${runId}/session.json`;

export class RunStore {
  private readonly objects: ObjectStore;

  constructor(objects: ObjectStore) {
    this.objects = objects;
  }

  /** Null where there is no such run. */
  async read(runId: string): Promise<ReadRun | null> {
    const found = await this.objects.text(sessionKey(runId));
    return found === null ? null : { stored: parsed(found.text, runId), etag: found.etag };
  }

  async has(runId: string): Promise<boolean> {
    return (await this.objects.head(sessionKey(runId))) !== null;
  }

  /**
   * @param etag of what is replaced; null where there must be nothing
   * @returns the new etag
   * @throws TransientError `run-taken` where another function wrote meanwhile: whoever tries again reads what it wrote
   */
  async write(runId: string, stored: StoredRun, etag: string | null): Promise<string> {
    const onlyIf = etag === null ? 'absent' : { etag };
    const options = { contentType: 'application/json', onlyIf } as const;
    const written = await this.objects.put(sessionKey(runId), JSON.stringify(stored), options);
    if (written !== null) return written;
    const message = `another function wrote s3://${this.objects.bucket}/${sessionKey(runId)} meanwhile`;
    throw new TransientError({ code: 'run-taken', message, hint: 'the step is tried again upon what it wrote' });
  }
}

function parsed(text: string, runId: string): StoredRun {
  try {
    return JSON.parse(text) as StoredRun;
  } catch {
    const message = `${sessionKey(runId)} is no JSON, expected the session of run ${runId}`;
    throw new LandfallError({ code: 'broken-run', message, hint: 'start a new run: it loads what this one left' });
  }
}
