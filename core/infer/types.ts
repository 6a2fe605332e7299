/** What is known of files that have no contract yet, and what is proposed of them. */

import type { LogicalType } from '../contracts/document.ts';
import type { ColumnSource, FileFormat, LoadMode, NamedParse } from '../contracts/types.ts';

/** What all texts of a column may be, the narrowest first; each is what a load accepts under that name. */
export const FORMS = [
  'integer',
  'bigint',
  'double',
  'boolean',
  'date',
  'timestamp',
  'percent',
  'timestamp with offset',
  'interval midpoint',
] as const;
export type Form = (typeof FORMS)[number];

/** What texts may look like that a load does not judge by, as regular expressions of the whole text. */
export const LOOKS = {
  'other date':
    '[0-9]{1,2}[./-][0-9]{1,2}[./-]([0-9]{4}|[0-9]{2})( .*)?|[0-9]{4}[./][0-9]{1,2}[./][0-9]{1,2}( .*)?|[0-9]{8}T[0-9]+',
  'other time': '[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?( ?(Z|UTC|[+-][0-9:]+))?',
  'decimal comma': '[+-]?[0-9]{1,3}([. ]?[0-9]{3})*,[0-9]+',
  'thousands separator': '[+-]?[0-9]{1,3}(,[0-9]{3})+([.][0-9]+)?',
  money: '[+-]?[$€£¥] ?[0-9][0-9.,]*|[0-9][0-9.,]* ?[$€£¥]',
  'leading zero': '[+-]?0[0-9]+|[+][0-9]+',
  digits: '[+-]?[0-9]+',
  utc: '.*(Z|[+-]00(:?00)?)',
  'yes or no': '(?i)y|n|yes|no|t|f',
  'in parts': '(?s).+ - .+',
  /** What JSON has where one value is expected, as a record's fields mark it. */
  nested: '(?s)\\x00.*',
  identifier: '[0-9a-f]{24}|[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}',
} as const;
export type Look = keyof typeof LOOKS;

/** Texts by which programs say that a value is missing. */
export const NULL_WORDS = [
  'NaN',
  'nan',
  'NA',
  'N/A',
  'n/a',
  '#N/A',
  'NULL',
  'Null',
  'null',
  'None',
  'none',
  'nil',
  '\\N',
  '-',
  '--',
  '.',
  '?',
] as const;

export interface ColumnProfile {
  readonly source: ColumnSource;
  /** JSON: a list, of which the number of elements is what there is to know. */
  readonly isList: boolean;
  readonly rows: number;
  /** Texts that are neither empty nor a null word. */
  readonly values: number;
  /** Null words and how often they stand there. */
  readonly nullWords: readonly { readonly word: string; readonly count: number }[];
  /** How many of the values have the form; forms that none has may be missing. */
  readonly forms: Readonly<Partial<Record<Form, number>>>;
  readonly looks: Readonly<Partial<Record<Look, number>>>;
  /** The least and the greatest number that the values are read as; null where none is one. */
  readonly low: number | null;
  readonly high: number | null;
  /** About how many values differ, and exactly so where a key is looked for. */
  readonly distinct: number;
  /** Rows that say what the header says. */
  readonly headers: number;
  readonly examples: readonly string[];
}

export interface TableProfile {
  readonly name: string;
  /** The glob under the data set's folder. */
  readonly landing: string;
  /** The same of a list that is replaced whole: the name of the file itself. */
  readonly ownLanding: string;
  readonly format: FileFormat;
  /** Whether the table comes in more than one file, or its name says that it may. */
  readonly isSeries: boolean;
  readonly files: number;
  readonly rows: number;
  /** Records that are none: not as many fields as the header, no JSON object. */
  readonly unreadable: number;
  readonly columns: readonly ColumnProfile[];
  /** What the contract can't say of the files. */
  readonly notes: readonly string[];
}

export type Confidence = 'high' | 'medium' | 'low';

export interface ProposedColumn {
  readonly name: string;
  readonly type: LogicalType;
  readonly isBig: boolean;
  readonly required: boolean;
  /** Whether no row seen is without a value, a few mistakes aside: a part of a key may be so, and is required then. */
  readonly whole: boolean;
  readonly source: ColumnSource;
  readonly parse?: NamedParse;
  readonly nulls: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly confidence: Confidence;
  /** Why, in a few words each. */
  readonly notes: readonly string[];
}

export interface ProposedTable {
  readonly profile: TableProfile;
  readonly columns: readonly ProposedColumn[];
  /** Names of columns. */
  readonly key: readonly string[];
  readonly load: LoadMode;
  readonly identity: readonly string[];
  readonly partitionBy: readonly string[];
  readonly confidence: Confidence;
  readonly notes: readonly string[];
}
