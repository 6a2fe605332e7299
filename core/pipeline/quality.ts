/** The quality rules of a data set, held against what it loaded, before any model is made of it. */

import { literal } from '../analyses/sql.ts';
import type { Contract, TableContract } from '../contracts/types.ts';
import { checkSelect, tableReferences } from '../models/references.ts';
import type { Lake, Ports } from '../ports.ts';
import { LandfallError, type Problem } from '../problems.ts';
import { judge, ruleProblem } from '../quality/judge.ts';
import { LATEST_QUALITY } from '../quality/latest.ts';
import type { FailedRule, QualityRule, RuleReads } from '../quality/types.ts';
import { counted } from '../words.ts';
import type { DatasetRun, Session } from './session.ts';

/** @throws LandfallError with every query that is no SELECT, or that reads what is not a clean table of its data set. */
export async function checkRuleQueries(ports: Ports, contracts: readonly Contract[]): Promise<RuleReads> {
  const asked = contracts.flatMap((contract) =>
    contract.tables.flatMap((table) =>
      (table.quality ?? []).flatMap((rule) =>
        rule.measure.kind === 'sql' ? [{ contract, table, rule, sql: rule.measure.query }] : [],
      ),
    ),
  );
  const trees = await ports.lake.parse(asked.map(({ sql }) => sql));
  const ruled = contracts.flatMap(({ schema, tables }) =>
    tables.filter(({ quality }) => quality !== undefined).map(({ name }) => `${schema}.${name}`),
  );
  const reads = new Map(ruled.map((name) => [name, new Set([name])]));
  const problems: Problem[] = [];
  for (const [index, { contract, table, rule, sql }] of asked.entries()) {
    const text = { sql, sqlFile: contract.file };
    const mistakes = checkSelect(trees[index], text);
    const { references, problems: more } =
      mistakes.length > 0 ? { references: [], problems: [] } : tableReferences(trees[index], text);
    const owner = `${contract.schema}.${table.name}`;
    const read = references.map((reference) => `${reference.schema}.${reference.table}`);
    const own = contract.tables.map(({ name }) => `${contract.schema}.${name}`);
    const foreign = read.filter((name) => !own.includes(name));
    for (const name of read) reads.get(owner)?.add(name);
    const said = [
      ...[...mistakes, ...more].map(({ code, message }) => ({ code, message })),
      ...foreign.map((name) => ({
        code: 'unknown-table',
        message: `it reads ${name}, expected a table of the same contract: ${own.join(', ')}`,
      })),
    ];
    problems.push(...said.map(({ code, message }) => inRule(rule, owner, contract, code, message)));
  }
  if (problems.length > 0) throw new LandfallError(problems);
  return reads;
}

function inRule({ name, line }: QualityRule, owner: string, { file }: Contract, code: string, said: string): Problem {
  return { code, message: `the rule "${name}" of ${owner}: ${said}`, file, line };
}

export interface QualityCheck {
  /** How many rules were asked. */
  readonly checked: number;
  /** Rules that fail, found now or by an earlier run. */
  readonly failed: readonly FailedRule[];
  /** What is said of them, by their severity; of those that are for information nothing. */
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/**
 * Asks the rules of each table that changed, or whose rules did; what the others found stands, and of a data set that
 * nothing has landed of nothing is asked. No model, of whichever data set, is made in this run of a table that breaks a
 * rule, or whose rules could not be asked.
 *
 * @throws LandfallError `rule-wrong` where a query can't run
 */
export async function checkQuality(session: Session, entry: DatasetRun): Promise<QualityCheck> {
  const { ports, failed: spoilt } = session;
  const { contract, loads, isKnown } = entry;
  if (loads.size === 0 && !isKnown) return NOTHING;
  const { dataset, schema } = contract;
  let checked = 0;
  try {
    const before = await ports.lake.checkedRules();
    for (const table of contract.tables) checked += await checkTable(session, contract, table, before);
  } catch (error) {
    for (const { name, quality } of contract.tables) if (quality !== undefined) spoilt.add(`${schema}.${name}`);
    throw error;
  }
  const hasRules = contract.tables.some(({ quality }) => quality !== undefined);
  const failed = hasRules ? await failedRules(ports.lake, dataset) : [];
  const told = (severity: FailedRule['severity']) =>
    failed.filter((rule) => rule.severity === severity).map((rule) => ruleProblem(rule, contract));
  for (const { severity, table } of failed) if (severity === 'error') spoilt.add(`${schema}.${table}`);
  return { checked, failed, errors: told('error'), warnings: told('warning') };
}

const NOTHING: QualityCheck = { checked: 0, failed: [], errors: [], warnings: [] };

/** @returns how many rules were asked */
async function checkTable(
  { ports, options, changes, ruleReads }: Session,
  contract: Contract,
  table: TableContract,
  before: ReadonlyMap<string, string>,
): Promise<number> {
  const { lake, clock, hasher, progress } = ports;
  const name = `${contract.schema}.${table.name}`;
  const rules = hashOf(table, hasher.hash);
  const isChanged = [...(ruleReads.get(name) ?? [])].some((read) => options.full || changes.has(read));
  if ((before.get(name) ?? '') === rules && !isChanged) return 0;
  const count = table.quality?.length ?? 0;
  if (count > 0) progress.step('check quality', `${name} (${counted(count, 'rule')})`);
  const results = await judge(contract, table, (sql) => lake.read(sql));
  const { dataset, schema } = contract;
  const checkedAt = clock.now();
  await lake.recordQuality({ runId: options.runId, dataset, schema, table: table.name, rules, results, checkedAt });
  return count;
}

/** Empty of a table without rules. Where a rule stands makes no difference to what it finds. */
function hashOf({ quality = [] }: TableContract, hash: (text: string) => string): string {
  return quality.length === 0 ? '' : hash(JSON.stringify(quality.map(({ line: _line, ...rule }) => rule)));
}

async function failedRules(lake: Lake, dataset: string): Promise<readonly FailedRule[]> {
  const { rows } = await lake.read(`SELECT table_name, column_name, rule, dimension, severity, expected, observed
    FROM ${LATEST_QUALITY} AS latest WHERE dataset = ${literal(dataset)} AND status = 'failed'
    ORDER BY table_name, column_name NULLS FIRST, rule`);
  return rows.map(
    ([table, column, rule, dimension, severity, expected, observed]) =>
      ({ dataset, table, column, rule, dimension, severity, expected, observed, status: 'failed' }) as FailedRule,
  );
}
