/** Every purchase, with exactly the planned counts: who bought what, at which kiosk, when. */

import { apportion } from '../apportion.ts';
import { type Random, randomStream } from '../random.ts';
import { PARTS_OF_DAY, scaled } from './calibration.ts';
import { drawDay, drawMoment } from './clock.ts';
import type { Marginals } from './marginals.ts';

/** One purchase a place, card by card. */
export interface Purchases {
  /** Places in `Marginals.products`, `kioskIds` and `cards`. */
  readonly product: Int32Array;
  readonly kiosk: Int32Array;
  readonly card: Int32Array;
  /** Since the first day began in UTC. */
  readonly seconds: Int32Array;
}

/** How many times in a row a card buys a product: a favourite, or two at once. */
const RUNS = [1, 1, 1, 1, 1, 1, 2, 2, 3, 4];
/** Of the purchases, those made with the one before: the same card, kiosk and second. */
const TOGETHER_SHARE = 0.2;
/** Of the purchases, those away from the kiosk that the card mostly goes to. */
const AWAY_SHARE = 0.12;
/** Purchases that the largest card, a company's, makes on a day when it buys. */
const COMPANY_DAY = 24;

export function drawPurchases(seed: number, marginals: Marginals, scale: number): Purchases {
  const random = randomStream(seed, 'kiosk purchases');
  const { total } = marginals;
  const columns = {
    product: new Int32Array(total),
    kiosk: new Int32Array(total),
    card: new Int32Array(total),
    seconds: new Int32Array(total),
  };
  const order = cardOrder(random, marginals);
  fillCards(columns.card, order, marginals);
  fillProducts(random, columns.product, order, marginals);
  fillKiosks(random, columns.kiosk, marginals);
  fillTimes(random, columns, scale);
  return columns;
}

/** The largest card first, for it goes everywhere; the others in random order. */
function cardOrder(random: Random, { cards }: Marginals): Int32Array {
  const order = Int32Array.from(cards, (_, index) => index);
  shuffle(random, order.subarray(1));
  return order;
}

function fillCards(card: Int32Array, order: Int32Array, { cards }: Marginals): void {
  let at = 0;
  for (const index of order) {
    const purchases = cards[index]?.purchases ?? 0;
    card.fill(index, at, at + purchases);
    at += purchases;
  }
}

function fillProducts(random: Random, product: Int32Array, order: Int32Array, { cards, byProduct }: Marginals): void {
  const left = byProduct.slice();
  for (const { byProduct: own } of cards) {
    if (own === undefined) continue;
    for (let index = 0; index < left.length; index++) left[index] = (left[index] ?? 0) - (own[index] ?? 0);
  }
  const pool = inRuns(random, left);
  let [at, taken] = [0, 0];
  for (const index of order) {
    const { purchases, byProduct: own } = cards[index] ?? { purchases: 0, byProduct: undefined };
    if (own === undefined) {
      product.set(pool.subarray(taken, taken + purchases), at);
      taken += purchases;
    } else {
      product.set(inRuns(random, own), at);
    }
    at += purchases;
  }
}

/** Each product as often as it counts, in short runs in random order. */
function inRuns(random: Random, counts: Int32Array): Int32Array {
  const longest = Math.max(...RUNS) + 1;
  const runs = new Int32Array(counts.reduce((all, count) => all + count, 0));
  let n = 0;
  for (let product = 0; product < counts.length; product++) {
    for (let left = counts[product] ?? 0; left > 0; ) {
      const length = Math.min(left, random.pick(RUNS));
      runs[n++] = product * longest + length;
      left -= length;
    }
  }
  shuffle(random, runs.subarray(0, n));
  const items = new Int32Array(runs.length);
  let at = 0;
  for (let index = 0; index < n; index++) {
    const run = runs[index] ?? 0;
    const length = run % longest;
    items.fill((run - length) / longest, at, at + length);
    at += length;
  }
  return items;
}

/** Kiosk by kiosk along the cards, so that a card mostly goes to one; then some purchases change places. */
function fillKiosks(random: Random, kiosk: Int32Array, { cards, byKiosk }: Marginals): void {
  const company = cards[0]?.purchases ?? 0;
  const everywhere = apportion(company, byKiosk);
  let at = fillCounts(kiosk, 0, everywhere);
  shuffle(random, kiosk.subarray(0, company));
  const order = Int32Array.from(byKiosk, (_, index) => index);
  shuffle(random, order);
  for (const index of order) {
    const count = (byKiosk[index] ?? 0) - (everywhere[index] ?? 0);
    kiosk.fill(index, at, at + count);
    at += count;
  }
  const others = kiosk.subarray(company);
  for (let swaps = Math.floor((others.length * AWAY_SHARE) / 2); swaps > 0; swaps--) {
    swap(others, random.integer(0, others.length - 1), random.integer(0, others.length - 1));
  }
}

function fillCounts(items: Int32Array, from: number, counts: Int32Array): number {
  let at = from;
  for (let index = 0; index < counts.length; index++) {
    items.fill(index, at, at + (counts[index] ?? 0));
    at += counts[index] ?? 0;
  }
  return at;
}

/** Parts of the day are drawn without putting back, so that each ends at its published count. */
function fillTimes(random: Random, { card, kiosk, seconds }: Purchases, scale: number): void {
  const total = card.length;
  const parts = PARTS_OF_DAY.map(({ purchases }) => scaled(purchases, scale));
  parts[0] = total - (parts[1] ?? 0) - (parts[2] ?? 0);
  let [part, day] = [0, 0];
  for (let at = 0; at < total; at++) {
    const isCompany = card[at] === 0;
    const isTogether =
      at > 0 && card[at] === card[at - 1] && kiosk[at] === kiosk[at - 1] && random.unit() < TOGETHER_SHARE;
    if (isTogether && (parts[part] ?? 0) > 0) {
      seconds[at] = seconds[at - 1] ?? 0;
    } else {
      let drawn = random.unit() * (total - at);
      for (part = 0; drawn >= (parts[part] ?? 0) && part < parts.length - 1; part++) drawn -= parts[part] ?? 0;
      if (!isCompany || at % COMPANY_DAY === 0) day = drawDay(random);
      seconds[at] = drawMoment(random, day, part);
    }
    parts[part] = (parts[part] ?? 0) - 1;
  }
}

function shuffle(random: Random, items: Int32Array): void {
  for (let last = items.length - 1; last > 0; last--) swap(items, last, random.integer(0, last));
}

function swap(items: Int32Array, a: number, b: number): void {
  const item = items[a] ?? 0;
  items[a] = items[b] ?? 0;
  items[b] = item;
}
