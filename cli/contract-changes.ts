/** How changes of contracts are printed. */

import type { Readers } from '../core/contracts/diff/readers.ts';
import type { Audience, Change, Effect } from '../core/contracts/diff/types.ts';
import { counted } from '../core/words.ts';

export interface Judgement extends Change {
  readonly readBy: Readers;
}

const GROUPS: readonly { readonly title: string; readonly audiences: readonly Audience[] }[] = [
  { title: 'breaking for readers and senders', audiences: ['readers', 'senders'] },
  { title: 'breaking for readers', audiences: ['readers'] },
  { title: 'breaking for senders', audiences: ['senders'] },
  { title: 'not breaking', audiences: [] },
];

const EFFECTS: Readonly<Record<Effect, { readonly word: string; readonly means: string }>> = {
  reload: { word: 'reload', means: "the table's files in the landing folder load again on the next run" },
  backfill: {
    word: 'backfill',
    means: 'rows whose files are no longer there stay as they were loaded: drop those files again',
  },
  refresh: { word: 'refresh models', means: 'models that read the table are made again on the next run' },
  publish: { word: 'publish', means: 'the warehouse gets the table on the next run, or loses it' },
};

/** Group by group of whom they break, and at the end what its words mean. */
export function told(changes: readonly Judgement[]): string {
  if (changes.length === 0) return 'no changes\n';
  const groups = GROUPS.flatMap(({ title, audiences }) => {
    const own = changes.filter(({ breaks }) => Object.keys(breaks).sort().join() === audiences.join());
    return own.length === 0 ? [] : [`\n${title}\n${own.map(change).join('')}`];
  });
  const used = (Object.keys(EFFECTS) as Effect[]).filter((name) =>
    changes.some(({ effects }) => effects.includes(name)),
  );
  const words = used.map((name) => `  ${EFFECTS[name].word}: ${EFFECTS[name].means}\n`);
  const legend = words.length === 0 ? '' : `\nwhat becomes of rows already loaded\n${words.join('')}`;
  return `${groups.join('')}${legend}\n${summary(changes)}\n`;
}

function change({ dataset, tables, column, says, breaks, effects, loaded, readBy }: Judgement): string {
  const place = tables.length === 1 ? [...tables, ...(column === undefined ? [] : [column])].join('.') : dataset;
  const becomes = effects.length === 0 ? 'nothing' : effects.map((name) => EFFECTS[name].word).join(', ');
  const lines = [
    ...(breaks.readers === undefined ? [] : [`readers: ${breaks.readers}`]),
    ...(breaks.senders === undefined ? [] : [`senders: ${breaks.senders}`]),
    `loaded rows: ${becomes}${loaded === undefined ? '' : `; ${loaded}`}`,
    ...named('read by', readBy.direct),
    ...named('and behind these', readBy.behind),
    ...named('panels', readBy.panels),
  ];
  return `  ${place}: ${says}\n${lines.map((line) => `    ${line}\n`).join('')}`;
}

/** More would not be read; `--json` has all. */
const MOST_NAMES = 6;

function named(what: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const more = names.length - MOST_NAMES;
  return [`${what}: ${names.slice(0, MOST_NAMES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`];
}

function summary(changes: readonly Change[]): string {
  const breaking = (audience: Audience) => changes.filter(({ breaks }) => breaks[audience] !== undefined).length;
  const [readers, senders] = [breaking('readers'), breaking('senders')];
  const all = counted(changes.length, 'change');
  if (readers + senders === 0) return `${all}, nothing breaking`;
  return `${all}: ${readers} breaking for readers, ${senders} for senders`;
}
