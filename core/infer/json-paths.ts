/** The fields of JSON lines, from the structure of all of them taken together. */

export interface JsonPath {
  /** Names with dots between them, as a contract's `source`. */
  readonly source: string;
  readonly isList: boolean;
}

/**
 * @param structure as DuckDB's json_group_structure gives it: an object of names, a list of one, or a type's name
 * @returns the paths in the records' order, and the names that no `source` can say
 */
export function jsonPaths(structure: unknown): { paths: readonly JsonPath[]; unsayable: readonly string[] } {
  const paths: JsonPath[] = [];
  const unsayable: string[] = [];
  const into = (value: unknown, names: readonly string[]): void => {
    if (Array.isArray(value) || typeof value !== 'object' || value === null) {
      paths.push({ source: names.join('.'), isList: Array.isArray(value) });
      return;
    }
    for (const [name, inner] of Object.entries(value)) {
      if (name === '' || name.includes('.') || name.trim() !== name) unsayable.push([...names, name].join('/'));
      else into(inner, [...names, name]);
    }
  };
  into(structure, []);
  return { paths: paths.filter(({ source }) => source !== ''), unsayable };
}
