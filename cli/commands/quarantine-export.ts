import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { openProject } from '../../adapters/local/project.ts';
import { waitingTables } from '../../adapters/shared/quarantine.ts';
import { evolvedContract } from '../../core/contracts/drift/evolve.ts';
import { LandfallError } from '../../core/problems.ts';
import { exportCsv } from '../../core/quarantine/export.ts';
import type { Waiting } from '../../core/quarantine/types.ts';
import { PROJECT, STATE, TARGET } from '../command.ts';
import { openQuarantine, where } from '../quarantine-place.ts';

export async function exportQuarantine(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...STATE,
      ...PROJECT,
      ...TARGET,
      dataset: { type: 'string' },
      table: { type: 'string' },
      out: { type: 'string' },
    },
  });
  const [project, place] = await Promise.all([openProject(values.project), openQuarantine(args, values)]);
  const found = await place.ask(async (lake) => {
    const asked = ({ dataset, table }: Waiting) =>
      (values.dataset ?? dataset) === dataset && (values.table ?? table) === table;
    const waiting = (await waitingTables((sql) => lake.read(sql))).filter(asked);
    const [one] = waiting;
    if (one === undefined) return null;
    if (waiting.length > 1) throw several(waiting);
    const known = project.contracts.find(({ dataset }) => dataset === one.dataset);
    const contract = known === undefined ? undefined : evolvedContract(known, await lake.learnt());
    const table = contract?.tables.find(({ name }) => name === one.table);
    if (contract === undefined || table === undefined) throw unknown(one);
    return { csv: exportCsv(table, await lake.rows(contract, table, ['open'])), ...one };
  });
  if (found === null) {
    process.stderr.write('nothing of that is in quarantine\n');
    return 0;
  }
  if (values.out === undefined) {
    process.stdout.write(found.csv);
    return 0;
  }
  await writeFile(values.out, found.csv, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    const exists = error.code === 'EEXIST';
    throw new LandfallError({
      code: 'out-unwritable',
      file: values.out ?? '',
      message: exists ? 'is there already, and may be edited' : `can't be written: ${error.message}`,
      hint: exists ? 'name another file, or remove it' : 'name another file',
    });
  });
  process.stdout.write(`${found.rows} rows of ${found.dataset}.${found.table} in ${values.out}\n`);
  process.stdout.write(
    `mend what you can, delete what you can't, then: landfall quarantine replay ${values.out}${where(values)}\n`,
  );
  return 0;
}

function several(waiting: readonly Waiting[]): LandfallError {
  const list = waiting.map(({ dataset, table, rows }) => `--dataset ${dataset} --table ${table} (${rows} rows)`);
  return new LandfallError(
    { code: 'usage', message: `several tables have rows in quarantine, name one: ${list.join(', ')}` },
    2,
  );
}

function unknown({ dataset, table }: Waiting): LandfallError {
  const message = `no contract has ${dataset}.${table} any more, so its header is not known`;
  return new LandfallError({ code: 'unknown-table', message, hint: 'landfall quarantine list shows the rows' });
}
