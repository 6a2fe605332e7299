/** A stage's settings: `stages` of cdk.json's context, and what a deployer adds with `-c`. */

import { LandfallError } from '../core/problems.ts';
import { didYouMean } from '../core/yaml/nearest.ts';
import {
  type Check,
  isNetwork,
  NETWORKS,
  WAREHOUSE_CHECKS,
  type WarehouseSettings,
  whole,
} from './warehouse/settings.ts';

export interface StageSettings extends WarehouseSettings {
  /** Whether deleting a stack may delete what it holds; the deployment must say so, too (`allowDestroy`). */
  readonly removalPolicy: 'retain' | 'destroy';
  /** What one query of a person may scan. */
  readonly peopleScanGiB: number;
  /** The most that a MERGE of the pipeline is planned to scan; it is stopped at `MERGE_MARGIN` times as much. */
  readonly largestMergeGiB: number;
  /** Workers of a bulk job, the driver's included. */
  readonly bulkWorkers: number;
  readonly bulkJobsAtOnce: number;
  readonly bulkTimeoutMinutes: number;
  /** For how long a table can be read as it was. */
  readonly snapshotDays: number;
  /** For how long a file of the lake that was deleted can be brought back. A person's erased rows are in it until then. */
  readonly lakeVersionDays: number;
  readonly queryResultDays: number;
  readonly accessLogDays: number;
  /** For how long functions' logs are kept: one of the numbers that CloudWatch has. */
  readonly logDays: number;
  /** When a run starts, `cron(…)` or `rate(…)` in UTC; null, the default: when somebody starts one. */
  readonly runSchedule: string | null;
  /** When data sets that have a `sourceApi` are pulled; null, the default: when somebody asks. */
  readonly pullSchedule: string | null;
  /** Files are taken up by so many functions at once. */
  readonly ingestAtOnce: number;
  /** The warehouse is written so long after the last change, at most 15: each wake of it bills a minute. */
  readonly quietMinutes: number;
  /** What an alarm goes off at: rows in quarantine of a hundred that were read. */
  readonly quarantinedPercent: number;
  /** What an alarm goes off at: GiB that the pipeline's queries scanned in a day. */
  readonly scannedGiBADay: number;
  /** The same of the warehouse: RPU hours in a day. */
  readonly warehouseHoursADay: number;
  /** Of a month; somebody is told at 80 % and at what is forecast. */
  readonly budgetDollars: number;
  /** When a landed file expires, and an older version of one; null, the default: never. */
  readonly expireLandingDays: number | null;
}

export interface Settings extends StageSettings {
  readonly stage: string;
  /** Both locks are open: what stacks hold goes with them. */
  readonly isDisposable: boolean;
  /** Accounts and roles that may drop files, besides those that this account's own policies let. */
  readonly dropPrincipals: readonly string[];
  /** Who is told of alarms, of runs that failed and of cost. */
  readonly alarmEmails: readonly string[];
  /** Networks from which BI tools reach the warehouse over the Internet; none, the default: it is private. */
  readonly biCidrs: readonly string[];
  /** Whether there is a machine through which BI tools reach a private warehouse by Systems Manager. */
  readonly hasTunnel: boolean;
  /** Whether functions that must not run twice at once reserve their place; an account's first quota leaves none. */
  readonly reservesConcurrency: boolean;
  /** Whatever changes it has the migrations made once more, with the passwords that the secrets have then. */
  readonly migrateAgain: string;
}

/** How much more than its largest planned MERGE the pipeline may scan before a query of it is stopped. */
export const MERGE_MARGIN = 10;

const policy: Check = (value) => (value === 'retain' || value === 'destroy' ? undefined : '"retain" or "destroy"');
const between =
  (least: number, most: number): Check =>
  (value) =>
    whole(least)(value) === undefined && Number(value) <= most ? undefined : `a whole number from ${least} to ${most}`;
const schedule: Check = (value) =>
  value === null || (typeof value === 'string' && /^(cron|rate)\(.+\)$/.test(value))
    ? undefined
    : '"cron(…)", "rate(…)" or null';
const days = whole(1);
const LOG_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
const logDays: Check = (value) => (LOG_DAYS.includes(Number(value)) ? undefined : `one of ${LOG_DAYS.join(', ')}`);

const CHECKS: Readonly<Record<keyof StageSettings, Check>> = {
  removalPolicy: policy,
  peopleScanGiB: whole(1),
  largestMergeGiB: whole(1),
  bulkWorkers: whole(2),
  bulkJobsAtOnce: whole(2),
  bulkTimeoutMinutes: whole(1),
  snapshotDays: days,
  lakeVersionDays: days,
  queryResultDays: days,
  accessLogDays: days,
  logDays,
  runSchedule: schedule,
  pullSchedule: schedule,
  ingestAtOnce: whole(2),
  quietMinutes: between(1, 15),
  quarantinedPercent: between(1, 100),
  scannedGiBADay: whole(1),
  warehouseHoursADay: whole(1),
  budgetDollars: whole(1),
  ...WAREHOUSE_CHECKS,
  expireLandingDays: (value) => (value === null ? undefined : days(value)),
};

