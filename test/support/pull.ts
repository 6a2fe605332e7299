/** A workspace of its own that pulls class sections from a server on this machine. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { type Outcome, Workspace } from './cli.ts';
import { type Section, type SectionsApi, sectionsWith } from './sections-api.ts';

export const TOKEN = 'sekret-6f1d0c7a9b/+=2e4';
/** Their sizes have the published mean and standard deviation. */
export const CLASSES = sectionsWith(382, 25.5, 6.7);
/** What is asked for, in order. */
export const PAGES = ['', '&from=100', '&from=200', '&from=300'].map((from) => `/v1.1/sections?limit=100${from}`);

export class PullWorkspace extends Workspace {
  private readonly api: SectionsApi;

  constructor(api: SectionsApi) {
    super();
    this.api = api;
    api.reset(CLASSES);
  }

  pullArgs(...more: string[]): string[] {
    const folders = ['--landing', this.landing, '--state', this.state];
    return ['pull', '--dataset', 'app-installs', ...folders, '--url', this.api.url, ...more];
  }

  async pull(...more: string[]): Promise<Outcome> {
    const outcome = await this.cli(this.pullArgs(...more), { env: { LANDFALL_SECTIONS_TOKEN: TOKEN } });
    expect(outcome.stdout + outcome.stderr).not.toContain(TOKEN);
    return outcome;
  }

  /** The names of all that lies where pulled files land, hidden ones and drafts included. */
  landed(): string[] {
    return readdirSync(this.root).includes('landing') ? readdirSync(this.folder).sort() : [];
  }

  text(name = this.landed()[0] ?? ''): string {
    return readFileSync(join(this.folder, name), 'utf8');
  }

  lines(name?: string): Section[] {
    const text = this.text(name);
    expect(text.endsWith('\n')).toBe(true);
    const lines = text.slice(0, -1).split('\n');
    return lines.map((line) => JSON.parse(line) as Section);
  }

  /** Whatever was pulled, and however it ended: no file has the token. */
  override close(): void {
    try {
      expect(this.filesWith(TOKEN)).toEqual([]);
    } finally {
      super.close();
    }
  }

  private get folder(): string {
    return join(this.landing, 'app-installs/sections');
  }

  private filesWith(text: string): string[] {
    return readdirSync(this.root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => readFileSync(path).includes(text));
  }
}
