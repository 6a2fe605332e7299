/** The objects of a batch, and where they lie in the lake bucket. */

import { LandfallError } from '../../../../core/problems.ts';
import type { BatchItem } from '../../ledger/types.ts';
import { removeUnder } from '../../objects/sweep.ts';
import type { Role } from './changes.ts';
import { SETTLED } from './changes.ts';
import { changesFolder, loadsFolder, partitionFolder, stagedFolder, type TableShape } from './shape.ts';
import type { Answer, Batch, LakeObjects, Target } from './types.ts';

/** A data set's schema. */
export const schemaOf = (dataset: string) => dataset.replaceAll('-', '_');

type Named = Pick<BatchItem, 'dataset' | 'table' | 'batchId'>;

const folderOf = ({ dataset, table, batchId }: Named) => `batches/${schemaOf(dataset)}/${table}/${batchId}`;

/** What lies beside the batch's object until it is done. */
export const partOf = (batch: Named, name: string) => `${folderOf(batch)}/${name}`;

/** The name of a batch as a partition: nothing in it is escaped in a key. */
export function partitionOf(batch: Pick<BatchItem, 'batchId'>, { schema, table }: TableShape): string {
  return `${schema}__${table}.${batch.batchId.replaceAll(/[^\w.-]/g, '-')}`;
}

export async function writeBatch(objects: LakeObjects, batch: Batch): Promise<void> {
  await writeJson(objects, `${folderOf(batch)}.json`, batch);
}

/** Null where there is none. */
export function findBatch(objects: LakeObjects, batch: Named): Promise<Batch | null> {
  return readJson<Batch>(objects, `${folderOf(batch)}.json`);
}

/** @throws LandfallError `batch-lost` */
export async function readBatchObject(objects: LakeObjects, batch: Named): Promise<Batch> {
  const found = await findBatch(objects, batch);
  if (found !== null) return found;
  throw new LandfallError({
    code: 'batch-lost',
    file: `s3://${objects.bucket}/${folderOf(batch)}.json`,
    message: `the batch is under way and its object is not there`,
    hint: 'restore the object from its older version in the bucket',
  });
}

/** Null where it is not asked yet. */
export function readAnswer(objects: LakeObjects, batch: Named): Promise<Answer | null> {
  return readJson<Answer>(objects, partOf(batch, 'answer.json'));
}

/** The first answer stands. */
export async function writeAnswer(objects: LakeObjects, batch: Named, answer: Answer): Promise<Answer> {
  const key = partOf(batch, 'answer.json');
  const etag = await objects.put(key, JSON.stringify(answer), { contentType: JSON_TYPE, onlyIf: 'absent' });
  return etag === null ? ((await readJson<Answer>(objects, key)) ?? answer) : answer;
}

/** How often the changes had to be written anew: a statement that failed may have left some of its rows. */
export async function attemptOf(objects: LakeObjects, batch: Named, target: number): Promise<number> {
  return (await readJson<number>(objects, partOf(batch, `attempt-${target}.json`))) ?? 1;
}

export async function nextAttempt(objects: LakeObjects, batch: Named, target: number, next: number): Promise<void> {
  await writeJson(objects, partOf(batch, `attempt-${target}.json`), next);
}

/** Which loads count for a target, and how. */
export async function listLoads(
  objects: LakeObjects,
  batch: string,
  loads: readonly { readonly load_id: number; readonly role: Role }[],
): Promise<void> {
  const lines = loads.map((load) => `${JSON.stringify(load)}\n`).join('');
  await objects.put(`${partitionFolder(loadsFolder, batch)}loads.json`, lines, { contentType: JSON_TYPE });
}

/** From here on no statement of the batch changes anything, whoever begins it; what it worked with is removed. */
export async function settleTarget(objects: LakeObjects, { shape, batch }: Target): Promise<void> {
  const folder = partitionFolder(loadsFolder, batch);
  const line = `${JSON.stringify({ load_id: 0, role: SETTLED })}\n`;
  await objects.put(`${folder}settled.json`, line, { contentType: JSON_TYPE });
  await objects.remove([`${folder}loads.json`]);
  await removeUnder(objects, `${changesFolder(shape)}batch_id=${batch}.`);
}

/** Removes what lies in the folders of these loads: a function leaves one object there, the bulk job several. */
export async function removeStaged(
  objects: LakeObjects,
  shape: Pick<TableShape, 'schema' | 'table'>,
  loads: readonly number[],
): Promise<void> {
  if (loads.length === 0) return;
  const [folder, gone] = [stagedFolder(shape), new Set(loads.map(String))];
  await removeUnder(objects, folder, (key) => {
    const [load = ''] = key.slice(folder.length).split(/\/|_\$folder\$$/);
    return gone.has(load);
  });
}

const JSON_TYPE = 'application/json';

export async function writeJson(objects: LakeObjects, key: string, value: unknown): Promise<void> {
  await objects.put(key, JSON.stringify(value), { contentType: JSON_TYPE });
}

/** Null where there is none. */
export async function readJson<Value>(objects: LakeObjects, key: string): Promise<Value | null> {
  const found = await objects.text(key);
  return found === null ? null : (JSON.parse(found.text) as Value);
}
