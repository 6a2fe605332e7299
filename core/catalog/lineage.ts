/** What comes from what: files become clean tables, these models and results, and those panels and the warehouse's tables. */

import type { Graph } from '../models/graph.ts';
import type { Project } from '../project.ts';
import type { DescribedTable } from '../tables.ts';

export type LineageKind =
  /** What a landing glob takes. */
  | 'files'
  | 'clean'
  /** A table of Landfall's own books. */
  | 'ops'
  | 'model'
  | 'analysis'
  /** A table that an analysis makes. */
  | 'result'
  | 'panel'
  /** The copy of a table that BI tools see. */
  | 'warehouse';

export interface LineageNode {
  /** A table's `schema.name`; of all else the kind before it, `files:shop/receipts/*.csv`, `panel:shop/1`. */
  readonly id: string;
  readonly kind: LineageKind;
  /** Hyphenated; null of Landfall's own books. */
  readonly dataset: string | null;
  /** For people: a glob, a table without its schema, a panel's title. */
  readonly name: string;
}

/** `to` reads `from`, or is made by it. */
export interface LineageEdge {
  readonly from: string;
  readonly to: string;
}

export interface Lineage {
  /** By data set, as the project has them. */
  readonly nodes: readonly LineageNode[];
  /** Sorted. Both ends are among the nodes. */
  readonly edges: readonly LineageEdge[];
}

const filesNode = (dataset: string, glob: string) => `files:${dataset}/${glob}`;
export const analysisNode = (schema: string, name: string) => `analysis:${schema}.${name}`;
export const panelNode = (dataset: string, number: number) => `panel:${dataset}/${number}`;
const warehouseNode = (table: string) => `warehouse:${table}`;

/** @param described what `describedTables` gives of the project */
export function lineageOf(project: Project, graph: Graph, described: ReadonlyMap<string, DescribedTable>): Lineage {
  const nodes = new Map<string, LineageNode>();
  const edges: LineageEdge[] = [];
  const add = (node: LineageNode) => void (nodes.has(node.id) || nodes.set(node.id, node));
  const link = (from: string, to: string) => void edges.push({ from, to });

  for (const { dataset, schema, tables } of project.contracts) {
    for (const { name, landing } of tables) {
      const files = filesNode(dataset, landing);
      add({ id: files, kind: 'files', dataset, name: landing });
      add({ id: `${schema}.${name}`, kind: 'clean', dataset, name });
      link(files, `${schema}.${name}`);
    }
  }
  for (const node of graph.nodes) {
    // Checked when the graph was built: what no contract, model or analysis makes is Landfall's own.
    for (const table of node.reads) add({ id: table, kind: 'ops', dataset: null, name: table });
    if (node.kind === 'model') {
      const { dataset, name, table } = node.model;
      add({ id: table, kind: 'model', dataset, name });
      for (const input of node.reads) link(input, table);
    } else {
      const { dataset, schema, name } = node.analysis;
      const id = analysisNode(schema, name);
      add({ id, kind: 'analysis', dataset, name });
      for (const input of node.reads) link(input, id);
      for (const table of node.produces) {
        add({ id: table, kind: 'result', dataset, name: table.slice(schema.length + 1) });
        link(id, table);
      }
    }
  }
  for (const { dataset, panels } of project.dashboards) {
    for (const [index, { title, model }] of panels.entries()) {
      const id = panelNode(dataset, index + 1);
      add({ id, kind: 'panel', dataset, name: title });
      if (nodes.has(model)) link(model, id);
    }
  }
  for (const { table, dataset, name, isPublished } of described.values()) {
    if (!isPublished || !nodes.has(table)) continue;
    add({ id: warehouseNode(table), kind: 'warehouse', dataset, name });
    link(table, warehouseNode(table));
  }
  return { nodes: byDataset([...nodes.values()], project), edges: edges.sort(byEnds) };
}

/** A data set's part, with what it reads of others'. */
export function partOf({ nodes, edges }: Lineage, dataset: string): Lineage {
  const own = new Set(nodes.filter((node) => node.dataset === dataset).map(({ id }) => id));
  const kept = edges.filter(({ to }) => own.has(to));
  const named = new Set([...own, ...kept.map(({ from }) => from)]);
  return { nodes: nodes.filter(({ id }) => named.has(id)), edges: kept };
}

/** Landfall's own books first, for whoever reads them comes after. */
function byDataset(nodes: readonly LineageNode[], { contracts }: Project): LineageNode[] {
  const place = new Map(contracts.map(({ dataset }, index) => [dataset, index]));
  const of = ({ dataset }: LineageNode) => (dataset === null ? -1 : (place.get(dataset) ?? contracts.length));
  return [...nodes].sort((a, b) => of(a) - of(b));
}

function byEnds(a: LineageEdge, b: LineageEdge): number {
  if (a.from !== b.from) return a.from < b.from ? -1 : 1;
  return a.to === b.to ? 0 : a.to < b.to ? -1 : 1;
}
