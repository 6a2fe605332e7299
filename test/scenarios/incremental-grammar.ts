/** Random small SELECTs over two tables that have `b` and `k` and a dimension that has `k` alone. */

/** Gives an integer from 0 to below `n`. */
export type Draw = (n: number) => number;

interface Item {
  readonly sql: string;
  readonly columns: readonly string[];
}

interface Named extends Item {
  readonly alias: string;
}

const TABLES: readonly Item[] = [
  { sql: 'lake.e', columns: ['b', 'k', 'x'] },
  { sql: 'lake.c', columns: ['b', 'k', 'x'] },
  { sql: 'lake.e', columns: ['b', 'k', 'x'] },
  { sql: 'lake.d', columns: ['k', 'z'] },
];

interface Scope {
  readonly draw: Draw;
  readonly ctes: readonly Item[];
  readonly depth: number;
  readonly names: { next: number };
}

/** One query, perhaps with a WITH of one or two entries. */
export function randomQuery(draw: Draw): string {
  const names = { next: 0 };
  const ctes: Item[] = [];
  const parts: string[] = [];
  for (let i = draw(3); i > 0; i -= 1) {
    const name = `q${i}`;
    const query = body({ draw, ctes, depth: 1, names });
    parts.push(`${name} AS (${query.sql})`);
    ctes.push({ sql: name, columns: query.columns });
  }
  const main = body({ draw, ctes, depth: 2, names });
  return parts.length === 0 ? main.sql : `WITH ${parts.join(', ')} ${main.sql}`;
}

function body(scope: Scope): Item {
  const first = select(scope);
  if (!chance(scope, 4)) return first;
  const second = select(scope);
  const width = Math.min(first.columns.length, second.columns.length);
  const shown = chance(scope, 3) ? [...second.columns].reverse() : second.columns;
  const narrow = (item: Item, columns: readonly string[]) =>
    `SELECT ${columns.slice(0, width).join(', ')} FROM (${item.sql}) AS u`;
  const operator = chance(scope, 8) ? 'UNION' : 'UNION ALL';
  const sql = `${narrow(first, first.columns)} ${operator} ${narrow(second, shown)}`;
  return { sql, columns: first.columns.slice(0, width) };
}

function chance({ draw }: Scope, oneIn: number): boolean {
  return draw(oneIn) === 0;
}

