/** Templates as people read them: every reference by the name of what it means. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<
    Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: unknown } }>
  >;
}

/** By the name of the stack: `Storage`. */
export type Templates = Readonly<Record<string, Template>>;

export interface Found extends Resource {
  readonly stack: string;
  readonly id: string;
}

export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** What `cdk synth` left in a folder. */
export function readTemplates(folder: string): Templates {
  const names = readdirSync(folder).filter((name) => name.endsWith('.template.json'));
  const read = (name: string): Template => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  return Object.fromEntries(names.map((name) => [name.slice(0, name.indexOf('.')), read(name)]));
}

export function resourcesOf(templates: Templates, ...types: readonly string[]): Found[] {
  return Object.entries(templates).flatMap(([stack, { Resources }]) =>
    Object.entries(Resources)
      .filter(([, { Type }]) => types.includes(Type))
      .map(([id, resource]) => ({ stack, id, ...resource })),
  );
}

/** Properties that name a resource, the first that it has. */
const NAMES = [
  'FunctionName',
  'QueueName',
  'TableName',
  'TopicName',
  'StateMachineName',
  'RuleName',
  'LogGroupName',
  'Name',
];

/** A resource's own name, or its id in the template without CDK's checksum. */
export function nameOf({ id, Properties }: Pick<Found, 'id' | 'Properties'>): string {
  const own = NAMES.map((name) => Properties?.[name]).find((value) => typeof value === 'string');
  return own === undefined ? id.replace(/[0-9A-F]{8}$/, '') : String(own);
}

/** What an expression of a template comes to, with names in angle brackets for what only AWS knows. */
export function shown(templates: Templates, stack: string, value: unknown): string {
  if (Array.isArray(value)) return value.map((one) => shown(templates, stack, one)).join(', ');
  if (typeof value !== 'object' || value === null) return String(value);
  const [[intrinsic, of] = ['', undefined]] = Object.entries(value);
  if (intrinsic === 'Ref') return refer(templates, stack, String(of));
  if (intrinsic === 'Fn::GetAtt') return refer(templates, stack, String((of as readonly string[])[0]));
  if (intrinsic === 'Fn::Join') {
    return (of as [string, readonly unknown[]])[1].map((one) => shown(templates, stack, one)).join('');
  }
  if (intrinsic === 'Fn::Sub' && typeof of === 'string') {
    return of.replaceAll(/\$\{([\w:]+)\}/g, (_, id: string) => refer(templates, stack, id));
  }
  if (intrinsic === 'Fn::ImportValue') return exported(templates, String(of));
  if (intrinsic === 'Fn::Select' || intrinsic === 'Fn::Split') return shown(templates, stack, (of as unknown[])[1]);
  return JSON.stringify(value);
}

function refer(templates: Templates, stack: string, id: string): string {
  if (id.startsWith('AWS::')) return `<${id.slice('AWS::'.length)}>`;
  const resource = templates[stack]?.Resources[id];
  return resource === undefined ? `<${id}>` : `<${nameOf({ id, ...resource })}>`;
}

function exported(templates: Templates, name: string): string {
  for (const [stack, { Outputs = {} }] of Object.entries(templates)) {
    const output = Object.values(Outputs).find(({ Export }) => Export?.Name === name);
    if (output !== undefined) return shown(templates, stack, output.Value);
  }
  return `<${name}>`;
}

export interface RoleStatement {
  readonly role: Found;
  readonly statement: Statement;
}

interface PolicyProperties {
  readonly Roles: readonly { readonly Ref: string }[];
  readonly PolicyDocument: { readonly Statement: readonly Statement[] };
}

/** Every statement of every role, its own and those of the policies that are attached to it. */
export function roleStatements(templates: Templates): RoleStatement[] {
  const roles = resourcesOf(templates, 'AWS::IAM::Role');
  return resourcesOf(templates, 'AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy').flatMap(({ stack, Properties }) => {
    const { Roles, PolicyDocument } = Properties as unknown as PolicyProperties;
    const ids = Roles.map(({ Ref }) => Ref);
    return roles
      .filter((role) => role.stack === stack && ids.includes(role.id))
      .flatMap((role) => PolicyDocument.Statement.map((statement) => ({ role, statement })));
  });
}
