import type { Value } from '../tabular.ts';
import { counted } from '../words.ts';
import { chiSquareAbove } from './distributions.ts';
import { answered, BOOKS, finite, type Method, sentences, tableOf, typed } from './method.ts';
import { column, given, literal, text } from './sql.ts';
import type { EventDependence } from './types.ts';

/**
 * Two events of the same subjects: probabilities, conditional ones, and Pearson's chi-square without Yates' correction,
 * n (ad − bc)² / ((a + b)(c + d)(a + c)(b + d)) of the four cells of the table, with one degree of freedom.
 */
export const eventDependence: Method<EventDependence> = {
  reads: ({ columns: { subject, event } }) => ({ numbers: [], others: [subject, event], marks: [event] }),
  question: ({ input, columns: { subject, event }, options: { a, b } }) => `WITH subjects AS (
  SELECT ${column(subject)} AS subject,
    max(CASE WHEN ${text(column(event))} = ${literal(a)} THEN 1 ELSE 0 END) AS has_a,
    max(CASE WHEN ${text(column(event))} = ${literal(b)} THEN 1 ELSE 0 END) AS has_b
  FROM ${input}
  WHERE ${given([subject, event])}
  GROUP BY ${column(subject)}
)
SELECT count(*) AS n, sum(has_a) AS n_a, sum(has_b) AS n_b, sum(has_a * has_b) AS n_ab,
  (SELECT count(*) FROM ${input} WHERE NOT (${given([subject, event])})) AS rows_left_out
FROM subjects`,
  conclude({ columns, options }, answer) {
    const [row] = answered(answer);
    const cells = {
      n: row?.count('n') ?? 0,
      a: row?.count('n_a') ?? 0,
      b: row?.count('n_b') ?? 0,
      ab: row?.count('n_ab') ?? 0,
    };
    const record = {
      event_a: String(options.a),
      event_b: String(options.b),
      ...figures(cells, options),
      rows_left_out: row?.count('rows_left_out') ?? 0,
    };
    const counts = [
      [options.a, cells.a],
      [options.b, cells.b],
    ] as const;
    const empty = counts.filter(([, count]) => cells.n > 0 && count === 0);
    return {
      tables: { dependence: tableOf(COLUMNS, [record]) },
      note: counted(cells.n, 'subject'),
      warnings: empty.map(([mark]) => `no row has ${columns.event} ${mark}`),
    };
  },
};

const COLUMNS = typed({
  event_a: 'string',
  event_b: 'string',
  n: 'integer',
  n_a: 'integer',
  n_b: 'integer',
  n_ab: 'integer',
  p_a: 'double',
  p_b: 'double',
  p_a_and_b: 'double',
  p_a_given_b: 'double',
  p_b_given_a: 'double',
  p_a_times_p_b: 'double',
  independent: 'boolean',
  chi_square: 'double',
  p_value: 'double',
  ...BOOKS,
});

interface Cells {
  readonly n: number;
  readonly a: number;
  readonly b: number;
  readonly ab: number;
}

function figures(cells: Cells, options: EventDependence['options']): Record<string, Value> {
  const { n, a, b, ab } = cells;
  const chi = chiSquare(cells);
  const p = chi === null ? null : chiSquareAbove(chi);
  return {
    n,
    n_a: a,
    n_b: b,
    n_ab: ab,
    p_a: finite(a / n),
    p_b: finite(b / n),
    p_a_and_b: finite(ab / n),
    p_a_given_b: finite(ab / b),
    p_b_given_a: finite(ab / a),
    p_a_times_p_b: finite((a / n) * (b / n)),
    independent: p === null ? null : p >= options.alpha,
    chi_square: chi,
    p_value: p,
    assumptions:
      `Subjects are independent of each other, and n is large. ` +
      `Chi-square without Yates' correction; events are called independent where p is at least ${options.alpha}.`,
    note: sentences(notesOn(cells, options)),
  };
}

/** Null where an event happened to everybody or to nobody. */
function chiSquare({ n, a, b, ab }: Cells): number | null {
  const neither = n - a - b + ab;
  const margins = a * (n - a) * b * (n - b);
  return margins === 0 ? null : finite((n * (ab * neither - (a - ab) * (b - ab)) ** 2) / margins);
}

function notesOn({ n, a, b, ab }: Cells, options: EventDependence['options']): string[] {
  if (n === 0) return ['There is no subject.'];
  const notes = [
    [options.a, a],
    [options.b, b],
  ].flatMap(([event, count]) => {
    if (count === 0) return [`Event ${event} happened to nobody, so no dependence is defined.`];
    return count === n ? [`Event ${event} happened to everybody, so no dependence is defined.`] : [];
  });
  if (notes.length === 0 && n - a - b + ab === 0) {
    notes.push(
      'Nobody is in neither event, for only who has one of them is counted (a structural zero): ' +
        'that the events depend on each other is then arithmetic, and no finding.',
    );
  }
  return notes;
}
