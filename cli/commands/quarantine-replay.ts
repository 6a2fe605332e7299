import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { openProject } from '../../adapters/local/project.ts';
import { storedForms } from '../../adapters/shared/quarantine.ts';
import { evolvedContract } from '../../core/contracts/drift/evolve.ts';
import { LandfallError } from '../../core/problems.ts';
import { readEdited } from '../../core/quarantine/edited.ts';
import { suspects } from '../../core/quarantine/protected.ts';
import { planReplay, type Replay } from '../../core/quarantine/replay.ts';
import { replayedRows } from '../../core/quarantine/replayed.ts';
import { counted } from '../../core/words.ts';
import { PROJECT, STATE, TARGET } from '../command.ts';
import { openQuarantine } from '../quarantine-place.ts';

/** What a person edits; a text of this size still fits into memory several times. */
const LARGEST = 64 * 1024 * 1024;

export async function replayQuarantine(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { ...STATE, ...PROJECT, ...TARGET, landing: { type: 'string', default: 'landing' } },
    allowPositionals: true,
  });
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) {
    const hint = 'landfall quarantine export --out FILE makes one';
    throw new LandfallError({ code: 'usage', message: 'expected one edited CSV file', hint }, 2);
  }
  const [project, place] = await Promise.all([openProject(values.project), openQuarantine(args, values)]);
  const { zone } = place;
  const learnt = await place.ask((lake) => lake.learnt());
  const contracts = project.contracts.map((contract) => evolvedContract(contract, learnt));
  const edited = readEdited(file, await readText(file), contracts);
  const { contract, table } = edited;
  await zone.check(contract, table);
  const [quarantined, stored] = await place.ask(async (lake) => [
    await lake.rows(contract, table, ['open', 'replayed']),
    await storedForms((sql) => lake.read(sql), contract, table, suspects(table, edited.lines)),
  ]);
  const hasher = { hash: (text: string) => createHash('sha256').update(text).digest('hex') };
  const replay = planReplay(file, edited, quarantined, await replayedRows(zone, contract, table), hasher, stored);
  if (replay.rows > 0) await zone.write(replay);
  process.stdout.write(told(replay, zone.next));
  return 0;
}

async function readText(file: string): Promise<string> {
  const unreadable = (message: string, hint: string) =>
    new LandfallError({ code: 'file-unreadable', file, message, hint });
  const { size } = await stat(file).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(`can't be read: ${error.message}`, 'name the CSV that landfall quarantine export wrote');
  });
  if (size > LARGEST) throw unreadable(`has ${size} bytes, expected ${LARGEST} at most`, 'replay it in parts');
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(`can't be read: ${error.message}`, 'name the CSV that landfall quarantine export wrote');
  });
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw unreadable('is not UTF-8 text', 'save it as CSV in UTF-8');
  }
}

function told({ folder, files, rows, unchanged, repeated }: Replay, next: string): string {
  const lines = [
    ...(unchanged === 0
      ? []
      : [
          unchanged === 1
            ? '1 row is as it was and stays in quarantine'
            : `${unchanged} rows are as they were and stay in quarantine`,
        ]),
    ...(repeated === 0
      ? []
      : [`${counted(repeated, 'row')} ${repeated === 1 ? 'is' : 'are'} in the landing folder already`]),
    rows === 0
      ? 'nothing to replay'
      : `${counted(rows, 'row')} in ${counted(files.size, 'new file')} under ${folder}/: ${next}`,
  ];
  return `${lines.join('\n')}\n`;
}
