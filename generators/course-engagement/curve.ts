import type { Curve } from './calibration.ts';

/** The curve's y at an x, on straight lines between its points, and as at the nearest end beyond them. */
export function at(curve: Curve, x: number): number {
  let [beforeX, beforeY] = curve[0] ?? [0, 0];
  for (const [nextX, nextY] of curve) {
    if (x <= nextX) {
      return nextX === beforeX ? nextY : beforeY + ((nextY - beforeY) * (x - beforeX)) / (nextX - beforeX);
    }
    [beforeX, beforeY] = [nextX, nextY];
  }
  return beforeY;
}
