/** AWS's limits as a table: what Landfall uses of them at two sizes, and what happens there. */

import { REFRESHES_AT_ONCE } from '../../adapters/aws/lake/context.ts';
import { MANIFESTS, STEPS } from '../../adapters/aws/run/manifests.ts';
import { LARGE_BYTES } from '../../adapters/aws/settings.ts';
import type { Project } from '../../core/project.ts';
import { PIPELINE_VERBS, TWO_CORES, WORK_DISK } from '../pipeline/functions.ts';
import { ASSUMED, GB, KB, MB, MONTHS_KEPT, type Month, monthOf, type Shape, shapeOf, TB } from './monthly-use.ts';

const STEPS_BUT_INGEST = Object.keys(STEPS).length - 1;

interface Row {
  readonly service: string;
  readonly limit: string;
  readonly use: (month: Month) => string;
  readonly formula: string;
  readonly beyond: string;
}

function rowsFor({ datasets, modelsADataset }: Shape): Row[] {
  const always = (text: string) => () => text;
  return [
    {
      service: 'Athena',
      limit: 'active DML queries: 20 to 200 by region, more on request',
      use: ({ statementsAtOnce }) =>
        `${round(statementsAtOnce)} on average; a schema has one writer, of up to ${REFRESHES_AT_ONCE} models at once`,
      formula: 'statements × 0.2 min ÷ busy minutes',
      beyond:
        '`TooManyRequestsException`: tried again with growing, jittered waits; the same token finds the same query',
    },
    {
      service: 'Athena',
      limit: 'StartQueryExecution: 20 a second',
      use: ({ statements }) => `${count(statements)} statements a month`,
      formula: `rounds × (3 + ${modelsADataset} models × 4)`,
      beyond: 'throttled, and tried again as above',
    },
    {
      service: 'Athena',
      limit: '100 partitions written by one statement',
      use: always(`${ASSUMED.monthsARound} months of a round; a first load of years: all of them`),
      formula: 'months that the rows of a batch lie in',
      beyond: 'a MERGE or INSERT is split at 90 before it is sent',
    },
    {
      service: 'Athena',
      limit: 'DML time-out: 30 minutes',
      use: ({ mergeBytes }) => `a MERGE reads ${bytesOf(mergeBytes)}`,
      formula: 'a fifth of a year of staged Parquet ÷ tables',
      beyond:
        'the query fails, the batch stays open and is tried again: narrow the merge, or ask for up to 240 minutes',
    },
    {
      service: 'Athena',
      limit: 'scanned by one query: `largestMergeGiB` × 10 (ours)',
      use: ({ mergeBytes }) => `${bytesOf(mergeBytes)} by the largest`,
      formula: 'as above',
      beyond: 'the query is stopped, the alarm on scanned bytes tells; raise the setting',
    },
    {
      service: 'Athena',
      limit: 'query text: 262,144 bytes',
      use: always('some 20 kB: the MERGE of the widest table'),
      formula: 'columns × rules; unfinished loads are few, for a table has one batch on its way',
      beyond: 'the statement is refused before it runs; nothing is written',
    },
    {
      service: 'Glue',
      limit: 'runs of the bulk job at once: `bulkJobsAtOnce` (ours), of 50 or more an account',
      use: always(
        `at most ${datasets}: one a data set, of files that come to ${LARGE_BYTES / 1024 ** 2} MiB unpacked together`,
      ),
      formula: 'data sets whose new files are that large in one run',
      beyond: '`ConcurrentRunsExceededException`: the state machine tries again',
    },
    {
      service: 'Glue',
      limit: 'crawlers at once: 10 to 50 an account; a crawl bills ten minutes',
      use: always('0 in most months: one where a header changes'),
      formula: 'changed headers',
      beyond: '`CrawlerRunningException` counts as running; others are tried again',
    },
    {
      service: 'Glue',
      limit: 'versions of a table in the catalog: 100,000 a table, a million an account',
      use: ({ rounds }) => `${count(rounds * (1 + modelsADataset))} a month, over all tables`,
      formula: 'rounds × (1 clean table + models)',
      beyond: 'an update of the catalog fails, and with it the commit: delete old versions (docs/deploy.md)',
    },
    {
      service: 'Lambda',
      limit: '15 minutes',
      use: ({ roundBytes }) => `a round of ${bytesOf(roundBytes)}: DuckDB reads it in seconds; Athena is waited for`,
      formula: '10 files × 10 MB',
      beyond:
        'killed: the batch is open in the ledger, the next try brings it to its end; large files are the bulk job’s',
    },
    {
      service: 'Lambda',
      limit: `memory ${count(TWO_CORES)} MiB, \`/tmp\` ${count(WORK_DISK)} MiB (ours; 10,240 each at most)`,
      use: ({ roundBytes }) => `${bytesOf(roundBytes * (1 + ASSUMED.packed))} of disk a round, DuckDB within 2 GiB`,
      formula: `files and their Parquet, of ${LARGE_BYTES / 1024 ** 2} MiB at most (\`LANDFALL_LARGE_BYTES\`)`,
      beyond: 'DuckDB spills, then the load fails as a whole and is told; nothing is half in',
    },
    {
      service: 'Lambda',
      limit: '1,000 at once an account (10 in a new one)',
      use: always(
        `at most ${2 * (STEPS_BUT_INGEST + 1)} by events in dev, ${2 * STEPS_BUT_INGEST + 10} in prod; and by a run one a data set`,
      ),
      formula: `MaximumConcurrency of ${STEPS_BUT_INGEST} queues, 2 each, and \`ingestAtOnce\` (2 and 10)`,
      beyond: 'messages wait in their queue, states are tried again; the alarm on throttles tells',
    },
    {
      service: 'Lambda',
      limit: '250 MB unzipped a function',
      use: always(`${PIPELINE_VERBS.length} bundles; \`npm run bundles\` prints each`),
      formula: 'measured, and synth fails above',
      beyond: 'synth fails',
    },
    {
      service: 'Step Functions',
      limit: '256 KB of state',
      use: always(`${round(datasets * 2.5)} kB: batches by table, no rows, no lists of files`),
      formula: 'data sets × 2.5 kB',
      beyond: '`States.DataLimitExceeded` fails the run: RecordFailure has it',
    },
    {
      service: 'Step Functions',
      limit: '25,000 events a history',
      use: always(`some ${count(60 * datasets + 40)} a run`),
      formula: 'data sets × 60 + 40',
      beyond: 'the run ends as failed: run fewer data sets at once (`datasets` of its input)',
    },
    {
      service: 'Redshift Data API',
      limit: '40 statements a BatchExecuteStatement',
      use: always('one transaction a group of tables, of fewer than 40'),
      formula: 'statements of one data set, split by whole tables',
      beyond: 'split before it is sent',
    },
    {
      service: 'Redshift Data API',
      limit: '500 active statements, 200 sessions; results for 24 hours, 100 MB each',
      use: ({ rounds }) => `1 active; ${count(Math.min(rounds, 30 * 24 * 4))} batches a month`,
      formula: 'min(rounds, one a quiet window of 15 min)',
      beyond: 'throttled, and tried again under the same ClientToken; results are counts alone',
    },
    {
      service: 'S3',
      limit: '3,500 writes and 5,500 reads a second and prefix',
      use: ({ rounds }) => `${count(rounds * 40)} requests of ours a month`,
      formula: 'rounds × 40: staged objects, books, session, manifests',
      beyond: '503 Slow Down: the SDK tries again, five times',
    },
    {
      service: 'S3',
      limit: '5 TB an object; a listing has 1,000 keys a page',
      use: ({ files }) => `${count((files * MONTHS_KEPT) / 1000)} pages a listing, after a year`,
      formula: 'files of 12 months ÷ 1,000, over all data sets',
      beyond:
        'no limit, but time: at a million files of one data set a look takes minutes; move old years to another prefix',
    },
    {
      service: 'SQS',
      limit: '120,000 messages on their way a queue; kept for 14 days',
      use: ({ files }) => `${count(files / (30 * ASSUMED.busyHoursADay))} files an hour`,
      formula: 'files ÷ busy hours',
      beyond: 'messages wait; the alarm on their age tells. What was lost the next run finds in the landing zone',
    },
    {
      service: 'SQS',
      limit: '256 KB a message; 12 hours of visibility',
      use: always('1 kB an event; 90 minutes'),
      formula: '6 × 15 minutes',
      beyond: '-',
    },
    {
      service: 'DynamoDB',
      limit: '1,000 writes and 3,000 reads a second and partition key',
      use: ({ files, rounds }) => `${count(files * 2 + rounds * 12)} writes a month`,
      formula: 'files × 2 + rounds × 12 (lease, batch, facts)',
      beyond: 'throttled, and tried again; a data set is a partition key, and has one writer',
    },
    {
      service: 'DynamoDB',
      limit: '400 KB an item; 100 items a transaction',
      use: always('1 kB an item; files by tens'),
      formula: 'what is large lies in S3',
      beyond: 'refused before anything is written',
    },
    {
      service: 'EventBridge',
      limit: '300 rules a bus',
      use: always(`${datasets + Object.keys(MANIFESTS).length}`),
      formula: 'data sets + kinds of manifest',
      beyond: 'the deployment fails; ask for more',
    },
  ];
}

