/** What the result tables of an analysis say: their authors name the tables, not the columns, so this does. */

import type { DescribedColumn, DescribedColumns } from '../models/types.ts';
import { CLUSTERING_OUTPUTS } from './descriptions/clustering.ts';
import type { OutputDescription, OutputDescriptions } from './descriptions/output.ts';
import { CORRELATION_OUTPUTS, DEPENDENCE_OUTPUTS, REGRESSION_OUTPUTS } from './descriptions/relations.ts';
import { OUTLIER_OUTPUTS, SUMMARY_OUTPUTS, TEST_OUTPUTS } from './descriptions/samples.ts';
import type { Analysis } from './types.ts';

type ByKind = { readonly [Kind in Analysis['kind']]: OutputDescriptions<Extract<Analysis, { readonly kind: Kind }>> };

const OUTPUTS: ByKind = {
  clustering: CLUSTERING_OUTPUTS,
  correlation: CORRELATION_OUTPUTS,
  'event dependence': DEPENDENCE_OUTPUTS,
  'linear regression': REGRESSION_OUTPUTS,
  'outlier removal': OUTLIER_OUTPUTS,
  summary: SUMMARY_OUTPUTS,
  'two-sample test': TEST_OUTPUTS,
};

export interface DescribedOutput {
  /** Without schema. */
  readonly name: string;
  readonly description: string;
  readonly key: readonly string[];
  readonly columns: DescribedColumns;
}

/** @param input what is known of the columns of the analysis's input */
export function outputsOf(analysis: Analysis, input: DescribedColumns): readonly DescribedOutput[] {
  const roles = OUTPUTS[analysis.kind] as unknown as Readonly<Record<string, OutputDescription>>;
  return Object.entries(analysis.outputs).flatMap(([role, name]) => {
    const output = roles[role];
    if (output === undefined) return [];
    const names = output.inherits(analysis);
    const inherited =
      names === 'all' ? Object.entries(input) : Object.entries(input).filter(([one]) => names.includes(one));
    return [
      {
        name,
        description: output.description(analysis),
        key: output.key(analysis),
        columns: {
          ...Object.fromEntries(inherited),
          ...Object.fromEntries(Object.entries(output.columns).map(withUnit)),
        },
      },
    ];
  });
}

/** Columns that a result would have twice: from the input, and of its own. By the result's name, without schema. */
export function columnsTwice(analysis: Analysis): readonly { readonly table: string; readonly column: string }[] {
  const roles = OUTPUTS[analysis.kind] as unknown as Readonly<Record<string, OutputDescription>>;
  return Object.entries(analysis.outputs).flatMap(([role, table]) => {
    const names = roles[role]?.inherits(analysis) ?? [];
    const own = Object.keys(roles[role]?.columns ?? {});
    return names === 'all' ? [] : names.filter((name) => own.includes(name)).map((column) => ({ table, column }));
  });
}

function withUnit([name, said]: [string, string | DescribedColumn]): [string, DescribedColumn] {
  return [name, typeof said === 'string' ? { description: said } : said];
}
