/** What the stacks' templates say once they are deployed: references are the names of what was made. */

import { templates } from '../../infra/stage.ts';

export const ACCOUNT = '123456789012';
export const REGION = 'us-east-1';

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

interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: Tree }>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: string } }>>;
}

const PSEUDO: Made = { 'AWS::AccountId': ACCOUNT, 'AWS::Region': REGION, 'AWS::Partition': 'aws' };

export class Templates {
  private readonly templates: ReadonlyMap<string, Template>;
  private readonly made = new Map<string, Made>();

  private constructor(all: ReadonlyMap<string, Template>) {
    this.templates = all;
  }

  static async synthesize(): Promise<Templates> {
    const { storage, catalog, warehouse, pipeline, monitoring } = await templates();
    const all = Object.entries({ storage, catalog, warehouse, pipeline, monitoring });
    return new Templates(new Map(all.map(([name, template]) => [name, template.toJSON() as Template])));
  }

  of(type: string): Resource[] {
    return [...this.templates].flatMap(([stack, { Resources }]) =>
      Object.entries(Resources)
        .filter(([, { Type }]) => Type === type)
        .map(([id, { Properties = {} }]) => ({ stack, id, type, properties: Properties })),
    );
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

  /** @param names of a stack's outputs */
  outputs(stack: string, names: readonly string[]): ReadonlyMap<string, string> {
    const { Outputs = {} } = this.templates.get(stack) ?? {};
    return new Map(names.map((name) => [name, String(this.resolve(stack, Outputs[name]?.Value))]));
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
    for (const [stack, { Outputs = {} }] of this.templates) {
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
  'Fn::ImportValue': (all, _, name: string) => all.imported(name),
};
