import { Aws } from 'aws-cdk-lib';
import { CfnTable } from 'aws-cdk-lib/aws-glue';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { columnName } from '../../core/contracts/drift/column-name.ts';
import { globPattern } from '../../core/contracts/glob.ts';
import type { Contract, TableContract } from '../../core/contracts/types.ts';
import { WORDS } from '../../core/plans/dialect.ts';
import { headerNames } from '../../core/quarantine/types.ts';

/** The database of files as they landed. */
export const LANDING = 'landing';

export interface LandingTableProps {
  readonly contract: Contract;
  readonly table: TableContract;
  readonly bucket: Bucket;
}

/** The name of a table's files in `LANDING`. */
export function landingTableName({ schema }: Contract, { name }: TableContract): string {
  return `${schema}__${name}`;
}

/**
 * A table's files as they landed, every value a text. It is made of the contract and not by the crawler, whose guesses at
 * types change with the files. Tables whose files lie in one folder show each other's: `landingQuery` tells them apart.
 */
export class LandingTable extends CfnTable {
  constructor(scope: Construct, id: string, { contract, table, bucket }: LandingTableProps) {
    super(scope, id, {
      catalogId: Aws.ACCOUNT_ID,
      databaseName: LANDING,
      tableInput: {
        name: landingTableName(contract, table),
        description: `As it landed: ${table.description}`.slice(0, 2048),
        tableType: 'EXTERNAL_TABLE',
        parameters: { EXTERNAL: 'TRUE', ...(table.format === 'csv' ? CSV_PROPERTIES : JSON_PROPERTIES) },
        storageDescriptor: {
          location: `s3://${bucket.bucketName}/${folderOf(contract, table)}`,
          inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
          outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
          serdeInfo: table.format === 'csv' ? CSV_SERDE : LINE_SERDE,
          columns: table.format === 'csv' ? csvColumns(table) : [RECORD],
        },
      },
    });
  }
}

const CSV_PROPERTIES = { classification: 'csv', 'skip.header.line.count': '1' };
const JSON_PROPERTIES = { classification: 'json' };

const CSV_SERDE = {
  serializationLibrary: 'org.apache.hadoop.hive.serde2.OpenCSVSerde',
  parameters: { separatorChar: ',', quoteChar: '"', escapeChar: '"' },
};

/** A whole line is one text: a contract's fields may lie deep in it. */
const LINE_SERDE = {
  serializationLibrary: 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe',
  parameters: { 'field.delim': '\u0001', 'serialization.format': '\u0001' },
};

const RECORD = { name: 'record', type: 'string', comment: 'The line, for json_extract_scalar.' };

/** In the contract's order, which is the files': this reader of CSV goes by the place of a column, not by its header. */
function csvColumns(table: TableContract) {
  // Only what the contract itself calls otherwise is in the way of a header's own name.
  const bare = { ...table, columns: [] };
  return headerNames(table).map((header) => ({ name: columnName(bare, header), type: 'string', comment: header }));
}

/** The folders of the glob before the first that has a star. */
function folderOf({ dataset }: Contract, { landing }: TableContract): string {
  const folders = landing.split('/').slice(0, -1);
  const open = folders.findIndex((folder) => folder.includes('*'));
  return [dataset, ...(open === -1 ? folders : folders.slice(0, open)), ''].join('/');
}

/** Athena SQL of a table's own files, a hundred rows of them. */
export function landingQuery(contract: Contract, table: TableContract): string {
  const pattern = `/${contract.dataset}/${globPattern(table.landing)}([.]gz)?$`;
  return [
    'SELECT "$path" AS file, *',
    `FROM ${LANDING}.${landingTableName(contract, table)}`,
    `WHERE regexp_like("$path", ${WORDS.literal.duckdb(pattern)})`,
    'LIMIT 100',
  ].join('\n');
}
