import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Panel } from '../../core/models/types.ts';
import type { ResultTable } from '../../core/tabular.ts';
import { readAssets } from '../../dashboard/assets.ts';
import { type ReportAssets, renderReport } from '../../dashboard/render.ts';
import { learnplatformReport } from './fixture.ts';
import { table } from './fixture-models.ts';

const BARE: ReportAssets = { css: '', scripts: [], notices: '' };

function onePanel(panel: Partial<Panel>, data: ResultTable, units: Readonly<Record<string, string>> = {}): string {
  const whole: Panel = { title: 'A title', model: 'a.b', mark: 'bar', encoding: {}, note: 'A note', ...panel };
  const datasets = [{ dataset: 'a-b', title: 'A & B', purpose: '', panels: [{ panel: whole, data, units }] }];
  return renderReport(learnplatformReport({ datasets }), BARE);
}

function article(html: string): string {
  return /<article[\s\S]*<\/article>/.exec(html)?.[0] ?? '';
}

function numbers(count: number): ResultTable {
  return table(
    { k: 'integer' },
    Array.from({ length: count }, (_, k) => [k]),
  );
}

describe('renderReport', () => {
  let assets: ReportAssets;
  let html: string;

  beforeAll(async () => {
    assets = await readAssets();
    html = renderReport(learnplatformReport(), assets);
  });

  it('gives the same text for the same input', () => {
    expect(renderReport(learnplatformReport(), assets)).toBe(html);
  });

  it('names no address that a browser would fetch', () => {
    const page = html.slice(0, html.indexOf('<script>'));
    expect(page).not.toMatch(/\s(src|srcset|action|poster|data)\s*=/);
    expect([...page.matchAll(/\shref="([^"]*)"/g)].every(([, target]) => target?.startsWith('#'))).toBe(true);
    expect(page).not.toMatch(/url\(|@import/);
    expect(html).not.toContain('sourceMappingURL');
  });

  it('admits by policy exactly the scripts that it carries, and no eval', () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
    const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, code]) => code ?? '');
    const hashes = scripts.map((code) => `'sha256-${createHash('sha256').update(code).digest('base64')}'`);
    expect(scripts).toHaveLength(7);
    expect(/script-src ([^;]*)/.exec(policy)?.[1]).toBe(hashes.join(' '));
    expect(policy).toMatch(/^default-src 'none'; /);
    expect(policy).not.toContain('unsafe-eval');
  });

  it('escapes what came from a file', () => {
    expect(html).not.toContain('<script>alert(1)');
    expect(html).toContain('&lt;script&gt;alert(1)');
  });

  it('shows what was loaded, refused and went wrong', () => {
    expect(html).toContain('<dt>Rows read</dt><dd>2,191,043</dd>');
    expect(html).toContain('<td class="number">2,190,401</td>');
    expect(html).toContain('required, but empty');
    expect(html).toContain('learnplatform/engagement_data/9999.csv</td><td class="text">the header has no lp_id</td>');
    expect(html).toContain('<td class="number">204</td><td class="code">2020-03-09,,0.02,1.1</td>');
    expect(html).toContain('One error in this run');
    expect(html).toContain('One warning in this run');
    expect(html).toContain('learnplatform/notes.csv');
    expect(html).toContain('learnplatform/engagement_data/9999.csv:1');
  });

  it('carries the licences of the scripts in a comment that ends where it should', () => {
    const comment = /<!--\n([\s\S]*?)-->/.exec(html)?.[1] ?? '';
    expect(comment.match(/University of Washington Interactive Data Lab/g)).toHaveLength(3);
    expect(comment).not.toContain('--');
  });

  it('has each identifier once, and headings without a gap', () => {
    const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const levels = [...html.matchAll(/<h([1-6])/g)].map(([, level]) => Number(level));
    expect(levels[0]).toBe(1);
    levels.reduce((before, level) => {
      expect(level).toBeLessThanOrEqual(before + 1);
      return level;
    });
  });
});

