/** How much room work takes: of the whole disk, for engines, bundles, copies and the laptop's own state lie all over it. */

import { statfsSync } from 'node:fs';

const EVERY = 1000;

export class Room {
  private readonly folder: string;
  private readonly before: number;
  private most = 0;

  /** @param folder on the disk that is watched, as long as the process has other work */
  constructor(folder: string) {
    this.folder = folder;
    this.before = this.inUse();
    setInterval(() => this.look(), EVERY).unref();
  }

  /** Bytes that were in use at most, beside those as it began: whatever wrote them. */
  get peak(): number {
    this.look();
    return this.most;
  }

  private look(): void {
    this.most = Math.max(this.most, this.inUse() - this.before);
  }

  private inUse(): number {
    const { blocks, bfree, bsize } = statfsSync(this.folder);
    return (blocks - bfree) * bsize;
  }
}
