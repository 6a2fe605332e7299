/** How often each product, kiosk and card occurs: the published counts at the head, a long tail below them. */

import { apportion } from '../apportion.ts';
import { randomStream } from '../random.ts';
import { CARDS, type Count, KIOSKS, PRODUCTS, PURCHASES, scaled } from './calibration.ts';
import { makeProducts, type Product } from './products.ts';

/** Kiosks below the ten published ones. */
const OTHER_KIOSKS = 560;
const HIGHEST_KIOSK_ID = 999;
/** In the tail, the demand for the nth is 1 / (n + this), up to a factor: the larger, the flatter. */
const PRODUCT_FLATNESS = 20;
const KIOSK_FLATNESS = 60;
/** A card's purchases, less one, are this times a widely spread factor around 1. */
const USUAL_PURCHASES = 3;
/** The most of a product that a card with published pairs buys beyond them, of all purchases, before it is scaled. */
const FLAT_PRODUCT_SHARE = 0.01;

export interface CardPlan {
  readonly purchases: number;
  /** By product, in the order of `Marginals.products`; undefined where whatever is left will do. */
  readonly byProduct: Int32Array | undefined;
}

export interface Marginals {
  readonly total: number;
  readonly products: readonly Product[];
  readonly byProduct: Int32Array;
  readonly kioskIds: readonly number[];
  readonly byKiosk: Int32Array;
  /** The published cards first. */
  readonly cards: readonly CardPlan[];
}

export function planMarginals(seed: number, scale: number): Marginals {
  const total = Math.max(1, scaled(PURCHASES, scale));
  const products = makeProducts(seed);
  const byProduct = withTail(PRODUCTS, products.length - PRODUCTS.length, PRODUCT_FLATNESS, total, scale);
  const kioskIds = drawKioskIds(seed);
  const byKiosk = withTail(KIOSKS, OTHER_KIOSKS, KIOSK_FLATNESS, total, scale);
  const published = planPublishedCards(products, byProduct, scale);
  return { total, products, byProduct, kioskIds, byKiosk, cards: [...published, ...drawCards(seed, total, published)] };
}

function withTail(head: readonly Count[], others: number, flatness: number, total: number, scale: number): Int32Array {
  const counts = head.map(([, purchases]) => scaled(purchases, scale));
  const weights = Array.from({ length: others }, (_, place) => 1 / (place + flatness));
  return Int32Array.from([...counts, ...apportion(total - sum(counts), weights)]);
}

/** Cards with published pairs buy these exactly, and the rest over the other products, flatter than everybody does. */
function planPublishedCards(products: readonly Product[], byProduct: Int32Array, scale: number): readonly CardPlan[] {
  const cards = CARDS.map(({ purchases, products: pairs }) => ({
    purchases: scaled(purchases, scale),
    exact: new Map(pairs.map(([id, count]) => [id, scaled(count, scale)])),
  }));
  // The rest is taken from what no pair needs, so that no product runs out in a small sample.
  const left = byProduct.map((count, index) => {
    const id = products[index]?.id ?? 0;
    return count - sum(cards.map(({ exact }) => exact.get(id) ?? 0));
  });
  const flat = FLAT_PRODUCT_SHARE * sum(byProduct);
  return cards.map(({ purchases, exact }) => {
    if (exact.size === 0) return { purchases, byProduct: undefined };
    const weights = products.map(({ id }, index) => (exact.has(id) ? 0 : Math.min(flat, left[index] ?? 0)));
    const rest = apportion(purchases - sum([...exact.values()]), weights);
    rest.forEach((count, index) => {
      left[index] = (left[index] ?? 0) - count;
    });
    return { purchases, byProduct: rest.map((count, index) => exact.get(products[index]?.id ?? 0) ?? count) };
  });
}

function drawKioskIds(seed: number): readonly number[] {
  const published = KIOSKS.map(([id]) => id);
  const free = Array.from({ length: HIGHEST_KIOSK_ID }, (_, index) => index + 1).filter(
    (id) => !published.includes(id),
  );
  return [...published, ...randomStream(seed, 'kiosks').shuffled(free).slice(0, OTHER_KIOSKS)];
}

/** As many more cards as the purchases left need, each below the published ones. */
function drawCards(seed: number, total: number, published: readonly CardPlan[]): readonly CardPlan[] {
  const random = randomStream(seed, 'kiosk cards');
  const counts = published.map(({ purchases }) => purchases);
  const most = Math.max(1, Math.min(...counts) - 1);
  const cards: CardPlan[] = [];
  for (let left = total - sum(counts); left > 0; ) {
    const drawn = 1 + Math.floor(USUAL_PURCHASES * random.factor(0));
    if (drawn > most) continue;
    const purchases = Math.min(left, drawn);
    cards.push({ purchases, byProduct: undefined });
    left -= purchases;
  }
  return cards;
}

function sum(numbers: ArrayLike<number>): number {
  return Array.from(numbers).reduce((all, number) => all + number, 0);
}
