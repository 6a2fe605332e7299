import type { Problem } from '../problems.ts';
import type { Path, Sound } from '../yaml/types.ts';
import { checkServiceLevels } from './check-service-levels.ts';
import { checkSourceApi } from './check-source-api.ts';
import { checkTable } from './check-table.ts';
import type { ContractDocument, DatasetSettings, TableSettings } from './document.ts';
import { formatOf } from './format.ts';
import { globMistake, globsOverlap } from './glob.ts';
import { RESERVED_DATASETS } from './reserved.ts';
import { type ContractFile, findSettings } from './settings.ts';

const FILE_ENDING = '.odcs.yaml';

/** What is wrong with the meaning of a contract whose shape `yaml` has checked. */
export function checkContract(yaml: ContractFile, file: string): Problem[] {
  const document = yaml.sound;
  if (document === undefined) return [];
  const tables = document.schema ?? [];
  return [
    ...checkDatasetName(yaml, document.name, file),
    ...findSettings<DatasetSettings>(yaml, document.customProperties, []).problems,
    ...repeatedNames(yaml, tables, ['schema'], 'table'),
    ...tables.flatMap((table, index) =>
      repeatedNames(yaml, table?.properties ?? [], ['schema', index, 'properties'], 'column'),
    ),
    ...tables.flatMap((table, index) => (table === undefined ? [] : checkTable(yaml, table, ['schema', index]))),
    ...checkOverlaps(yaml, document),
    ...checkSourceApi(yaml, document),
    ...checkServiceLevels(yaml, document),
  ];
}

function checkDatasetName(yaml: ContractFile, name: string | undefined, file: string): Problem[] {
  if (name === undefined) return [];
  if (RESERVED_DATASETS.has(name) || name.startsWith('pg-')) {
    return [yaml.problem('reserved-name', ['name'], `"${name}" is reserved, choose another name for the data set`)];
  }
  const baseName = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  if (baseName === `${name}${FILE_ENDING}`) return [];
  const message = `the data set "${name}" must stand in the file ${name}${FILE_ENDING}, not ${baseName}`;
  return [yaml.problem('wrong-file-name', ['name'], message)];
}

function repeatedNames(
  yaml: ContractFile,
  items: readonly ({ readonly name?: string | undefined } | undefined)[],
  path: Path,
  what: string,
): Problem[] {
  const seen = new Set<string>();
  return items.flatMap((item, index) => {
    if (item?.name === undefined) return [];
    const isRepeated = seen.has(item.name);
    seen.add(item.name);
    const message = `the ${what} "${item.name}" is given twice`;
    return isRepeated ? [yaml.problem('duplicate-name', [...path, index, 'name'], message)] : [];
  });
}

/** A file that matched two tables' globs would have no single home. */
function checkOverlaps(yaml: ContractFile, document: Sound<ContractDocument>): Problem[] {
  const globs = (document.schema ?? []).flatMap((table, index) => {
    const settings = findSettings<TableSettings>(yaml, table?.customProperties, ['schema', index]);
    const { values, paths } = settings;
    if (values.landing === undefined || globMistake(values.landing, formatOf(settings)) !== undefined) return [];
    return [{ table: table?.name ?? '', landing: values.landing, path: paths.landing ?? [] }];
  });
  return globs.flatMap((one, index) => {
    const other = globs.slice(0, index).find((earlier) => globsOverlap(earlier.landing, one.landing));
    if (other === undefined) return [];
    const message = `a file could match both "${one.landing}" and "${other.landing}" of the table "${other.table}"`;
    return [yaml.problem('overlapping-globs', one.path, message)];
  });
}
