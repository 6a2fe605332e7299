import { checkOptions } from '../options.ts';
import { randomStream } from '../random.ts';
import type { GeneratedFile, GenerateOptions, Generator } from '../types.ts';
import { drawAccounts, drawDistricts, hexId } from './accounts.ts';
import { drawCreation } from './dates.ts';
import { planReach, type Reach } from './reach.ts';
import { sectionFiles } from './sections.ts';

/**
 * Which apps school districts installed, and for how many of their students; and the classes of one of the districts. At
 * scale 1 all have exactly the published counts (`calibration.ts`); at others these in proportion, but for apps and days,
 * which go with the root of the scale. Everything else is invented.
 */
export const appInstalls: Generator = {
  dataset: 'app-installs',
  published: '2,339 installs and 382 classes',
  sampleScale: 1,
  files(options: GenerateOptions): readonly GeneratedFile[] {
    checkOptions(options);
    const { seed, scale } = options;
    const reach = planReach(seed, scale);
    const creation = drawCreation(seed, scale, reach);
    const districts = drawDistricts(seed, reach);
    const accounts = drawAccounts(seed, reach, districts, creation);
    const apps = appIds(seed, reach);
    const lines = byDay(creation.day).map((install) => {
      const district = districts[reach.district[install] ?? 0];
      const created = creation.date(creation.day[install] ?? 0);
      const fields = [apps[reach.app[install] ?? 0], district?.id, district?.size, accounts[install], created];
      return `${fields.map((field) => field ?? '').join(',')}\n`;
    });
    const header = 'app_id,district_id,district_size,accounts_provisioned,created\n';
    return [
      { path: 'accounts_provisioned.csv', rows: lines.length, chunks: () => [header, ...lines] },
      ...sectionFiles(seed, scale, districts),
    ];
  },
};

function appIds(seed: number, { apps }: Reach): readonly string[] {
  const random = randomStream(seed, 'app ids');
  return Array.from({ length: apps }, () => hexId(random));
}

/** Installs in order of the day on which they were created. */
function byDay(day: Int32Array): readonly number[] {
  return Array.from(day, (_, install) => install).sort((a, b) => (day[a] ?? 0) - (day[b] ?? 0) || a - b);
}
