/** A program that reads the warehouse as a person's does, question after question. */

import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Door } from '../../bridge/redshift/server.ts';
import { engines } from '../../engines/support/engines.ts';

export interface Login extends Door {
  readonly user: string;
  readonly password: string;
}

const HERE = fileURLToPath(new URL('.', import.meta.url));
/** Of people who look again and again, in milliseconds. */
const PAUSE = 250;

/** How each is started. A question is a line on its standard input, and its answer a line on its standard output. */
const PROGRAMS: Readonly<Record<string, (door: Door) => readonly [program: string, ...args: string[]]>> = {
  psql: ({ host, port, database }) => ['psql', '-XqAt', '-h', host, '-p', String(port), '-d', database],
  pgjdbc: ({ host, port, database }) => {
    const { java25, jdbc } = engines();
    const url = `jdbc:postgresql://${host}:${port}/${database}`;
    return [`${java25}/bin/java`, '-cp', jdbc.join(':'), `${HERE}Reader.java`, url];
  },
  SQLAlchemy: ({ host, port, database }) => [
    engines().python('readers'),
    `${HERE}reader.py`,
    `postgresql+psycopg://${host}:${port}/${database}`,
  ],
};

export const READERS = Object.keys(PROGRAMS);

/** @throws Error where this machine lacks what nobody installs for it */
export function expectPsql(): void {
  if (spawnSync('psql', ['--version']).status === 0) return;
  throw new Error("there is no psql, which reads the warehouse: install Debian's postgresql-client");
}

export class Reader {
  readonly name: string;
  /** Every answer, in its order; what is the same as the one before it is counted with that. */
  readonly answers: { readonly answer: string; times: number }[] = [];
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly lines: AsyncIterator<string>;
  private readonly said: string[] = [];
  private isOver = false;
  private reading: Promise<void> = Promise.resolve();

  constructor(name: string, login: Login) {
    const command = PROGRAMS[name];
    if (command === undefined) throw new Error(`no reader is called ${name}, expected ${READERS.join(', ')}`);
    this.name = name;
    const [program, ...args] = command(login);
    const env = { ...process.env, PGUSER: login.user, PGPASSWORD: login.password };
    this.child = spawn(program, args, { env });
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
    this.child.stderr.on('data', (text: Buffer) => this.said.push(String(text)));
    this.child.on('error', (error) => this.said.push(error.message));
    // Its end is told by the question that gets no answer.
    this.child.stdin.on('error', () => undefined);
  }

  /** @param sql a SELECT of one value, in one line @throws Error where the program has ended */
  async ask(sql: string): Promise<string> {
    this.child.stdin.write(`${sql};\n`);
    const { value, done } = await this.lines.next();
    if (done !== true) return value;
    // What it said last may come behind its end.
    await sleep(PAUSE);
    throw new Error(`${this.name} has ended: ${this.said.join('').trim()}`);
  }

  /** Asks the same again and again, until it is stopped. */
  start(sql: string): void {
    const work = async () => {
      while (!this.isOver) {
        const answer = await this.ask(sql);
        const last = this.answers.at(-1);
        if (last?.answer === answer) last.times += 1;
        else this.answers.push({ answer, times: 1 });
        await sleep(PAUSE);
      }
    };
    this.reading = work();
    // Whoever stops it is told.
    this.reading.catch(() => undefined);
  }

  /** Ends the asking. @throws Error where the program ended before */
  async pause(): Promise<void> {
    this.isOver = true;
    await this.reading;
  }

  /** @throws Error where the program ended before, or said anything but answers */
  async stop(): Promise<void> {
    try {
      await this.pause();
    } finally {
      this.child.kill();
    }
    // psql tells of errors beside its answers.
    if (this.said.length > 0) throw new Error(`${this.name} said ${this.said.join('').trim()}`);
  }
}
