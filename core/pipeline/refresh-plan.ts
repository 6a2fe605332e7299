/** Which models and analyses are refreshed, and how: decided before any of them is touched. */

import { affected, type Graph, type Node } from '../models/graph.ts';
import { type Change, planRefresh, type RefreshStep } from '../models/refresh.ts';
import type { MadeTable } from '../ports.ts';
import { LandfallError, type Problem } from '../problems.ts';
import { didYouMean } from '../yaml/nearest.ts';
import type { ModelGraph } from './model-graph.ts';

export interface RefreshAsk {
  /** The data set's. */
  readonly schema: string;
  /** Clean tables, and other data sets' models, whose rows changed. */
  readonly changes: ReadonlyMap<string, Change>;
  /** Refreshes everything, whatever changed. */
  readonly full: boolean;
  /** Refreshes these tables and what reads them, and nothing that is missing besides. */
  readonly scope?: ReadonlySet<string> | undefined;
}

export function datasetSteps(
  { graph, definitions, incremental }: ModelGraph,
  made: ReadonlyMap<string, MadeTable>,
  { schema, changes, full, scope }: RefreshAsk,
): readonly RefreshStep[] {
  const isSound = ([table, hash]: readonly [string, string]) =>
    scope === undefined ? !full && made.get(table)?.definition === hash : !scope.has(table);
  const existing = new Set([...definitions].filter(isSound).map(([table]) => table));
  const nodes = graph.nodes.filter((node) => schemaOf(node) === schema);
  return planRefresh({ graph: { nodes }, changes, existing, incremental });
}

export function schemaOf(node: Node): string {
  return node.kind === 'model' ? node.model.schema : node.analysis.schema;
}

/** Tables of models that have no definition any more. */
export function undefinedTables({ definitions }: ModelGraph, made: ReadonlyMap<string, MadeTable>): readonly string[] {
  return [...made.keys()].filter((table) => !definitions.has(table));
}

/**
 * The tables to be made where these are asked for: they, and whatever they or their readers read that isn't made as it is
 * defined today.
 *
 * @throws LandfallError `unknown-model`, exit code 2
 */
export function modelScope(
  { graph, definitions }: ModelGraph,
  made: ReadonlyMap<string, MadeTable>,
  asked: readonly string[],
): ReadonlySet<string> {
  const unknown = asked.filter((table) => !definitions.has(table));
  if (unknown.length > 0)
    throw new LandfallError(
      unknown.map((table) => unknownModel(graph, table)),
      2,
    );
  const scope = new Set(asked);
  for (let before = 0; before < scope.size; ) {
    before = scope.size;
    const needed = new Set(nodesOfScope(graph, scope).flatMap(({ reads }) => reads));
    for (const node of [...graph.nodes].reverse()) {
      if (!node.produces.some((table) => needed.has(table))) continue;
      for (const table of node.reads) needed.add(table);
      for (const table of node.produces) if (made.get(table)?.definition !== definitions.get(table)) scope.add(table);
    }
  }
  return scope;
}

/** Whatever makes one of these tables, or reads one, from however far. */
export function nodesOfScope(graph: Graph, scope: ReadonlySet<string>): readonly Node[] {
  const readers = affected(graph, scope);
  return graph.nodes.filter((node) => readers.includes(node) || node.produces.some((table) => scope.has(table)));
}

function unknownModel({ nodes }: Graph, table: string): Problem {
  const known = nodes.flatMap(({ produces }) => produces).sort();
  const meant = didYouMean(table, known);
  const message = `there is no model or result "${table}"${meant}${meant === '' ? ',' : ''} expected one of ${known.join(', ')}`;
  const isClean = nodes.some(({ reads }) => reads.includes(table));
  const hint = 'it is loaded from files: --full or --months loads them again';
  return { code: 'unknown-model', message, ...(isClean ? { hint } : {}) };
}
