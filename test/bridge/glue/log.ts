/** CloudWatch's logs, which Glue writes and moto keeps. */

import { askMoto } from '../moto-ask.ts';

export class Log {
  readonly #moto: string;
  readonly #group: string;

  constructor(moto: string, group: string) {
    this.#moto = moto;
    this.#group = group;
  }

  /** Each line is an event of the stream. */
  async write(stream: string, lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    const place = { logGroupName: this.#group, logStreamName: stream };
    await this.#ask('CreateLogGroup', { logGroupName: this.#group });
    await this.#ask('CreateLogStream', place);
    const timestamp = Date.now();
    await this.#ask('PutLogEvents', { ...place, logEvents: lines.map((message) => ({ timestamp, message })) });
  }

  /** That a group or a stream is there already is nothing to wonder at. */
  async #ask(action: string, input: object): Promise<void> {
    await askMoto(this.#moto, `Logs_20140328.${action}`, input).catch((error: Error) => {
      if (!error.message.includes('ResourceAlreadyExistsException')) throw error;
    });
  }
}
