/** Every environment variable that a function on AWS takes, and what each may be. The stacks set them. */

import { z } from 'zod';
import { LandfallError, type Problem } from '../../core/problems.ts';

/** @param service as in `arn:aws:<service>:…` @param resource what stands behind the account number */
const arn = (service: string, resource: string) =>
  z.string().regex(new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]*:[0-9]{12}:${resource}$`));
const bucket = z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/);
const workgroup = z.string().regex(/^[\w.-]{1,128}$/);

/** Bytes of new files, unpacked, from which on they are the bulk job's, where the stacks don't say otherwise. */
export const LARGE_BYTES = 512 * 1024 ** 2;

interface Variable<Value> {
  readonly name: string;
  readonly expected: string;
  readonly schema: z.ZodType<Value>;
}

const variable = <Value>(name: string, expected: string, schema: z.ZodType<Value>): Variable<Value> => ({
  name,
  expected,
  schema,
});

const VARIABLES = {
  landingBucket: variable('LANDFALL_LANDING_BUCKET', 'the name of the bucket where files land', bucket),
  lakeBucket: variable('LANDFALL_LAKE_BUCKET', "the name of the lake's bucket", bucket),
  reportBucket: variable('LANDFALL_REPORT_BUCKET', 'the name of the bucket of reports', bucket),
  ledgerTable: variable('LANDFALL_LEDGER_TABLE', 'the name of a DynamoDB table', z.string().regex(/^[\w.-]{3,255}$/)),
  workgroup: variable('LANDFALL_WORKGROUP', "the name of the pipeline's Athena workgroup", workgroup),
  warehouseWorkgroup: variable(
    'LANDFALL_WAREHOUSE_WORKGROUP',
    'the name of a Redshift Serverless workgroup',
    z.string().regex(/^[a-z0-9-]{3,64}$/),
  ),
  warehouseDatabase: variable(
    'LANDFALL_WAREHOUSE_DATABASE',
    "the name of the warehouse's database",
    z.string().regex(/^[a-zA-Z_][a-zA-Z_0-9$]{0,63}$/),
  ),
  warehouseNamespace: variable(
    'LANDFALL_WAREHOUSE_NAMESPACE',
    'the id of a Redshift Serverless namespace',
    z.string().regex(/^[0-9a-f-]{36}$/),
  ),
  ownerSecretArn: variable(
    'LANDFALL_WAREHOUSE_OWNER_SECRET_ARN',
    "the ARN of the secret of the warehouse's owner, who publishes",
    arn('secretsmanager', 'secret:.+'),
  ),
  readerSecretArn: variable(
    'LANDFALL_WAREHOUSE_READER_SECRET_ARN',
    "the ARN of the secret of the warehouse's reader",
    arn('secretsmanager', 'secret:.+'),
  ),
  copyRoleArn: variable('LANDFALL_COPY_ROLE_ARN', 'the ARN of the role that COPY reads with', arn('iam', 'role/.+')),
  topicArn: variable('LANDFALL_TOPIC_ARN', 'the ARN of an SNS topic', arn('sns', '[\\w-]+')),
  protectSecretArn: variable(
    'LANDFALL_PROTECT_SECRET_ARN',
    'the ARN of a secret in Secrets Manager, never the secret itself',
    arn('secretsmanager', 'secret:.+'),
  ),
  stateMachineArn: variable(
    'LANDFALL_STATE_MACHINE_ARN',
    'the ARN of the state machine of a run',
    arn('states', 'stateMachine:[\\w-]+'),
  ),
  dataset: variable(
    'LANDFALL_DATASET',
    'the name of a data set that has a sourceApi',
    z.string().regex(/^[a-z][a-z0-9-]*$/),
  ),
  tokenSecretArn: variable(
    'LANDFALL_TOKEN_SECRET_ARN',
    'the ARN of the secret that has the bearer token of the API of a data set',
    arn('secretsmanager', 'secret:.+'),
  ),
  task: variable('LANDFALL_TASK', 'the name of a task of the state machine', z.string().regex(/^[A-Z][A-Za-z]{1,63}$/)),
  largeBytes: variable(
    'LANDFALL_LARGE_BYTES',
    `a whole number of bytes, or nothing for ${LARGE_BYTES}`,
    z.coerce.number().int().positive().default(LARGE_BYTES),
  ),
};

type Variables = typeof VARIABLES;
export type Settings = { readonly [Name in keyof Variables]: z.output<Variables[Name]['schema']> };

/** The environment variable behind a setting. */
export const variableOf = (setting: keyof Settings): string => VARIABLES[setting].name;

/**
 * @param wanted the settings that the caller needs; no other is looked at
 * @throws LandfallError `wrong-environment`, with every variable that is missing or can't be
 */
export function readSettings<Name extends keyof Settings>(
  wanted: readonly Name[],
  environment: NodeJS.ProcessEnv = process.env,
): Pick<Settings, Name> {
  const problems: Problem[] = [];
  const settings: Partial<Record<keyof Settings, unknown>> = {};
  for (const key of wanted) {
    const { name, expected, schema } = VARIABLES[key] as Variable<unknown>;
    const given = environment[name] === '' ? undefined : environment[name];
    const parsed = schema.safeParse(given);
    if (parsed.success) settings[key] = parsed.data;
    else problems.push(wrong(name, expected, given));
  }
  if (problems.length > 0) throw new LandfallError(problems);
  return settings as Pick<Settings, Name>;
}

/** What was given instead isn't told: someone may have put a secret there. */
function wrong(name: string, expected: string, given: string | undefined): Problem {
  const found = given === undefined ? 'nothing' : 'something else';
  const message = `environment variable ${name}: expected ${expected}, found ${found}`;
  return { code: 'wrong-environment', message, hint: 'the stacks set it: deploy them again' };
}
