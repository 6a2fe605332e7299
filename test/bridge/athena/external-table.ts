import { AlreadyExistsException, type Column, CreateTableCommand, type StorageDescriptor } from '@aws-sdk/client-glue';
import { TokenReader } from '../sql/tokens.ts';
import { type Engine, hiveFailure, QueryFailure } from './engine.ts';
import { resolve, tablePath } from './names.ts';
import { NOTHING, type ResultSet } from './results.ts';

interface Format {
  readonly serde: string;
  readonly input: string;
  readonly output: string;
}

const HIVE = 'org.apache.hadoop.hive';

const TEXT: Format = {
  serde: `${HIVE}.serde2.lazy.LazySimpleSerDe`,
  input: 'org.apache.hadoop.mapred.TextInputFormat',
  output: `${HIVE}.ql.io.HiveIgnoreKeyTextOutputFormat`,
};

const FORMATS: Readonly<Record<string, Format>> = {
  textfile: TEXT,
  parquet: {
    serde: `${HIVE}.ql.io.parquet.serde.ParquetHiveSerDe`,
    input: `${HIVE}.ql.io.parquet.MapredParquetInputFormat`,
    output: `${HIVE}.ql.io.parquet.MapredParquetOutputFormat`,
  },
  orc: {
    serde: `${HIVE}.ql.io.orc.OrcSerde`,
    input: `${HIVE}.ql.io.orc.OrcInputFormat`,
    output: `${HIVE}.ql.io.orc.OrcOutputFormat`,
  },
};

/** `CREATE EXTERNAL TABLE t (…) … LOCATION '…'`: a row of Glue's catalog, and nothing else, as in Athena itself. */
export function createExternalTable(reader: TokenReader): (engine: Engine) => Promise<ResultSet> {
  const isOptional = reader.accept('if', 'not', 'exists');
  const path = tablePath(reader);
  const columns = reader.parts().map(hiveColumn);
  const description = reader.accept('comment') ? reader.hiveText() : undefined;
  const partitions = reader.accept('partitioned', 'by') ? reader.parts().map(hiveColumn) : [];
  const rows = rowFormat(reader);
  const format = storedAs(reader);
  if (!reader.accept('location')) reader.fail("'LOCATION'");
  const location = reader.hiveText();
  const properties = reader.accept('tblproperties') ? reader.hiveProperties() : new Map<string, string>();
  reader.end();
  return async (engine) => {
    if (!/^s3:\/\/[^/]+\/(.*\/)?$/.test(location)) {
      throw new QueryFailure(`FAILED: SemanticException: expected a folder of S3 that ends in a slash: ${location}`);
    }
    const { database, table } = resolve(path, engine);
    const storage: StorageDescriptor = {
      Columns: columns,
      Location: location,
      InputFormat: format.input,
      OutputFormat: format.output,
      SerdeInfo: {
        SerializationLibrary: rows.serde ?? format.serde,
        Parameters: { 'serialization.format': '1', ...Object.fromEntries(rows.properties) },
      },
    };
    const input = {
      Name: table,
      Description: description,
      TableType: 'EXTERNAL_TABLE',
      Parameters: { EXTERNAL: 'TRUE', ...Object.fromEntries(properties) },
      PartitionKeys: partitions,
      StorageDescriptor: storage,
    };
    try {
      await engine.glue.send(new CreateTableCommand({ DatabaseName: database, TableInput: input }));
    } catch (error) {
      if (!(error instanceof AlreadyExistsException)) throw error;
      if (!isOptional) throw hiveFailure(`AlreadyExistsException(message:Table ${table} already exists.)`);
    }
    return NOTHING;
  };
}

/** `name type [COMMENT 'text']`; the type goes to Glue as it is written. */
export function hiveColumn(text: string): Column {
  const reader = new TokenReader(text);
  const name = reader.take('word', 'name').value.toLowerCase();
  const from = reader.next?.start ?? 0;
  let to = text.length;
  let comment: string | undefined;
  while (!reader.isAtEnd) {
    const start = reader.next?.start;
    if (reader.accept('comment')) {
      to = start ?? to;
      comment = reader.hiveText();
      reader.end();
    } else reader.take('word', 'name', 'number', 'sign');
  }
  const type = text.slice(from, to).replace(/\s+/g, '').toLowerCase();
  if (type === '' || type === 'timestamp(6)') reader.fail('<type>');
  return { Name: name, Type: type, ...(comment === undefined ? {} : { Comment: comment }) };
}

function rowFormat(reader: TokenReader): { serde?: string; properties: ReadonlyMap<string, string> } {
  if (reader.accept('row', 'format', 'serde')) {
    const serde = reader.hiveText();
    const properties = reader.accept('with', 'serdeproperties') ? reader.hiveProperties() : new Map<string, string>();
    return { serde, properties };
  }
  const properties = new Map<string, string>();
  if (!reader.accept('row', 'format', 'delimited')) return { properties };
  if (reader.accept('fields', 'terminated', 'by')) {
    const delimiter = reader.hiveText();
    properties.set('field.delim', delimiter).set('serialization.format', delimiter);
  }
  if (reader.accept('escaped', 'by')) properties.set('escape.delim', reader.hiveText());
  if (reader.accept('lines', 'terminated', 'by')) properties.set('line.delim', reader.hiveText());
  return { properties };
}

function storedAs(reader: TokenReader): Format {
  if (!reader.accept('stored', 'as')) return TEXT;
  if (reader.accept('inputformat')) {
    const input = reader.hiveText();
    reader.expect('outputformat');
    return { serde: TEXT.serde, input, output: reader.hiveText() };
  }
  const format = FORMATS[reader.next?.value ?? ''];
  if (format === undefined) reader.fail(Object.keys(FORMATS).join(', '));
  reader.take('word');
  return format;
}
