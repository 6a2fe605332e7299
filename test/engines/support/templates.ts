/** What the stacks' templates say once they are deployed: references are the names of what was made. */

import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PLATFORMS } from '../../../infra/bundles/architecture.ts';
import { readTemplates, roleStatements, type Statement } from '../../../infra/tools/reading.ts';

export const ACCOUNT = '123456789012';
export const REGION = 'us-east-1';

/** Of something in the account and region that a stage is played in. */
export const arnOf = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;

/** What a role's ARN, or a queue's address, ends in. */
export const lastPart = (place: string) => place.slice(place.lastIndexOf('/') + 1);

type Tree = Readonly<Record<string, unknown>>;

export interface Resource {
  readonly stack: string;
  /** Unique in its stack. */
  readonly id: string;
  readonly type: string;
  /** Not yet resolved. */
  readonly properties: Tree;
}

/** What a reference to a resource gives: `Ref`, or an attribute by its name. */
export type Made = Readonly<Record<string, string>>;

/** A file or folder that a deployment uploads. */
export interface Asset {
  readonly path: string;
  /** Its key in the bucket of the bootstrap. */
  readonly key: string;
}

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const CDK = join(ROOT, 'node_modules', 'aws-cdk', 'bin', 'cdk');

const PSEUDO: Made = { 'AWS::AccountId': ACCOUNT, 'AWS::Region': REGION, 'AWS::Partition': 'aws' };

export class Templates {
  readonly assets: readonly Asset[];
  private readonly folder: string;
  private readonly templates: ReturnType<typeof readTemplates>;
  private readonly made = new Map<string, Made>();

  private constructor(folder: string, assets: readonly Asset[]) {
    this.folder = folder;
    this.assets = assets;
    this.templates = readTemplates(folder);
  }

  /**
   * What `cdk synth` makes for this machine's kind of processor; to be closed.
   *
   * @param context such as the stage, and `project`, the folder of contracts
   */
  static async synthesize(context: Readonly<Record<string, string>> = {}): Promise<Templates> {
    const folder = await mkdtemp(join(tmpdir(), 'landfall-synth-'));
    const [architecture] = Object.entries(PLATFORMS).find(([, { cpu }]) => cpu === process.arch) ?? [];
    // Assets stay where they were made: copies of every function's engine would take most of the time.
    const how = ['--quiet', '--no-notices', '--no-staging', '--output', folder];
    const own = Object.entries({ lambdaArch: architecture, ...context }).flatMap(([name, value]) => [
      '--context',
      `${name}=${value}`,
    ]);
    const args = ['synth', ...how, ...own];
    // Validation takes most of a synthesis' time, and is a test of its own.
    const env = { ...process.env, CDK_VALIDATION: 'false', CDK_DISABLE_CLI_TELEMETRY: 'true' };
    await promisify(execFile)(process.execPath, [CDK, ...args], { cwd: ROOT, env });
    return new Templates(folder, await assetsIn(folder));
  }

