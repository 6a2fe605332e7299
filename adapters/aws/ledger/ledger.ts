/** What was loaded, and the batches that load it. */

import type { Clock } from '../../../core/ports.ts';
import { LandfallError } from '../../../core/problems.ts';
import { sideBySide } from '../../../core/side-by-side.ts';
import { fenceCheck, lostLease } from './leases.ts';
import { packed, sizeOf, unpacked } from './packed.ts';
import { ENDS, type Item, type Key, type LedgerTable, type Write } from './table.ts';
import type { BatchItem, BatchState, Fence, FileItem, Ledger } from './types.ts';

/** DynamoDB takes 100 writes in a transaction, one of which is the fence, and 4 MB. */
const WRITES_AT_ONCE = 99;
const BYTES_AT_ONCE = 3 * 1024 ** 2;
/** Fingerprints on their way at once. */
const UPDATES_AT_ONCE = 16;
/** Seconds for which a batch can be looked at after its end. */
const REMEMBERED = 90 * 24 * 3600;

const MOVES: Readonly<Record<BatchState, readonly BatchState[]>> = {
  claimed: ['staged', 'abandoned'],
  staged: ['merged', 'abandoned'],
  merged: ['done'],
  done: [],
  abandoned: [],
};

export class TableLedger implements Ledger {
  private readonly table: LedgerTable;
  private readonly clock: Clock;

  constructor(table: LedgerTable, clock: Clock) {
    this.table = table;
    this.clock = clock;
  }

  async files(dataset: string): Promise<readonly FileItem[]> {
    return (await this.table.all(filesOf(dataset))).map((item) => fileOf(dataset, item));
  }

  async putFiles(files: readonly FileItem[], fence: Fence): Promise<void> {
    for (const chunk of chunksOf(files.map(itemOf))) {
      const puts = chunk.map((Item) => ({ Put: { TableName: this.table.name, Item } }));
      await this.fenced(`files of ${fence.dataset}`, puts, fence);
    }
  }

  async touch(dataset: string, fingerprints: ReadonlyMap<string, string>): Promise<void> {
    await sideBySide(fingerprints, UPDATES_AT_ONCE, ([sk, fingerprint]) =>
      this.table.update(
        { pk: filesOf(dataset), sk },
        {
          UpdateExpression: 'SET #latest.fingerprint = :fingerprint',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeNames: { '#latest': 'latest' },
          ExpressionAttributeValues: { ':fingerprint': fingerprint },
        },
      ),
    );
  }

  async claim(dataset: string, table: string, runId: string, loads: number, fence: Fence): Promise<BatchItem> {
    // Ids that a killed claim took are given to nobody: gaps do no harm, and two loads of one id would.
    const counter = await this.table.update(
      { pk: 'counter', sk: 'loads' },
      { UpdateExpression: 'ADD given :loads', ExpressionAttributeValues: { ':loads': loads } },
    );
    const firstLoad = Number(counter?.['given']) - loads + 1;
    const time = new Date(this.clock.now()).toISOString().replace(/[-:.]/g, '');
    const batchId = `${time}-${String(firstLoad).padStart(12, '0')}`;
    const batch: BatchItem = { dataset, table, batchId, runId, state: 'claimed', firstLoad, loads };
    const Item = { ...openKey(batch), ...batch };
    const put = { Put: { TableName: this.table.name, Item, ConditionExpression: 'attribute_not_exists(pk)' } };
    const refused = await this.fenced(`batch ${batchId}`, [put], fence);
    if (refused) throw moved(batch);
    return batch;
  }

  async advance(batch: BatchItem, to: BatchState, fence: Fence): Promise<BatchItem> {
    if (!MOVES[batch.state].includes(to)) throw new Error(`a batch that is ${batch.state} can't become ${to}`);
    const next = { ...batch, state: to };
    const isOver = to === 'done' || to === 'abandoned';
    const refused = await this.fenced(
      `batch ${batch.batchId}`,
      isOver ? this.close(batch, next) : [this.move(batch, next)],
      fence,
    );
    // It was closed by a request whose answer got lost, or it is elsewhere by now.
    if (refused && !(isOver && (await this.table.get(closedKey(batch)))?.['state'] === to)) throw moved(batch);
    return next;
  }

  async open(dataset: string): Promise<readonly BatchItem[]> {
    return (await this.table.all(`open#${dataset}`)).map(
      ({ pk: _, sk: _id, ...batch }) => batch as unknown as BatchItem,
    );
  }

  private move(from: BatchItem, to: BatchItem): Write {
    return {
      Update: {
        TableName: this.table.name,
        Key: { ...openKey(from) },
        UpdateExpression: 'SET #state = :to',
        ConditionExpression: '#state IN (:from, :to)',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':from': from.state, ':to': to.state },
      },
    };
  }

  private close(from: BatchItem, to: BatchItem): Write[] {
    const ends = Math.floor(this.clock.now() / 1000) + REMEMBERED;
    const TableName = this.table.name;
    return [
      {
        Delete: {
          TableName,
          Key: { ...openKey(from) },
          ConditionExpression: '#state = :from',
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: { ':from': from.state },
        },
      },
      { Put: { TableName, Item: { ...closedKey(to), ...to, [ENDS]: ends } } },
    ];
  }

  /** @returns whether a write's own condition did not hold. @throws LandfallError `lost-lease` */
  private async fenced(what: string, writes: readonly Write[], fence: Fence): Promise<boolean> {
    const check = fenceCheck(this.table.name, fence, this.clock.now());
    const refused = await this.table.transact(what, [check, ...writes]);
    if (refused.has(0)) throw lostLease(fence);
    return refused.size > 0;
  }
}

const filesOf = (dataset: string) => `files#${dataset}`;
const openKey = ({ dataset, batchId }: BatchItem): Key => ({ pk: `open#${dataset}`, sk: batchId });
const closedKey = ({ dataset, batchId }: BatchItem): Key => ({ pk: `closed#${dataset}`, sk: batchId });

function itemOf({ dataset, key, latest, current }: FileItem): Item {
  const { key: _, ...version } = latest;
  const header = current?.header ?? null;
  return {
    pk: filesOf(dataset),
    sk: key,
    latest: version,
    current: current === null ? null : { ...current, header: header === null ? null : packed(header) },
  };
}

function fileOf(dataset: string, item: Item): FileItem {
  const { sk: key, latest, current } = item as unknown as Key & Pick<FileItem, 'latest' | 'current'>;
  const header = (current?.header ?? null) === null ? null : (unpacked(current?.header) as string[]);
  return { dataset, key, latest: { ...latest, key }, current: current === null ? null : { ...current, header } };
}

function* chunksOf(items: readonly Item[]): Generator<Item[]> {
  let [chunk, bytes]: [Item[], number] = [[], 0];
  for (const item of items) {
    const size = sizeOf(item);
    if (chunk.length === WRITES_AT_ONCE || bytes + size > BYTES_AT_ONCE) {
      yield chunk;
      [chunk, bytes] = [[], 0];
    }
    chunk.push(item);
    bytes += size;
  }
  if (chunk.length > 0) yield chunk;
}

function moved({ dataset, batchId, state }: BatchItem): LandfallError {
  const message = `${dataset}: batch ${batchId} is not ${state} any more`;
  return new LandfallError({ code: 'batch-moved', message, hint: 'someone else brought it on: look at it anew' });
}
