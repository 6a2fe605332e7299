/** The state machine as Amazon would judge it, and as both places that run it need it. */

import { describe, expect, it } from '@jest/globals';
// @ts-expect-error: it comes without types
import validate from 'asl-validator';
import { readDefinition } from '../../adapters/local/workflow.ts';
import { newSession } from '../../core/pipeline/session.ts';
import { tasksOf } from '../../core/pipeline/tasks.ts';
import type { Ports } from '../../core/ports.ts';

interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Resource?: string;
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[]; readonly MaxAttempts: number }[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly ItemProcessor?: Machine;
}
interface Machine {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

const definition = (await readDefinition()) as unknown as Machine;
const text = JSON.stringify(definition);

/** Every state of the machine and of the machines within it. */
function statesOf(machine: Machine): [string, State][] {
  return Object.entries(machine.States).flatMap(([name, state]) => [
    [name, state],
    ...(state.ItemProcessor === undefined ? [] : statesOf(state.ItemProcessor)),
  ]);
}
const states = statesOf(definition);
const tasks = states.filter(([, { Type }]) => Type === 'Task');
const ofDataset = definition.States['DataSets']?.ItemProcessor as Machine;

describe('the definition', () => {
  it('is valid Amazon States Language once its placeholders are filled', async () => {
    const filled = text.replaceAll(/"\$\{(\w+)Arn\}"/g, '"arn:aws:lambda:eu-central-1:123456789012:function:$1"');
    const { isValid, errors } = await validate(JSON.parse(filled), { checkPaths: true, checkArn: true });
    expect(errors).toEqual([]);
    expect(isValid).toBe(true);
  });

  it('binds each Task to a function, and has a Task for each function', () => {
    const session = newSession({ clock: { now: () => 0 } } as Ports, { runId: 'r', datasets: [], full: false });
    const functions = Object.keys(tasksOf(session, { contracts: [], load: () => Promise.reject(new Error()) }));
    // The run's own failures are recorded by the same function as a data set's.
    const names = tasks.map(([name]) => name).filter((name) => !/^Record(Report|Freshness)Failure$/.test(name));
    expect(names.sort()).toEqual(functions.sort());
  });

  it('names each state once, for functions are bound by name', () => {
    const names = states.map(([name]) => name);
    expect(names.length).toBe(new Set(names).size);
  });

  it.each(tasks)('%s is tried again when something outside was busy', (_name, { Retry = [] }) => {
    expect(Retry.flatMap(({ ErrorEquals }) => ErrorEquals)).toContain('Landfall.Transient');
    // Another run's work on the data set is waited for: that may take an hour.
    const others = Retry.filter(({ ErrorEquals }) => ErrorEquals.join() !== 'Landfall.Busy');
    expect(Math.max(...others.map(({ MaxAttempts }) => MaxAttempts))).toBeLessThanOrEqual(5);
  });

  it('tries a function once more that was killed', () => {
    const isFunction = (Retry: State['Retry'] = []) =>
      Retry.some(({ ErrorEquals }) => ErrorEquals.includes('Lambda.ServiceException'));
    const functions = tasks.filter(([, { Retry }]) => isFunction(Retry));
    expect(functions.length).toBeGreaterThan(12);
    for (const [name, { Retry = [] }] of functions) {
      const own = Retry.find(({ ErrorEquals }) => ErrorEquals.includes('Sandbox.Timedout'));
      expect([name, own]).toMatchObject([
        name,
        { ErrorEquals: ['Lambda.Unknown', 'Sandbox.Timedout'], MaxAttempts: 1 },
      ]);
    }
  });

  it('catches what fails within a data set, so that the others run on', () => {
    for (const [name, { Type, Catch = [] }] of Object.entries(ofDataset.States)) {
      if (!['Task', 'Map'].includes(Type) || name === 'RecordFailure') continue;
      expect([name, Catch.find(({ ErrorEquals }) => ErrorEquals.includes('States.ALL'))?.Next]).toEqual([
        name,
        'RecordFailure',
      ]);
    }
  });

  it('keeps to what both runners have: JSONPath, no variables, no context but the Map item and the execution', () => {
    expect(text).not.toMatch(/JSONata|QueryLanguage|"Assign"|ItemReader|ItemBatcher|ResultWriter/);
    expect(
      text
        .match(/\$\$\.[A-Za-z.]+/g)
        ?.every((path) => /^[$]{2}[.](Map[.]Item[.]|Execution[.](Name|StartTime)$)/.test(path)),
    ).toBe(true);
  });
});
