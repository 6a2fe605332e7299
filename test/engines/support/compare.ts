/** Whether two engines gave the same rows. DuckDB does the set work: no row passes through here. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { WORDS } from '../../../core/plans/dialect.ts';
import type { WarehouseColumn, WarehouseType } from '../../../core/warehouse/types.ts';
import { readCsvSql, type TrinoColumn } from './trino.ts';

/** Rows that DuckDB can read, as text or as values; the columns say what they are meant to be. */
export interface Source {
  /** What stands behind FROM. */
  readonly from: string;
  readonly columns: readonly WarehouseColumn[];
}

export interface Comparison {
  readonly rows: { readonly left: number; readonly right: number };
  /** The columns whose values were compared: those that both sides have, with one type. */
  readonly columns: readonly string[];
  /** What is wrong with the other columns. */
  readonly shape: readonly string[];
  readonly onlyLeft: number;
  readonly onlyRight: number;
  /** Rows of the same key that have other values. */
  readonly different: number;
  readonly examples: readonly string[];
}

export interface CompareOptions {
  /** Identifies a row. Without it, or where one of its columns can't be compared, sides are bags of rows. */
  readonly key?: readonly string[];
}

/** Sums of doubles depend on the order of addition, which no engine promises. */
const TOLERANCE = '1e-9';
const MOST_EXAMPLES = 5;

const [quoted, text] = [WORDS.identifier.duckdb, WORDS.literal.duckdb];

/** Rows and columns that are not as on the other side. */
export const differences = ({ shape, onlyLeft, onlyRight, different }: Comparison) =>
  shape.length + onlyLeft + onlyRight + different;

export const isSame = (comparison: Comparison) => differences(comparison) === 0;

