/** What a protected field fails is judged while its text is at hand, for nothing keeps it: neither a table nor an error. */

import { whyUnsound } from '../../core/plans/failing.ts';
import type { LoadPlan } from '../../core/plans/load-plan.ts';
import type { PlannedColumn } from '../../core/plans/planned-column.ts';
import { LandfallError } from '../../core/problems.ts';
import type { Database } from './database.ts';
import { cleanName, quoted, textName } from './names.ts';

const reasonName = ({ name }: PlannedColumn) => quoted(`_why_${name}`);

function judged({ columns }: Pick<LoadPlan, 'columns'>): PlannedColumn[] {
  return columns.filter(
    (column) => column.protect !== undefined && column.checks(textName(column.name), quoted(column.name)).length > 0,
  );
}

/** The columns beside the staged ones that say why a protected column fails; null where it does not. */
export function reasonNames(plan: Pick<LoadPlan, 'columns'>): string[] {
  return judged(plan).map(reasonName);
}

/** Their SQL, over texts and values. */
export function protectedReasons(plan: LoadPlan): string[] {
  return judged(plan).map((column) => {
    const reason = whyUnsound(plan, column, textName(column.name), quoted(column.name));
    return `${reason} AS ${reasonName(column)}`;
  });
}

/**
 * Lines as they came are in temporary tables while `work` goes on, and what does not fit in memory would be written to
 * the disk: of a protected table it is an error instead.
 */
export async function withoutSpilling<Result>(
  database: Database,
  plan: LoadPlan,
  work: () => Promise<Result>,
): Promise<Result> {
  if (!plan.isProtected) return work();
  const [used] = await database.rows<{ bytes: string }>(
    'SELECT coalesce(sum(size), 0) AS bytes FROM duckdb_temporary_files()',
  );
  await database.run(`SET max_temp_directory_size = '${used?.bytes ?? 0}B'`);
  try {
    return await work();
  } catch (error) {
    const code = error instanceof LandfallError ? error.problems[0]?.code : undefined;
    if (code !== 'disk-full' && code !== 'out-of-memory') throw error;
    const message = `${cleanName(plan)}: a damaged file does not fit in memory, and lines with protected values are not written to the disk`;
    throw new LandfallError({
      code: 'out-of-memory',
      message,
      hint: 'mend or split the file, or raise LANDFALL_MEMORY_LIMIT',
    });
  } finally {
    await database.run('RESET max_temp_directory_size');
  }
}

/** An engine's own words may quote what it stumbled over: of a load of a protected table only their kind is told. */
export function withoutValues(error: unknown, table: string): unknown {
  if (!(error instanceof LandfallError)) return error;
  return new LandfallError(
    error.problems.map((problem) => {
      if (problem.code !== 'engine-error') return problem;
      const kind = /^[A-Z][A-Za-z ]{0,40} Error/.exec(problem.message)?.[0] ?? 'an error';
      const message = `${table} could not be loaded: the engine met ${kind}`;
      const hint = 'what it says is kept back, for it may quote a protected value; look at the newest files';
      return { code: problem.code, message, hint };
    }),
    error.exitCode,
  );
}
