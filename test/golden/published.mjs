/** Published figures of the data sets, and what it means that one is met. Plain JavaScript, so that node can print them. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} Figure
 * @property {string} figure
 * @property {string} sql
 * @property {(string | number | boolean | null)[][]} published row by row; a number whose last decimals are zeros as text
 * @property {string} [erratum] where what was published is wrong; `published` then is what the data has
 */

/** Hyphenated names of the data sets of which something was published. */
export function publishedDatasets() {
  const folder = fileURLToPath(new URL('./', import.meta.url));
  return readdirSync(folder).filter((name) => existsSync(fileOf(name)));
}

/**
 * @param {string} dataset
 * @returns {readonly Figure[]}
 */
export function figuresOf(dataset) {
  return JSON.parse(readFileSync(fileOf(dataset), 'utf8'));
}

/**
 * The rows as they would have been published, as text: each number with as many decimals as the published one.
 *
 * @param {readonly Readonly<Record<string, unknown>>[]} rows
 * @param {Figure} figure
 * @returns {string[][]}
 */
export function asPublished(rows, { published }) {
  return rows.map((row, index) =>
    Object.values(row).map((value, column) => {
      const theirs = published[index]?.[column];
      const isNumber = typeof theirs === 'number' || /^-?\d+(\.\d+)?$/.test(String(theirs));
      const decimals = String(theirs).split('.')[1]?.length ?? 0;
      return isNumber && value !== null && Number.isFinite(Number(value))
        ? Number(value).toFixed(decimals)
        : String(value);
    }),
  );
}

/**
 * @param {Figure} figure
 * @returns {string[][]}
 */
export function texts({ published }) {
  return published.map((row) => row.map(String));
}

/** @param {string} dataset */
function fileOf(dataset) {
  return fileURLToPath(new URL(`./${dataset}/published.json`, import.meta.url));
}
