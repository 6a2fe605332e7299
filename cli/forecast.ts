/** What a run would do, in words for people and as JSON for scripts. */

import type { Forecast, LoadForecast } from '../core/pipeline/dry-run.ts';
import type { RunResult } from '../core/pipeline/finish.ts';
import type { PublishForecast, RefreshForecast, RefreshReason } from '../core/pipeline/forecast.ts';
import type { LoadReason } from '../core/pipeline/listing.ts';
import { formatProblem } from '../core/problems.ts';
import { counted } from '../core/words.ts';

/** Of each list the first few; `--json` has them all. */
const MOST = 5;
const MOST_TABLES = 20;

const LOAD: Readonly<Record<LoadReason, string>> = {
  new: 'new',
  content: 'of changed content',
  contract: 'read differently by the contract now',
  'other-table': 'given to this table by the contract now',
  months: 'with rows of the months',
  full: 'known as they are, for --full',
};

const PUBLISH: Readonly<Record<PublishForecast['why'], string>> = {
  new: 'not published yet',
  definition: 'its columns or descriptions changed',
  rows: 'the warehouse has older rows',
  changes: 'it changes in this run',
  unknown: 'what the warehouse holds is known only once it is up',
  surplus: 'dropped: it is published no more',
};

export function forecastText({ forecast, datasets, warnings }: RunResult & { readonly forecast: Forecast }): string {
  const { loads, refusals, refreshes, publications, drops } = forecast;
  const parts = ['a dry run: nothing is changed\n\n'];
  for (const { dataset, status, filesLoaded, filesRefused, filesSkipped } of datasets) {
    const would = status === 'failed' ? 'would fail, see the errors' : `${counted(filesLoaded, 'file')} would load`;
    const refused = filesRefused === 0 ? '' : `, ${counted(filesRefused, 'file')} would be refused`;
    const known = filesSkipped === 0 ? '' : `, ${counted(filesSkipped, 'file')} known already`;
    parts.push(`${dataset}: ${would}${refused}${known}\n`);
    parts.push(...loadLines(loads.filter((load) => load.dataset === dataset)));
    const problems = refusals.filter((refusal) => refusal.dataset === dataset).map(({ problem }) => problem);
    parts.push(
      ...listed(
        problems.map((problem) => `would be refused: ${formatProblem(problem)}`),
        MOST,
      ),
    );
  }
  const refreshed = (certainty: RefreshForecast['certainty']) =>
    refreshes.filter((entry) => entry.certainty === certainty).map(refreshLine);
  parts.push(
    ...section('models and analyses that would be refreshed', refreshed('will')),
    ...section('refreshed only if those files change rows of the tables they load into', refreshed('may')),
    ...section('models that would be dropped, for their definition is gone', drops),
  );
  const published = (certainty: PublishForecast['certainty']) =>
    (publications ?? [])
      .filter((entry) => entry.certainty === certainty)
      .map(({ table, why }) => `${table}: ${PUBLISH[why]}`);
  parts.push(
    ...section('tables of the warehouse that would be written', published('will')),
    ...section('tables of the warehouse that may be written', published('may')),
  );
  if (loads.length + refusals.length + refreshes.length + drops.length + (publications?.length ?? 0) === 0) {
    parts.push('\nnothing is to be done\n');
  }
  const told = new Set(refusals.map(({ problem }) => problem));
  parts.push(...section('to look at', warnings.filter((problem) => !told.has(problem)).map(formatProblem)));
  return parts.join('');
}

/** Files by table and reason: how many, and the first few of them. */
function loadLines(loads: readonly LoadForecast[]): string[] {
  const groups = new Map<string, LoadForecast[]>();
  for (const load of loads) {
    const group = `${load.table} ${load.why}`;
    groups.set(group, [...(groups.get(group) ?? []), load]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const files = group.map(({ file }) => file);
    return [`  into ${first.table}: ${counted(group.length, 'file')}, ${LOAD[first.why]}\n`, ...listed(files, MOST, 4)];
  });
}

function refreshLine({ name, mode, by, why }: RefreshForecast): string {
  const how = mode === 'incremental' ? `by ${by.join(', ')}` : mode;
  return `${name}${mode === 'analysis' ? '' : ` (${how})`}: ${why.map(reason).join('; ')}`;
}

function reason(why: RefreshReason): string {
  switch (why.kind) {
    case 'asked':
      return 'asked for';
    case 'full':
      return '--full';
    case 'never-made':
      return 'never made';
    case 'unfinished':
      return 'an earlier run did not finish it';
    case 'definition':
      return 'its definition changed';
    case 'loaded':
      return `files load into ${why.table}`;
    case 'refreshed':
      return `${why.table} is refreshed`;
    case 'stale':
      return `${why.table} changed in an earlier run`;
  }
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`\n${title}: ${lines.length}\n`, ...listed(lines, MOST_TABLES)];
}

function listed(lines: readonly string[], most: number, indent = 2): string[] {
  const more = lines.length > most ? [`and ${lines.length - most} more: --json has all`] : [];
  return [...lines.slice(0, most), ...more].map((line) => `${' '.repeat(indent)}${line}\n`);
}

/** All of it, whatever its length. */
export function forecastJson({ loads, refusals, refreshes, publications, drops }: Forecast): unknown {
  const load = ({ file, dataset, table, why }: LoadForecast) => ({ file, dataset, table, why });
  return {
    loads: loads.map(load),
    refusals: refusals.map((refusal) => ({ ...load(refusal), message: refusal.problem.message })),
    refreshes,
    publications,
    drops,
  };
}
