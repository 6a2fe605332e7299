/** The colours of both themes: readable, and apart for people who see fewer of them. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

/** Ink on what it stands on. */
const TEXT = [
  ['ink', 'surface'],
  ['muted', 'surface'],
  ['muted', 'raised'],
  ['ink', 'below'],
  ['ink', 'above'],
] as const;

/** What is left of linear RGB in full protanopia, deuteranopia and tritanopia: Machado, Oliveira, Fernandes 2009. */
const SIGHTS = {
  full: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}

function clamped(value: number): number {
  return Math.min(Math.max(value, 0), 1);
}

/** Oklab of linear RGB, in which equal distances look about equally far. */
function labOf(rgb: readonly number[]): number[] {
  const cones = [
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
  ].map((row) => Math.cbrt(dot(row, rgb)));
  return [
    [0.2104542553, 0.793617785, -0.0040720468],
    [1.9779984951, -2.428592205, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.808675766],
  ].map((row) => dot(row, cones));
}

function apart(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(...a.map((value, index) => value - (b[index] ?? 0)));
}

describe('the palette', () => {
  const css = readFileSync(new URL('../../dashboard/assets/theme.css', import.meta.url), 'utf8');
  const themes = [...css.matchAll(/:root \{([^}]*)\}/g)].map(([, block]) => variables(block ?? ''));

  function variables(block: string): Readonly<Record<string, string>> {
    return Object.fromEntries([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map(([, name, hex]) => [name, hex]));
  }

  function linear(hex: string): number[] {
    return [1, 3, 5].map((at) => {
      const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
  }

  /** Relative luminance, WCAG 2.2. */
  function luminance(hex: string): number {
    const [red = 0, green = 0, blue = 0] = linear(hex);
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
    for (const [ink, behind] of TEXT) {
      expect(contrast(theme[ink] ?? '', theme[behind] ?? '')).toBeGreaterThanOrEqual(4.5);
    }
  });

  it.each([
    ['light', themes[0] ?? {}],
    ['dark', themes[1] ?? {}],
  ])('keeps its series apart in the %s theme, however colours are seen', (_, theme) => {
    const series = Array.from({ length: 8 }, (_, index) => linear(theme[`series-${index + 1}`] ?? ''));
    for (const [sight, matrix] of Object.entries(SIGHTS)) {
      const seen = series.map((colour) => labOf(matrix.map((row) => clamped(dot(row, colour)))));
      const near = seen.flatMap((a, first) =>
        seen.slice(0, first).flatMap((b, second) => (apart(a, b) < 0.08 ? [`${second + 1} and ${first + 1}`] : [])),
      );
      expect({ sight, near }).toEqual({ sight, near: [] });
    }
  });
});
