/** The cost page: `npm run costs` writes docs/deploy/costs.md. */

import { ASSUMED, PARTS, total } from './parts.ts';
import { PRICES } from './prices.ts';
import { SIZES } from './sizes.ts';

export function costPage(): string {
  const names = SIZES.map(({ name }) => name);
  return `# What a month costs

US dollars a month, reckoned and not billed: the prices are those of AWS's public lists for us-east-1, without free tiers,
and the sizes are guesses at how a stack of that size is used. Each part has its formula, so that your own sizes can be put
in: they are in \`infra/costs\`, and \`npm run costs\` writes this page.

${row(['', ...names])}
${row(['---', ...names.map(() => '---:')])}
${PARTS.map(({ name, monthly }) => row([name, ...SIZES.map((size) => dollars(monthly(size)))])).join('\n')}
${row(['**all**', ...SIZES.map((size) => `**${dollars(total(size))}**`)])}

What drives it: at small sizes the warehouse, which bills a minute each time that it is woken (a longer quiet window makes
it cheaper), at large ones what Athena scans for each pass (a longer batching window makes fewer passes).

## Formulas

${row(['part', 'a month'])}
${row(['---', '---'])}
${PARTS.map(({ name, formula }) => row([name, formula])).join('\n')}

\`lake\` is months × landed × packed, in GB; \`queries\` is passes × (3 × 2 tables + 3 × refreshed models).

## Sizes

${row(['', ...names])}
${row(['---', ...names.map(() => '---:')])}
${sizeRows().map(row).join('\n')}

## Assumed

${row(['', 'value'])}
${row(['---', '---:'])}
${entries(ASSUMED).map(row).join('\n')}

## Prices

${row(['', 'US dollars'])}
${row(['---', '---:'])}
${entries(PRICES).map(row).join('\n')}
`;
}

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

function sizeRows(): string[][] {
  const { name: _name, ...rest } = SIZES[0] ?? { name: '' };
  return Object.keys(rest).map((key) => [key, ...SIZES.map((size) => plain(Number(size[key as keyof typeof size])))]);
}

function entries(values: Readonly<Record<string, number>>): string[][] {
  return Object.entries(values).map(([name, value]) => [name, plain(value)]);
}

const plain = (value: number) => String(Number(value.toPrecision(6)));

function dollars(value: number): string {
  if (value === 0) return '0';
  return value < 0.01 ? '< 0.01' : value < 100 ? value.toFixed(2) : String(Math.round(value));
}
