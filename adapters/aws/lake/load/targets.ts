/** Which loads count for each clean table that a batch changes. */

import type { BatchItem, CurrentVersion, FileItem } from '../../ledger/types.ts';
import type { Role } from './changes.ts';
import { partitionOf } from './objects.ts';
import type { TableShape } from './shape.ts';
import type { LoadBook, Target } from './types.ts';

interface Input {
  readonly item: BatchItem;
  readonly shape: TableShape;
  /** The data set's other tables. */
  readonly others: readonly TableShape[];
  /** The loads that come. */
  readonly books: readonly LoadBook[];
  /** By key: what the ledger knows of the data set's files. */
  readonly known: ReadonlyMap<string, FileItem>;
}

export interface Listed {
  readonly load_id: number;
  readonly role: Role;
}

/** A table of which no file's rows come or go is no target; the batch's own always is, and the first. */
export function targetsOf({ item, shape, others, books, known }: Input): {
  readonly targets: readonly Target[];
  readonly lists: readonly (readonly Listed[])[];
} {
  const taken = new Set(books.map(({ source_file }) => source_file));
  const currentOf = (table: string) =>
    [...known.values()].flatMap(({ key, current }) => (current?.table === table ? [{ key, ...current }] : []));
  const all = [shape, ...others].map((one) => {
    const current = currentOf(one.table);
    const gone = current.filter(({ key }) => taken.has(key)).map(({ loadId }) => loadId);
    const kept = current.filter(({ key }) => !taken.has(key));
    const fresh = one === shape ? books : [];
    const list = listed(one, fresh, kept, gone, 'kept');
    const mayChange =
      one.load === 'replace' ? winnerOf(fresh, kept) !== winnerOf([], current) : brings(fresh) || gone.length > 0;
    return { target: { shape: one, batch: partitionOf(item, one), mayChange, gone }, list };
  });
  const targets = all.filter(({ target }, index) => index === 0 || target.gone.length > 0);
  return { targets: targets.map(({ target }) => target), lists: targets.map(({ list }) => list) };
}

const brings = (books: readonly LoadBook[]) =>
  books.some(({ rows_read, rows_quarantined }) => rows_read > rows_quarantined);

type Kept = Pick<CurrentVersion, 'loadId' | 'arrivedAt'> & { readonly key: string };

/** @param role of the loads that are there already */
export function listed(
  shape: TableShape,
  fresh: readonly LoadBook[],
  kept: readonly Kept[],
  gone: readonly number[],
  role: 'kept' | 'new',
): Listed[] {
  const leaving = gone.map((load_id) => ({ load_id, role: 'gone' as const }));
  if (shape.load === 'replace') {
    const winner = winnerOf(fresh, kept);
    return [...(winner === undefined ? [] : [{ load_id: winner, role: 'stands' as const }]), ...leaving];
  }
  return [
    ...fresh.map(({ load_id }) => ({ load_id, role: 'new' as const })),
    ...kept.map(({ loadId }) => ({ load_id: loadId, role })),
    ...leaving,
  ];
}

/** The load of the version that arrived last; a version without a sound row is a version, too. */
function winnerOf(fresh: readonly LoadBook[], kept: readonly Kept[]): number | undefined {
  const versions = [
    ...fresh.map(({ load_id, source_file, arrived_at }) => ({
      loadId: load_id,
      key: source_file,
      arrivedAt: arrived_at,
    })),
    ...kept,
  ];
  const [last] = versions.sort(
    (a, b) => b.arrivedAt - a.arrivedAt || (a.key < b.key ? 1 : a.key > b.key ? -1 : b.loadId - a.loadId),
  );
  return last?.loadId;
}
