/** What Athena refuses by the types of a query and this version of Trino would round or widen without a word. */

import { type Engine, QueryFailure } from './engine.ts';

/** An Iceberg table made by a query: its times must be of microseconds, and no type narrower than Iceberg has. */
export async function checkIcebergTypes(query: string, engine: Engine): Promise<void> {
  for (const { name, type } of await columnsOf(query, engine)) {
    const precision = /^time(?:stamp)?\((\d+)\)/.exec(type)?.[1];
    if (precision !== undefined && precision !== '6') {
      const wanted = type.replace(/\(\d+\)/, '(6)');
      throw new QueryFailure(
        `NOT_SUPPORTED: Timestamp precision (${precision}) not supported for Iceberg. Use "${wanted}" instead: column ${name}`,
      );
    }
    if (/^(tinyint|smallint|char\()/.test(type)) {
      throw new QueryFailure(`NOT_SUPPORTED: Type not supported for Iceberg: ${type}: column ${name}`);
    }
  }
}

/** Glue's catalog has no type for times with a zone, which a view's columns need. */
export async function checkViewTypes(query: string, engine: Engine): Promise<void> {
  for (const { name, type } of await columnsOf(query, engine)) {
    if (/with time zone$|^time\(/.test(type)) {
      throw new QueryFailure(`NOT_SUPPORTED: Unsupported Hive type: ${type}: column ${name}`);
    }
  }
}

async function columnsOf(query: string, engine: Engine) {
  return (await engine.trino(`SELECT * FROM (\n${query}\n) LIMIT 0`, { bind: true })).columns;
}
