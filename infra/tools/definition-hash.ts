/** `npm run definition-hash`: the state machine as local runs have it, and as `cdk.out/` has it. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DEFINITION } from '../../adapters/local/workflow.ts';
import { readTemplates, resourcesOf } from './reading.ts';

const hash = (text: string) => createHash('sha256').update(text).digest('hex');

const templates = readTemplates(fileURLToPath(new URL('../../cdk.out/', import.meta.url)));
const [machine] = resourcesOf(templates, 'AWS::StepFunctions::StateMachine');
const [here, there] = [readFileSync(DEFINITION, 'utf8'), String(machine?.Properties?.['DefinitionString'])].map(hash);
console.log(`${here}  a laptop's run\n${there}  the template`);
if (here !== there) process.exitCode = 1;
