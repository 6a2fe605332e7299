/** What a batch came to, as the run is told. */

import type { TableBooks } from '../../../../core/loads.ts';
import type { Answer, AthenaLoadOutcome, Batch, LoadBook } from './types.ts';

export function outcomeOf(batch: Batch, { entered, targets }: Answer): AthenaLoadOutcome {
  const [own, ...others] = targets;
  const change = batch.learnt.length > 0 ? 'all' : (own?.change ?? 'none');
  const others_ = batch.targets.slice(1).filter((_, index) => (others[index]?.change ?? 'none') !== 'none');
  return {
    books: booksOf(batch, entered),
    filesLoaded: batch.loads.filter(({ status }) => status === 'loaded').length,
    refusals: batch.outcome.refusals,
    left: batch.outcome.left,
    change,
    learnt: batch.learnt,
    drift: batch.outcome.drift,
    alsoChanged: others_.map(({ shape }) => `${shape.schema}.${shape.table}`),
    changed: change === 'rows' ? (own?.changed ?? []) : [],
  };
}

function booksOf({ table, loads }: Batch, entered: Answer['entered']): TableBooks {
  const sum = (of: (load: LoadBook) => number) => loads.reduce((total, load) => total + of(load), 0);
  const [read, bad] = [sum(({ rows_read }) => rows_read), sum(({ rows_quarantined }) => rows_quarantined)];
  const loaded = sum(({ load_id }) => entered[load_id] ?? 0);
  return {
    table_name: table,
    rows_read: read,
    rows_loaded: loaded,
    rows_duplicate: read - bad - loaded,
    rows_quarantined: bad,
  };
}
