/** What is drawn and tabled of the templates: that it is up to date, and that it would show what is wrong. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { Contract } from '../../../core/contracts/types.ts';
import { deployDocs } from '../../../infra/tools/docs.ts';
import { type Edge, eventEdges, loopIn } from '../../../infra/tools/events.ts';
import { iamTable } from '../../../infra/tools/iam-table.ts';
import { roleStatements, type Statement, type Templates } from '../../../infra/tools/reading.ts';
import { resourceTable, roomFor } from '../../../infra/tools/room.ts';
import { openStage } from '../stage.ts';

const { app, project } = await openStage({ stage: 'prod' });
const templates = templatesOf(app);

function templatesOf(own: typeof app): Templates {
  return Object.fromEntries(own.synth().stacks.map(({ id, template }) => [id, template]));
}

describe('docs/deploy', () => {
  it.each(Object.entries(deployDocs(templates, project)))('%s is up to date: npm run deploy:docs', (name, text) => {
    expect(readFileSync(new URL(`../../../docs/deploy/${name}`, import.meta.url), 'utf8')).toBe(text);
  });
});

describe('the event chain', () => {
  const edges = eventEdges(templates);
  const AGAIN = 'Lake manifests/again/';

  it('leads from a landed file to the report', () => {
    const reached = new Set<string>();
    const walk = (node: string) => {
      if (reached.has(node)) return;
      reached.add(node);
      for (const { to } of edges.filter(({ from }) => from === node)) walk(to);
    };
    walk(`Landing ${project.contracts[0]?.dataset}/`);
    for (const step of ['ingest', 'aggregate', 'cluster', 'analyse', 'publish', 'report']) {
      expect([...reached]).toContain(`function landfall-${step}`);
    }
  });

  it('has no loop, but for the word that files landed while their data set was taken', () => {
    expect(loopIn(edges.filter(({ to }) => to !== AGAIN))).toBeNull();
    // That word goes to ingest alone.
    expect(edges.filter(({ from }) => from === AGAIN).map(({ to }) => to)).toEqual(['queue landfall-ingest']);
  });

  it('would show a loop: a function that may write where it is heard', () => {
    const wrong = structuredClone(templates) as Templates;
    const statements = roleStatements(wrong).map(
      ({ statement }) => statement as { -readonly [Key in keyof Statement]: Statement[Key] },
    );
    const ingest = statements.find(({ Resource }) => JSON.stringify(Resource).includes('manifests/loaded/'));
    if (ingest === undefined) throw new Error('somebody writes manifests');
    const landing = statements.find(
      ({ Action, Resource }) => Action === 's3:GetObject' && JSON.stringify(Resource).includes('Landing'),
    );
    ingest.Resource = [ingest.Resource, landing?.Resource].flat();
    const loop = loopIn(eventEdges(wrong).filter(({ to }: Edge) => to !== AGAIN));
    expect(loop?.join(' -> ')).toContain('function landfall-ingest');
  });
});

describe('the table of roles', () => {
  const text = iamTable(templates);

  it('has every role, and a reason for every star', () => {
    for (const { role } of roleStatements(templates)) expect(text).toContain(String(role.Properties?.['Description']));
    const rows = text.split('\n').filter((line) => line.startsWith('| `'));
    const stars = rows.filter((line) => /[*]`(<br>| [|])/.test(line) && !line.includes('| denied'));
    expect(stars.length).toBeGreaterThan(10);
    for (const row of stars) expect(row.split(' | ').at(-1)?.length).toBeGreaterThan(20);
  });
});

describe('room', () => {
  it('is there for some more data sets in every stack', async () => {
    const models = ({ dataset }: Contract) => project.models.filter((one) => one.dataset === dataset).length;
    const [largest, ...others] = project.contracts.toSorted((one, other) => models(other) - models(one));
    const isKept = ({ dataset }: { readonly dataset: string }) => dataset !== largest?.dataset;
    const [kept, analyses] = [project.models.filter(isKept), project.analyses.filter(isKept)];
    const smaller = { ...project, contracts: others, models: kept, analyses };
    const { app: small } = await openStage({ stage: 'prod' }, smaller);
    const rooms = roomFor(templates, templatesOf(small));
    const shown = Object.entries(rooms).map(([stack, room]) => `${stack} ${room}`);
    process.stderr.write(
      `${resourceTable(templates)
        .match(/^\w+:.*$/gm)
        ?.join(', ')}\n`,
    );
    process.stderr.write(`room for more data sets like the largest: ${shown.join(', ')}\n`);
    for (const room of Object.values(rooms)) expect(room).toBeGreaterThan(5);
  });
});
