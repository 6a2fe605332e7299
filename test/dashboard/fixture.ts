/** A report in the shape of LearnPlatform's tables, with made-up rows that are the same each time. */

import { readFileSync } from 'node:fs';
import { parseDashboard } from '../../core/models/parse-dashboard.ts';
import type { Dashboard } from '../../core/models/types.ts';
import type { ReportInput } from '../../core/report/types.ts';
import type { ResultTable } from '../../core/tabular.ts';
import { learnplatformModels, table } from './fixture-models.ts';

const DASHBOARD = new URL('../../queries/learnplatform/dashboard.yml', import.meta.url);
const UNITS = {
  pages_per_student: 'page loads per student',
  peer_share: 'share of districts',
  page_share: 'share of page loads',
  product_share: 'share of products',
  stickiness_low: "share of the month's students",
  stickiness_high: "share of the month's students",
};

const NOTHING: ResultTable = { columns: [], rows: [] };

export function learnplatformDashboard(): Dashboard {
  const { dashboard, problems } = parseDashboard(readFileSync(DASHBOARD, 'utf8'), 'dashboard.yml', 'learnplatform');
  if (dashboard === undefined) throw new Error(problems.map((problem) => problem.message).join('\n'));
  return dashboard;
}

/** The shipped dashboard over made-up rows, with a load, a refused row and an error; parts can be put in place. */
export function learnplatformReport(parts: Partial<ReportInput> = {}): ReportInput {
  const { dataset, title, panels } = learnplatformDashboard();
  const models = learnplatformModels();
  return {
    title: 'Landfall',
    generatedAt: '2020-12-31 23:59:59',
    runId: '20201231T235959-1f2e3d',
    datasets: [
      {
        dataset,
        title,
        purpose: 'How students of districts use digital learning products, day by day.',
        panels: panels.map((panel) => ({
          panel,
          data: models[panel.model] ?? table({ missing: 'string' }, []),
          units: UNITS,
        })),
      },
    ],
    loads: loads(),
    refused: refused(),
    quarantine: quarantine(),
    examples: examples(),
    catalog: { datasets: [], lineage: { nodes: [], edges: [] } },
    quality: NOTHING,
    freshness: NOTHING,
    drift: { columns: [], rows: [] },
    errors: [
      {
        code: 'wrong-header',
        message: 'the header has no lp_id; expected time, lp_id, pct_access, engagement_index',
        file: 'learnplatform/engagement_data/9999.csv',
        line: 1,
        hint: 'export the file again with all its columns',
      },
    ],
    warnings: [{ code: 'stray-file', message: 'no table takes this file', file: 'learnplatform/notes.csv' }],
    ...parts,
  };
}

function loads(): ResultTable {
  return table(
    {
      dataset: 'string',
      table_name: 'string',
      files: 'bigint',
      rows_read: 'bigint',
      rows_loaded: 'bigint',
      rows_duplicate: 'bigint',
      rows_quarantined: 'bigint',
    },
    [
      ['learnplatform', 'districts', 1, 233, 233, 0, 0],
      ['learnplatform', 'engagement', 24, 2190438, 2190401, 10, 27],
      ['learnplatform', 'products', 1, 372, 372, 0, 0],
    ],
  );
}

function refused(): ResultTable {
  return table({ dataset: 'string', table_name: 'string', source_file: 'string', error: 'string' }, [
    ['learnplatform', 'engagement', 'learnplatform/engagement_data/9999.csv', 'the header has no lp_id'],
  ]);
}

const REASON = ['learnplatform', 'engagement', 'lp_id', 'required, but empty'];

function quarantine(): ResultTable {
  return table(
    {
      dataset: 'string',
      table_name: 'string',
      column_name: 'string',
      reason: 'string',
      files: 'bigint',
      rows: 'bigint',
    },
    [[...REASON, 7, 27]],
  );
}

function examples(): ResultTable {
  return table(
    {
      dataset: 'string',
      table_name: 'string',
      column_name: 'string',
      reason: 'string',
      source_file: 'string',
      row_number: 'bigint',
      raw_row: 'string',
    },
    [
      [
        ...REASON,
        'learnplatform/engagement_data/1000.csv',
        17,
        '2020-01-05,,0.01,0.58</script><script>alert(1)</script>',
      ],
      [...REASON, 'learnplatform/engagement_data/1000.csv', 204, '2020-03-09,,0.02,1.1'],
    ],
  );
}
