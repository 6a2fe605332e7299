import schema from '../../schemas/dashboard.schema.json' with { type: 'json' };
import type { Problem } from '../problems.ts';
import type { DescribedTable } from '../tables.ts';
import { didYouMean } from '../yaml/nearest.ts';
import { compileSchema, parseYaml } from '../yaml/parse-yaml.ts';
import { sortProblems } from '../yaml/sort-problems.ts';
import type { Sound, YamlFile } from '../yaml/types.ts';
import { unknownNames } from './panel-names.ts';
import type { Choice, Dashboard, Panel } from './types.ts';

/** dashboard.yml as it is written: the values that `schemas/dashboard.schema.json` accepts. */
interface DashboardDocument {
  readonly title: string;
  readonly panels: readonly PanelDocument[];
}

interface PanelDocument extends Omit<Panel, 'mark' | 'encoding' | 'choice'> {
  readonly mark?: unknown;
  readonly encoding?: unknown;
  readonly choice?: Omit<Choice, 'show'> & Partial<Pick<Choice, 'show'>>;
}

const dashboardSchema = compileSchema<DashboardDocument>(schema);

/**
 * Reads dashboard.yml. Every mistake is reported, by line and column; the dashboard is undefined where there is one.
 * A panel's `mark` and `encoding` are null where it has none. `check` tells what the panels name that is not there, once
 * it is known what is.
 */
export function parseDashboard(
  text: string,
  file: string,
  dataset: string,
): { dashboard: Dashboard | undefined; problems: Problem[]; check: (tables: Tables) => Problem[] } {
  const yaml = parseYaml(text, file, dashboardSchema);
  const panels = yaml.sound?.panels ?? [];
  const problems = sortProblems([
    ...yaml.problems,
    ...panels.flatMap((panel, index) =>
      panel === undefined ? [] : [...checkPanel(yaml, panel, index), ...checkFindings(yaml, panel, index)],
    ),
  ]);
  if (yaml.value === undefined || problems.length > 0) return { dashboard: undefined, problems, check: () => [] };
  const { title } = yaml.value;
  const dashboard = { dataset, title, file, panels: yaml.value.panels.map(buildPanel) };
  const check = (tables: Tables) =>
    sortProblems(dashboard.panels.flatMap((panel, index) => checkNames(yaml, panel, index, tables)));
  return { dashboard, problems, check };
}

/** By `schema.name`. */
type Tables = ReadonlyMap<string, DescribedTable>;

function checkNames(yaml: YamlFile<DashboardDocument>, panel: Panel, index: number, tables: Tables): Problem[] {
  const table = tables.get(panel.model);
  if (table === undefined) {
    const message = `unknown table "${panel.model}"${didYouMean(panel.model, [...tables.keys()])}`;
    return [yaml.problem('unknown-table', ['panels', index, 'model'], message)];
  }
  const columns = Object.keys(table.columns);
  return unknownNames(panel, table).map(({ path, name }) => {
    const message = `${panel.model} has no column "${name}" that its YAML describes${didYouMean(name, columns)}`;
    return yaml.problem('unknown-column', ['panels', index, ...path], message);
  });
}

/** A chart is a mark with an encoding, or a specification that has both in its layers. */
function checkPanel(yaml: YamlFile<DashboardDocument>, panel: Sound<PanelDocument>, index: number): Problem[] {
  const path = ['panels', index];
  const isAbsent = (key: 'mark' | 'encoding' | 'spec') =>
    panel[key] === undefined && !yaml.isUnreadable([...path, key]);
  if (panel.choice !== undefined && panel.mark === 'table') {
    return [yaml.problem('stray-key', [...path, 'choice'], 'a table has no choice: it is for charts', 'key')];
  }
  if (!isAbsent('spec')) return [];
  if (isAbsent('mark')) return [yaml.problem('missing-key', path, 'missing key "mark" (or "spec")')];
  if (panel.mark === undefined || panel.mark === 'table' || !isAbsent('encoding')) return [];
  return [yaml.problem('missing-key', path, 'missing key "encoding", which a chart needs')];
}

/** One row can't have both the most and the least of something. */
function checkFindings(yaml: YamlFile<DashboardDocument>, panel: Sound<PanelDocument>, index: number): Problem[] {
  return (panel.findings ?? []).flatMap((finding, place) => {
    if (finding?.most === undefined || finding.least === undefined) return [];
    const path = ['panels', index, 'findings', place, 'least'];
    return [yaml.problem('stray-key', path, 'a finding is about the most or the least, not both', 'key')];
  });
}

function buildPanel({ mark = null, encoding = null, choice, ...panel }: PanelDocument): Panel {
  const shown = choice === undefined ? {} : { choice: { show: 'only', ...choice } as const };
  return { ...panel, mark, encoding, ...shown };
}
