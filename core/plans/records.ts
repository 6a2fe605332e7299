/**
 * What a CSV record is, for whoever reads files line by line, and what its fields are.
 *
 * A field is in quotes, which are doubled within, spaces around them allowed; or it is text that does not begin with a
 * quote, spaces aside. An empty field, in quotes or not, is null.
 */

import type { FileFormat } from '../contracts/types.ts';
import { type Engine, WORDS } from './dialect.ts';
import { objectFields, whyNoObject } from './json-records.ts';

export const NOT_TEXT = 'not UTF-8 text';

const FIELD: Readonly<Record<Engine, string>> = {
  duckdb: '(?: *"(?:[^"]|"")*" *| *[^", \\n][^,\\n]*| *)',
  // The same without going back: Java does that by recursion, and a long field would be too deep for it.
  spark: '(?: *+"[^"]*+(?:""[^"]*+)*+" *+| *+[^", \\n][^,\\n]*+| *+)',
};

const SIMPLE = '\\A(?:"[^",\\n]*+"|[^",\\n]*+)(?:,(?:"[^",\\n]*+"|[^",\\n]*+))*+\\z';

interface RecordWords {
  /** SQL: the text is a well-formed record. */
  readonly isRecord: (record: string) => string;
  /** SQL of the list of a well-formed record's fields; an empty one is null or, on Spark, empty. */
  readonly fields: (record: string) => string;
}

export const RECORDS: Readonly<Record<Engine, RecordWords>> = {
  duckdb: {
    isRecord: (record) => `regexp_full_match(',' || ${record}, ${WORDS.literal.duckdb(`(?:,${FIELD.duckdb})+`)})`,
    fields: (
      record,
    ) => `list_transform(regexp_extract_all(',' || ${record}, ${WORDS.literal.duckdb(`,${FIELD.duckdb}`)}),
    lambda field: nullif(CASE WHEN regexp_full_match(field, '(?s), *".*" *')
      THEN replace(regexp_extract(field, '(?s)^, *"(.*)" *$', 1), '""', '"') ELSE substr(field, 2) END, ''))`,
  },
  spark: {
    isRecord: (record) => `(',' || ${record}) RLIKE ${WORDS.literal.spark(`\\A(?:,${FIELD.spark})++\\z`)}`,
    // Most records have no quotes but around whole fields, without a comma between them: those are split much quicker.
    fields: (record) => `CASE WHEN NOT contains(${record}, '"') OR ${record} RLIKE ${WORDS.literal.spark(SIMPLE)}
      THEN split(replace(${record}, '"', ''), ',', -1)
      ELSE transform(regexp_extract_all(',' || ${record}, ${WORDS.literal.spark(`,${FIELD.spark}`)}, 0),
        field -> CASE WHEN field RLIKE '\\\\A, *"'
          THEN replace(regexp_extract(field, '(?s)\\\\A, *"(.*)" *\\\\z', 1), '""', '"') ELSE substr(field, 2) END) END`,
  },
};

/** DuckDB: SQL of the list of a well-formed record's fields, in the order of the header. */
export function recordFields(format: FileFormat, header: readonly string[], record: string): string {
  return format === 'csv' ? RECORDS.duckdb.fields(record) : objectFields(header, record);
}

/** DuckDB: the same of a record as quarantine keeps it, which may be none; null where that can be told. */
export function keptFields(format: FileFormat, header: readonly string[], record: string): string {
  const fields = recordFields(format, header, record);
  return format === 'csv' ? fields : `CASE WHEN (${whyNoObject(record)}) IS NULL THEN ${fields} END`;
}
