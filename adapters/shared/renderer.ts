import type { ReportInput } from '../../core/report/types.ts';

/** Loads what turns a report's input into a page; that takes a while, and most runs can do it beside other work. */
export type LoadRenderer = () => Promise<(input: ReportInput) => string>;

export class Renderer {
  private readonly load: LoadRenderer;
  private loading: ReturnType<LoadRenderer> | undefined;

  constructor(load: LoadRenderer) {
    this.load = load;
  }

  prepare(): void {
    this.loading ??= this.load();
    // Whoever writes the report is told.
    this.loading.catch(() => undefined);
  }

  async render(input: ReportInput): Promise<string> {
    this.loading ??= this.load();
    return (await this.loading)(input);
  }
}
