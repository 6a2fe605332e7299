/** `npm run resources`: how many resources each stack in `cdk.out/` has, by type. */

import { fileURLToPath } from 'node:url';
import { readTemplates } from './reading.ts';
import { resourceTable } from './room.ts';

console.log(resourceTable(readTemplates(fileURLToPath(new URL('../../cdk.out/', import.meta.url)))));
