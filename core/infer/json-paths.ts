/** The fields of JSON lines, from the structure of all of them taken together. */

export interface JsonPath {
  /** Names with dots between them, as a contract's `source`. */
  readonly source: string;
  readonly isList: boolean;
}

/** Without what parts names, and what a line of YAML or of SQL can't have in it. */
const SAYABLE = /^(?![\s\S]*[.\0])\S(.*\S)?$/;

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
      if (!SAYABLE.test(name)) unsayable.push([...names, name].join('/'));
      else into(inner, [...names, name]);
    }
  };
  into(structure, []);
  return { paths: paths.filter(({ source }) => source !== ''), unsayable };
}
