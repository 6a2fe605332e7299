import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { columnOf, sqlType } from '../../../adapters/aws/lake/types.ts';
import { noteChanged } from '../../../adapters/aws/lake/versions.ts';
import { Database } from '../../../adapters/duckdb/database.ts';
import { readTable } from '../../../adapters/local/lake/index.ts';
import { literal } from '../../../core/models/changed-rows.ts';
import { WORDS } from '../../../core/plans/dialect.ts';
import { describeLakeModels } from '../../ports/lake-models.ts';
import { AwsLake } from '../support/aws-lake.ts';

describeLakeModels('on AWS', async () => {
  const own = await AwsLake.open(['shop']);
  const [quoted, text] = [WORDS.identifier.duckdb, WORDS.literal.duckdb];
  return {
    lake: own.lake,
    reset: () => own.empty(),
    async fill(table, types, rows) {
      const columns = Object.entries(types).map(columnOf);
      const cast = (value: string, index: number) => `CAST(${value} AS ${sqlType(columns[index]?.type ?? 'string')})`;
      const values = rows.map((row) => `(${row.map((value, index) => cast(literal(value), index)).join(', ')})`);
      const named = `given (${columns.map(({ name }) => quoted(name)).join(', ')})`;
      await own.fill(table, columns, `SELECT * FROM (VALUES ${values.join(', ')}) AS ${named}`);
    },
    changed: (table, by, values) => noteChanged(own.context, table, by, values),
    async exported(place, columns) {
      const folder = mkdtempSync(join(tmpdir(), 'landfall-exported-'));
      const database = await Database.open({ file: null, readOnly: false, spill: null });
      try {
        const { objects } = own.context;
        let files = 0;
        for await (const { key } of objects.list(place.replace(`s3://${objects.bucket}/`, ''))) {
          files += 1;
          await objects.download(key, join(folder, `${files}.parquet`));
        }
        if (files === 0) return [];
        const names = columns.map(({ name }) => quoted(name)).join(', ');
        return (await readTable(database, `SELECT ${names} FROM read_parquet(${text(`${folder}/*.parquet`)})`)).rows;
      } finally {
        database.close();
        rmSync(folder, { recursive: true, force: true });
      }
    },
    next: () => own.next(),
    close: () => own.close(),
  };
});
