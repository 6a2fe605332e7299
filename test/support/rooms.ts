/** A table of JSON lines: rooms, each with a list of who is in it. */

import { column, contractOf, table } from './contracts.ts';

const within = (name: string) => ({ source: { kind: 'header', name: `data.${name}` } }) as const;

export const ROOM_COLUMNS = [
  column('room_id', 'string', { required: true, ...within('id') }),
  column('floor', 'integer', within('floor')),
  column('area', 'double', { minimum: 0, ...within('size.area') }),
  column('is_open', 'boolean', within('open')),
  column('name', 'string', { nulls: ['n/a'], ...within('name') }),
  column('people', 'integer', { parse: { kind: 'count' }, maximum: 30, ...within('people') }),
  column('uri', 'string'),
];

export const ROOMS = contractOf(
  table('rooms', ROOM_COLUMNS, { landing: 'rooms/*.ndjson', format: 'ndjson', primaryKey: ['room_id'] }),
);

/** A room as a line. */
export const room = (data: object, more: object = {}) => `${JSON.stringify({ data, ...more })}\n`;
