import { csvText } from './csv.ts';
import { drawProductName, drawProvider, drawStems } from './names.ts';
import { type Random, randomStream } from './random.ts';
import { ESSENTIAL_FUNCTIONS, HEADLINE_FUNCTIONS, SECTORS } from './taxonomy.ts';

/** Products in the published products_info.csv. */
export const LISTED_PRODUCTS = 372;
/** Products that occur in engagement files only. */
export const UNLISTED_PRODUCTS = 8000;
/** Listed products about which only name and address are known. */
const WITHOUT_FUNCTION = 20;

/** A line of products_info.csv. */
export interface Product {
  readonly id: number;
  readonly name: string;
  readonly url: string;
  readonly provider: string;
  readonly sectors: string;
  readonly primaryFunction: string;
}

/** Both by falling popularity. */
export interface Catalogue {
  readonly listed: readonly Product[];
  /** lp_ids without a line in products_info.csv. */
  readonly unlisted: readonly number[];
}

export function makeCatalogue(seed: number): Catalogue {
  const ids = drawIds(randomStream(seed, 'product ids'), LISTED_PRODUCTS + UNLISTED_PRODUCTS);
  const random = randomStream(seed, 'products');
  const functions = drawFunctions(random);
  const sectors = random.shuffled(expand(SECTORS));
  const listed = drawNames(random).map(({ name, provider, url }, rank) => {
    const primaryFunction = functions[rank] ?? '';
    const known = primaryFunction !== '';
    return { id: ids[rank] ?? 0, name, provider, url, primaryFunction, sectors: known ? (sectors.pop() ?? '') : '' };
  });
  return { listed, unlisted: ids.slice(LISTED_PRODUCTS) };
}

function drawIds(random: Random, count: number): readonly number[] {
  const ids = new Set<number>();
  while (ids.size < count) {
    ids.add(random.integer(10000, 99999));
  }
  return [...ids];
}

/** Products a provider, largest first; all others have one. */
const LARGE_PROVIDERS = [30, 6, 6, 5, 4, 4, 4, 4, ...Array<number>(8).fill(3), ...Array<number>(20).fill(2)];

function drawNames(random: Random): readonly Pick<Product, 'name' | 'provider' | 'url'>[] {
  const large = LARGE_PROVIDERS.reduce((sum, products) => sum + products, 0);
  const sizes = [...LARGE_PROVIDERS, ...Array<number>(LISTED_PRODUCTS - large).fill(1)];
  const stems = drawStems(random, sizes.length);
  const taken = new Set<string>();
  const products = sizes.flatMap((size, index) => {
    const stem = stems[index] ?? '';
    const provider = drawProvider(random, stem);
    return Array.from({ length: size }, () => {
      const name = drawNewName(random, stem, taken);
      return {
        name,
        provider,
        url: `https://${random.pick(['www', 'app', 'edu'])}.${slug(stem)}.example/${slug(name)}`,
      };
    });
  });
  // The real file lacks one provider.
  return random.shuffled(products).map((product, rank) => (rank === 100 ? { ...product, provider: '' } : product));
}

function drawNewName(random: Random, stem: string, taken: Set<string>): string {
  for (;;) {
    const name = drawProductName(random, stem);
    if (!taken.has(name)) {
      taken.add(name);
      return name;
    }
  }
}

function slug(text: string): string {
  return (
    text
      .toLowerCase()
      .match(/[a-z0-9]+/g)
      ?.join('-') ?? ''
  );
}

/** By rank: what everybody uses comes first, so that charts by function have something to show at any scale. */
function drawFunctions(random: Random): readonly string[] {
  const others = expand(ESSENTIAL_FUNCTIONS);
  for (const headline of HEADLINE_FUNCTIONS) {
    others.splice(others.indexOf(headline), 1);
  }
  const missing = Array<string>(WITHOUT_FUNCTION).fill('');
  return [...HEADLINE_FUNCTIONS, ...random.shuffled([...others, ...missing])];
}

function expand(counts: Readonly<Record<string, number>>): string[] {
  return Object.entries(counts).flatMap(([text, count]) => Array<string>(count).fill(text));
}

const HEADER = [
  'LP ID',
  'URL',
  'Product Name',
  'Provider/Company Name',
  'Sector(s)',
  'Primary Essential Function',
] as const;

/** products_info.csv: sorted by name, as published. */
export function productsCsv(listed: readonly Product[]): string {
  const sorted = listed
    .map((product) => ({ product, key: product.name.toLowerCase() }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const records = sorted.map(({ product }) => [
    String(product.id),
    product.url,
    product.name,
    product.provider,
    product.sectors,
    product.primaryFunction,
  ]);
  return csvText([HEADER, ...records]);
}
