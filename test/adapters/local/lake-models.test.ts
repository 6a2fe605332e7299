import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '../../../adapters/duckdb/database.ts';
import { ProtectKey } from '../../../adapters/duckdb/protect-key.ts';
import { DuckDBLake, readTable } from '../../../adapters/local/lake/index.ts';
import { renew } from '../../../adapters/local/lake/versions.ts';
import { changeKey, literal } from '../../../core/models/changed-rows.ts';
import { TYPE_NAME, WORDS } from '../../../core/plans/dialect.ts';
import { describeLakeModels } from '../../ports/lake-models.ts';

describeLakeModels('on a laptop', async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'landfall-lake-models-'));
  const database = await Database.open({ file: null, readOnly: false, spill: null });
  const nothing = {
    pathOf: () => Promise.reject(new Error('nothing lands')),
    changed: async () => null,
    release: async () => undefined,
  };
  const lake = new DuckDBLake(database, nothing, scratch, new ProtectKey({}));
  const [quoted, text] = [WORDS.identifier.duckdb, WORDS.literal.duckdb];
  return {
    lake,
    async reset() {
      await database.run(`DROP SCHEMA IF EXISTS shop CASCADE; DROP SCHEMA IF EXISTS ops CASCADE;
        DROP SCHEMA IF EXISTS storage CASCADE; CREATE SCHEMA shop`);
      await lake.prepare([], []);
    },
    async fill(table, columns, rows) {
      const types = Object.values(columns).map((type) => TYPE_NAME[type].duckdb);
      await database.run(
        `CREATE OR REPLACE TABLE ${table} (${Object.keys(columns)
          .map((name, i) => `${quoted(name)} ${types[i]}`)
          .join(', ')})`,
      );
      const values = rows.map(
        (row) => `(${row.map((value, i) => `CAST(${literal(value)} AS ${types[i]})`).join(', ')})`,
      );
      if (rows.length > 0) await database.run(`INSERT INTO ${table} VALUES ${values.join(', ')}`);
      await renew(database, table);
    },
    async changed(table, by, values) {
      // What a load keeps for the refresh that follows it.
      lake['changes'].set(changeKey(table, by), values);
    },
    async exported(place, columns) {
      const types = columns
        .map(({ name, type }) => `${text(name)}: '${type === 'string' ? 'VARCHAR' : type}'`)
        .join(', ');
      return (await readTable(database, `FROM read_csv(${text(place)}, header = false, columns = {${types}})`)).rows;
    },
    next() {},
    async close() {
      database.close();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
});