const DEFAULTS: Partial<StageSettings> = { expireLandingDays: null, runSchedule: null, pullSchedule: null };

const STAGE = /^[a-z][a-z0-9]{0,15}$/;
const PRINCIPAL = /^([0-9]{12}|arn:aws[a-z-]*:iam::[0-9]{12}:(root|role\/[\w+=,.@/-]+|user\/[\w+=,.@/-]+))$/;
const PRINCIPALS = 'account numbers or ARNs of roles or users';
const EMAIL = /^[^\s@,]+@[^\s@,]+[.][^\s@,]+$/;

/**
 * @param context a value of cdk.json's context or of `-c name=value`
 * @throws LandfallError with every setting that is missing, misspelt or no possible value
 */
export function readSettings(context: (name: string) => unknown): Settings {
  const stage = context('stage') ?? 'dev';
  const stages = context('stages');
  if (!isRecord(stages)) throw wrong('stages', 'settings by the name of a stage', stages);
  const names = Object.keys(stages);
  if (typeof stage !== 'string' || !isRecord(stages[stage]) || !STAGE.test(stage)) {
    const meant = typeof stage === 'string' ? didYouMean(stage, names) : '';
    throw wrong('stage', `one of ${names.join(', ')} (letters and digits, at most 16)${meant}`, stage);
  }
  const own = readStage(stage, stages[stage]);
  const biCidrs = readCidrs(context('biCidrs'));
  const hasTunnel = readFlag('tunnel', context('tunnel'));
  if (hasTunnel && biCidrs.length > 0) throw wrong('tunnel', 'none, for biCidrs opens the warehouse already', true);
  return {
    ...own,
    stage,
    isDisposable: isUnlocked(stage, own, context('allowDestroy')),
    dropPrincipals: readList('dropPrincipals', context('dropPrincipals'), PRINCIPAL, PRINCIPALS),
    alarmEmails: readList('alarmEmails', context('alarmEmails'), EMAIL, 'addresses'),
    biCidrs,
    hasTunnel,
    reservesConcurrency: readFlag('reserveConcurrency', context('reserveConcurrency') ?? true),
    migrateAgain: String(context('migrateAgain') ?? ''),
  };
}

function readStage(stage: string, given: Readonly<Record<string, unknown>>): StageSettings {
  const settings: Readonly<Record<string, unknown>> = { ...DEFAULTS, ...given };
  const [least, most] = [settings['warehouseRpus'], settings['warehouseMostRpus']];
  const keys = Object.keys(CHECKS) as (keyof StageSettings)[];
  const unknown = Object.keys(given).filter((key) => !Object.hasOwn(CHECKS, key));
  const problems = [
    ...unknown.map((key) => mistake(`stages.${stage}.${key}`, `a known setting${didYouMean(key, keys)}`, given[key])),
    ...keys.flatMap((key) => {
      const expected = CHECKS[key](settings[key]);
      return expected === undefined ? [] : [mistake(`stages.${stage}.${key}`, expected, settings[key])];
    }),
    ...(Number(least) > Number(most)
      ? [mistake(`stages.${stage}.warehouseMostRpus`, `${least}, the warehouseRpus, or more`, most)]
      : []),
  ];
  if (problems.length > 0) throw new LandfallError(problems);
  return settings as unknown as StageSettings;
}

/** The second lock names the stage, so that no command line kept from another one opens it. */
function isUnlocked(stage: string, { removalPolicy }: StageSettings, flag: unknown): boolean {
  if (flag === undefined) return false;
  if (flag !== stage) throw wrong('allowDestroy', `the name of the stage, ${stage}`, flag);
  if (removalPolicy === 'destroy') return true;
  throw wrong(`stages.${stage}.removalPolicy`, '"destroy", for allowDestroy is given', removalPolicy);
}

/** A list, or a text with commas, as `-c` gives it. */
function readList(setting: string, given: unknown, each: RegExp, expected: string): readonly string[] {
  if (given === undefined) return [];
  const list = Array.isArray(given) ? given : String(given).split(',');
  const bad = list.find((one) => !each.test(String(one)));
  if (bad !== undefined) throw wrong(setting, expected, bad);
  return list.map(String);
}

function readCidrs(given: unknown): readonly string[] {
  if (given === undefined) return [];
  const networks = (Array.isArray(given) ? given : String(given).split(',')).map(String);
  const bad = networks.find((one) => !isNetwork(one));
  if (bad !== undefined) throw wrong('biCidrs', NETWORKS, bad);
  return networks;
}

function readFlag(name: string, given: unknown): boolean {
  if (given === undefined || given === false || given === 'false') return false;
  if (given === true || given === 'true') return true;
  throw wrong(name, 'true or false', given);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const wrong = (setting: string, expected: string, found: unknown) =>
  new LandfallError(mistake(setting, expected, found));

function mistake(setting: string, expected: string, found: unknown) {
  return {
    code: 'wrong-setting',
    file: 'cdk.json',
    message: `context ${setting}: expected ${expected}, found ${JSON.stringify(found) ?? 'nothing'}`,
    hint: 'set it in cdk.json, or with -c on the command line',
  };
}
