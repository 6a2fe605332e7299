/** A small project in a git repository of its own: the contract of `contract-pairs/`, and who reads its tables. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BASE, FILE } from './contract-pairs/index.ts';

const QUERIES: Readonly<Record<string, string>> = {
  'queries/tea-trade/states.sql': `SELECT state, count(*) AS orders, sum(amount) AS paid
FROM tea_trade.orders
GROUP BY state
`,
  'queries/tea-trade/states.yml': `description: What was paid by state.
materialize: full
key: [state]
columns:
  state: {description: The state of orders}
  orders: {description: Orders in the state}
  paid: {description: What they come to, unit: euros}
`,
  'queries/tea-trade/best_state.sql': `SELECT state FROM tea_trade.states ORDER BY paid DESC NULLS LAST, state LIMIT 1
`,
  'queries/tea-trade/best_state.yml': `description: The state with most paid.
materialize: full
key: [state]
`,
  'queries/tea-trade/all_visits.sql': 'SELECT * FROM tea_trade.visits\n',
  'queries/tea-trade/all_visits.yml': 'description: Every visit.\nmaterialize: view\nkey: [guest]\n',
  'queries/tea-trade/dashboard.yml': `title: Tea trade
panels:
  - title: Paid by state
    model: tea_trade.states
    mark: bar
    encoding: {x: {field: state}, y: {field: paid, type: quantitative}}
    note: What was paid.
`,
};

/** Nothing of whoever runs the tests. */
const ENV = {
  ...process.env,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: 'A Person',
  GIT_AUTHOR_EMAIL: 'person@example.org',
  GIT_COMMITTER_NAME: 'A Person',
  GIT_COMMITTER_EMAIL: 'person@example.org',
};

export function git(folder: string, ...args: string[]): string {
  return execFileSync('git', ['-C', folder, ...args], {
    env: ENV,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

export function commitAll(folder: string, message: string): string {
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--message', message);
  return git(folder, 'rev-parse', 'HEAD').trim();
}

export function write(folder: string, file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

/** Without git as yet. @returns the folder */
export function teaTrade(folder: string): string {
  write(folder, FILE, BASE);
  for (const [file, text] of Object.entries(QUERIES)) write(folder, file, text);
  return folder;
}

/** On the branch main, with one commit. @returns the commit */
export function commitNew(folder: string): string {
  git(folder, 'init', '--quiet', '--initial-branch', 'main');
  return commitAll(folder, 'The contracts as they are');
}
