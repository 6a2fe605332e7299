/** Tables as Athena and the warehouse of a stage have them, beside those of a laptop's lake. */

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { stateFile } from '../../../adapters/duckdb/database.ts';
import { WORDS } from '../../../core/plans/dialect.ts';
import { AthenaUser } from './athena.ts';
import type { AwsStage } from './aws-stage.ts';
import { Comparator, type CompareOptions, type Comparison, type Source } from './compare.ts';
import { RedshiftUser } from './redshift.ts';

const [quoted, text] = [WORDS.identifier.duckdb, WORDS.literal.duckdb];

/** Of files that a test alone reads. */
const OWN = 'compared/';

export class StageTables {
  readonly athena: AthenaUser;
  readonly redshift: RedshiftUser;
  private readonly stage: AwsStage;
  private readonly folder: string;
  private readonly laptop: Comparator;

  private constructor(stage: AwsStage, laptop: Comparator, folder: string) {
    this.stage = stage;
    this.laptop = laptop;
    this.folder = folder;
    this.athena = new AthenaUser(stage.bridge.url);
    this.redshift = new RedshiftUser(stage.bridge.url);
  }

  /** @param state of the laptop's run @param folder for files on their way */
  static async open(stage: AwsStage, state: string, folder: string): Promise<StageTables> {
    return new StageTables(stage, await Comparator.open(stateFile(state)), folder);
  }

  /** @param without columns that are each lake's own */
  compareAthena(table: string, without: readonly string[] = [], options: CompareOptions = {}): Promise<Comparison> {
    return this.compare(table, without, options, async (select, prefix) => {
      const address = `s3://${this.stage.bucket('Results').bucket}/${prefix}`;
      await this.athena.succeed(`UNLOAD (${select}) TO ${text(address)} WITH (format = 'PARQUET')`);
    });
  }

  compareRedshift(table: string, without: readonly string[] = [], options: CompareOptions = {}): Promise<Comparison> {
    return this.compare(table, without, options, async (select, prefix) => {
      const address = `s3://${this.stage.bucket('Results').bucket}/${prefix}`;
      const role = 'arn:aws:iam::123456789012:role/copy';
      await this.redshift.succeed(
        `UNLOAD (${text(select)}) TO ${text(address)} IAM_ROLE ${text(role)} FORMAT AS PARQUET`,
      );
    });
  }

  close(): void {
    this.laptop.close();
    this.athena.client.destroy();
    this.redshift.client.destroy();
  }

  private async compare(
    table: string,
    without: readonly string[],
    options: CompareOptions,
    unload: (select: string, prefix: string) => Promise<void>,
  ): Promise<Comparison> {
    const whole = await this.laptop.duckdbSource(`lake.${table}`);
    const columns = whole.columns.filter(({ name }) => !without.includes(name));
    const names = columns.map(({ name }) => quoted(name)).join(', ');
    const left: Source = { from: `(SELECT ${names} FROM lake.${table})`, columns };
    // What UNLOAD writes as Parquet tells times to the millisecond.
    const told = columns.map(({ name, type }) =>
      type === 'timestamp' ? `CAST(${quoted(name)} AS timestamp(3)) AS ${quoted(name)}` : quoted(name),
    );
    const prefix = `${OWN}${randomUUID()}/`;
    await unload(`SELECT ${told.join(', ')} FROM ${table}`, prefix);
    const found: string[] = [];
    for await (const { key } of this.stage.bucket('Results').list(prefix)) {
      const path = join(this.folder, `${randomUUID()}.parquet`);
      await this.stage.bucket('Results').download(key, path);
      found.push(path);
    }
    const right =
      found.length === 0
        ? { from: `(SELECT ${names} FROM lake.${table} WHERE false)`, columns }
        : await this.laptop.duckdbSource(`read_parquet([${found.map((path) => text(path)).join(', ')}])`);
    return this.laptop.compare(left, right, options);
  }
}
