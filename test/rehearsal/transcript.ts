/** What happened in a rehearsal: told as it happens, and kept for the page that is drawn of it. */

export type Kind = 'act' | 'function' | 'state' | 'fault' | 'compared';

export interface Span {
  readonly kind: Kind;
  readonly name: string;
  /** Milliseconds since the rehearsal began. */
  readonly at: number;
  readonly milliseconds: number;
  /** Null where it went well. */
  readonly failure: string | null;
}

export class Transcript {
  readonly spans: Span[] = [];
  /** What did not come as it had to. */
  readonly problems: string[] = [];
  private readonly start = Date.now();

  /** Milliseconds since it began. */
  get elapsed(): number {
    return Date.now() - this.start;
  }

  say(line: string): void {
    process.stdout.write(`${seconds(this.elapsed).padStart(8)}  ${line}\n`);
  }

  /** @param at in milliseconds since 1970, UTC */
  add(kind: Kind, name: string, at: number, milliseconds: number, failure: string | null = null): void {
    this.spans.push({ kind, name, at: at - this.start, milliseconds, failure });
  }

  /** Says that it begins, and keeps how long it took. */
  async during<Result>(kind: Kind, name: string, work: () => Promise<Result>): Promise<Result> {
    this.say(name);
    const at = Date.now();
    let failure: string | null = 'failed';
    try {
      const result = await work();
      failure = null;
      return result;
    } finally {
      this.add(kind, name, at, Date.now() - at, failure);
    }
  }

  /** The same of work whose failure is kept among the problems. @returns whether it went well */
  async attempt(kind: Kind, name: string, work: () => Promise<void>): Promise<boolean> {
    try {
      await this.during(kind, name, work);
      return true;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.problems.push(`${name}: ${why}`);
      this.say(`  FAILED: ${why}`);
      return false;
    }
  }

  /** How often, and for how long, each of a kind. */
  totals(kind: Kind): readonly Total[] {
    const own = this.spans.filter((span) => span.kind === kind);
    return [...new Set(own.map(({ name }) => name))].map((name) => {
      const spans = own.filter((span) => span.name === name);
      const times = spans.map(({ milliseconds }) => milliseconds);
      return {
        name,
        times: spans.length,
        failed: spans.filter(({ failure }) => failure !== null).length,
        milliseconds: times.reduce((sum, one) => sum + one, 0),
        slowest: Math.max(...times),
      };
    });
  }
}

export interface Total {
  readonly name: string;
  readonly times: number;
  readonly failed: number;
  readonly milliseconds: number;
  readonly slowest: number;
}

export const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;

/** Columns as wide as their widest cell; the first is of words, the others are of figures. */
export function tableText(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [header, ...rows].map((row) => row.map(String));
  const widths = header.map((_, index) => Math.max(...cells.map((row) => row[index]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join('  ');
  return cells.map((row) => line(row).trimEnd()).join('\n');
}
