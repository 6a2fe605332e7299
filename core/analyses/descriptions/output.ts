import type { DescribedColumn } from '../../models/types.ts';
import type { Analysis } from '../types.ts';

export interface OutputDescription<Kind extends Analysis = Analysis> {
  readonly description: (analysis: Kind) => string;
  readonly key: (analysis: Kind) => readonly string[];
  /** By column. What is in the unit of another column has no unit of its own. */
  readonly columns: Readonly<Record<string, string | DescribedColumn>>;
  /** The columns that come from the input, and are what they are there. */
  readonly inherits: (analysis: Kind) => readonly string[] | 'all';
}

/** By role. */
export type OutputDescriptions<Kind extends Analysis> = Readonly<
  Record<keyof Kind['outputs'] & string, OutputDescription<Kind>>
>;
