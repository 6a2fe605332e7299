/** That what docs/deploy.md names is there: stacks, outputs, settings, context, commands, functions and tables. */

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { Command } from '../../../cli/command.ts';
import { BOOKS } from '../../../core/books.ts';
import { readSettings } from '../../../infra/config.ts';
import { CONTEXT } from '../context.ts';
import { openStage } from '../stage.ts';

const root = new URL('../../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const page = read('docs/deploy.md');
/** Commands go over lines. */
const flat = page.replaceAll(/\\\n\s*/g, ' ');

const { app, stacks, project } = await openStage({ tunnel: 'true' });
const assembly = app.synth();
const templates = assembly.stacks.map(({ id, stackName, template }) => ({ id, stackName, template }));
const everything = JSON.stringify(templates);
const outputs = templates.flatMap(({ template }) => Object.keys(template.Outputs));

const all = (pattern: RegExp, text = flat) => [...new Set([...text.matchAll(pattern)].map(([, name = '']) => name))];
const absent = (names: readonly string[], known: readonly string[]) => names.filter((one) => !known.includes(one));

describe('docs/deploy.md', () => {
  it('names stacks as they are, in an order in which they can be made', () => {
    const named = all(/(landfall-dev-(?:storage|catalog|warehouse|pipeline|monitoring))/g);
    expect(named.toSorted()).toEqual(templates.map(({ stackName }) => stackName).toSorted());
    expect(absent(all(/--stack-name ([\w-]+)/g), named)).toEqual([]);
    expect(
      absent(
        all(/cdk deploy ([A-Z]\w+)/g),
        Object.values(stacks).map(({ node }) => node.id),
      ),
    ).toEqual([]);
    const told = all(/`(landfall-dev-\w+)`/g, page.slice(page.indexOf('Order follows'), page.indexOf('CDK shows')));
    for (const stack of Object.values(stacks)) {
      for (const other of stack.dependencies) {
        expect(told.indexOf(other.stackName)).toBeLessThan(told.indexOf(stack.stackName));
      }
    }
  });

  it('names every context that is read, and no other', () => {
    const asked = new Set<string>();
    readSettings((name) => {
      asked.add(name);
      return CONTEXT[name];
    });
    asked.delete('stages');
    // The app reads it by itself.
    const own = [...read('infra/app.ts').matchAll(/tryGetContext\('(\w+)'\)/g)].map(([, name = '']) => name);
    const known = [...asked, ...own].toSorted();
    expect(all(/^\| `(\w+)` \|/gm).toSorted()).toEqual(known);
    expect(absent(all(/-c (\w+)=/g), known)).toEqual([]);
  });

  it('names settings of stages as cdk.json has them', () => {
    const stages = CONTEXT['stages'] as Readonly<Record<string, object>>;
    const known = [...Object.values(stages).flatMap((stage) => Object.keys(stage)), 'expireLandingDays'];
    const named = all(/`(\w+(?:Days|Minutes|GiB|Schedule|Policy))`/g);
    expect(named.length).toBeGreaterThan(5);
    expect(absent(named, known)).toEqual([]);
  });

  it('names outputs that stacks have', () => {
    // What a backup is called is for AWS to say.
    const named = [...all(/OutputKey=='(\w+)'/g), ...all(/<([A-Z]\w+)>/g), ...all(/`(\w+(?:Bucket|RoleArn))`/g)];
    expect(named.length).toBeGreaterThan(5);
    expect(absent(named, [...outputs, 'BackupArn'])).toEqual([]);
    expect(outputs.filter((name) => name.startsWith('Redrive')).length).toBeGreaterThan(5);
  });

  it('names functions, queues, alarms, secrets and workgroups as the templates do', () => {
    const own = ['landfall-deploy', 'landfall-ledger-restored', 'landfall-STAGE'];
    const named = all(/(?<![\w/.])(landfall[-/][a-z]+(?:[-/][a-z]+)*)/g).filter((name) => !own.includes(name));
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((name) => !everything.includes(name))).toEqual([]);
    expect(everything).toContain('landfall-ingest-put-aside');
  });

  it('names npm scripts and commands with their options', async () => {
    const { scripts } = JSON.parse(read('package.json'));
    expect(absent(all(/npm run (?:-s )?([\w:-]+)/g), Object.keys(scripts))).toEqual([]);
    const calls = [...flat.matchAll(/npm run -s landfall -- (\w+)([^\n`]*)/g)];
    expect(calls.length).toBeGreaterThan(5);
    for (const [, name = '', rest = ''] of calls) {
      const module = (await import(`../../../cli/commands/${name}.ts`)) as Readonly<Record<string, Command>>;
      for (const [, option = ''] of rest.matchAll(/\s(--[a-z-]+)/g)) expect(module[name]?.help).toContain(option);
    }
  });

  it('asks tables that there are', () => {
    const clean = project.contracts.flatMap(({ schema, tables }) => tables.map(({ name }) => ({ schema, name })));
    const known = [
      ...clean.map(({ schema, name }) => `${schema}.${name}`),
      ...clean.map(({ schema, name }) => `landfall_staged.${schema}__${name}`),
      ...project.models.map(({ table }) => table),
      ...Object.keys(BOOKS).flatMap((book) => [`ops.${book}`, `landfall_tables.ops__${book}`]),
    ];
    const named = all(/\b((?:kiosk_sales|ops|landfall_staged|landfall_tables)[.]\w+)/g);
    expect(named.length).toBeGreaterThan(8);
    expect(absent(named, known)).toEqual([]);
  });

  it('leads to pages that are there', () => {
    for (const link of all(/\]\(([^)#]+)\)/g))
      expect({ link, is: existsSync(new URL(`docs/${link}`, root)) }).toEqual({ link, is: true });
    for (const path of all(/(docs\/deploy\/[\w-]+[.]\w+)/g)) expect(existsSync(new URL(path, root))).toBe(true);
  });

  it('tells how many resources there are', () => {
    const counts = templates.map(({ template }) => Object.keys(template.Resources).length);
    const [sum, most] = all(/(\d+) (?:in all|of the 500)/g).map(Number);
    // Of dev, without a tunnel, some fewer: nobody has to write this anew for one queue.
    expect(Math.abs((sum ?? 0) - counts.reduce((one, other) => one + other))).toBeLessThan(60);
    expect(Math.abs((most ?? 0) - Math.max(...counts))).toBeLessThan(30);
  });
});

describe('docs/deploy/landfall.pbids', () => {
  it('is a connection to the warehouse, once the endpoint is in it', () => {
    const [connection] = JSON.parse(
      read('docs/deploy/landfall.pbids').replace('ENDPOINT', 'w.example.org'),
    ).connections;
    expect(connection).toEqual({
      details: { protocol: 'amazon-redshift', address: { server: 'w.example.org:5439', database: 'landfall' } },
      mode: 'Import',
    });
    expect(read('docs/deploy/connect.md')).toContain('sed "s/ENDPOINT/$endpoint/" docs/deploy/landfall.pbids');
  });
});
