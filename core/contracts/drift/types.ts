/** Drift: how a file's columns differ from its table's contract, and what is done about it. */

/**
 * What becomes of a column that the contract does not name. `evolve`: the table gets it. `quarantine`: its values are kept
 * aside, the row is loaded. `freeze`: the file is refused.
 */
export type DriftPolicy = 'evolve' | 'quarantine' | 'freeze';

/** What a contract that says nothing means. */
export const DEFAULT_POLICY: DriftPolicy = 'freeze';

export type DriftKind = 'new_column' | 'missing_column' | 'renamed_column' | 'column_order' | 'column_type';

/**
 * What was done. `added`: the table has the column now. `left out`: of a table with protected columns, where nobody knows
 * what an unknown column holds. `null`: the column is null in the file's rows.
 */
export type DriftAction =
  | 'added'
  | 'kept aside'
  | 'left out'
  | 'null'
  | 'loaded by name'
  | 'rows quarantined'
  | 'refused';

/** A row of `ops.drift`, as far as the file tells. */
export interface Drift {
  readonly kind: DriftKind;
  /** The clean table's; null where the finding is the whole header's, or the name may be personal. */
  readonly column: string | null;
  readonly detail: string;
  readonly suggestion: string | null;
  readonly action: DriftAction;
}

/** What is found in one version of a file. */
export interface FileDrift {
  readonly findings: readonly Drift[];
  /** Whether another policy would make something else of the file: where the policy changes, it loads again. */
  readonly isPolicys: boolean;
}

/** Of a file that is refused, nothing else was done. */
export function refusedDrift(drift: FileDrift | undefined): FileDrift | undefined {
  return drift && { ...drift, findings: drift.findings.map((one) => ({ ...one, action: 'refused' })) };
}
