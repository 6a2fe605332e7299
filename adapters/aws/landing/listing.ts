/** Objects of the landing bucket as landed files, by the rules that a folder's files go by. */

import { isUnfinished, isUnspeakable, unspeakable } from '../../../core/contracts/landing.ts';
import { isLandable } from '../../../core/infer/names.ts';
import type { LandedFile } from '../../../core/landed.ts';
import type { Unclaimed } from '../../../core/strays.ts';
import type { Level, StoredObject } from '../objects/types.ts';

/** In order of arrival. Hidden files, and the empty objects that consoles show as folders, are none. */
export async function landedFiles(objects: AsyncIterable<StoredObject>): Promise<LandedFile[]> {
  const files = new Map<string, LandedFile>();
  for await (const object of objects) {
    const file = landedFile(object);
    if (file !== null) files.set(file.key, file);
  }
  return [...files.values()].sort((a, b) => a.modifiedAt - b.modifiedAt || (a.key < b.key ? -1 : 1));
}

function landedFile({ key, bytes, modifiedAt, etag }: StoredObject): LandedFile | null {
  if (key.endsWith('/')) return null;
  const names = key.split('/');
  const odd = names.findIndex((name, place) => place > 0 && (name.startsWith('.') || isUnspeakable(name)));
  if (odd === -1) return { key, bytes, modifiedAt, fingerprint: `${bytes}-${etag}` };
  // A whole folder of such a name is told once.
  return names[odd]?.startsWith('.') ? null : unspeakable(names.slice(0, odd + 1).join('/'));
}

/** The etag that a landed file's fingerprint was made of. */
export const etagOf = ({ fingerprint }: LandedFile) => fingerprint.slice(fingerprint.indexOf('-') + 1);

/** @param filesIn the objects of a folder, by its name with `/` behind */
export async function unclaimedIn(
  { folders, objects }: Level,
  datasets: readonly string[],
  filesIn: (folder: string) => AsyncIterable<StoredObject>,
): Promise<Unclaimed[]> {
  const known = new Set(datasets);
  const isMeant = (name: string) => !known.has(name) && !name.startsWith('.') && !isUnfinished(name);
  const refused = (name: string) => ({ files: 1, landable: 0, ...unspeakable(name) });
  const found = objects
    .filter(({ key }) => isMeant(key))
    .map(({ key }) => (isUnspeakable(key) ? refused(key) : { key, files: 1, landable: Number(isLandable(key)) }));
  for (const folder of folders.filter((name) => isMeant(name.slice(0, -1)))) {
    if (isUnspeakable(folder)) found.push(refused(folder.slice(0, -1)));
    else found.push(...(await counted(folder, filesIn(folder))));
  }
  return found.sort((a, b) => (a.key < b.key ? -1 : 1));
}

async function counted(folder: string, objects: AsyncIterable<StoredObject>): Promise<Unclaimed[]> {
  let [files, landable] = [0, 0];
  for await (const { key } of objects) {
    const isHidden = key.split('/').some((name) => name.startsWith('.'));
    if (isHidden || key.endsWith('/') || isUnfinished(key)) continue;
    files += 1;
    landable += Number(isLandable(key));
  }
  return files === 0 ? [] : [{ key: folder, files, landable }];
}
