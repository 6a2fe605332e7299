/** Runs the command line as a person does: a process of its own, in a folder of its own. */

import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { generatorFor } from '../../generators/index.ts';
import { writeDataset } from '../../generators/write.ts';

export const LANDFALL = fileURLToPath(new URL('../../cli/landfall.mjs', import.meta.url));
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class Workspace {
  readonly root = mkdtempSync(join(tmpdir(), 'landfall-e2e-'));
  readonly landing = join(this.root, 'landing');
  readonly state = join(this.root, 'state');

  start(args: readonly string[], options: { uid?: number; env?: Record<string, string> } = {}): ChildProcess {
    return spawn(process.execPath, [LANDFALL, ...args], {
      cwd: this.root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...options.env },
      ...(options.uid === undefined ? {} : { uid: options.uid }),
    });
  }

  async cli(args: readonly string[], options: { uid?: number; env?: Record<string, string> } = {}): Promise<Outcome> {
    const child = this.start(args, options);
    let [stdout, stderr] = ['', ''];
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    return { code, stdout, stderr };
  }

  run(...args: string[]): Promise<Outcome> {
    return this.cli(['run', '--state', this.state, '--landing', this.landing, ...args]);
  }

  /** A run that has to end well, warnings or not. @throws with all that it said where it did not. */
  async soundRun(...args: string[]): Promise<Outcome> {
    const outcome = await this.run(...args);
    if (outcome.code !== 0 && outcome.code !== 3)
      throw new Error(`the run ended with ${outcome.code}:\n${outcome.stderr}`);
    return outcome;
  }

  async query<Row = Record<string, unknown>>(sql: string): Promise<Row[]> {
    const { code, stdout, stderr } = await this.cli(['query', sql, '--state', this.state, '--format', 'json']);
    if (code !== 0) throw new Error(`query failed with ${code}: ${stderr}\n${sql}`);
    return JSON.parse(stdout) as Row[];
  }

  /** A small sample of every table of learnplatform. */
  async sample(scale = 0.004): Promise<void> {
    const generator = generatorFor('learnplatform');
    if (generator === undefined) throw new Error('there is no generator for learnplatform');
    await writeDataset(generator, { out: this.landing, scale, seed: 7 });
  }

  drop(key: string, content: string | Buffer): void {
    const path = join(this.landing, key);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, key.endsWith('.gz') ? gzipSync(content) : content);
  }

  /** A copy of the shipped contracts and queries, to be changed. */
  project(): string {
    const root = join(this.root, 'project');
    for (const folder of ['contracts', 'queries']) cpSync(join(ROOT, folder), join(root, folder), { recursive: true });
    return root;
  }

  close(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
