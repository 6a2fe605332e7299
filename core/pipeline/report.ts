/** Gathers what the report shows. */

import { freshnessTable } from '../freshness/freshness.ts';
import type { Freshness } from '../freshness/types.ts';
import type { Ports } from '../ports.ts';
import type { Project } from '../project.ts';
import { SHOWN_QUALITY } from '../quality/latest.ts';
import type { ReportDataset, ReportInput, ReportPanel } from '../report/types.ts';
import { type DescribedTable, describedTables } from '../tables.ts';
import type { ResultTable } from '../tabular.ts';
import { readCatalog } from './catalog.ts';
import type { ModelGraph } from './model-graph.ts';

const LOADS = `SELECT dataset, table_name, count(*) FILTER (WHERE status = 'loaded') AS files,
    sum(rows_read) AS rows_read, sum(rows_loaded) AS rows_loaded, sum(rows_duplicate) AS rows_duplicate,
    sum(rows_quarantined) AS rows_quarantined
  FROM ops.loads GROUP BY dataset, table_name ORDER BY dataset, table_name`;

/** A file that has come again, and sound, is refused no longer. */
const REFUSED = `SELECT dataset, table_name, source_file, error
  FROM (SELECT *, row_number() OVER (PARTITION BY dataset, table_name, source_file ORDER BY load_id DESC) AS place
    FROM ops.loads) AS latest
  WHERE place = 1 AND status = 'refused' ORDER BY dataset, table_name, source_file LIMIT 200`;

const QUARANTINE = `SELECT dataset, table_name, column_name, reason, count(DISTINCT source_file) AS files, count(*) AS rows
  FROM ops.quarantine WHERE status = 'open' GROUP BY dataset, table_name, column_name, reason
  ORDER BY rows DESC, dataset, table_name, column_name, reason LIMIT 200`;

/** Three rows of each reason: enough to see what is wrong with them. */
const EXAMPLES = `SELECT dataset, table_name, column_name, reason, source_file, row_number, substr(raw_row, 1, 200) AS raw_row
  FROM (SELECT *, row_number() OVER (PARTITION BY dataset, table_name, column_name, reason
      ORDER BY source_file, row_number, raw_row) AS place
    FROM ops.quarantine WHERE status = 'open') AS open
  WHERE place <= 3 ORDER BY dataset, table_name, column_name, reason, place LIMIT 200`;

/** Of each file's newest version, loaded or refused. */
const DRIFT = `SELECT dataset, table_name, kind, column_name, detail, suggestion, action, count(*) AS files, min(source_file) AS example
  FROM ops.drift
  JOIN (SELECT dataset, table_name, source_file, max(load_id) AS load_id FROM ops.loads
      GROUP BY dataset, table_name, source_file) AS latest
    USING (dataset, table_name, source_file, load_id)
  GROUP BY dataset, table_name, kind, column_name, detail, suggestion, action
  ORDER BY dataset, table_name, kind, column_name, detail LIMIT 200`;

/** Panels show what a chart can: a model with more rows is cut, and the page says so. */
const MOST_ROWS = 5001;

export async function reportInput(
  ports: Ports,
  project: Project,
  graph: Pick<ModelGraph, 'graph' | 'definitions'>,
  {
    runId,
    errors,
    warnings,
    freshness,
  }: Pick<ReportInput, 'runId' | 'errors' | 'warnings'> & {
    freshness: readonly Freshness[];
  },
): Promise<ReportInput> {
  const tables = await ports.lake.tables();
  const described = describedTables(project);
  const catalog = await readCatalog(ports.lake, project, graph, described, tables);
  const datasets: ReportDataset[] = [];
  const loads = await ports.lake.read(LOADS);
  const landed = new Set(loads.rows.map(([dataset]) => dataset));
  // A page of empty charts tells nothing.
  for (const dashboard of project.dashboards.filter(({ dataset }) => landed.has(dataset))) {
    const panels: ReportPanel[] = [];
    for (const panel of dashboard.panels) {
      const table = described.get(panel.model);
      panels.push({ panel, data: await rowsOf(ports, tables, panel.model, table?.key ?? []), units: unitsOf(table) });
    }
    const { dataset, title } = dashboard;
    const contract = project.contracts.find((one) => one.dataset === dataset);
    datasets.push({ dataset, title, purpose: contract?.description ?? '', panels });
  }
  return {
    title: 'Landfall',
    generatedAt: new Date(ports.clock.now()).toISOString().slice(0, 19).replace('T', ' '),
    runId,
    datasets,
    loads,
    refused: await ports.lake.read(REFUSED),
    quarantine: await ports.lake.read(QUARANTINE),
    examples: await ports.lake.read(EXAMPLES),
    catalog: { ...catalog, datasets: catalog.datasets.filter(({ dataset }) => landed.has(dataset)) },
    quality: await ports.lake.read(SHOWN_QUALITY),
    freshness: freshnessTable(freshness),
    drift: await ports.lake.read(DRIFT),
    errors,
    warnings,
  };
}

function unitsOf(table: DescribedTable | undefined): Readonly<Record<string, string>> {
  const columns = Object.entries(table?.columns ?? {});
  return Object.fromEntries(columns.flatMap(([name, { unit }]) => (unit === undefined ? [] : [[name, unit]])));
}

/** A model that failed before it was ever published has no table: its panel is empty, and the error stands above. */
async function rowsOf(
  ports: Ports,
  tables: ReadonlyMap<string, unknown>,
  table: string,
  key: readonly string[],
): Promise<ResultTable> {
  if (!tables.has(table)) return { columns: [], rows: [] };
  const order = key.length === 0 ? '' : `ORDER BY ${key.map((name) => `"${name}"`).join(', ')}`;
  return ports.lake.read(`SELECT * FROM ${table} ${order} LIMIT ${MOST_ROWS}`);
}
