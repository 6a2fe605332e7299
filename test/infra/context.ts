/** The settings of cdk.json; what needs no more than these need not load CDK. */

import { readFileSync } from 'node:fs';

export type Context = Readonly<Record<string, unknown>>;

export const CONTEXT: Context = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8')).context;
