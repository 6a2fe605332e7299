/** Judges from outside: datacontract-cli of contracts and of what tables hold, sqlglot of SQL, ajv by the standard's schema. */

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { parse, parseDocument } from 'yaml';
import { engines } from './engines.ts';

export interface Check {
  /** Such as `field_required`. */
  readonly type: string;
  /** The table. */
  readonly model: string | null;
  readonly field: string | null;
  readonly result: 'passed' | 'warning' | 'failed' | 'error' | 'info' | 'unknown' | 'skipped';
  readonly reason: string | null;
}

export interface Verdict {
  readonly result: Check['result'];
  readonly checks: readonly Check[];
}

/** Where a contract's tables are, as the standard has it. */
interface Server {
  readonly type: string;
  readonly host: string;
  readonly port: number;
  readonly schema: string;
  readonly [key: string]: unknown;
}

let schemaPath: Promise<string> | undefined;

/** The JSON Schema of the Open Data Contract Standard v3.1.0, as datacontract-cli carries it. */
export function odcsSchema(): Promise<string> {
  const script = `from importlib.resources import files
print(files('datacontract') / 'schemas' / 'odcs-3.1.0.schema.json', end='')`;
  schemaPath ??= python(['-c', script]).then(({ stdout }) => stdout);
  return schemaPath;
}

/** What ajv finds, by the standard's schema; no findings, no mistake. */
export async function findings(contract: string): Promise<readonly string[]> {
  // The standard's schema is its authors' own: nothing here is to say how it should be written.
  const ajv = new Ajv2019({ strict: false, allErrors: true, validateFormats: false });
  const validate = ajv.compile(JSON.parse(readFileSync(await odcsSchema(), 'utf8')));
  validate(parse(contract));
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) =>
      `${instancePath}: ${message} ${Object.values(params)
        .filter((value) => typeof value === 'string')
        .join()}`,
  );
}

/** Of the contract's text alone; nothing is asked of any network. */
export function lint(contract: string): Promise<Verdict> {
  return judge(contract, async (file) => ['lint', '--all-errors', '--json-schema', await odcsSchema(), file], {});
}

/** Of the contract's tables in a PostgreSQL server, as this user sees them. */
export function testOnPostgres(
  contract: string,
  {
    user,
    password,
    ...server
  }: { host: string; port: number; database: string; schema: string } & {
    readonly user: string;
    readonly password: string;
  },
): Promise<Verdict> {
  return testOn(
    contract,
    { type: 'postgres', ...server },
    { DATACONTRACT_POSTGRES_USERNAME: user, DATACONTRACT_POSTGRES_PASSWORD: password },
  );
}

/** Of the contract's tables in Trino, which is asked by plain HTTP where there is no password. */
export function testOnTrino(
  contract: string,
  { catalog = 'awsdatacatalog', schema }: { readonly catalog?: string; readonly schema: string },
): Promise<Verdict> {
  const { hostname: host, port } = new URL(engines().trino.url);
  return testOn(
    contract,
    { type: 'trino', host, port: Number(port), catalog, schema },
    { DATACONTRACT_TRINO_USERNAME: 'landfall' },
  );
}

/** In a copy: our contracts name no server, for each machine has its own. */
function testOn(contract: string, server: Server, env: Readonly<Record<string, string>>): Promise<Verdict> {
  const document = parseDocument(contract);
  document.set('servers', [{ server: 'judged', ...server }]);
  const args = async (file: string) => ['test', '--server', 'judged', '--json-schema', await odcsSchema(), file];
  return judge(String(document), args, env);
}

async function judge(
  contract: string,
  args: (file: string) => Promise<readonly string[]>,
  env: Readonly<Record<string, string>>,
): Promise<Verdict> {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-judge-'));
  const [file, output] = [join(folder, 'contract.odcs.yaml'), join(folder, 'verdict.json')];
  try {
    writeFileSync(file, contract);
    const all = [...(await args(file)), '--output', output, '--output-format', 'json'];
    const program = ['-c', 'from datacontract.cli import app; app()', ...all];
    const { stdout, stderr } = await python(program, { cwd: folder, env, mayFail: true });
    try {
      return JSON.parse(readFileSync(output, 'utf8')) as Verdict;
    } catch {
      throw new Error(`datacontract gave no verdict: ${stderr}${stdout}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What breaks, by its path in the contract. */
export interface Broken {
  readonly consumer: readonly string[];
  readonly producer: readonly string[];
}

/** By datacontract-cli's `breaking`, from both its perspectives, pair by pair of contracts in the order asked. */
export async function breaking(
  pairs: readonly { readonly was: string; readonly now: string }[],
): Promise<readonly Broken[]> {
  return asked('breaking_judge.py', pairs);
}

export interface Asked {
  readonly sql: string;
  readonly dialect: string;
}

export interface Parsed {
  /** Such as `Select`; null where sqlglot does not understand it. */
  readonly kind: string | null;
  /** Of a SELECT whose every column has a name. */
  readonly columns: readonly string[] | null;
  readonly says: string;
}

/** In the order asked. */
export function parseSql(statements: readonly Asked[]): Promise<readonly Parsed[]> {
  return asked('sqlglot_judge.py', statements);
}

/** What a script of this folder answers, line by line. */
async function asked<Answer>(script: string, questions: readonly unknown[]): Promise<readonly Answer[]> {
  const input = questions.map((one) => `${JSON.stringify(one)}\n`).join('');
  const { stdout } = await python([fileURLToPath(new URL(script, import.meta.url))], { input });
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer);
}

interface Options {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly mayFail?: boolean;
}

async function python(
  args: readonly string[],
  { cwd = tmpdir(), env = {}, input = '', mayFail = false }: Options = {},
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  // A proxy that there is not: what asks anything of a network fails here.
  const nobody = 'http://127.0.0.1:9';
  const closed = { http_proxy: nobody, https_proxy: nobody, no_proxy: '127.0.0.1', PYTHONUTF8: '1' };
  const child = spawn(engines().python('judges'), args, {
    cwd,
    env: { PATH: process.env['PATH'], HOME: cwd, ...closed, ...env },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  // It may end before it has read all, and says why.
  child.stdin.on('error', () => undefined).end(input);
  const code = await new Promise<number | null>((done, fail) => child.on('error', fail).on('close', done));
  if (code !== 0 && !mayFail) throw new Error(`python ended with ${code}: ${stderr}`);
  return { stdout, stderr };
}
