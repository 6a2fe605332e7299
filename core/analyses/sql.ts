/** Pieces of the questions that analyses ask, in Athena SQL. */

/** A column's name, quoted. */
export function column(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function columns(names: readonly string[], of?: string): string {
  return names.map((name) => (of === undefined ? column(name) : `${of}.${column(name)}`)).join(', ');
}

export function literal(value: string | number | boolean): string {
  return `'${String(value).replaceAll("'", "''")}'`;
}

export function double(expression: string): string {
  return `CAST(${expression} AS double)`;
}

export function text(expression: string): string {
  return `CAST(${expression} AS varchar)`;
}

/** True of a number: not of null, of NaN, of what is infinite. */
export function usable(expression: string): string {
  return `${expression} BETWEEN -1.7976931348623157E308 AND 1.7976931348623157E308`;
}

/** True where all are given. */
export function given(names: readonly string[]): string {
  return names.length === 0 ? 'true' : names.map((name) => `${column(name)} IS NOT NULL`).join(' AND ');
}

/**
 * The median of values that are numbered by `place` from 1 to `n` in rising order: the middle one, or the mean of the
 * two in the middle.
 */
export function median(value: string, place: string, n: string): string {
  return `avg(CASE WHEN 2 * ${place} IN (${n}, ${n} + 1, ${n} + 2) THEN ${value} END)`;
}

/** The mean, with what a plain one lost in summing: `deviation` is the value less the plain mean. */
export function mean(plainMean: string, deviation: string): string {
  return `max(${plainMean}) + avg(${deviation})`;
}

/**
 * The variance of a sample from what its mean leaves, and from that less its own sum, which only rounding makes differ
 * from 0 (the corrected two-pass algorithm: Chan, Golub and LeVeque, The American Statistician 37, 1983): large means
 * cost no digits. Null of fewer than two.
 */
export function variance(deviation: string): string {
  const n = `count(${deviation})`;
  const squares = `sum(${deviation} * ${deviation}) - sum(${deviation}) * sum(${deviation}) / ${n}`;
  return `CASE WHEN ${n} > 1 THEN (${squares}) / (${n} - 1) END`;
}

/** `PARTITION BY …` of columns, or nothing of none. */
export function partition(names: readonly string[]): string {
  return names.length === 0 ? '' : `PARTITION BY ${columns(names)}`;
}

/** `GROUP BY …` of columns, or nothing of none. */
export function grouped(names: readonly string[]): string {
  return names.length === 0 ? '' : `GROUP BY ${columns(names)}`;
}
