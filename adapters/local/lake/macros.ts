import { readFileSync } from 'node:fs';

const MACROS = new URL('../trino-macros.sql', import.meta.url);

/** SQL that makes what DuckDB lacks of Trino, so that a model's SQL runs as written. */
export function trinoMacros(): string {
  return readFileSync(MACROS, 'utf8');
}
