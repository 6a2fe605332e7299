import type { Analysis } from '../types.ts';

export interface OutputDescription<Kind extends Analysis = Analysis> {
  readonly description: (analysis: Kind) => string;
  readonly key: (analysis: Kind) => readonly string[];
  /** By column: what it says, with its unit. */
  readonly columns: Readonly<Record<string, string>>;
  /** The columns that come from the input, and are what they are there. */
  readonly inherits: (analysis: Kind) => readonly string[] | 'all';
}

/** By role. */
export type OutputDescriptions<Kind extends Analysis> = Readonly<
  Record<keyof Kind['outputs'] & string, OutputDescription<Kind>>
>;
