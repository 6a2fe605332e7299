/** The event chain as the templates have it: who may write where, and what that triggers. */

import { nameOf, type Resource, resourcesOf, roleStatements, shown, type Templates } from './reading.ts';

/** From one node to another, and by what. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly by: string;
}

/** A folder of a bucket, `<bucket>/folder/`. */
interface Heard {
  readonly bucket: string;
  readonly prefix: string;
  readonly rule: string;
  /** Where it goes. */
  readonly queue: string;
}

/** Actions that begin something: how that is called, and what it is. */
const START: Readonly<Record<string, readonly [by: string, what: string]>> = {
  'lambda:InvokeFunction': ['calls', 'function'],
  'states:StartExecution': ['starts', 'state machine'],
  'glue:StartJobRun': ['runs', 'job'],
};

/** Every step from one to the next. Roles say who may: whatever could happen by them is among the edges. */
export function eventEdges(templates: Templates): Edge[] {
  const heard = rulesOf(templates);
  const actors = actorsOf(templates);
  const edges: Edge[] = heard.map(({ bucket, prefix, rule, queue }) => ({
    from: placeOf(bucket, prefix),
    to: queue,
    by: rule,
  }));
  for (const { stack, Properties } of resourcesOf(templates, 'AWS::Lambda::EventSourceMapping')) {
    const [from, to] = [Properties?.['EventSourceArn'], Properties?.['FunctionName']].map((one) =>
      plain(shown(templates, stack, one)),
    );
    edges.push({ from: `queue ${from}`, to: `function ${to}`, by: 'batches' });
  }
  for (const { role, statement } of roleStatements(templates)) {
    if (statement.Effect === 'Deny') continue;
    const from = actors.get(`${role.stack} ${role.id}`) ?? nameOf(role);
    const resources = [statement.Resource].flat().map((one) => shown(templates, role.stack, one));
    const actions = [statement.Action].flat();
    for (const [by, what] of actions.flatMap((action) => (START[action] === undefined ? [] : [START[action]]))) {
      for (const to of resources) edges.push({ from, to: `${what} ${plain(to.replace(/^arn:.*[:/]/, ''))}`, by });
    }
    if (!actions.includes('s3:PutObject')) continue;
    for (const place of heard.filter(({ bucket, prefix }) => resources.some((one) => canLieIn(one, bucket, prefix)))) {
      edges.push({ from, to: placeOf(place.bucket, place.prefix), by: 'writes' });
    }
  }
  const seen = new Map(edges.map((edge) => [JSON.stringify(edge), edge]));
  return [...seen.values()];
}

/** A way that leads back to where it began, as its nodes; null where there is none. */
export function loopIn(edges: readonly Edge[]): readonly string[] | null {
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const walk = (node: string, way: readonly string[]): readonly string[] | null => {
    const at = way.indexOf(node);
    if (at !== -1) return [...way.slice(at), node];
    if (done.has(node)) return null;
    for (const other of next.get(node) ?? []) {
      const loop = walk(other, [...way, node]);
      if (loop !== null) return loop;
    }
    done.add(node);
    return null;
  };
  for (const node of next.keys()) {
    const loop = walk(node, []);
    if (loop !== null) return loop;
  }
  return null;
}

export function eventChart(edges: readonly Edge[]): string {
  const ids = new Map<string, string>();
  const node = (name: string) => {
    const known = ids.get(name);
    if (known !== undefined) return known;
    ids.set(name, `n${ids.size + 1}`);
    return `n${ids.size}["${name}"]`;
  };
  const lines = edges.map(({ from, to, by }) => `  ${node(from)} -->|${by}| ${node(to)}`);
  return [...HEAD, '```mermaid', 'flowchart LR', ...lines, '```', ''].join('\n');
}

const HEAD = [
  '# The event chain',
  '',
  'Drawn from the templates of `prod` by `npm run deploy:docs`; a test holds it against them. That somebody writes somewhere',
  'means that the role may, so the picture has whatever could happen.',
  '',
  'It has no loop but one, which the test looks for: who gives a data set back, of which files landed while it was taken,',
  'leaves a word in `manifests/again/`, and ingest goes round again. Each turn takes an event of the landing zone that found',
  'the data set taken, and nothing here writes there but pulls on their schedule; so it ends by itself.',
  '',
];

interface RuleProperties {
  readonly EventPattern: {
    readonly detail: {
      readonly bucket: { readonly name: readonly unknown[] };
      readonly object: { readonly key: readonly { readonly prefix: string }[] };
    };
  };
  readonly Targets: readonly { readonly Arn: unknown }[];
}

function rulesOf(templates: Templates): Heard[] {
  return resourcesOf(templates, 'AWS::Events::Rule').flatMap((found) => {
    const { EventPattern, Targets } = found.Properties as unknown as RuleProperties;
    const { bucket, object } = EventPattern.detail;
    return bucket.name.flatMap((name) =>
      object.key.flatMap(({ prefix }) =>
        Targets.map(({ Arn }) => ({
          bucket: shown(templates, found.stack, name),
          prefix,
          rule: nameOf(found),
          queue: `queue ${plain(shown(templates, found.stack, Arn))}`,
        })),
      ),
    );
  });
}

/** Which function, state machine, job or schedule has a role, by the role. */
function actorsOf(templates: Templates): ReadonlyMap<string, string> {
  return new Map(
    resourcesOf(templates, ...Object.keys(KINDS)).flatMap((found) => {
      const id = roleIdOf(found);
      return id === undefined ? [] : [[`${found.stack} ${id}`, `${KINDS[found.Type]} ${nameOf(found)}`] as const];
    }),
  );
}

const KINDS: Readonly<Record<string, string>> = {
  'AWS::Lambda::Function': 'function',
  'AWS::StepFunctions::StateMachine': 'state machine',
  'AWS::Glue::Job': 'job',
  'AWS::Scheduler::Schedule': 'schedule',
};

function roleIdOf({ Properties = {} }: Resource): string | undefined {
  const target = Properties['Target'] as { readonly RoleArn?: unknown } | undefined;
  const role = Properties['Role'] ?? Properties['RoleArn'] ?? target?.RoleArn;
  return (role as { readonly 'Fn::GetAtt'?: readonly string[] } | undefined)?.['Fn::GetAtt']?.[0];
}

/** Whether an object that a statement lets be written may lie under a prefix that is heard. */
function canLieIn(resource: string, bucket: string, prefix: string): boolean {
  if (!resource.startsWith(`${bucket}/`)) return false;
  const own = resource.slice(bucket.length + 1);
  const folder = own.replace(/[*].*$/, '');
  return folder.startsWith(prefix) || (own.includes('*') && prefix.startsWith(folder));
}

const placeOf = (bucket: string, prefix: string) => `${plain(bucket)} ${prefix}`;
const plain = (name: string) => name.replace(/^<(.*)>$/, '$1');
