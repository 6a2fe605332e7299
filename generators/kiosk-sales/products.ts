import { csvField } from '../csv.ts';
import { drawStems } from '../names.ts';
import { type Random, randomStream } from '../random.ts';
import {
  CARDS,
  HIGHEST_PRODUCT_ID,
  LISTED_PRODUCTS,
  LOWEST_PRODUCT_ID,
  PRODUCTS,
  PRODUCTS_WITHOUT_PRICE,
} from './calibration.ts';

/** Sold, but not in the list. */
const UNLISTED_PRODUCTS = 12;
const WITHOUT_FC_SHARE = 0.055;
const HIGHEST_FC = 53;
const BRANDS = 210;
/** Where the products that published figures name, without their totals, stand among those that are less in demand. */
const NAMED_PLACES = [10, 20, 30];

export interface Product {
  readonly id: number;
  /** Null where it is empty. */
  readonly fc: number | null;
  readonly isListed: boolean;
}

const KINDS = [
  'Fat Free',
  'Organic',
  'Original',
  'Low Sodium',
  'Spicy',
  'Sparkling',
  'Mini',
  'Family Pack',
  'Whole Grain',
];
const TASTES = ['Lemon', 'Cheddar', 'Vanilla', 'Garlic', 'Berry', 'Chipotle', 'Maple', 'Sea Salt', 'Mango', 'Cocoa'];
const FOODS = [
  ...['Crackers', 'Yogurt', 'Granola', 'Soup', 'Trail Mix', 'Wrap', 'Salad', 'Cookies', 'Iced Tea', 'Popcorn'],
  ...['Noodles', 'Muffin', 'Bagel', 'Juice', 'Jerky', 'Pudding', 'Smoothie', 'Burrito', 'Cheese Sticks', 'Pretzels'],
];

/** Every product that is sold, those with published totals first, then by falling demand. Equal seeds, equal products. */
export function makeProducts(seed: number): readonly Product[] {
  const random = randomStream(seed, 'kiosk products');
  const published = PRODUCTS.map(([id]) => id);
  const named = [...new Set(CARDS.flatMap(({ products }) => products.map(([id]) => id)))].filter(
    (id) => !published.includes(id),
  );
  const taken = new Set([...published, ...named]);
  const count = LISTED_PRODUCTS + UNLISTED_PRODUCTS - taken.size;
  const free = Array.from(
    { length: HIGHEST_PRODUCT_ID - LOWEST_PRODUCT_ID + 1 },
    (_, index) => LOWEST_PRODUCT_ID + index,
  );
  const others = random.shuffled(free.filter((id) => !taken.has(id))).slice(0, count);
  const unlisted = new Set(random.shuffled(others).slice(0, UNLISTED_PRODUCTS));
  for (const [index, id] of named.entries()) others.splice(NAMED_PLACES[index] ?? others.length, 0, id);
  return [...published, ...others].map((id) => ({
    id,
    fc: random.unit() < WITHOUT_FC_SHARE ? null : random.integer(1, HIGHEST_FC),
    isListed: !unlisted.has(id),
  }));
}

/** product_info.csv: invented names, brands and figures, in the form of the published list. */
export function productInfo(seed: number, products: readonly Product[]): string {
  const random = randomStream(seed, 'kiosk product list');
  const listed = products.filter(({ isListed }) => isListed).toSorted((a, b) => a.id - b.id);
  const published = new Set(PRODUCTS.map(([id]) => id));
  const ordinary = listed.filter(({ id }) => !published.has(id));
  const withoutPrice = new Set(random.shuffled(ordinary).slice(0, PRODUCTS_WITHOUT_PRICE));
  const brands = drawStems(random, BRANDS);
  const lines = listed.map((product) => {
    const cost = (random.integer(100, 999) / 100).toFixed(2);
    const margin = withoutPrice.has(product) ? 100 : random.integer(0, 98);
    const fields = [product.id, drawName(random), product.fc ?? '', random.pick(brands), random.integer(1, 100), cost];
    return [...fields, `${margin}%`].map((field) => csvField(String(field))).join(',');
  });
  return `${['product_id,product_name,fc_number,brand,onqi,cost,margins', ...lines].join('\n')}\n`;
}

function drawName(random: Random): string {
  const [kind, taste, food] = [random.pick(KINDS), random.pick(TASTES), random.pick(FOODS)];
  const forms = [
    `${food} ${taste}`,
    `${kind} ${food}`,
    `${kind} ${taste} ${food}`,
    `${food}, ${kind}`,
    `${taste} ${food}`,
  ];
  return random.pick(forms);
}