export class Comparator {
  private readonly instance: DuckDBInstance;
  private readonly connection: DuckDBConnection;
  private last: Promise<unknown> = Promise.resolve();

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.instance = instance;
    this.connection = connection;
  }

  /** @param lake a file of DuckDB, whose tables are `lake.<schema>.<table>` then */
  static async open(lake?: string): Promise<Comparator> {
    const instance = await DuckDBInstance.create(':memory:', { memory_limit: '1000MB' });
    const connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    if (lake !== undefined) await connection.run(`ATTACH ${text(lake)} AS lake (READ_ONLY)`);
    return new Comparator(instance, connection);
  }

  /** A table of an attached lake, or anything else that DuckDB knows the types of. */
  async duckdbSource(from: string): Promise<Source> {
    const found = await this.rows<{ column_name: string; column_type: string }>(
      `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${from})`,
    );
    return {
      from,
      columns: found.map(({ column_name, column_type }) => ({ name: column_name, type: duckdbType(column_type) })),
    };
  }

  /** @param glob such as `/tmp/x/*.parquet`: what Spark writes as a folder */
  async parquetSource(glob: string): Promise<Source> {
    return this.duckdbSource(`read_parquet(${text(glob)})`);
  }

  /** Both ways: neither side may have a row that the other lacks. One comparison waits for the other. */
  compare(left: Source, right: Source, { key = [] }: CompareOptions = {}): Promise<Comparison> {
    const comparison = this.last.then(() => this.judge(left, right, key));
    this.last = comparison.catch(() => undefined);
    return comparison;
  }

  private async judge(left: Source, right: Source, key: readonly string[]): Promise<Comparison> {
    const { common, shape } = columnsOfBoth(left.columns, right.columns);
    const isKeyed = key.length > 0 && key.every((name) => common.some((column) => column.name === name));
    const identifies = ({ name, type }: WarehouseColumn) => (isKeyed ? key.includes(name) : type !== 'double');
    const identity = common.filter(identifies);
    const others = common.filter((column) => !identifies(column));
    await this.stage('l', left.from, identity, others);
    await this.stage('r', right.from, identity, others);
    const join = [...identity.map((_, index) => `l.k${index} IS NOT DISTINCT FROM r.k${index}`), 'l.place = r.place'];
    const same = others.map(({ type }, index) => isSameValue(`l.v${index}`, `r.v${index}`, type));
    await this.connection.run(`CREATE OR REPLACE TEMP TABLE joined AS SELECT l, r,
      CASE WHEN r.place IS NULL THEN 'only left' WHEN l.place IS NULL THEN 'only right'
        WHEN ${['true', ...same].join(' AND ')} THEN NULL ELSE 'different' END AS verdict
      FROM l FULL JOIN r ON ${join.join(' AND ')} WHERE verdict IS NOT NULL`);
    const [counts] = await this.rows<Record<'l' | 'r' | 'only_left' | 'only_right' | 'different', string>>(`SELECT
      (SELECT count(*) FROM l) AS l, (SELECT count(*) FROM r) AS r, count(*) FILTER (verdict = 'only left') AS only_left,
      count(*) FILTER (verdict = 'only right') AS only_right, count(*) FILTER (verdict = 'different') AS different
      FROM joined`);
    if (counts === undefined) throw new Error('a count gives a row');
    return {
      rows: { left: Number(counts.l), right: Number(counts.r) },
      columns: common.map(({ name }) => name),
      shape,
      onlyLeft: Number(counts.only_left),
      onlyRight: Number(counts.only_right),
      different: Number(counts.different),
      examples: await this.examples(identity, others, same),
    };
  }

  /** Writes rows where other engines can take them from: one Parquet file in a folder of its own. */
  async writeParquet(from: string, folder: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    await this.connection.run(
      `COPY (FROM ${from}) TO ${text(join(folder, 'rows.parquet'))} (FORMAT parquet, COMPRESSION zstd)`,
    );
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
  }

  /**
   * Rows of one identity are numbered, so that each has one partner at most and repeats count. Of a bag, rows that differ
   * in doubles alone are numbered by these: a last digit may change that order, so two bags may be called different that
   * are not, but never the reverse.
   */
  private async stage(
    name: string,
    from: string,
    identity: readonly WarehouseColumn[],
    others: readonly WarehouseColumn[],
  ): Promise<void> {
    const value = (prefix: string) => (column: WarehouseColumn, index: number) =>
      `CAST(${quoted(column.name)} AS ${sqlType(column.type)}) AS ${prefix}${index}`;
    const [keys, values] = [identity.map(value('k')), others.map(value('v'))];
    const partition = identity.length === 0 ? '' : `PARTITION BY ${identity.map((_, index) => `k${index}`).join(', ')}`;
    const order = others.length === 0 ? '' : `ORDER BY ${others.map((_, index) => `v${index}`).join(', ')}`;
    await this.connection.run(`CREATE OR REPLACE TEMP TABLE ${name} AS
      SELECT *, row_number() OVER (${partition} ${order}) AS place
      FROM (SELECT ${[...keys, ...values, '1 AS one'].join(', ')} FROM ${from})`);
  }

  private async examples(
    identity: readonly WarehouseColumn[],
    others: readonly WarehouseColumn[],
    same: readonly string[],
  ): Promise<string[]> {
    const shown = (value: string) => `coalesce('''' || CAST(${value} AS VARCHAR) || '''', 'null')`;
    const key = identity.map(
      ({ name }, index) =>
        `${text(`${name} = `)} || ${shown(`CASE WHEN l.place IS NULL THEN r.k${index} ELSE l.k${index} END`)}`,
    );
    const changed = others.map(
      ({ name }, index) => `CASE WHEN verdict = 'different' AND NOT (${same[index]})
        THEN ${text(`${name} `)} || ${shown(`l.v${index}`)} || ' on the left, ' || ${shown(`r.v${index}`)} || ' on the right' END`,
    );
    const rows = await this.rows<{ example: string }>(`SELECT verdict || ': ' ||
      concat_ws(', ', ${[...key, ...changed, 'NULL'].join(', ')}) AS example FROM joined ORDER BY example
      LIMIT ${MOST_EXAMPLES}`);
    return rows.map(({ example }) => example);
  }

  private async rows<Row>(sql: string): Promise<Row[]> {
    return (await this.connection.runAndReadAll(sql)).getRowObjectsJson() as unknown as Row[];
  }
}

