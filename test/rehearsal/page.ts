/** A rehearsal as a picture: who worked when, function by function and state by state. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Compared, totalOf } from './comparison.ts';
import { type Span, seconds, type Transcript } from './transcript.ts';

const LABELS = 200;
const WIDTH = 1000;
const ROW = 20;
const BAR = 12;
const HEAD = 64;
const GAP = 30;
const TICKS = [10, 30, 60, 120, 300, 600];
const MOST_TICKS = 12;

const INK = '#1f2933';
const QUIET = '#667380';
const GRID = '#dde3e8';
const COLOURS: Readonly<Record<'function' | 'state', string>> = { function: '#2f6f9f', state: '#3d8361' };
const FAILED = '#c2410c';
/** What only waits for another's work is no failure of anybody's. */
const WAITED = '#b8c2cc';

interface Row {
  readonly kind: 'function' | 'state';
  readonly name: string;
  readonly spans: readonly Span[];
}

/** An SVG of 1200 wide, as high as there are rows. */
export function timeline({ spans }: Pick<Transcript, 'spans'>): string {
  const end = Math.max(...spans.map(({ at, milliseconds }) => at + milliseconds));
  const x = (at: number) => round(LABELS + (at / end) * WIDTH);
  const groups = (['function', 'state'] as const).map((kind) => rowsOf(spans, kind));
  const tops = groups.map(
    (_, index) => HEAD + groups.slice(0, index).reduce((sum, rows) => sum + rows.length * ROW + GAP, GAP),
  );
  const height = HEAD + groups.reduce((sum, rows) => sum + rows.length * ROW + GAP, GAP);
  const scenes = scenesOf({ spans });
  const parts = [
    ...scenes.map((span, index) => band(span, index, x, height)),
    ...ticks(end).map((at) => line(x(at), HEAD, height - GAP / 2) + label(x(at), HEAD - 6, clock(at), 'middle', QUIET)),
    ...groups.flatMap((rows, group) => [
      label(
        0,
        (tops[group] ?? 0) - 8,
        group === 0 ? 'Lambda functions' : 'States of the state machine',
        'start',
        INK,
        600,
      ),
      ...rows.flatMap((row, index) => rowOf(row, (tops[group] ?? 0) + index * ROW, x)),
    ]),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${LABELS + WIDTH + 20} ${height}" role="img" aria-label="Timeline of a rehearsal" font-family="system-ui, sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#fff"/>
${parts.join('\n')}
</svg>
`;
}

function rowsOf(spans: readonly Span[], kind: Row['kind']): Row[] {
  const own = spans.filter((span) => span.kind === kind);
  const names = [...new Set(own.map(({ name }) => name))];
  return names
    .map((name) => ({ kind, name, spans: own.filter((span) => span.name === name) }))
    .sort((a, b) => (a.spans[0]?.at ?? 0) - (b.spans[0]?.at ?? 0));
}

function rowOf({ kind, name, spans }: Row, top: number, x: (at: number) => number): string[] {
  const bars = spans.map(({ at, milliseconds, failure }) => {
    const width = Math.max(1.5, x(at + milliseconds) - x(at));
    const fill = failure === null ? COLOURS[kind] : failure.endsWith('.Busy') ? WAITED : FAILED;
    const told = `${name} ${clock(at)}, ${(milliseconds / 1000).toFixed(1)} s${failure === null ? '' : `: ${failure}`}`;
    return `<rect x="${x(at)}" y="${top + (ROW - BAR) / 2}" width="${round(width)}" height="${BAR}" rx="1.5" fill="${fill}"><title>${escaped(told)}</title></rect>`;
  });
  return [label(LABELS - 10, top + ROW - 6, name.replace(/^landfall-/, ''), 'end', INK), ...bars];
}

/** Where a scene or a comparison goes on, with its number above. */
function band({ name, at, milliseconds }: Span, index: number, x: (at: number) => number, height: number): string {
  const [left, right] = [x(at), x(at + milliseconds)];
  return `<rect x="${left}" y="${HEAD - 30}" width="${round(Math.max(2, right - left))}" height="${height - HEAD + 30 - GAP / 2}" fill="${index % 2 === 0 ? '#f4ead9' : '#f9f4ea'}" fill-opacity="0.6"><title>${escaped(name)}</title></rect>${label((left + right) / 2, HEAD - 22, String(index + 1), 'middle', QUIET, 600)}`;
}

/** What the picture numbers, in its order. */
const scenesOf = ({ spans }: Pick<Transcript, 'spans'>) =>
  spans.filter(({ kind }) => kind === 'fault' || kind === 'compared');

function ticks(end: number): number[] {
  const step = 1000 * (TICKS.find((one) => end / 1000 / one <= MOST_TICKS) ?? 1200);
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, index) => index * step);
}

const clock = (at: number) => {
  const all = Math.round(at / 1000);
  return `${Math.floor(all / 60)}:${String(all % 60).padStart(2, '0')}`;
};
const line = (at: number, from: number, to: number) =>
  `<line x1="${at}" x2="${at}" y1="${from}" y2="${to}" stroke="${GRID}"/>`;
const label = (x: number, y: number, text: string, anchor: string, fill: string, weight = 400) =>
  `<text x="${round(x)}" y="${y}" text-anchor="${anchor}" fill="${fill}" font-weight="${weight}">${escaped(text)}</text>`;
const round = (value: number) => Math.round(value * 10) / 10;
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** The page and its picture. */
export function writePage(
  folder: string,
  transcript: Transcript,
  compared: ReadonlyMap<string, readonly Compared[]>,
): void {
  mkdirSync(join(folder, 'pictures'), { recursive: true });
  writeFileSync(join(folder, 'pictures', 'rehearsal.svg'), timeline(transcript));
  writeFileSync(join(folder, 'rehearsal.md'), pageText(transcript, compared));
}

function pageText(transcript: Transcript, compared: ReadonlyMap<string, readonly Compared[]>): string {
  const scenes = scenesOf(transcript).map(
    ({ name, milliseconds }, index) => `${index + 1}. ${name}: ${(milliseconds / 1000).toFixed(0)} s`,
  );
  const functions = transcript
    .totals('function')
    .map(
      ({ name, times, failed, milliseconds, slowest }) =>
        `| ${name} | ${times} | ${failed} | ${seconds(milliseconds)} | ${seconds(slowest)} |`,
    );
  const acts = [...compared].map(([act, tables]) => {
    const { rows, differing } = totalOf(tables);
    const inEach = (['Athena', 'Redshift'] as const).map((one) => tables.filter(({ where }) => where === one).length);
    return `| ${[act, ...inEach, rows.toLocaleString('en'), differing.length].join(' | ')} |`;
  });
  return [
    '# A rehearsal',
    '',
    'Drawn by `npm run rehearse -- --page docs` from the transcript of one rehearsal: what `cdk synth` makes of the stage',
    '`prod`, run whole on Trino, PostgreSQL, Spark and moto. What it can not prove is in [deploy.md](deploy.md).',
    '',
    '![Timeline of the functions and states](pictures/rehearsal.svg)',
    '',
    'Grey is waiting for another run of the same data set, red a call that failed, mostly because the scene wanted it so.',
    'The numbered bands:',
    '',
    ...scenes,
    '',
    '| compared with a laptop | tables in Athena | tables in Redshift | rows | tables that differ |',
    '|---|---|---|---|---|',
    ...acts,
    '',
    '| function | calls | failed | took | slowest |',
    '|---|---|---|---|---|',
    ...functions,
    '',
  ].join('\n');
}
