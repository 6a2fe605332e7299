/** Names that a contract takes, made of names that people gave to columns, files and folders. */

import { RESERVED_DATASETS, SYSTEM_COLUMNS } from '../contracts/reserved.ts';

const LONGEST = 63;

/** `Provider/Company Name` becomes provider_company_name, `Sector(s)` sectors, `unitPrice` unit_price. */
export function snakeCase(text: string, otherwise: string): string {
  const words = text
    .replace(/\(s\)/g, 's')
    .replace(/%/g, ' pct ')
    .replace(/ß/g, 'ss')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  const joined = words.join('_');
  if (joined === '') return otherwise;
  return (/^[0-9]/.test(joined) ? `n_${joined}` : joined).slice(0, LONGEST);
}

/** The same names, each once; columns that databases keep for themselves are none. */
export function distinctNames(names: readonly string[]): string[] {
  const taken = new Set<string>(SYSTEM_COLUMNS);
  return names.map((name) => {
    let free = name;
    for (let number = 2; taken.has(free); number++) free = `${name.slice(0, LONGEST - 5)}_${number}`;
    taken.add(free);
    return free;
  });
}

/** A data set's name; undefined where nothing of the text can be one. */
export function datasetName(text: string): string | undefined {
  const name = snakeCase(text, '').replaceAll('_', '-');
  if (name === '') return undefined;
  return RESERVED_DATASETS.has(name) || name.startsWith('pg-') ? `${name}-data` : name;
}

/** Whether a file's name says that it is of a format that loads. */
export function isLandable(path: string): boolean {
  return /[.](csv|ndjson)([.]gz)?$/.test(path);
}

/** What a file is called without folder, ending and `.gz`. */
export function stemOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/[.](csv|ndjson)([.]gz)?$/, '');
}

/** Without the number or the day at the end that tells one export from the next: `items_2`, `items-2024-05`. */
export function seriesStem(stem: string): string {
  return stem.replace(/([ _.-]*(\(?\d+\)?|part|page))+$/i, '').replace(/[ _.-]+$/, '');
}

/** `student_info` becomes students, `engagement_data` engagement. */
export function tableName(stem: string): string {
  const name = snakeCase(stem, 'rows');
  const [, thing] = /^(.+)_(?:info|list)$/.exec(name) ?? [];
  if (thing !== undefined) return thing.endsWith('s') ? thing : `${thing}s`;
  return name.replace(/_(data|export|table)$/, '');
}

/** Of an English plural, near enough for the name of a column. */
export function singular(name: string): string {
  if (name.endsWith('ies')) return `${name.slice(0, -3)}y`;
  if (/(ss|us|is)$/.test(name)) return name;
  return name.replace(/(?<=(ss|x|ch|sh))es$|s$/, '');
}

/** Whether a column's name says that it tells things apart. */
export function isIdentifying(name: string): boolean {
  return /(^|_)(id|ids|key|code|no|nr|number|uuid|guid|isbn|sku|ean|ref)$/.test(name);
}
