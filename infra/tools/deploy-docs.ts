/** `npm run deploy:docs`: writes docs/deploy of what `npx cdk synth -c stage=prod` left in `cdk.out/`. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadProject } from '../../adapters/local/project.ts';
import { deployDocs } from './docs.ts';
import { readTemplates } from './reading.ts';

const root = new URL('../../', import.meta.url);
const templates = readTemplates(fileURLToPath(new URL('cdk.out/', root)));
mkdirSync(new URL('docs/deploy/', root), { recursive: true });
for (const [name, text] of Object.entries(deployDocs(templates, await loadProject()))) {
  writeFileSync(new URL(`docs/deploy/${name}`, root), text);
  console.log(`docs/deploy/${name}: ${text.split('\n').length} lines`);
}
