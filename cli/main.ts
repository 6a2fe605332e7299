/** `landfall`: finds the command, runs it, and turns what went wrong into words and an exit code. */

import { formatProblem, LandfallError } from '../core/problems.ts';
import type { Command } from './command.ts';

/** Loaded when asked for, so that a question is answered before what a run needs is even read. */
const COMMANDS: Readonly<Record<string, { summary: string; load: () => Promise<Command> }>> = {
  start: {
    summary: 'run on landing/, or on a generated sample where that is empty',
    load: async () => (await import('./commands/start.ts')).start,
  },
  run: {
    summary: 'load what is new, refresh models, analyses and the report',
    load: async () => (await import('./commands/run.ts')).run,
  },
  pull: {
    summary: 'fetch what an API has, page by page, into the landing folder',
    load: async () => (await import('./commands/pull.ts')).pull,
  },
  query: {
    summary: 'ask the lake a question in Athena SQL',
    load: async () => (await import('./commands/query.ts')).query,
  },
  warehouse: {
    summary: 'hold the warehouse up for BI tools, and print how to connect',
    load: async () => (await import('./commands/warehouse.ts')).warehouse,
  },
  status: {
    summary: 'runs, loads, freshness, row counts and quarantine',
    load: async () => (await import('./commands/status.ts')).status,
  },
  generate: {
    summary: 'write sample files that look like the real ones',
    load: async () => (await import('./commands/generate.ts')).generate,
  },
  quarantine: {
    summary: 'list, export and replay the rows that failed, each with its reason',
    load: async () => (await import('./commands/quarantine.ts')).quarantine,
  },
  forget: {
    summary: "erase a person's rows everywhere, and keep them out",
    load: async () => (await import('./commands/forget.ts')).forget,
  },
  contract: {
    summary: 'check every contract, model and dashboard; diff: what a change breaks; infer: propose one for files',
    load: async () => (await import('./commands/contract.ts')).contract,
  },
  test: {
    summary: 'run the unit tests of models, on rows that they give themselves',
    load: async () => (await import('./commands/test.ts')).test,
  },
};

export async function main(args: readonly string[]): Promise<number> {
  // Whoever reads may stop early, as head does.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    const asked = COMMANDS[rest[0] ?? ''];
    if (name === 'help' && asked !== undefined) return main([rest[0] as string, '--help']);
    process.stdout.write(help());
    return name === undefined ? 2 : 0;
  }
  try {
    const command = COMMANDS[name];
    if (command === undefined) throw await unknownCommand(name);
    const loaded = await command.load();
    if (rest.includes('--help') || rest.includes('-h')) {
      process.stdout.write(`${loaded.help.trim()}\n`);
      return 0;
    }
    return await loaded.run(rest);
  } catch (error) {
    return tell(error, args.includes('--json'));
  }
}

function help(): string {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length));
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return `landfall: CSV files become clean tables, metrics, clusters and a report

usage: landfall COMMAND [options]      (from a clone: npm run -s landfall -- COMMAND [options])

${lines.join('\n')}

landfall COMMAND --help tells of its options.
exit codes: 0 done, 1 failed, 2 wrong usage, 3 done, but rows or files were refused
`;
}

async function unknownCommand(name: string): Promise<LandfallError> {
  const { default: leven } = await import('leven');
  const near = Object.keys(COMMANDS).find((known) => leven(known, name) <= 2);
  const hint = near === undefined ? 'landfall help lists the commands' : `did you mean ${near}?`;
  return new LandfallError({ code: 'unknown-command', message: `there is no command "${name}"`, hint }, 2);
}

function tell(error: unknown, json: boolean): number {
  if (error instanceof LandfallError) {
    if (json) process.stdout.write(`${JSON.stringify({ status: 'failed', errors: error.problems }, null, 2)}\n`);
    for (const problem of error.problems) process.stderr.write(`${formatProblem(problem)}\n`);
    return error.exitCode;
  }
  const { code, message } = error as NodeJS.ErrnoException;
  if (code?.startsWith('ERR_PARSE_ARGS')) {
    process.stderr.write(`${message}\nlandfall help tells how to call it\n`);
    return 2;
  }
  if (code === 'ENOSPC') {
    process.stderr.write('the disk is full; free some space and run again\n');
    return 1;
  }
  process.stderr.write(`something went wrong that landfall did not expect: ${message}\n`);
  if (process.env['LANDFALL_DEBUG'] !== undefined && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return 1;
}
