/** Types and partitions in Athena's DDL of Iceberg tables, as Trino writes them. */

import { TokenReader } from '../sql/tokens.ts';
import { QueryFailure } from './engine.ts';
import { quoted } from './names.ts';

/** What an Iceberg table of Athena's may have, by Trino's name of it. */
const TYPES: Readonly<Record<string, string>> = {
  boolean: 'boolean',
  int: 'integer',
  integer: 'integer',
  bigint: 'bigint',
  double: 'double',
  float: 'real',
  string: 'varchar',
  binary: 'varbinary',
  date: 'date',
  timestamp: 'timestamp(6)',
};

/** @param reader before the type */
export function trinoType(reader: TokenReader): string {
  const { value } = reader.take('word');
  switch (value) {
    case 'decimal':
      return `decimal(${reader.parts().join(', ')})`;
    case 'array':
      return `array(${between(reader, (own) => [trinoType(own)])})`;
    case 'map':
      return `map(${between(reader, (own) => {
        const key = trinoType(own);
        own.expect(',');
        return [key, trinoType(own)];
      })})`;
    case 'struct':
      return `row(${between(reader, fields)})`;
    default: {
      const type = TYPES[value];
      if (type === undefined) throw new QueryFailure(`NOT_SUPPORTED: Type not supported for Iceberg: ${value}`);
      return type;
    }
  }
}

function between(reader: TokenReader, read: (reader: TokenReader) => readonly string[]): string {
  reader.expect('<');
  const inside = read(reader);
  reader.expect('>');
  return inside.join(', ');
}

function fields(reader: TokenReader): string[] {
  const found: string[] = [];
  do {
    const name = reader.take('word', 'name').value.toLowerCase();
    reader.expect(':');
    found.push(`${quoted(name)} ${trinoType(reader)}`);
  } while (reader.accept(','));
  return found;
}

/** `name type [COMMENT 'text']` of an Iceberg table, as Trino writes it. */
export function icebergColumn(text: string): string {
  const reader = new TokenReader(text);
  const name = reader.take('word', 'name').value.toLowerCase();
  const type = trinoType(reader);
  const comment = reader.accept('comment') ? ` COMMENT '${reader.hiveText().replaceAll("'", "''")}'` : '';
  reader.end();
  return `${quoted(name)} ${type}${comment}`;
}

/** `bucket(4, x)` is `bucket(x, 4)` to Trino; so is truncate. */
export function trinoPartition(text: string): string {
  const reader = new TokenReader(text);
  const [name = ''] = reader.path();
  if (reader.isAtEnd) return name;
  const parts = reader.parts().map((part) => part.replace(/^`(\w+)`$/, '$1'));
  reader.end();
  if (name !== 'bucket' && name !== 'truncate') return `${name}(${parts.join(', ')})`;
  const [count = '', column = ''] = parts;
  if (!/^\d+$/.test(count)) throw new QueryFailure(`Unable to parse partition transform: ${text}`);
  return `${name}(${column}, ${count})`;
}
