/** The warehouse on AWS: what the lake unloads to S3, Redshift copies from there, and then switches to. */

import type { Clock, Hasher, Warehouse } from '../../../core/ports.ts';
import { sideBySide } from '../../../core/side-by-side.ts';
import {
  commentStatements,
  MOST_STATEMENTS,
  type StagedPublication,
  selectStaged,
  stageStatements,
  switches,
  switchStatements,
} from '../../../core/warehouse/redshift.ts';
import { selectPublished } from '../../../core/warehouse/statements.ts';
import type { Publication } from '../../../core/warehouse/types.ts';
import type { Published, PublishedBooks } from './books.ts';
import type { DataApi } from './data-api.ts';

export interface RedshiftWarehouseSettings {
  readonly api: DataApi;
  readonly books: PublishedBooks;
  /** Whoever asks again for the same run finds the transactions that were begun. */
  readonly run: string;
  /** What COPY reads with. */
  readonly copyRoleArn: string;
  readonly clock: Clock;
  readonly hasher: Hasher;
}

/** Tables that are exported and staged at a time. */
const AT_ONCE = 4;
/** Milliseconds after which nobody can still be about to switch to what was staged. */
const LEFT_OVER = 24 * 60 * 60 * 1000;

export class RedshiftWarehouse implements Warehouse {
  private readonly settings: RedshiftWarehouseSettings;

  constructor(settings: RedshiftWarehouseSettings) {
    this.settings = settings;
  }

  /** A workgroup wakes by itself, and each time is paid for: not before there is something to publish. */
  prepare(): void {}

  async published(): Promise<Published> {
    return (await this.settings.books.read()) ?? this.ask();
  }

  async publish(publications: readonly Publication[], drops: readonly string[]): Promise<void> {
    const { books, api, run } = this.settings;
    await books.clear();
    const leftOver = await this.leftOver();
    const staged = await sideBySide(publications, AT_ONCE, (publication) => this.stage(publication));
    for (const [index, group] of switches(staged).entries()) {
      const own = index === 0 ? switchStatements(group, drops, leftOver) : switchStatements(group);
      const of = group.length === 1 ? (group[0]?.publication.table.table ?? '') : 'switching';
      await api.transaction(
        own.map((sql) => ({ sql, of: tableIn(sql, group) ?? of })),
        run,
      );
    }
    await books.write(await this.ask());
  }

  /** Cancels what is still running; what readers see is as it was. */
  cancel(): Promise<void> {
    return this.settings.api.cancel();
  }

  private async stage(publication: Publication): Promise<StagedPublication> {
    const { api, run, copyRoleArn, hasher } = this.settings;
    const { table, version, definition, mode } = publication;
    const exported = await publication.rows();
    const content = JSON.stringify([run, table.table, version, definition, mode, exported]);
    const staged = { publication, exported, mark: hasher.hash(content).slice(0, 16) };
    const of = (sql: string) => ({ sql, of: table.table });
    await api.transaction(stageStatements(staged, copyRoleArn).map(of), run);
    const comments = commentStatements(staged).map(of);
    for (let at = 0; at < comments.length; at += MOST_STATEMENTS) {
      await api.transaction(comments.slice(at, at + MOST_STATEMENTS), run);
    }
    return staged;
  }

  private async leftOver(): Promise<readonly string[]> {
    const rows = await this.settings.api.read(selectStaged(), 'books');
    const now = this.settings.clock.now();
    return rows.flatMap(([name, at]) => {
      const stagedAt = Date.parse(`${at?.replace(' ', 'T')}Z`);
      return name !== null && name !== undefined && now - stagedAt > LEFT_OVER ? [name] : [];
    });
  }

  private async ask(): Promise<Published> {
    const rows = await this.settings.api.read(selectPublished(), 'books');
    return new Map(
      rows.map(([table, version, definition]) => [
        table ?? '',
        { version: version ?? '', definition: definition ?? '' },
      ]),
    );
  }
}

/** Of a switch of several tables, the one that a statement names. */
function tableIn(sql: string, group: readonly StagedPublication[]): string | undefined {
  const found = group.filter(
    ({ publication: { table }, mark }) =>
      sql.includes(`"${table.schema}"."${table.name}"`) || sql.includes(`landfall_rows_${mark}`),
  );
  return found.length === 1 ? found[0]?.publication.table.table : undefined;
}
