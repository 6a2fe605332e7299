/** What was published of the kiosks' purchases: at scale 1 the generated ones have exactly these counts. */

export type Count = readonly [id: number, purchases: number];

export const PURCHASES = 1_115_572;

/** The ten products bought most; every other stays below. */
export const PRODUCTS: readonly Count[] = [
  [4061, 68_369],
  [4202, 32_361],
  [4793, 27_828],
  [2360, 26_496],
  [4207, 24_443],
  [4203, 22_463],
  [4319, 21_524],
  [2941, 20_630],
  [3815, 19_084],
  [2603, 17_392],
];

/** The ten kiosks with most purchases; every other stays below. */
export const KIOSKS: readonly Count[] = [
  [750, 12_295],
  [589, 11_533],
  [680, 11_119],
  [303, 10_190],
  [831, 9_468],
  [956, 9_307],
  [423, 9_120],
  [830, 9_060],
  [58, 8_941],
  [955, 8_265],
];

/** What a card bought of single products; no other pair of a card and a product has as many as the fewest of these. */
export interface PublishedCard {
  readonly purchases: number;
  readonly products: readonly Count[];
}

/** The ten cards with most purchases; every other stays below. */
export const CARDS: readonly PublishedCard[] = [
  {
    purchases: 24_467,
    products: [
      [4061, 1677],
      [4793, 807],
      [2941, 635],
      [4202, 551],
      [2350, 543],
      [2360, 525],
      [4207, 500],
      [4319, 475],
      [4349, 451],
    ],
  },
  ...[1688, 1444, 791, 787, 745, 698].map((purchases) => ({ purchases, products: [] })),
  { purchases: 686, products: [[5465, 531]] },
  ...[680, 648].map((purchases) => ({ purchases, products: [] })),
];

/** The hours of UTC, both ends included, and the purchases in them. */
export const PARTS_OF_DAY = [
  { firstHour: 0, lastHour: 12, purchases: 226_988 },
  { firstHour: 13, lastHour: 17, purchases: 274_805 },
  { firstHour: 18, lastHour: 23, purchases: 613_779 },
] as const;

/** Of the published list of products. */
export const LISTED_PRODUCTS = 330;
export const PRODUCTS_WITHOUT_PRICE = 5;
export const LOWEST_PRODUCT_ID = 2350;
export const HIGHEST_PRODUCT_ID = 6122;

/** A published count at another size. Equal or rising counts stay equal or rising. */
export function scaled(count: number, scale: number): number {
  return Math.round(count * scale);
}
