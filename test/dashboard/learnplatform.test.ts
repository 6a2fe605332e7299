import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { isTable, shownColumns } from '../../dashboard/chart.ts';
import { learnplatformDashboard, learnplatformModels } from './fixture.ts';

const { panels } = learnplatformDashboard();
const models = learnplatformModels();

function values(node: unknown, key: string): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([name, value]) => [
    ...(name === key && typeof value === 'string' ? [value] : []),
    ...values(value, key),
  ]);
}

describe('the dashboard of LearnPlatform', () => {
  it.each(panels.map((panel) => [panel.title, panel] as const))('%s: names only what there is', (_, panel) => {
    const columns = models[panel.model]?.columns ?? [];
    const made = values(panel.spec, 'as');
    const known = new Set([...columns.map((column) => column.name), ...made]);
    const fields = values([panel.encoding, panel.spec], 'field');
    expect(fields.length).toBeGreaterThan(0);
    expect(fields.filter((field) => !known.has(field))).toEqual([]);
    expect(shownColumns(panel, columns).length).toBeGreaterThan(1);
  });

  it('has a panel for every subject', () => {
    const shown = (name: string) => panels.filter((panel) => panel.model === `learnplatform.${name}`).length;
    expect(
      ['state_monthly', 'daily_active_students', 'top_products', 'sector_monthly', 'function_monthly'].map(shown),
    ).toEqual([1, 1, 1, 1, 1]);
    expect(['district_cluster_selection', 'product_cluster_selection'].map(shown)).toEqual([2, 2]);
    expect(['district_cluster_points', 'product_cluster_points'].map(shown)).toEqual([1, 1]);
    expect(panels.filter(isTable)).toHaveLength(2);
  });
});

describe('the palette', () => {
  const css = readFileSync(new URL('../../dashboard/assets/theme.css', import.meta.url), 'utf8');
  const themes = [...css.matchAll(/:root \{([^}]*)\}/g)].map(([, block]) => variables(block ?? ''));

  function variables(block: string): Readonly<Record<string, string>> {
    return Object.fromEntries([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map(([, name, hex]) => [name, hex]));
  }

  /** Relative luminance, WCAG 2.2. */
  function luminance(hex: string): number {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
      const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  function contrast(a: string, b: string): number {
    const [dark = 0, light = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
    return (light + 0.05) / (dark + 0.05);
  }

  it.each([
    ['light', themes[0] ?? {}],
    ['dark', themes[1] ?? {}],
  ])('stands out in the %s theme: 3:1 for marks, 4.5:1 for text', (_, theme) => {
    const surface = theme['surface'] ?? '';
    for (let index = 1; index <= 8; index++) {
      expect(contrast(theme[`series-${index}`] ?? '', surface)).toBeGreaterThanOrEqual(3);
    }
    expect(contrast(theme['ink'] ?? '', surface)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(theme['muted'] ?? '', surface)).toBeGreaterThanOrEqual(4.5);
  });
});