describe('a panel', () => {
  it('says so where its model has no rows', () => {
    const html = onePanel({}, numbers(0));
    expect(html).toContain('<code>a.b</code> has no rows');
    expect(html).not.toContain('data-chart');
  });

  it('is a table alone where its mark is', () => {
    const html = article(onePanel({ mark: 'table' }, numbers(3)));
    expect(html).toContain('<th scope="row" class="number">2</th>');
    expect(html).not.toContain('data-chart');
    expect(html).not.toContain('<details>');
  });

  it("uses the panel's words for headings and values", () => {
    const encoding = { columns: [{ field: 'k', title: 'Kind', labels: { 1: 'One & only' } }] };
    const html = onePanel({ mark: 'table', encoding }, numbers(3));
    expect(html).toContain('>Kind</th>');
    expect(html).toContain('>One &amp; only</th>');
  });

  it('lists 500 rows and draws 5,000, and says where there are more', () => {
    const few = onePanel({}, numbers(500));
    expect(few).not.toContain('class="notice">The first');
    const many = onePanel({}, numbers(5001));
    expect(many).toContain('The first 500 rows are listed');
    expect(many).toContain('The chart shows 5,000 rows');
    expect(article(many).match(/<th scope="row"/g)?.length).toBe(500);
  });

  it('captions its chart with what the figures come to, before what they are', () => {
    const findings = [
      { most: 'k', text: 'At most {k}.' },
      { where: { k: 9 }, text: 'Nine.', otherwise: 'No nine.' },
    ];
    const html = onePanel({ findings }, numbers(3));
    const [, caption = ''] = /<figcaption id="data-a-b-1-caption">([\s\S]*?)<\/figcaption>/.exec(html) ?? [];
    expect(caption).toMatch(/At most 2\. No nine\.[\s\S]*A note/);
    expect(html).toContain('role="img" aria-label="Chart: A title" aria-describedby="data-a-b-1-caption"');
  });

  it('says units beside headings that do not, and shares as percentages', () => {
    const data = table({ pages: 'double', days: 'integer', part: 'double' }, [[1.5, 3, 0.25]]);
    const encoding = { columns: ['pages', 'days', 'part'].map((field) => ({ field })) };
    const units = { pages: 'page loads', days: 'days', part: 'share of districts' };
    const html = article(onePanel({ mark: 'table', encoding }, data, units));
    expect(html).toContain('>Pages <span class="unit">page loads</span></th>');
    expect(html).toContain('>Days</th>');
    expect(html).toContain('>Part</th>');
    expect(html).toContain('>25.0%</td>');
  });

  it('lets its reader choose, with the first choice listed and all carried along', () => {
    const data = table({ shop: 'integer', tea: 'string', cups: 'integer' }, [
      [20, 'Assam', 3],
      [3, 'Sencha', 1200],
      [3, 'Oolong', 5],
    ]);
    const choice = { field: 'shop', title: 'Shop', label: 'No. {shop}', show: 'only' } as const;
    const encoding = { y: { field: 'tea' }, x: { field: 'cups' } };
    const html = article(onePanel({ choice, encoding }, data));
    expect(html).toContain('<label for="data-a-b-1-choice">Shop</label>');
    expect(html).toContain('<option value="0">No. 3</option><option value="1">No. 20</option>');
    expect(html).toContain('>2 rows</output>');
    expect([...html.matchAll(/<th scope="row" class="text">(\w+)/g)].map(([, tea]) => tea)).toEqual([
      'Oolong',
      'Sencha',
    ]);
    const chart = JSON.parse(/<script type="application\/json"[^>]*>(.*?)<\/script>/.exec(html)?.[1] ?? '');
    expect(chart.columns).toEqual(['shop', 'tea', 'cups']);
    expect(chart.choice).toMatchObject({ field: 'shop', show: 'only', values: [3, 20] });
    expect(chart.choice.cells).toContainEqual(['Sencha', '1,200']);
  });

  it('has its erratum in the overview too', () => {
    const html = onePanel({ erratum: 'It is <less>.' }, numbers(1));
    expect(html).toContain('<li><a href="#data-a-b-1">A &amp; B, A title</a>: It is &lt;less&gt;.</li>');
  });

  it('marks an erratum', () => {
    expect(onePanel({ erratum: 'It is <less>.' }, numbers(1))).toContain(
      '<strong>Erratum.</strong> It is &lt;less&gt;.',
    );
  });
});

describe('the overview', () => {
  it('says that nothing was loaded or refused', () => {
    const input = learnplatformReport();
    const html = renderReport(
      {
        ...input,
        loads: { ...input.loads, rows: [] },
        refused: { ...input.refused, rows: [] },
        quarantine: { ...input.quarantine, rows: [] },
        examples: { ...input.examples, rows: [] },
        datasets: [],
        errors: [],
        warnings: [],
      },
      BARE,
    );
    expect(html).toContain('No file has been loaded yet.');
    expect(html).toContain('No row is in quarantine.');
    expect(html).not.toContain('in this run</h3>');
    expect(html).not.toContain('Errata');
    expect(html).not.toContain('could not be read');
  });
});
