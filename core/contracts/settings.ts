import type { Problem } from '../problems.ts';
import type { Path, Sound, YamlFile } from '../yaml/types.ts';
import type { ContractDocument, CustomProperty } from './document.ts';

export type ContractFile = YamlFile<ContractDocument>;

/** The custom properties of one level, by name. */
export interface FoundSettings<Settings> {
  readonly values: Partial<Settings>;
  /** Where the value of a setting stands. */
  readonly paths: { readonly [Name in keyof Settings]?: Path };
  /** The list itself, or where it is missing from. */
  readonly path: Path;
  /** Whether an entry can't be read, so that a setting that seems to be missing may not be. */
  readonly isPartial: boolean;
  /** Settings given twice. */
  readonly problems: readonly Problem[];
}

/** The settings of a contract without mistakes. */
export function settingsOf<Settings>(properties: readonly CustomProperty<Settings>[] | undefined): Partial<Settings> {
  return Object.fromEntries((properties ?? []).map(({ property, value }) => [property, value])) as Partial<Settings>;
}

/** The settings at `owner`, the path of a column, a table or the data set, as far as they can be read. */
export function findSettings<Settings>(
  yaml: ContractFile,
  properties: readonly (Sound<CustomProperty<Settings>> | undefined)[] | undefined,
  owner: Path,
): FoundSettings<Settings> {
  const list = [...owner, 'customProperties'];
  const values = new Map<string, unknown>();
  const paths = new Map<string, Path>();
  const problems: Problem[] = [];
  for (const [index, entry] of (properties ?? []).entries()) {
    const { property, value } = (entry ?? {}) as { property?: string; value?: unknown };
    if (property === undefined) continue;
    if (paths.has(property)) {
      const place = [...list, index, 'property'];
      problems.push(yaml.problem('duplicate-property', place, `the property "${property}" is given twice`));
    } else {
      paths.set(property, [...list, index, 'value']);
      if (value !== undefined) values.set(property, value);
    }
  }
  return {
    values: Object.fromEntries(values) as Partial<Settings>,
    paths: Object.fromEntries(paths) as FoundSettings<Settings>['paths'],
    path: properties === undefined ? owner : list,
    isPartial: isPartial(yaml, properties, list),
    problems,
  };
}

function isPartial(yaml: ContractFile, entries: readonly unknown[] | undefined, list: Path): boolean {
  if (yaml.isUnreadable(list)) return true;
  return (entries ?? []).some((entry, index) => entry === undefined || yaml.isUnreadable([...list, index, 'property']));
}
