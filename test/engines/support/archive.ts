import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engines } from './engines.ts';

/** A zip of what lies right in a folder, as CDK uploads one; gone once the work with it is done. */
export async function withArchive<Result>(path: string, work: (archive: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-archive-'));
  try {
    const archive = join(folder, 'archive.zip');
    const names = readdirSync(path).filter((name) => name !== '__pycache__');
    execFileSync(engines().python('engines'), ['-m', 'zipfile', '-c', archive, ...names], { cwd: path });
    return await work(archive);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
