// What was compared with DuckDB's rows, table by table: told by the tests as they go, printed once, at the end.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {'Spark' | 'Trino' | 'PostgreSQL'} Engine
 * @typedef {object} Parity
 * @property {string} data what was loaded: tables of other data stand apart
 * @property {string} table
 * @property {Engine} engine
 * @property {number} rows
 * @property {number} columns
 * @property {number} differences
 */

/** @type {readonly Engine[]} */
const ENGINES = ['Spark', 'Trino', 'PostgreSQL'];

/** @param {string} folder */
const fileOf = (folder) => join(folder, 'parity.jsonl');

/**
 * @param {string} folder the engines' own
 * @param {Parity} parity
 */
export function recordParity(folder, parity) {
  appendFileSync(fileOf(folder), `${JSON.stringify(parity)}\n`);
}

/**
 * @param {string} folder
 * @returns {Parity[]}
 */
export function readParity(folder) {
  if (!existsSync(fileOf(folder))) return [];
  const lines = readFileSync(fileOf(folder), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}

/**
 * A table for each load: `0` where nothing differs, `-` where nothing was compared; the columns that all engines were
 * compared by. Of what was compared more than once the last counts.
 * @param {readonly Parity[]} parities
 */
export function renderParity(parities) {
  const loads = [...new Set(parities.map(({ data }) => data))];
  return loads.map((data) => `${data}\n${renderLoad(parities.filter((parity) => parity.data === data))}`).join('\n');
}

/** @param {readonly Parity[]} parities */
function renderLoad(parities) {
  const head = ['table', 'rows', 'columns', ...ENGINES.map((engine) => `DuckDB = ${engine}`)];
  const tables = [...new Set(parities.map(({ table }) => table))].sort();
  const lines = tables.map((table) => {
    const own = parities.filter((parity) => parity.table === table);
    const [rows, columns] = [own.at(-1)?.rows ?? 0, Math.min(...own.map((parity) => parity.columns))];
    return [table, rows.toLocaleString('en-US'), String(columns), ...ENGINES.map((engine) => verdict(own, engine))];
  });
  const widths = head.map((title, index) => Math.max(title.length, ...lines.map((cells) => cells[index]?.length ?? 0)));
  const line = (/** @type {readonly string[]} */ cells) =>
    cells
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join('  ');
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...lines.map(line), ''].join('\n');
}

/**
 * @param {readonly Parity[]} parities
 * @param {Engine} engine
 */
function verdict(parities, engine) {
  const found = parities.findLast((parity) => parity.engine === engine);
  if (found === undefined) return '-';
  return found.differences === 0 ? '0' : `${found.differences.toLocaleString('en-US')} DIFFER`;
}
