/** One thing that is wrong, where it stands, and what to do next. */
export interface Problem {
  /** Stable, kebab-case, for scripts: `unknown-key`, `wrong-header` … */
  readonly code: string;
  /** What is wrong and what was expected, in one sentence. */
  readonly message: string;
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
  /** 1-based. */
  readonly column?: number;
  /** What to do next. */
  readonly hint?: string;
}

/** `file:line:column: message (hint)`, leaving out what is not known. */
export function formatProblem(problem: Problem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(':');
  const hint = problem.hint === undefined ? '' : ` (${problem.hint})`;
  return `${place === '' ? '' : `${place}: `}${problem.message}${hint}`;
}

/** Carries every problem found, so that a person mends them in one go. */
export class LandfallError extends Error {
  readonly problems: readonly Problem[];
  /** 1: failed, 2: wrong usage. */
  readonly exitCode: 1 | 2;

  constructor(problems: Problem | readonly Problem[], exitCode: 1 | 2 = 1) {
    const all = Array.isArray(problems) ? (problems as readonly Problem[]) : [problems as Problem];
    super(all.map(formatProblem).join('\n'));
    this.name = 'LandfallError';
    this.problems = all;
    this.exitCode = exitCode;
  }
}

/** Worth another try: something outside was busy or away. */
export class TransientError extends LandfallError {}

/** Of the first problem; undefined of any other error. */
export const problemCode = (error: unknown) => (error instanceof LandfallError ? error.problems[0]?.code : undefined);