/** What `writeCsv` wrote. */
export function trinoSource(path: string, columns: readonly TrinoColumn[]): Source {
  return {
    from: readCsvSql(path, columns),
    columns: columns.map(({ name, type }) => ({ name, type: trinoType(type) })),
  };
}

/** What PostgreSQL's COPY writes as CSV without a header: null is nothing, an empty text is quoted. */
export function postgresSource(path: string, columns: readonly WarehouseColumn[]): Source {
  const types = columns.map(({ name }) => `${text(name)}: 'VARCHAR'`).join(', ');
  const options = `header = false, delim = ',', quote = '"', escape = '"', nullstr = '', allow_quoted_nulls = false`;
  return {
    from: `read_csv(${text(path)}, columns = {${types}}, ${options}, auto_detect = false, parallel = false)`,
    columns,
  };
}

function columnsOfBoth(left: readonly WarehouseColumn[], right: readonly WarehouseColumn[]) {
  const shape = [
    ...left
      .filter(({ name }) => !right.some((other) => other.name === name))
      .map(({ name }) => `${name} is missing on the right`),
    ...right
      .filter(({ name }) => !left.some((other) => other.name === name))
      .map(({ name }) => `${name} is missing on the left`),
  ];
  const common: WarehouseColumn[] = [];
  for (const column of left) {
    const other = right.find(({ name }) => name === column.name);
    if (other?.type === column.type) common.push(column);
    else if (other !== undefined)
      shape.push(`${column.name} is ${column.type} on the left, ${other.type} on the right`);
  }
  return { common, shape };
}

/** Nulls are equal to nulls, not a number to not a number; an infinity only to itself. */
function isSameValue(left: string, right: string, type: WarehouseType): string {
  if (type !== 'double') return `${left} IS NOT DISTINCT FROM ${right}`;
  const isNear = `abs(${left} - ${right}) <= ${TOLERANCE} * greatest(abs(${left}), abs(${right}))`;
  return `(${left} IS NOT DISTINCT FROM ${right} OR coalesce(isfinite(${left}) AND isfinite(${right}) AND ${isNear}, false))`;
}

function duckdbType(type: string): WarehouseType {
  const decimal = /^DECIMAL\((\d+),(\d+)\)$/.exec(type);
  if (decimal !== null) return `decimal(${Number(decimal[1])},${Number(decimal[2])})`;
  return known(type, {
    INTEGER: 'integer',
    BIGINT: 'bigint',
    DOUBLE: 'double',
    BOOLEAN: 'boolean',
    DATE: 'date',
    TIMESTAMP: 'timestamp',
    VARCHAR: 'string',
  });
}

function trinoType(type: string): WarehouseType {
  const decimal = /^decimal\((\d+), ?(\d+)\)$/.exec(type);
  if (decimal !== null) return `decimal(${Number(decimal[1])},${Number(decimal[2])})`;
  // How long a text may be and how finely a time is told goes by the storage, not by the values.
  const plain = type.replace(/^varchar\(\d+\)$/, 'varchar').replace(/^timestamp\([0-6]\)$/, 'timestamp');
  return known(plain, {
    integer: 'integer',
    bigint: 'bigint',
    double: 'double',
    boolean: 'boolean',
    date: 'date',
    timestamp: 'timestamp',
    varchar: 'string',
  });
}

function known(type: string, names: Readonly<Record<string, WarehouseType>>): WarehouseType {
  const name = names[type];
  if (name === undefined)
    throw new Error(
      `${type} is a type that a model should not have: cast it to one of ${Object.keys(names).join(', ')}`,
    );
  return name;
}

const sqlType = (type: WarehouseType) => (type === 'string' ? 'VARCHAR' : type.toUpperCase());
