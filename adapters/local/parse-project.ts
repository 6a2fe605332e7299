/** Reads `contracts/` and `queries/` of a project folder. */

import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Analysis } from '../../core/analyses/types.ts';
import { checkContracts, parseContract } from '../../core/contracts/parse.ts';
import type { Contract } from '../../core/contracts/types.ts';
import { parseAnalyses } from '../../core/models/parse-analyses.ts';
import { parseDashboard } from '../../core/models/parse-dashboard.ts';
import { parseModel } from '../../core/models/parse-model.ts';
import type { Dashboard, Model } from '../../core/models/types.ts';
import { LandfallError, type Problem } from '../../core/problems.ts';
import type { Project } from '../../core/project.ts';
import { describedTables } from '../../core/tables.ts';

/** Every mistake of every file is among the problems. */
export async function readProject(root: string): Promise<{ project: Project; problems: Problem[] }> {
  const problems: Problem[] = [];
  const contracts = await readContracts(root, problems);
  const models: Model[] = [];
  const analyses: Analysis[] = [];
  const dashboards: Dashboard[] = [];
  const checks: ReturnType<typeof parseDashboard>['check'][] = [];
  for (const dataset of await names(join(root, 'queries'))) {
    const folder = join(root, 'queries', dataset);
    const files = await names(folder);
    for (const file of files) {
      const path = join(folder, file);
      const shown = relative(root, path);
      const text = await readFile(path, 'utf8');
      if (file === 'analyses.yml') {
        const parsed = parseAnalyses(text, shown, dataset);
        analyses.push(...parsed.analyses);
        problems.push(...parsed.problems);
      } else if (file === 'dashboard.yml') {
        const parsed = parseDashboard(text, shown, dataset);
        if (parsed.dashboard !== undefined) dashboards.push(parsed.dashboard);
        problems.push(...parsed.problems);
        checks.push(parsed.check);
      } else if (file.endsWith('.yml')) {
        const name = file.slice(0, -'.yml'.length);
        const sqlFile = join(folder, `${name}.sql`);
        if (!files.includes(`${name}.sql`)) {
          problems.push({
            code: 'no-sql',
            file: shown,
            message: `describes a model, but there is no ${name}.sql beside it`,
          });
          continue;
        }
        // Lines stay where they are: messages name them.
        const sql = (await readFile(sqlFile, 'utf8')).trimEnd().replace(/;$/, '');
        const parsed = parseModel({ dataset, name, sql, sqlFile: relative(root, sqlFile), text, file: shown });
        if (parsed.model !== undefined) models.push(parsed.model);
        problems.push(...parsed.problems);
      } else if (file.endsWith('.sql') && !files.includes(file.replace(/[.]sql$/, '.yml'))) {
        problems.push({ code: 'no-yaml', file: shown, message: 'a model needs a .yml of the same name beside it' });
      }
    }
    if (!contracts.some((contract) => contract.dataset === dataset) && problems.length === 0) {
      problems.push({
        code: 'no-contract',
        file: `queries/${dataset}`,
        message: `there is no contracts/${dataset}.odcs.yaml`,
      });
    }
  }
  const project = { contracts, models, analyses, dashboards };
  // Until the tables are told rightly, what a panel names can't be judged.
  if (problems.length === 0) {
    const tables = describedTables(project);
    problems.push(...checks.flatMap((check) => check(tables)));
  }
  return { project, problems };
}

export async function readContracts(root: string, problems: Problem[]): Promise<Contract[]> {
  const contracts: Contract[] = [];
  for (const file of (await names(join(root, 'contracts'))).filter((name) => name.endsWith('.odcs.yaml'))) {
    const path = join(root, 'contracts', file);
    const parsed = parseContract(await readFile(path, 'utf8'), relative(root, path));
    problems.push(...parsed.problems);
    if (parsed.contract !== undefined) contracts.push(parsed.contract);
  }
  problems.push(...checkContracts(contracts));
  if (contracts.length === 0 && problems.length === 0) {
    problems.push({
      code: 'no-contracts',
      file: join(root, 'contracts'),
      message: 'expected at least one <dataset>.odcs.yaml',
    });
  }
  return contracts;
}

async function names(folder: string): Promise<string[]> {
  const found = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new LandfallError({ code: 'project-unreadable', file: folder, message: error.message });
  });
  return found.filter((name) => !name.startsWith('.')).sort();
}