export function limitsTable(project: Project): string {
  const shape = shapeOf(project);
  const months = [10 * GB, TB].map((bytes) => monthOf(bytes, shape));
  const rows = rowsFor(shape).map(({ service, limit, use, formula, beyond }) =>
    [service, limit, ...months.map(use), formula, beyond].join(' | '),
  );
  const [small, large] = months as [Month, Month];
  return `${[
    "# AWS's limits",
    '',
    `Made by \`npm run deploy:docs\`, of the ${shape.datasets} data sets with ${shape.tables} tables and ${project.models.length} models that are in the`,
    'repository. Limits are those that AWS documents; accounts may have others, which Service Quotas shows. What is used is',
    'computed, and measured by nobody yet: files of 10 MB that land by tens, evenly over ten hours a',
    `day, so ${count(small.rounds)} rounds a month of 10 GB (${round(small.roundsAnHour)} an hour) and ${count(large.rounds)} of 1 TB (${round(large.roundsAnHour)} an hour); Parquet is a`,
    `fifth of CSV, so ${bytesOf(small.stagedBytes)} and ${bytesOf(large.stagedBytes)} are staged a month. At 1 TB a round an hour and data set or more makes the`,
    'lease the bottleneck before any limit of AWS: what lands meanwhile is taken in the next round, all of it at once.',
    '',
    '| service | limit | 10 GB a month | 1 TB a month | computed as | at the limit |',
    '|---|---|---|---|---|---|',
    ...rows.map((row) => `| ${row} |`),
  ].join('\n')}\n`;
}

const round = (value: number) => String(Number(value.toPrecision(2)));
const count = (value: number) => Math.ceil(value).toLocaleString('en-US');

function bytesOf(bytes: number): string {
  const [unit, name] = (
    [
      [TB, 'TB'],
      [GB, 'GB'],
      [MB, 'MB'],
      [KB, 'kB'],
    ] as const
  ).find(([least]) => bytes >= least) ?? [1, 'bytes'];
  return `${round(bytes / unit)} ${name}`;
}
