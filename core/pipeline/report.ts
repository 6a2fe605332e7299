/** Gathers what the report shows. */

import { freshnessTable } from '../freshness/freshness.ts';
import type { Freshness } from '../freshness/types.ts';
import type { Ports, TableState, VersionedQuestion } from '../ports.ts';
import type { Project } from '../project.ts';
import { SHOWN_QUALITY } from '../quality/latest.ts';
import type { ReportDataset, ReportInput, ReportPanel } from '../report/types.ts';
import { countQuestion } from '../row-counts.ts';
import { sideBySide } from '../side-by-side.ts';
import { type DescribedTable, describedTables } from '../tables.ts';
import type { ResultTable } from '../tabular.ts';
import { type Count, counted, readCatalog } from './catalog.ts';
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

const NOTHING: ResultTable = { columns: [], rows: [] };

/** Panels show what a chart can: a model with more rows is cut, and the page says so. */
const MOST_ROWS = 5001;
/** An engine that is far away is waited for most of the time. */
const QUESTIONS_AT_ONCE = 5;

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
  const { lake } = ports;
  const tables = await lake.tables();
  const described = describedTables(project);
  const [loads, refused, quarantine, examples, drift, quality] = await Promise.all([
    lake.read(LOADS),
    lake.read(REFUSED),
    lake.read(QUARANTINE),
    lake.read(EXAMPLES),
    lake.read(DRIFT),
    lake.read(SHOWN_QUALITY),
  ]);
  const count = countOf(ports, tables);
  const catalog = await readCatalog(lake, project, graph, described, tables, { quality, count });
  const landed = new Set(loads.rows.map(([dataset]) => dataset));
  // A page of empty charts tells nothing.
  const dashboards = project.dashboards.filter(({ dataset }) => landed.has(dataset));
  const models = new Set(dashboards.flatMap(({ panels }) => panels.map(({ model }) => model)));
  const rows = await rowsOf(ports, tables, described, models);
  const datasets = dashboards.map(({ dataset, title, panels }): ReportDataset => {
    const contract = project.contracts.find((one) => one.dataset === dataset);
    const shown = panels.map(
      (panel): ReportPanel => ({
        panel,
        data: rows.get(panel.model) ?? NOTHING,
        units: unitsOf(described.get(panel.model)),
      }),
    );
    return { dataset, title, purpose: contract?.description ?? '', panels: shown };
  });
  return {
    title: 'Landfall',
    generatedAt: new Date(ports.clock.now()).toISOString().slice(0, 19).replace('T', ' '),
    runId,
    datasets,
    ...{ loads, refused, quarantine, examples, drift, quality },
    catalog: { ...catalog, datasets: catalog.datasets.filter(({ dataset }) => landed.has(dataset)) },
    freshness: freshnessTable(freshness),
    errors,
    warnings,
  };
}

function unitsOf(table: DescribedTable | undefined): Readonly<Record<string, string>> {
  const columns = Object.entries(table?.columns ?? {});
  return Object.fromEntries(columns.flatMap(([name, { unit }]) => (unit === undefined ? [] : [[name, unit]])));
}

/**
 * By table. A model that failed before it was ever published has none: its panel is empty, and the error stands above.
 */
async function rowsOf(
  { lake, report }: Pick<Ports, 'lake' | 'report'>,
  states: ReadonlyMap<string, TableState>,
  described: ReadonlyMap<string, DescribedTable>,
  tables: ReadonlySet<string>,
): Promise<ReadonlyMap<string, ResultTable>> {
  const questions = [...tables].flatMap((table): VersionedQuestion[] => {
    const state = states.get(table);
    if (state === undefined) return [];
    const key = described.get(table)?.key ?? [];
    const order = key.length === 0 ? '' : `ORDER BY ${key.map((name) => `"${name}"`).join(', ')}`;
    const sql = `SELECT * FROM ${table} ${order} LIMIT ${MOST_ROWS}`;
    return [{ table, version: state.version, about: 'rows', sql }];
  });
  const answers = await report.answers(questions, (missing) =>
    sideBySide(missing, QUESTIONS_AT_ONCE, ({ sql }) => lake.read(sql)),
  );
  return new Map(questions.map(({ table }, index) => [table, answers[index] ?? NOTHING]));
}

/** Counts what changed since the report before, all of it in a few questions. */
function countOf({ lake, report }: Pick<Ports, 'lake' | 'report'>, states: ReadonlyMap<string, TableState>): Count {
  return async (tables) => {
    const questions = tables.map((table): VersionedQuestion => {
      return { table, version: states.get(table)?.version ?? '', about: 'count', sql: countQuestion(table) };
    });
    const answers = await report.answers(questions, async (missing) => {
      const { columns, rows } = await counted(
        lake,
        missing.map(({ table }) => table),
      );
      return missing.map(({ table }) => ({ columns, rows: rows.filter(([name]) => name === table) }));
    });
    return { columns: answers[0]?.columns ?? [], rows: answers.flatMap(({ rows }) => rows) };
  };
}
