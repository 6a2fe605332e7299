/** Files of every data set, to be dropped. */

import { readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { generators } from '../../generators/index.ts';
import { writeDataset } from '../../generators/write.ts';
import { DISTRICTS } from './scenes/scene.ts';

/** Parts of the published size that give every table some rows. */
const SMALL: Readonly<Record<string, number>> = {
  'app-installs': 0.2,
  'course-engagement': 0.05,
  'kiosk-sales': 0.01,
  learnplatform: 0.01,
  'student-performance': 0.1,
};

export interface Sample {
  readonly folder: string;
  /** By data set: its files, as keys of the landing bucket, in their order. */
  readonly files: ReadonlyMap<string, readonly string[]>;
  /** By data set. */
  readonly bytes: ReadonlyMap<string, number>;
}

/**
 * @param isFull as large as that of `npm start`
 * @param datasets of which there is to be one; of all where it is empty
 * @throws Error where no generator makes one of them
 */
export async function writeSample(folder: string, isFull: boolean, datasets: readonly string[]): Promise<Sample> {
  const known = generators.map(({ dataset }) => dataset);
  const unknown = datasets.filter((one) => !known.includes(one));
  if (unknown.length > 0) throw new Error(`no generator makes ${unknown.join(', ')}, expected ${known.join(', ')}`);
  const wanted = generators.filter(({ dataset }) => datasets.length === 0 || datasets.includes(dataset));
  for (const generator of wanted) {
    const scale = isFull ? generator.sampleScale : (SMALL[generator.dataset] ?? generator.sampleScale);
    await writeDataset(generator, { out: folder, scale, seed: 7 });
  }
  const sizes = wanted.map(({ dataset }) => {
    const found = readdirSync(join(folder, dataset), { recursive: true, withFileTypes: true }).filter((one) =>
      one.isFile(),
    );
    const paths = found.map((file) => join(file.parentPath, file.name)).sort();
    const bytes = paths.reduce((sum, path) => sum + statSync(path).size, 0);
    return { dataset, files: paths.map((path) => relative(folder, path)), bytes };
  });
  return {
    folder,
    files: new Map(sizes.map(({ dataset, files }) => [dataset, files])),
    bytes: new Map(sizes.map(({ dataset, bytes }) => [dataset, bytes])),
  };
}

/** Between what the bulk job is rehearsed with and the others, which are functions'; above all where that is not larger. */
export function bulkLimit({ bytes }: Sample): number {
  const large = bytes.get(DISTRICTS) ?? 0;
  const others = Math.max(0, ...[...bytes].filter(([dataset]) => dataset !== DISTRICTS).map(([, size]) => size));
  return others > 0 && large > others ? Math.floor((large + others) / 2) : Math.max(large, others) + 1;
}
