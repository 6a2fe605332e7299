/** Whether what a contract says of an API fits its tables, and keeps the token where it belongs. */

import type { Problem } from '../problems.ts';
import { fileName } from '../pull/file-name.ts';
import { urlMistake } from '../pull/links.ts';
import { didYouMean } from '../yaml/nearest.ts';
import type { Path, Sound } from '../yaml/types.ts';
import type { ContractDocument, DatasetSettings, TableDocument, TableSettings } from './document.ts';
import { formatOf } from './format.ts';
import { matchesGlob } from './glob.ts';
import { type ContractFile, findSettings } from './settings.ts';

type Api = Sound<DatasetSettings['sourceApi']>;

export function checkSourceApi(yaml: ContractFile, document: Sound<ContractDocument>): Problem[] {
  const { values, paths } = findSettings<DatasetSettings>(yaml, document.customProperties, []);
  const [api, path] = [values.sourceApi as Api | undefined, paths.sourceApi];
  if (api === undefined || path === undefined) return [];
  return [...checkUrl(yaml, api, path), ...checkHome(yaml, document, api, path)];
}

function checkUrl(yaml: ContractFile, api: Api, path: Path): Problem[] {
  if (api.url === undefined) return [];
  const mistake = urlMistake(api.url, api.pageSize?.parameter);
  return mistake === undefined ? [] : [yaml.problem('wrong-url', [...path, 'url'], `the url ${mistake}`)];
}

/** A pulled file has to land with its table, as JSON lines. */
function checkHome(yaml: ContractFile, document: Sound<ContractDocument>, api: Api, path: Path): Problem[] {
  const tables = document.schema ?? [];
  const isKnown = !yaml.isUnreadable(['schema']) && tables.every((table) => table?.name !== undefined);
  if (api.table === undefined || !isKnown) return [];
  const names = tables.map((table) => table?.name ?? '');
  const index = names.indexOf(api.table);
  if (index < 0) {
    const message = `unknown table "${api.table}", expected one of ${names.join(', ')}${didYouMean(api.table, names)}`;
    return [yaml.problem('wrong-source-api', [...path, 'table'], message)];
  }
  const table: Sound<TableDocument> | undefined = tables[index];
  const settings = findSettings<TableSettings>(yaml, table?.customProperties, ['schema', index]);
  const { landing } = settings.values;
  if (formatOf(settings) === 'csv') {
    const message = `records of an API land as JSON lines, and the table "${api.table}" is not of format ndjson`;
    return [yaml.problem('wrong-source-api', [...path, 'table'], message)];
  }
  if (landing === undefined || api.prefix === undefined || !landing.endsWith('.ndjson')) return [];
  const example = `${api.prefix}/${fileName(0, 1)}`;
  if (matchesGlob(landing, example)) return [];
  const message = `a pulled file would be ${example}, which the landing glob "${landing}" of the table "${api.table}" does not match`;
  return [yaml.problem('wrong-source-api', [...path, 'prefix'], message)];
}
