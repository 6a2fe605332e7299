/** The purchases as exports that overlap, each in order of time, with the broken rows that real ones have. */

import { randomStream } from '../random.ts';
import type { GeneratedFile } from '../types.ts';
import { clockText } from './clock.ts';
import type { Marginals } from './marginals.ts';
import type { Purchases } from './purchases.ts';

const EXPORTS = 3;
/** Of all purchases, those that an export repeats of the one before it. */
const OVERLAP_SHARE = 0.015;
/** Of all purchases, the broken rows of each kind in each export; there is at least one. */
const BROKEN_SHARE = 0.00001;
const ROWS_AT_ONCE = 4096;
const HEADER = 'kiosk_id,product_id,card_hash,date_time,fc_number\n';

interface Row {
  readonly kiosk: string;
  readonly product: string;
  readonly card: string;
  readonly time: string;
  readonly fc: string;
}

/** How a row breaks: a day that no month has, a time without offset, no card, text in a number. */
const SPOIL: readonly ((row: Row) => Row)[] = [
  (row) => ({ ...row, time: row.time.replace(/-\d\d /, '-32 ') }),
  (row) => ({ ...row, time: row.time.slice(0, 19) }),
  (row) => ({ ...row, card: '' }),
  (row) => ({ ...row, product: `item ${row.product}` }),
  (row) => ({ ...row, kiosk: 'unknown' }),
];

export function exportFiles(seed: number, marginals: Marginals, purchases: Purchases): readonly GeneratedFile[] {
  const order = byTime(purchases.seconds);
  const hashes = cardHashes(seed, marginals.cards.length);
  const total = order.length;
  const overlap = Math.ceil(total * OVERLAP_SHARE);
  const usual = Math.max(1, Math.round(total * BROKEN_SHARE)) * SPOIL.length;
  const rowAt = (place: number): Row => {
    const at = order[place] ?? 0;
    const product = marginals.products[purchases.product[at] ?? 0];
    return {
      kiosk: String(marginals.kioskIds[purchases.kiosk[at] ?? 0]),
      product: String(product?.id),
      card: hashes[purchases.card[at] ?? 0] ?? '',
      time: clockText(purchases.seconds[at] ?? 0),
      fc: String(product?.fc ?? ''),
    };
  };
  // Purchases of one second stay together: an export that had only some of two equal rows would lose the others.
  const cut = (place: number) => {
    let at = Math.min(place, total);
    while (at > 0 && at < total && purchases.seconds[order[at] ?? 0] === purchases.seconds[order[at - 1] ?? 0]) at++;
    return at;
  };
  return Array.from({ length: EXPORTS }, (_, index) => {
    const from = cut(Math.floor((total * index) / EXPORTS));
    const until = index === EXPORTS - 1 ? total : cut(Math.floor((total * (index + 1)) / EXPORTS) + overlap);
    // They are good ones spoilt, and the smallest samples may have none in an export.
    const broken = until > from ? usual : 0;
    return {
      path: `items_purchased_${index + 1}.csv`,
      rows: until - from + broken,
      chunks: () => exportChunks(rowAt, from, until, broken),
    };
  });
}

function* exportChunks(rowAt: (place: number) => Row, from: number, until: number, broken: number): Generator<string> {
  let text = HEADER;
  let spoilt = 0;
  for (let place = from; place < until; place++) {
    const row = rowAt(place);
    text += line(row);
    while (spoilt < broken && (spoilt + 1) * (until - from) <= (place + 1 - from) * broken) {
      text += line(SPOIL[spoilt % SPOIL.length]?.(row) ?? row);
      spoilt++;
    }
    if ((place - from) % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) {
      yield text;
      text = '';
    }
  }
  yield text;
}

function line({ kiosk, product, card, time, fc }: Row): string {
  return `${kiosk},${product},${card},${time},${fc}\n`;
}

/** Places in order of time, those of one second in order of place. */
function byTime(seconds: Int32Array): Int32Array {
  // Both in one number below 2^53, so that they sort as numbers do.
  const base = 2 ** Math.ceil(Math.log2(seconds.length + 1));
  const keys = Float64Array.from(seconds, (second, place) => second * base + place).sort();
  return Int32Array.from(keys, (key) => key % base);
}

function cardHashes(seed: number, count: number): readonly string[] {
  const random = randomStream(seed, 'card hashes');
  const word = () => random.u32().toString(16).padStart(8, '0');
  return Array.from({ length: count }, () => word() + word() + word() + word());
}
