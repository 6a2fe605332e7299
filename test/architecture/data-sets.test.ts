/** A data set is data: no code but the generators' knows one by name. */

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { loadProject } from '../../adapters/local/project.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Some of them come later. */
const FOLDERS = ['core', 'adapters', 'cli', 'dashboard', 'glue-scripts', 'workflow', 'lambdas', 'infra', 'schemas'];
const CODE = /\.(ts|mjs|js|py|sql|json)$/;

const { contracts, models } = await loadProject();
/** By the name that must not stand in code: what it finds there. */
const names = new Map<string, RegExp>();
for (const { dataset, schema, tables } of contracts) {
  names.set(dataset, asWord(dataset));
  names.set(schema, asWord(schema));
  for (const { name } of tables) names.set(name, asTable(name));
}
for (const { name } of models) names.set(name, asTable(name));

function asWord(name: string): RegExp {
  return new RegExp(`(?<!\\w)${name}(?!\\w)`);
}

/** A plain word is no table's name before it stands in quotes: there are products and students in any text. */
function asTable(name: string): RegExp {
  return name.includes('_') ? asWord(name) : new RegExp(`(['"\`])${name}\\1`);
}

function namesIn(text: string): string[] {
  return [...names].filter(([, pattern]) => pattern.test(text)).map(([name]) => name);
}

function filesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && CODE.test(entry.name) && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name));
}

describe('the names of data sets', () => {
  const present = FOLDERS.filter((folder) => readdirSync(ROOT).includes(folder));
  const files = present.flatMap(filesIn);

  it('are found where they stand', () => {
    const [first] = contracts;
    expect(first).toBeDefined();
    for (const { dataset, schema, tables } of contracts) {
      expect(namesIn(`generate --dataset ${dataset}\n`)).toContain(dataset);
      expect(namesIn(`SELECT 1 FROM ${schema}.x`)).toContain(schema);
      for (const { name } of tables) expect(namesIn(`tables.get('${name}')`)).toContain(name);
    }
    expect(namesIn('`learnplatform/x.csv`, FROM district_daily')).toEqual(['learnplatform', 'district_daily']);
    expect(namesIn('a shop sells products; district_daily_2 and my_learnplatform are others')).toEqual([]);
    expect(files.length).toBeGreaterThan(150);
  });

  it('stand in no code but that of the generators', () => {
    const found = files.flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .flatMap((line, index) =>
          namesIn(line).map((name) => `${relative(ROOT, file)}:${index + 1} names ${name}: ${line.trim()}`),
        ),
    );
    expect(found).toEqual([]);
  });
});
