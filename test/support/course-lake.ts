/**
 * The course platform's files as their tables, by DuckDB alone, and the models on them that need no analysis, so that
 * generator and models can be judged without the loader.
 */

import { Database } from '../../adapters/duckdb/database.ts';
import { trinoMacros } from '../../adapters/local/lake/macros.ts';
import { loadProject } from '../../adapters/local/project.ts';

const FILES = {
  students: 'student_info',
  purchases: 'student_purchases',
  videos_watched: 'student_video_watched',
  certificates: 'student_certificates',
};
const MODELS = ['subscriptions', 'minutes_by_period', 'certificates_minutes'];

export async function courseLake(folder: string): Promise<Database> {
  const database = await Database.open({ file: null, readOnly: false, spill: null });
  await database.run('CREATE SCHEMA course_engagement');
  for (const [table, file] of Object.entries(FILES)) {
    await database.run(`CREATE TABLE course_engagement.${table} AS
      SELECT columns('.*_id')::INTEGER, columns('date_.*')::DATE, columns('seconds_.*')::INTEGER
      FROM (SELECT *, NULL AS seconds_ FROM read_csv('${folder}/${file}.csv', header = true, all_varchar = true))`);
  }
  await database.run(trinoMacros());
  const { models } = await loadProject();
  for (const name of MODELS) {
    const model = models.find(({ table }) => table === `course_engagement.${name}`);
    if (model === undefined) throw new Error(`there is no model ${name}`);
    await database.run(`CREATE TABLE ${model.table} AS ${model.sql}`);
    for (const audit of model.audits) {
      const bad = await database.rows(audit.sql);
      if (bad.length > 0) throw new Error(`${model.table}: ${audit.name}: ${JSON.stringify(bad.slice(0, 3))}`);
    }
  }
  return database;
}
