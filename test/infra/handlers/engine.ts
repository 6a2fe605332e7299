/** A function that has DuckDB with its macros, the project's own files, threads, and tracing. */

import { Tracer } from '@aws-lambda-powertools/tracer';
import { DuckDBInstance } from '@duckdb/node-api';
import { ContentReaders } from '../../../adapters/local/content-readers.ts';
import { trinoMacros } from '../../../adapters/local/lake/macros.ts';
import { loadProject } from '../../../adapters/local/project.ts';

const tracer = new Tracer({ serviceName: 'engine' });

export async function handler() {
  const { contracts, models } = await loadProject();
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(trinoMacros());
  const reader = await connection.runAndReadAll("SELECT version(), regexp_like('landfall', 'fall$')");
  const readers = new ContentReaders();
  readers.expect(Number.MAX_SAFE_INTEGER);
  const { head } = await readers.read(process.execPath, false);
  readers.close();
  return {
    contracts: contracts.length,
    models: models.length,
    row: reader.getRows()[0],
    head: head.length,
    isTraced: tracer.isTracingEnabled(),
  };
}
