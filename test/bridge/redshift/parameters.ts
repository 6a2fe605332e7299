import type { SqlParameter } from '@aws-sdk/client-redshift-data';
import { tokenize } from '../sql/tokens.ts';

export interface Bound {
  /** With `$1`, `$2`, … */
  readonly sql: string;
  readonly values: readonly string[];
  /** The names that it has. */
  readonly used: ReadonlySet<string>;
}

/** `:name` stands for a value, whose type is what stands beside it. */
export function bind(sql: string, parameters: readonly SqlParameter[]): Bound {
  const values = new Map(parameters.map(({ name = '', value = '' }) => [name.toLowerCase(), value]));
  const tokens = tokenize(sql);
  const order: string[] = [];
  let text = '';
  let from = 0;
  for (const [index, { kind, value, start, end }] of tokens.entries()) {
    const colon = tokens[index - 1];
    const isNamed = kind === 'word' && colon?.value === ':' && colon.kind === 'sign' && colon.end === start;
    // Two colons are a cast.
    if (!isNamed || tokens[index - 2]?.value === ':' || !values.has(value)) continue;
    if (!order.includes(value)) order.push(value);
    text += `${sql.slice(from, colon.start)}$${order.indexOf(value) + 1}`;
    from = end;
  }
  return {
    sql: text + sql.slice(from),
    values: order.map((name) => values.get(name) ?? ''),
    used: new Set(order),
  };
}
