/** The SELECT of each of `ops.*`: what was written once, and what later objects say of it. */

import type { Book } from '../../../core/books.ts';
import type { WrittenBook } from './books.ts';
import { TABLES } from './context.ts';

const written = (book: WrittenBook) => `${TABLES}.ops__${book}`;

/** By load, whether something of it is to be hidden. A batch that was written again says it again. */
const SUPERSEDED = `(SELECT load_id, bool_or(hides) AS hides FROM ${written('superseded')} GROUP BY load_id)`;

/** Each load, whether its file has a newer version, and the last refusal of that file. */
const LOADS = `SELECT loads.*, superseded.load_id IS NOT NULL AS is_superseded,
    max(CASE WHEN loads.status = 'refused' THEN loads.load_id END) OVER (
      PARTITION BY loads.dataset, loads.table_name, loads.source_file) AS last_refused
  FROM ${written('loads')} AS loads LEFT JOIN ${SUPERSEDED} AS superseded ON superseded.load_id = loads.load_id`;

/** What stands in a current load as the replay of a row of quarantine, each once. */
const REPLAYED = `SELECT DISTINCT origin.load_id, replays.source_row
  FROM ${written('replays')} AS replays
  JOIN (${LOADS}) AS current ON current.load_id = replays.load_id AND current.status = 'loaded' AND NOT current.is_superseded
  JOIN ${written('loads')} AS origin
    ON origin.source_file = replays.source_file AND origin.content_hash = replays.content_hash`;

export const BOOK_VIEWS: Readonly<Record<Book, string>> = {
  // Of refusals of a file that could not be read, the last one stays.
  loads: `SELECT load_id, run_id, dataset, table_name, source_file, content_hash, bytes, arrived_at, rows_read,
    rows_loaded, rows_duplicate, rows_quarantined,
    CASE WHEN is_superseded AND status = 'loaded' THEN 'superseded' ELSE status END AS status, error, started_at, finished_at
  FROM (${LOADS}) AS loads
  WHERE content_hash IS NOT NULL OR load_id >= last_refused`,
  // A row is that of one version of its file: what was replayed of an older version says nothing of the newest.
  quarantine: `SELECT bad.dataset, bad.table_name, bad.source_file, bad.row_number, bad.column_name, bad.reason,
    CASE WHEN superseded.hides THEN CAST(NULL AS varchar) ELSE bad.raw_row END AS raw_row, bad.load_id,
    CASE WHEN superseded.load_id IS NOT NULL THEN 'superseded' WHEN replayed.load_id IS NOT NULL THEN 'replayed'
      ELSE 'open' END AS status
  FROM ${written('quarantine')} AS bad
  LEFT JOIN ${SUPERSEDED} AS superseded ON superseded.load_id = bad.load_id
  LEFT JOIN (${REPLAYED}) AS replayed ON replayed.load_id = bad.load_id AND replayed.source_row = bad.row_number`,
  drift: `SELECT * FROM ${written('drift')}
  WHERE load_id NOT IN (SELECT load_id FROM ${written('retold')} WHERE load_id IS NOT NULL)`,
  drift_values: `SELECT * FROM ${written('drift_values')}
  WHERE load_id NOT IN (SELECT load_id FROM ${written('superseded')} WHERE load_id IS NOT NULL)`,
  // A run that has ended was once told of as running.
  runs: `SELECT * FROM ${written('runs')}
  WHERE status <> 'running' OR run_id NOT IN (SELECT run_id FROM ${written('runs')} WHERE status <> 'running')`,
  stray_files: `SELECT * FROM ${written('stray_files')}`,
  quality: `SELECT * FROM ${written('quality')}`,
};
