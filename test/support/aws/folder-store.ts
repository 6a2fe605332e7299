/** A bucket as a folder: what an object store promises, without one. */

import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { LakeObjects } from '../../../adapters/aws/lake/load/types.ts';
import type { PutOptions, StoredObject } from '../../../adapters/aws/objects/types.ts';
import { LandfallError } from '../../../core/problems.ts';

export class FolderStore implements LakeObjects {
  readonly bucket = 'lake';
  readonly root: string;
  /** Called before anything is written or removed. */
  private readonly step: () => Promise<void>;

  constructor(root: string, step: () => Promise<void> = async () => undefined) {
    this.root = root;
    this.step = step;
    mkdirSync(root, { recursive: true });
  }

  async *list(prefix: string): AsyncIterable<StoredObject> {
    for (const key of this.keys(prefix)) yield this.stored(key);
  }

  keys(prefix: string): string[] {
    return (
      readdirSync(this.root, { recursive: true, withFileTypes: true })
        // Hadoop keeps checksums beside files of a disk, in hidden ones.
        .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
        .map((entry) => join(entry.parentPath, entry.name).slice(this.root.length + 1))
        .filter((key) => key.startsWith(prefix))
        .sort()
    );
  }

  async head(key: string): Promise<StoredObject | null> {
    return existsSync(this.path(key)) ? this.stored(key) : null;
  }

  async text(key: string): Promise<{ readonly text: string; readonly etag: string } | null> {
    if (!existsSync(this.path(key))) return null;
    return { text: readFileSync(this.path(key), 'utf8'), etag: this.stored(key).etag };
  }

  async put(key: string, body: string | Uint8Array, { onlyIf }: PutOptions = {}): Promise<string | null> {
    await this.step();
    const before = await this.head(key);
    if (onlyIf === 'absent' && before !== null) return null;
    if (typeof onlyIf === 'object' && before?.etag !== onlyIf.etag) return null;
    mkdirSync(dirname(this.path(key)), { recursive: true });
    writeFileSync(this.path(key), body);
    return this.stored(key).etag;
  }

  async upload(key: string, path: string): Promise<void> {
    await this.step();
    mkdirSync(dirname(this.path(key)), { recursive: true });
    copyFileSync(path, this.path(key));
  }

  async download(key: string, path: string): Promise<void> {
    this.expect(key);
    copyFileSync(this.path(key), path);
  }

  async remove(keys: readonly string[]): Promise<void> {
    await this.step();
    for (const key of keys) rmSync(this.path(key), { force: true });
  }

  path(key: string): string {
    return join(this.root, key);
  }

  private expect(key: string): void {
    if (!existsSync(this.path(key))) throw new LandfallError({ code: 'no-such-object', message: `there is no ${key}` });
  }

  private stored(key: string): StoredObject {
    const { size, mtimeMs } = statSync(this.path(key));
    const etag = createHash('md5')
      .update(readFileSync(this.path(key)))
      .digest('hex');
    return { key, bytes: size, modifiedAt: mtimeMs, etag };
  }
}
