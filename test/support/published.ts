/** The published files of LearnPlatform, which are packed so that they take less room, as they were handed out. */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** @param data the folder that LANDFALL_DATA names */
export function landDistricts(data: string, landing: string): void {
  const [published, target] = [join(data, 'learnplatform'), join(landing, 'learnplatform')];
  mkdirSync(join(target, 'engagement_data'), { recursive: true });
  for (const name of ['districts_info.csv', 'products_info.csv']) {
    writeFileSync(join(target, name), readFileSync(join(published, name)));
  }
  for (const name of readdirSync(join(published, 'engagement_data')).filter((file) => file.endsWith('.csv.gz'))) {
    const content = gunzipSync(readFileSync(join(published, 'engagement_data', name)));
    writeFileSync(join(target, 'engagement_data', name.slice(0, -3)), content);
  }
}
