/** What BI tools see while tables are published: whole publications, or nothing new. */

import { loadProject } from '../../../adapters/local/project.ts';
import { qualified, READER } from '../../../core/warehouse/statements.ts';
import { warehouseTables } from '../../../core/warehouse/tables.ts';
import type { Rehearsal } from '../rehearsal.ts';
import { type Login, READERS, Reader } from './reader.ts';

/**
 * Lets every kind of reader look at a data set's tables, all of them in one question, while something publishes it once.
 *
 * @returns what they saw, in words
 * @throws Error where a reader was refused, saw anything but what was there before and behind it, or not both of them
 */
export async function readMeanwhile(
  rehearsal: Rehearsal,
  schema: string,
  publish: () => Promise<void>,
): Promise<string> {
  const login = await loginOf(rehearsal);
  const project = await loadProject(rehearsal.project);
  const tables = warehouseTables(project).filter(({ table }) => table.startsWith(`${schema}.`));
  const digests = tables.map(
    (table) => `(SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM ${qualified(table)} AS t)`,
  );
  const question = `SELECT concat_ws(' ', ${digests.join(', ')})`;
  const readers = READERS.map((name) => new Reader(name, login));
  const ends = () => Promise.all(readers.map((reader) => reader.stop()));
  const whole: string[] = [];
  try {
    whole.push(await agreed(readers, question));
    for (const reader of readers) reader.start(question);
    await publish();
    for (const reader of readers) await reader.pause();
    whole.push(await agreed(readers, question));
  } catch (error) {
    // What a reader says as it is stopped would hide it.
    await ends().catch(() => undefined);
    throw error;
  }
  await ends();
  const problems = readers.flatMap(({ name, answers }) => {
    const seen = answers.map(({ answer }) => answer);
    const odd = answers.filter(({ answer }) => !whole.includes(answer));
    if (odd.length > 0)
      return [`${name} saw ${odd.map(({ answer, times }) => `${answer} (${times} times)`).join(', ')}`];
    return seen.join() === whole.join()
      ? []
      : [`${name} saw ${seen.length} states in a row, expected both in their order`];
  });
  if (problems.length > 0)
    throw new Error(`not only whole publications: ${problems.join('; ')}; whole are ${whole.join(', ')}`);
  const told = readers.map(
    ({ name, answers }) => `${name} ${answers.reduce((sum, { times }) => sum + times, 0)} times`,
  );
  return `${tables.length} tables read at once by ${told.join(', ')}: the whole publication before, and the whole one behind it`;
}

/** What each of them sees while nothing is published. */
async function agreed(readers: readonly Reader[], question: string): Promise<string> {
  const [first = '', ...others] = await Promise.all(readers.map((reader) => reader.ask(question)));
  if (others.some((one) => one !== first) || first.startsWith('ERROR')) {
    throw new Error(`readers do not agree at rest: ${[first, ...others].join(', ')}`);
  }
  return first;
}

/** As its secret has it. */
async function loginOf({ stage }: Rehearsal): Promise<Login> {
  const secret = JSON.parse(await stage.secret(`landfall/warehouse/${READER}`));
  const { username, password } = secret as { username: string; password: string };
  return { ...(await stage.bridge.admit(username, password)), user: username, password };
}