  close(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  /** @param type or the beginning of several, `Custom::` */
  of(type: string): Resource[] {
    return Object.entries(this.templates).flatMap(([stack, { Resources }]) =>
      Object.entries(Resources)
        .filter(([, { Type }]) => Type === type || (type.endsWith('::') && Type.startsWith(type)))
        .map(([id, { Type, Properties = {} }]) => ({ stack, id, type: Type, properties: Properties })),
    );
  }

  /** Of every resource. */
  types(): string[] {
    return Object.values(this.templates).flatMap(({ Resources }) => Object.values(Resources).map(({ Type }) => Type));
  }

  /** Takes what was made of a synthesis before this one for its own. */
  inherit({ made }: Templates): void {
    for (const [name, own] of made) this.made.set(name, own);
  }

  /** Every statement of every role, with what it refers to; `?` for what was not made. */
  statements(): { readonly role: string; readonly statement: Statement }[] {
    return roleStatements(this.templates).map(({ role, statement }) => {
      const named = [statement.Resource].flat().map((one) => {
        try {
          return String(this.resolve(role.stack, one));
        } catch {
          return '?';
        }
      });
      return { role: role.id, statement: { ...statement, Resource: named } };
    });
  }

  /** From now on, what refers to the resource finds it. */
  note({ stack, id }: Resource, made: Made): void {
    this.made.set(`${stack}.${id}`, made);
  }

  /**
   * The properties of a resource, with every reference in them.
   *
   * @param names those that are wanted; all by default
   * @throws Error of a reference to what was not made
   */
  resolved<Properties>({ stack, properties }: Resource, ...names: readonly (keyof Properties & string)[]): Properties {
    const wanted = Object.entries(properties).filter(([name]) => names.length === 0 || names.includes(name as never));
    return this.resolve(stack, Object.fromEntries(wanted)) as Properties;
  }

  /** @param stack as its name ends once it is deployed @param names of its outputs */
  outputs(stack: string, names: readonly string[]): ReadonlyMap<string, string> {
    const own = Object.keys(this.templates).find((name) => name.toLowerCase() === stack);
    const { Outputs = {} } = this.templates[own ?? ''] ?? {};
    return new Map(
      names.map((name) => {
        if (own === undefined || Outputs[name] === undefined) throw new Error(`${stack} has no output ${name}`);
        return [name, String(this.resolve(own, Outputs[name].Value))];
      }),
    );
  }

  private resolve(stack: string, value: unknown): unknown {
    if (Array.isArray(value)) return value.map((entry) => this.resolve(stack, entry));
    if (typeof value !== 'object' || value === null) return value;
    const [[name, given] = ['', undefined], ...more] = Object.entries(value);
    const known = more.length === 0 ? INTRINSICS[name] : undefined;
    if (known !== undefined) return known(this, stack, given as never);
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, this.resolve(stack, entry)]));
  }

  join(stack: string, [separator, parts]: readonly [string, readonly unknown[]]): string {
    return parts.map((part) => String(this.resolve(stack, part))).join(separator);
  }

  find(stack: string, id: string, attribute: string): string {
    const found = this.made.get(`${stack}.${id}`)?.[attribute];
    if (found === undefined) throw new Error(`${attribute} of ${stack}.${id} is referred to, and was not made`);
    return found;
  }

  imported(name: string): unknown {
    for (const [stack, { Outputs = {} }] of Object.entries(this.templates)) {
      const found = Object.values(Outputs).find(({ Export }) => Export?.Name === name);
      if (found !== undefined) return this.resolve(stack, found.Value);
    }
    throw new Error(`no stack exports ${name}`);
  }
}

const INTRINSICS: Readonly<Record<string, (all: Templates, stack: string, given: never) => unknown>> = {
  Ref: (all, stack, id: string) => PSEUDO[id] ?? all.find(stack, id, 'Ref'),
  'Fn::GetAtt': (all, stack, [id, attribute]: readonly [string, string]) => all.find(stack, id, attribute),
  'Fn::Join': (all, stack, given: readonly [string, readonly unknown[]]) => all.join(stack, given),
  'Fn::Sub': (all, stack, text: string) =>
    text.replaceAll(/\$\{([\w:]+)\}/g, (_, id: string) => PSEUDO[id] ?? all.find(stack, id, 'Ref')),
  'Fn::ImportValue': (all, _, name: string) => all.imported(name),
};

interface AssetManifest {
  readonly files: Readonly<
    Record<string, { readonly source: { readonly path: string }; readonly destinations: Destinations }>
  >;
}

type Destinations = Readonly<Record<string, { readonly objectKey: string }>>;

async function assetsIn(folder: string): Promise<Asset[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.assets.json'));
  const manifests = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return manifests
    .flatMap((text) => Object.values((JSON.parse(text) as AssetManifest).files))
    .flatMap(({ source, destinations }) =>
      Object.values(destinations).map(({ objectKey: key }) => ({ path: resolve(folder, source.path), key })),
    );
}
