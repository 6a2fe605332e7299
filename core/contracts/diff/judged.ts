import { fingerprint } from '../../plans/load-plan.ts';
import { DEFAULT_POLICY } from '../drift/types.ts';
import type { Contract, TableContract } from '../types.ts';
import { refusals } from './files.ts';
import type { Change, Effect } from './types.ts';

/** What a rule says of a change; what follows from the load plan is not for it to say. */
export interface Judged {
  readonly code: string;
  readonly says: string;
  readonly readers?: string | undefined;
  readonly senders?: string | undefined;
  readonly loaded?: string | undefined;
  /** Of the same files the same rows come. */
  readonly sameRows?: boolean;
  readonly publish?: boolean;
}

/** A table before a change and after that change alone. */
export interface Step {
  readonly before: TableContract;
  readonly after: TableContract;
}

/** Rows that load again are others to models, even where they are equal. */
const SAME_ROWS: readonly Effect[] = ['reload', 'refresh'];
const OTHER_ROWS: readonly Effect[] = ['reload', 'backfill', 'refresh'];

export function tableChange(
  { dataset, schema, drift = DEFAULT_POLICY }: Contract,
  { before, after }: Step,
  judged: Judged,
  column?: string,
): Change {
  const reloads = before.name !== after.name || fingerprint(before) !== fingerprint(after);
  const effects: readonly Effect[] = [
    ...(reloads ? (judged.sameRows === true ? SAME_ROWS : OTHER_ROWS) : []),
    ...(judged.publish === true ? ['publish' as const] : []),
  ];
  const senders = [judged.senders, ...refusals(before, after, drift)].filter((why) => why !== undefined).join('; ');
  return {
    code: judged.code,
    dataset,
    tables: [`${schema}.${before.name}`],
    ...(column === undefined ? {} : { column }),
    says: judged.says,
    breaks: breaksOf({ ...judged, senders: senders === '' ? undefined : senders }),
    effects,
    ...(judged.loaded === undefined ? {} : { loaded: judged.loaded }),
  };
}

/** Without those for whom nothing breaks. */
export function breaksOf({ readers, senders }: Judged): Change['breaks'] {
  return { ...(readers === undefined ? {} : { readers }), ...(senders === undefined ? {} : { senders }) };
}

export const differ = (a: unknown, b: unknown): boolean => JSON.stringify(a) !== JSON.stringify(b);

/** `"a", "b"`. */
export const quotes = (texts: readonly string[]): string => texts.map((text) => JSON.stringify(text)).join(', ');
