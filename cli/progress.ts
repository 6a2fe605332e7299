/** Progress on standard error: a line a step, and where it is a terminal, one that moves while the work goes on. */

import type { Progress } from '../core/ports.ts';

/** For commands that only read: said once where another process holds the lake. */
export function tellWaiting(holder: string): void {
  process.stderr.write(`waiting for ${holder}, which is writing to the lake\n`);
}

const TICK = 120;
const WIDTH = 20;

export class StderrProgress implements Progress {
  private readonly started = performance.now();
  private readonly moving = process.stderr.isTTY === true;
  private current = '';
  private timer: NodeJS.Timeout | undefined;
  /** Gives the share that is done of the current statement, 0 to 100, or a negative number where that is unknown. */
  share: () => number = () => -1;

  step(name: string, detail?: string): void {
    this.clear();
    this.current = detail === undefined || detail === '' ? name : `${name}: ${detail}`;
    if (!this.moving) {
      process.stderr.write(`${this.elapsed()}  ${this.current}\n`);
      return;
    }
    this.draw();
    this.timer ??= setInterval(() => this.draw(), TICK).unref();
  }

  /** Ends the moving line. */
  end(): void {
    this.clear();
    if (this.timer !== undefined) clearInterval(this.timer);
    this.timer = undefined;
  }

  private draw(): void {
    const done = this.share();
    const full = Math.round((Math.max(0, Math.min(100, done)) / 100) * WIDTH);
    const bar = done < 0 ? '' : ` [${'#'.repeat(full)}${'.'.repeat(WIDTH - full)}]`;
    const columns = process.stderr.columns ?? 80;
    process.stderr.write(`\r\u001b[2K${`${this.elapsed()}${bar}  ${this.current}`.slice(0, columns - 1)}`);
  }

  private clear(): void {
    if (this.moving && this.current !== '') process.stderr.write('\r\u001b[2K');
  }

  private elapsed(): string {
    return `${((performance.now() - this.started) / 1000).toFixed(1).padStart(5)} s`;
  }
}
