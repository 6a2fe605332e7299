import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Lineage, type LineageKind, partOf } from '../../../core/catalog/lineage.ts';
import { boxesOf } from '../../../dashboard/catalog/boxes.ts';
import { drawLineage } from '../../../dashboard/catalog/drawing.ts';
import { type Layout, layoutOf } from '../../../dashboard/catalog/layout.ts';
import { shippedCatalog } from '../../support/shipped-catalog.ts';

const WORDS = { id: 'x', title: 'T', description: 'D' };

/** Of `a > b, b > c`; a kind stands before a name and is `model` where it is left out. */
function lineage(text: string): Lineage {
  const edges = text.split(', ').map((edge) => {
    const [from = '', to = ''] = edge.split(' > ');
    return { from, to };
  });
  const names = [...new Set(edges.flatMap(({ from, to }) => [from, to]))];
  const kindOf = (id: string) => (/^(\w+):/.exec(id)?.[1] ?? 'model') as LineageKind;
  return { nodes: names.map((id) => ({ id, kind: kindOf(id), dataset: 'shop', name: id })), edges };
}

/** Points along the path, a few pixels apart. */
function pointsOf(path: string): [number, number][] {
  const numbers = (text: string) => (text.match(/-?[\d.]+/g) ?? []).map(Number);
  const points: [number, number][] = [];
  let [x, y] = [0, 0];
  for (const [, command = '', text = ''] of path.matchAll(/([MHC])([^MHC]*)/g)) {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = numbers(text);
    const [toX, toY] = command === 'M' ? [a, b] : command === 'H' ? [a, y] : [e, f];
    const bend = command === 'C' ? [a, b, c, d] : [x, y, toX, toY];
    const [ax = 0, ay = 0, bx = 0, by = 0] = bend;
    for (let t = 0; t <= 1; t += 1 / 32) {
      const at = (p: number, q: number, r: number, s: number) =>
        (1 - t) ** 3 * p + 3 * (1 - t) ** 2 * t * q + 3 * (1 - t) * t ** 2 * r + t ** 3 * s;
      if (command !== 'M') points.push([at(x, ax, bx, toX), at(y, ay, by, toY)]);
    }
    [x, y] = [toX, toY];
  }
  return points;
}

/** Edges through a box, as `from > to through box`. */
function crossed({ boxes, edges }: Layout): string[] {
  return edges.flatMap(({ edge, path }) => {
    const points = pointsOf(path);
    return boxes
      .filter(({ x, y, width, box }) =>
        points.some(([px, py]) => px > x + 1 && px < x + width - 1 && py > y - 2 && py < y + box.height + 2),
      )
      .map(({ box }) => `${edge.source} > ${edge.to.node.id} through ${box.node.id}`);
  });
}

function overlapping({ boxes }: Layout): string[] {
  return boxes.flatMap((one, index) =>
    boxes
      .slice(index + 1)
      .filter(
        (other) =>
          one.x < other.x + other.width &&
          other.x < one.x + one.width &&
          one.y < other.y + other.box.height &&
          other.y < one.y + one.box.height,
      )
      .map((other) => `${one.box.node.id} over ${other.box.node.id}`),
  );
}

describe('the drawings of the shipped data sets', () => {
  let layouts: Layout[];
  beforeAll(async () => {
    const { catalog } = await shippedCatalog();
    layouts = catalog.datasets.map(({ dataset }) => layoutOf(boxesOf(partOf(catalog.lineage, dataset))));
  });

  it('have no box over another, and no edge through one', () => {
    expect(layouts).toHaveLength(5);
    expect(layouts.flatMap(overlapping)).toEqual([]);
    expect(layouts.flatMap(crossed)).toEqual([]);
  });

  it('lead from left to right, and from end to end', () => {
    for (const { boxes, edges } of layouts) {
      const placed = new Map(boxes.map((one) => [one.box, one]));
      for (const { edge, path } of edges) {
        const points = pointsOf(path);
        expect(points.every(([x], index) => x >= (points[index - 1]?.[0] ?? x) - 1e-9)).toBe(true);
        const [from, to] = [placed.get(edge.from), placed.get(edge.to)];
        expect(points[0]?.[0]).toBe((from?.x ?? 0) + (from?.width ?? 0));
        expect(points.at(-1)?.[0]).toBeCloseTo(to?.x ?? -1, 6);
      }
    }
  });
});

describe('boxesOf', () => {
  const columns = (text: string) =>
    Object.fromEntries(boxesOf(lineage(text)).boxes.map(({ node, column }) => [node.id, column]));

  it('puts each behind all that it reads, and panels at the end', () => {
    expect(columns('files:f > clean:s, clean:s > a, a > b, clean:s > b, a > panel:p, b > c')).toEqual({
      'files:f': 0,
      'clean:s': 1,
      a: 2,
      b: 3,
      c: 4,
      'panel:p': 5,
    });
  });

  it('draws an analysis and its tables as one box, which each is read from', () => {
    const { boxes, edges } = boxesOf(
      lineage(
        'clean:s > analysis:k, analysis:k > result:a, analysis:k > result:b, result:b > m, result:b > warehouse:b',
      ),
    );
    expect(boxes.map(({ node }) => node.id)).toEqual(['clean:s', 'analysis:k', 'm']);
    expect(boxes[1]?.rows.map(({ node, isPublished }) => [node.id, isPublished])).toEqual([
      ['result:a', false],
      ['result:b', true],
    ]);
    expect(edges.map(({ source, from, to }) => [source, from.node.id, to.node.id])).toEqual([
      ['clean:s', 'clean:s', 'analysis:k'],
      ['result:b', 'analysis:k', 'm'],
    ]);
    expect(edges[1]?.outlet).toBeGreaterThan(edges[0]?.outlet ?? Number.NaN);
  });
});

describe('drawLineage', () => {
  it('escapes what people named, and cuts what has no end', () => {
    const name = `<script>alert("1")</script> & ${'so on and '.repeat(30)}`;
    const nodes = [{ id: 'a', kind: 'panel' as const, dataset: 'shop', name }];
    const svg = drawLineage({ nodes, edges: [] }, new Map([['a', 'data-shop-1']]), { ...WORDS, title: '<T>' });
    expect(svg).not.toMatch(/<script|<T>/);
    expect(svg).toContain('<title id="x-title">&lt;T&gt;</title>');
    expect(svg).toContain(`&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; so on`);
    expect(svg.match(/<text x="14"/g)).toHaveLength(3);
    expect(svg).toContain('…</text>');
  });

  it('draws nothing in a way that is still sound', () => {
    expect(drawLineage({ nodes: [], edges: [] }, new Map(), WORDS)).not.toMatch(/NaN|Infinity|undefined/);
  });
});
