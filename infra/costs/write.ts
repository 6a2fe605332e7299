import { writeFile } from 'node:fs/promises';
import { costPage } from './page.ts';

await writeFile(new URL('../../docs/deploy/costs.md', import.meta.url), costPage());
