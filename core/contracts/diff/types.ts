/** What differs between two versions of contracts, and what that means to whom. */

/** `readers`: queries, models, panels, BI tools. `senders`: whoever drops files. */
export type Audience = 'readers' | 'senders';

/**
 * What becomes of rows already loaded. `reload`: the table's files in the landing folder load again on the next run.
 * `backfill`: rows whose files are no longer there stay as they were loaded until the files are dropped again.
 * `refresh`: models that read the table are made again. `publish`: the warehouse gets the table, or loses it.
 */
export type Effect = 'reload' | 'backfill' | 'refresh' | 'publish';

export interface Change {
  /** Stable, kebab-case, for scripts: `column-removed`, `minimum-raised` … */
  readonly code: string;
  /** Hyphenated. */
  readonly dataset: string;
  /** `schema.table` each, as readers knew them; none where no table is concerned. */
  readonly tables: readonly string[];
  /** As readers knew it. */
  readonly column?: string;
  /** What changed, in a few words. */
  readonly says: string;
  /** Why it breaks for whom; empty where it breaks for nobody. */
  readonly breaks: Readonly<Partial<Record<Audience, string>>>;
  /** Empty where nothing becomes of what is loaded. */
  readonly effects: readonly Effect[];
  /** What else is to be known of the rows already loaded. */
  readonly loaded?: string;
}

export const isBreaking = ({ breaks }: Change): boolean => breaks.readers !== undefined || breaks.senders !== undefined;
