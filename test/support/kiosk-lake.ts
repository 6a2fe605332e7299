/**
 * The kiosk purchases of a folder as their tables, by DuckDB alone: the contract's rules and the rule of load append
 * written out once more, so that generator and models can be judged without the loader.
 */

import { Database } from '../../adapters/duckdb/database.ts';
import { trinoMacros } from '../../adapters/local/lake/macros.ts';
import { loadProject } from '../../adapters/local/project.ts';

export const IDENTITY = 'kiosk_id, product_id, card_hash, purchased_at, fc_number';

/** `export_rows`: every row as it landed, with its file; `kiosk_sales.*`: the tables and, as tables too, the models. */
export async function kioskLake(folder: string): Promise<Database> {
  const database = await Database.open({ file: null, readOnly: false, spill: null });
  await database.run(`CREATE TABLE export_rows AS SELECT *, kiosk_id IS NOT NULL AND product_id IS NOT NULL
      AND card_hash IS NOT NULL AND purchased_at IS NOT NULL AS is_sound
    FROM (SELECT parse_filename(filename) AS file, TRY_CAST(kiosk_id AS INTEGER) AS kiosk_id,
        TRY_CAST(product_id AS INTEGER) AS product_id, card_hash,
        CASE WHEN regexp_full_match(date_time, '.{19}-0[78]')
          THEN TRY_CAST(date_time AS TIMESTAMPTZ) AT TIME ZONE 'UTC' END AS purchased_at,
        TRY_CAST(date_time[:19] AS TIMESTAMP) AS local_time, TRY_CAST(date_time[20:] AS DOUBLE) AS utc_offset_hours,
        TRY_CAST(fc_number AS INTEGER) AS fc_number
      FROM read_csv('${folder}/items_purchased_*.csv', all_varchar = true, header = true, filename = true))`);
  await database.run('CREATE SCHEMA kiosk_sales');
  // Of equal rows as many as the largest count in any one file.
  await database.run(`CREATE TABLE kiosk_sales.purchases AS
    SELECT ${IDENTITY}, local_time, utc_offset_hours
    FROM (SELECT ${IDENTITY}, local_time, utc_offset_hours, max(copies) AS copies
      FROM (SELECT ${IDENTITY}, local_time, utc_offset_hours, file, count(*) AS copies FROM export_rows
        WHERE is_sound GROUP BY ALL)
      GROUP BY ALL), unnest(range(copies))`);
  await database.run(`CREATE TABLE kiosk_sales.products AS
    SELECT * EXCLUDE (margins), CAST(rtrim(margins, '%') AS DOUBLE) / 100 AS margin
    FROM read_csv('${folder}/product_info.csv', header = true, types = {'margins': 'VARCHAR'})`);
  await database.run(trinoMacros());
  const { models } = await loadProject();
  const own = models.filter(({ schema }) => schema === 'kiosk_sales');
  const onCards = (sql: string) => sql.includes('kiosk_sales.repeat_customers');
  for (const model of own.toSorted((a, b) => Number(onCards(a.sql)) - Number(onCards(b.sql)))) {
    await database.run(`CREATE TABLE ${model.table} AS ${model.sql}`);
    for (const { name, sql, severity } of model.audits) {
      const bad = severity === 'error' ? await database.rows(sql) : [];
      if (bad.length > 0) throw new Error(`${model.table}: ${name}: ${JSON.stringify(bad.slice(0, 3))}`);
    }
  }
  return database;
}
