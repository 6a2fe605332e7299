/** Who reads what changed: the models and analyses of a project, and the panels of its dashboards. */

import { readsOf } from '../../analyses/methods.ts';
import { buildGraph, type Node } from '../../models/graph.ts';
import { columnsSaid, fieldsShown } from '../../models/panel-names.ts';
import { tableReferences } from '../../models/references.ts';
import { columnPath, descend, listAt } from '../../models/sql-ast.ts';
import type { Project } from '../../project.ts';
import type { Change } from './types.ts';

export interface Readers {
  /** Models by `schema.name` and analyses by `analysis schema.name`: of a column, those that may name it. */
  readonly direct: readonly string[];
  /** Those that read what the others make. */
  readonly behind: readonly string[];
  /** `data set: title`, of any of these. */
  readonly panels: readonly string[];
}

/**
 * Any table may be read, one that no contract has any more among them.
 *
 * @param trees by a model's table: what `json_serialize_sql` gives of its SELECT, parsed
 * @returns who reads the tables of a change, or why that can't be told
 */
export function readersIn(
  { models, analyses, dashboards }: Project,
  trees: ReadonlyMap<string, unknown>,
): ((change: Change) => Readers) | { readonly problem: string } {
  const references = new Map(
    models.map((model) => [model.table, tableReferences(trees.get(model.table), model).references]),
  );
  const read = [...references.values()].flat().map(({ schema, table }) => `${schema}.${table}`);
  const cleanTables = new Set([...read, ...analyses.map(({ input }) => input)]);
  for (const { table } of models) cleanTables.delete(table);
  for (const { schema, outputs } of analyses) {
    for (const output of Object.values(outputs)) cleanTables.delete(`${schema}.${output}`);
  }
  const built = buildGraph({ models, analyses, cleanTables, references });
  if ('problems' in built) return { problem: built.problems.map(({ message }) => message).join('; ') };
  const { nodes } = built.graph;
  const names = (node: Node, column: string) =>
    node.kind === 'analysis' ? analysisNames(node, column) : sqlNames(trees.get(node.model.table), column);

  return ({ tables, column }) => {
    const isDirect = (node: Node) =>
      node.reads.some((table) => tables.includes(table)) && (column === undefined || names(node, column));
    const direct = nodes.filter(isDirect);
    const made = new Set(direct.flatMap(({ produces }) => produces));
    const behind = nodes.filter((node) => {
      if (direct.includes(node) || !node.reads.some((table) => made.has(table))) return false;
      for (const table of node.produces) made.add(table);
      return true;
    });
    const panels = dashboards.flatMap(({ dataset, panels }) =>
      panels
        .filter((panel) => {
          if (made.has(panel.model)) return true;
          const said = () => [...columnsSaid(panel), ...fieldsShown(panel)].map(({ name }) => name);
          return tables.includes(panel.model) && (column === undefined || said().includes(column));
        })
        .map(({ title }) => `${dataset}: ${title}`),
    );
    const shown = (list: readonly Node[]) => list.map(({ name }) => name);
    return { direct: shown(direct), behind: shown(behind), panels };
  };
}

/** Whether a SELECT may read a column of this name: it says the name somewhere, or takes all columns there are. */
function sqlNames(tree: unknown, column: string): boolean {
  let found = false;
  descend(tree, (node) => {
    const using = listAt(node, 'using_columns').some((name) => String(name).toLowerCase() === column);
    found ||= columnPath(node).includes(column) || using || node['class'] === 'STAR' || node['ref_type'] === 'NATURAL';
    return !found;
  });
  return found;
}

function analysisNames({ analysis }: Extract<Node, { kind: 'analysis' }>, column: string): boolean {
  const { numbers, others } = readsOf(analysis);
  // What keeps rows keeps all that they have.
  return analysis.kind === 'outlier removal' || numbers.includes(column) || others.includes(column);
}