function pick<T>({ draw }: Scope, items: readonly T[]): T {
  const item = items[draw(items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

function named(scope: Scope): Named {
  const alias = `t${scope.names.next}`;
  scope.names.next += 1;
  if (scope.depth > 0 && chance(scope, 4)) {
    const inner = body({ ...scope, depth: scope.depth - 1 });
    return { sql: `(${inner.sql}) AS ${alias}`, alias, columns: inner.columns };
  }
  const item = scope.ctes.length > 0 && chance(scope, 2) ? pick(scope, scope.ctes) : pick(scope, TABLES);
  return { ...item, sql: `${item.sql} AS ${alias}`, alias };
}

const RARE_JOINS = ['FULL JOIN', 'CROSS JOIN'];

interface From {
  readonly sql: string;
  /** Ways to write the columns, and the name that each has. */
  readonly columns: readonly { readonly sql: string; readonly name: string }[];
}

function from(scope: Scope): From {
  const first = named(scope);
  let sql = first.sql;
  let columns = qualified(first);
  for (let more = Math.max(0, scope.draw(4) - 1); more > 0; more -= 1) {
    const next = named(scope);
    const [clause, using] = join(scope, columns, next);
    sql = `${sql} ${clause}`;
    const merged = using.map((name) => ({ sql: name, name }));
    columns = [...merged, ...columns.filter(({ sql: c }) => c.includes('.')), ...qualified(next)];
    if (using.length > 0) break;
  }
  return { sql, columns };
}

function qualified(item: Named): From['columns'] {
  return item.columns.map((name) => ({ sql: `${item.alias}.${name}`, name }));
}

function join(scope: Scope, left: From['columns'], right: Named): readonly [string, readonly string[]] {
  const type = chance(scope, 16) ? pick(scope, RARE_JOINS) : pick(scope, ['JOIN', 'JOIN', 'LEFT JOIN', 'RIGHT JOIN']);
  if (type === 'CROSS JOIN') return [`CROSS JOIN ${right.sql}`, []];
  const shared = right.columns.filter((name) => left.filter((column) => column.name === name).length === 1);
  const keys = shared.filter(() => !chance(scope, 9));
  if (keys.length > 0 && chance(scope, 2)) return [`${type} ${right.sql} USING (${keys.join(', ')})`, keys];
  const equalities = keys.map((name) => {
    const other = chance(scope, 10) ? pick(scope, left) : left.find((column) => column.name === name);
    const operator = pick(scope, ['=', '=', '=', '=', '=', 'IS NOT DISTINCT FROM', '<=']);
    return `${other?.sql ?? name} ${operator} ${right.alias}.${name}`;
  });
  return [`${type} ${right.sql} ON ${equalities.join(' AND ') || 'true'}`, []];
}

function select(scope: Scope): Item {
  const source = from(scope);
  const chosen = choose(scope, source);
  const where = chance(scope, 3) ? ` WHERE ${condition(scope, source)}` : '';
  const tail = `FROM ${source.sql}${where}`;
  const list = chosen.map(({ sql, name }) => `${sql} AS ${name}`);
  const columns = chosen.map(({ name }) => name);
  switch (scope.draw(5)) {
    case 0:
      return group(scope, source, chosen, tail);
    case 1:
      return {
        sql: `SELECT ${list.join(', ')}, ${window(scope, source)} AS w ${tail}`,
        columns: [...columns, 'w'],
      };
    case 2:
      return { sql: `SELECT DISTINCT ${list.join(', ')} ${tail}`, columns };
    default: {
      const limit = chance(scope, 20) ? ' ORDER BY ALL LIMIT 2' : '';
      return { sql: `SELECT ${list.join(', ')} ${tail}${limit}`, columns };
    }
  }
}

/** One column for each name, mostly under its own. */
function choose(scope: Scope, source: From): From['columns'] {
  const names = [...new Set(source.columns.map(({ name }) => name))].sort();
  const kept = names.filter((name) => (name === 'b' || name === 'k' ? !chance(scope, 12) : !chance(scope, 3)));
  return (kept.length === 0 ? names : kept).map((name) => {
    const own = source.columns.filter((column) => column.name === name);
    const column = chance(scope, 12) ? pick(scope, source.columns) : pick(scope, own);
    return { sql: chance(scope, 15) ? `coalesce(${column.sql}, 0)` : column.sql, name };
  });
}

function group(scope: Scope, source: From, chosen: From['columns'], tail: string): Item {
  const value = pick(scope, source.columns).sql;
  const aggregate = pick(scope, [`sum(${value})`, 'count(*)', `max(${value})`, `count(DISTINCT ${value})`]);
  const list = chosen.map(({ sql, name }) => `${sql} AS ${name}`);
  const groups = chosen.map(({ sql }, i) => (chance(scope, 2) ? sql : String(i + 1)));
  const clause = chance(scope, 10) ? `ROLLUP (${chosen.map(({ sql }) => sql).join(', ')})` : groups.join(', ');
  const having = chance(scope, 4) ? ' HAVING count(*) > 1' : '';
  return {
    sql: `SELECT ${list.join(', ')}, ${aggregate} AS n ${tail} GROUP BY ${clause}${having}`,
    columns: [...chosen.map(({ name }) => name), 'n'],
  };
}

function window(scope: Scope, source: From): string {
  const keys = source.columns.filter(({ name }) =>
    name === 'b' || name === 'k' ? !chance(scope, 3) : chance(scope, 4),
  );
  const partition = keys.length === 0 ? '' : `PARTITION BY ${keys.map(({ sql }) => sql).join(', ')} `;
  const value = pick(scope, source.columns).sql;
  return pick(scope, [
    `rank() OVER (${partition}ORDER BY ${value} NULLS LAST)`,
    `sum(${value}) OVER (${partition}ORDER BY ${value} NULLS LAST)`,
    `count(*) OVER (${partition})`,
  ]);
}

function condition(scope: Scope, source: From): string {
  const column = pick(scope, source.columns).sql;
  return pick(scope, [
    `${column} > 1`,
    `${column} IS NOT NULL`,
    `${column} IN (SELECT i.k FROM lake.d AS i)`,
    `EXISTS (SELECT 1 FROM lake.d AS i WHERE i.k = ${column})`,
    `${column} <= (SELECT max(i.z) FROM lake.d AS i)`,
    `${column} <= (SELECT max(i.x) FROM lake.e AS i)`,
    `${column} IN (SELECT i.x FROM lake.c AS i WHERE i.b = ${column})`,
  ]);
}
