/** CloudWatch's logs, which Glue writes and moto keeps. */

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
    const response = await fetch(this.#moto, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/x-amz-json-1.1',
        'X-Amz-Target': `Logs_20140328.${action}`,
        Authorization:
          'AWS4-HMAC-SHA256 Credential=bridge/20200101/us-east-1/logs/aws4_request, SignedHeaders=host, Signature=x',
      },
      body: JSON.stringify(input),
    });
    const text = await response.text();
    if (!response.ok && !text.includes('ResourceAlreadyExistsException')) throw new Error(`${action}: ${text}`);
  }
}
