import type { Problem } from '../problems.ts';
import { parseYaml } from '../yaml/parse-yaml.ts';
import { sortProblems } from '../yaml/sort-problems.ts';
import { checkContract } from './check-contract.ts';
import {
  type ColumnDocument,
  type ColumnSettings,
  type ContractDocument,
  contractSchema,
  type DatasetSettings,
  type TableDocument,
  type TableSettings,
} from './document.ts';
import { readQuality } from './quality.ts';
import { readServiceLevels } from './service-levels.ts';
import { type ContractFile, settingsOf } from './settings.ts';
import type { ColumnContract, ColumnParse, ColumnSource, ColumnType, Contract, TableContract } from './types.ts';

/** Of an API whose contract says nothing of it. */
const MOST_PAGES = 10_000;

/**
 * Reads a data contract. `file` is the path that messages show; its last part must be `<dataset>.odcs.yaml`.
 * Every mistake is reported, by line and column; the contract is undefined where there is one.
 */
export function parseContract(text: string, file: string): { contract: Contract | undefined; problems: Problem[] } {
  const yaml = parseYaml(text, file, contractSchema);
  const problems = sortProblems([...yaml.problems, ...checkContract(yaml, file)]);
  const isGood = yaml.value !== undefined && problems.length === 0;
  return { contract: isGood ? buildContract(yaml, yaml.value, file) : undefined, problems };
}

/** What is wrong with contracts taken together: a data set may have one only. */
export function checkContracts(contracts: readonly Contract[]): Problem[] {
  return contracts.flatMap((contract, index) => {
    const first = contracts.slice(0, index).find((earlier) => earlier.dataset === contract.dataset);
    if (first === undefined) return [];
    const message = `the data set "${contract.dataset}" has a contract already, in ${first.file}`;
    return [{ code: 'duplicate-dataset', message, file: contract.file, hint: 'remove one of the two files' }];
  });
}

function buildContract(yaml: ContractFile, document: ContractDocument, file: string): Contract {
  const { sourceApi, drift } = settingsOf<DatasetSettings>(document.customProperties);
  const serviceLevels = readServiceLevels(yaml, document);
  return {
    dataset: document.name,
    schema: document.name.replaceAll('-', '_'),
    version: document.version,
    description: document.description.purpose,
    file,
    ...(sourceApi === undefined ? {} : { sourceApi: { maxPages: MOST_PAGES, ...sourceApi } }),
    ...(drift === undefined ? {} : { drift }),
    ...(serviceLevels.length === 0 ? {} : { serviceLevels }),
    tables: document.schema.map((table, index) => {
      const quality = readQuality(yaml, document.name, table, ['schema', index]);
      return { ...buildTable(table), ...(quality.length === 0 ? {} : { quality }) };
    }),
  };
}

function buildTable(table: TableDocument): TableContract {
  const settings = settingsOf<TableSettings>(table.customProperties);
  const key = table.properties.filter((column) => column.primaryKey === true);
  key.sort((a, b) => (a.primaryKeyPosition ?? 1) - (b.primaryKeyPosition ?? 1));
  return {
    name: table.name,
    description: table.description ?? '',
    landing: settings.landing ?? '',
    format: settings.format ?? 'csv',
    load: settings.load ?? 'merge',
    primaryKey: key.map((column) => column.name),
    identity: settings.identity ?? [],
    overlap: settings.overlap ?? 'ordinal',
    partitionBy: settings.partitionBy ?? [],
    maxBadShare: settings.maxBadShare ?? 1,
    ...(settings.warehouse === undefined ? {} : { warehouse: settings.warehouse }),
    columns: table.properties.map(buildColumn),
  };
}

function buildColumn(column: ColumnDocument): ColumnContract {
  const { unit, nulls, source, parse, protect } = settingsOf<ColumnSettings>(column.customProperties);
  return {
    name: column.name,
    type: columnType(column),
    description: column.description ?? '',
    ...(unit === undefined ? {} : { unit }),
    required: column.required ?? false,
    source: columnSource(source ?? column.name),
    ...(parse === undefined ? {} : { parse: columnParse(parse) }),
    nulls: nulls ?? [],
    ...column.logicalTypeOptions,
    ...(column.classification === undefined ? {} : { classification: column.classification }),
    ...(protect === undefined ? {} : { protect }),
  };
}

function columnType({ logicalType, physicalType }: ColumnDocument): ColumnType {
  if (logicalType === 'number') return 'double';
  return physicalType === 'bigint' ? 'bigint' : logicalType;
}

function columnSource(source: ColumnSettings['source']): ColumnSource {
  return typeof source === 'string' ? { kind: 'header', name: source } : { kind: 'file', pattern: source.file };
}

function columnParse(parse: ColumnSettings['parse']): ColumnParse {
  if (typeof parse === 'string') return { kind: parse };
  return { kind: 'split', separator: parse.split, part: parse.part };
}
