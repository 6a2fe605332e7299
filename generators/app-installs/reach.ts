/** Which app is in which district: both published distributions at once, and otherwise at random. */

import { apportion } from '../apportion.ts';
import { type Random, randomStream } from '../random.ts';
import { APPS, APPS_BY_DISTRICTS, DISTRICTS, DISTRICTS_BY_APPS, INSTALLS, sum } from './calibration.ts';

export interface Reach {
  /** The apps, those in most districts first, are numbered from 0, and so are the districts, in no order. */
  readonly apps: number;
  readonly districts: number;
  /** One an install; no pair of an app and a district is there twice. */
  readonly app: Int32Array;
  readonly district: Int32Array;
}

/** Exchanges of two installs' districts, for each install: enough that nothing is left of how they were dealt. */
const EXCHANGES = 20;

/**
 * Districts and installs grow with the scale, apps with its root: so few apps that a small sample had them in proportion
 * would leave nothing to compare.
 */
export function planReach(seed: number, scale: number): Reach {
  const random = randomStream(seed, 'app reach');
  const byDistrict = appsByDistrict(random, scale);
  const installs = sum(byDistrict);
  const byApp = districtsByApp(random, Math.min(installs, Math.max(1, Math.round(APPS * Math.sqrt(scale)))), installs);
  const [app, district] = deal(byApp, byDistrict);
  mix(random, app, district, byDistrict.length);
  return { apps: byApp.length, districts: byDistrict.length, app, district };
}

function appsByDistrict(random: Random, scale: number): Int32Array {
  // From the most apps down, so that what rounding leaves over falls to the many with one.
  const falling = DISTRICTS_BY_APPS.toReversed();
  const districts = Math.max(1, Math.round(DISTRICTS * scale));
  const counts = apportion(
    districts,
    falling.map(([, count]) => count),
  );
  const most = Math.max(1, Math.round(APPS * Math.sqrt(scale)));
  const all = falling.flatMap(([apps], index) => Array<number>(counts[index] ?? 0).fill(Math.min(apps, most)));
  return Int32Array.from(random.shuffled(all));
}

/** Falling; every app is in one district at least. Any other number of apps than the published has the same profile. */
function districtsByApp(random: Random, apps: number, installs: number): Int32Array {
  const published = drawPublished(random);
  const beyondOne = Array.from(
    { length: apps },
    (_, index) => (published[Math.floor(((index + 0.5) * APPS) / apps)] ?? 1) - 1,
  );
  return apportion(installs - apps, beyondOne)
    .map((districts) => districts + 1)
    .sort((a, b) => b - a);
}

/** As many districts for each of the published apps as their bands let them have, adding up to the published installs. */
function drawPublished(random: Random): Int32Array {
  const bands = APPS_BY_DISTRICTS.flatMap(({ apps, from, to }) => Array.from({ length: apps }, () => ({ from, to })));
  const drawn = Int32Array.from(bands, ({ from, to }) => {
    // The product of two draws: more apps are near the lower end of their band.
    const part = random.unit() * random.unit();
    return from + Math.floor((to - from + 1) * part);
  });
  for (let missing = INSTALLS - sum(drawn); missing !== 0; ) {
    const step = missing > 0 ? 1 : -1;
    const app = random.integer(0, bands.length - 1);
    const [districts, band] = [(drawn[app] ?? 0) + step, bands[app]];
    if (band === undefined || districts < band.from || districts > band.to) continue;
    drawn[app] = districts;
    missing -= step;
  }
  return drawn.sort((a, b) => b - a);
}

/** Some way to have both counts; `byApp` becomes a little more even where a small sample has none. */
function deal(byApp: Int32Array, byDistrict: Int32Array): readonly [app: Int32Array, district: Int32Array] {
  for (;;) {
    const dealt = tryDeal(byApp, byDistrict);
    if (dealt !== undefined) return dealt;
    byApp[0] = (byApp[0] ?? 0) - 1;
    byApp[byApp.length - 1] = (byApp.at(-1) ?? 0) + 1;
    byApp.sort((a, b) => b - a);
  }
}

/**
 * Every app to the districts that lack most apps yet, which finds a way wherever there is one (Gale, A theorem on flows
 * in networks, Pacific Journal of Mathematics 7, 1957; Ryser, Combinatorial properties of matrices of zeros and ones,
 * Canadian Journal of Mathematics 9, 1957).
 */
function tryDeal(byApp: Int32Array, byDistrict: Int32Array): readonly [Int32Array, Int32Array] | undefined {
  const lacking: number[][] = Array.from({ length: Math.max(...new Set(byDistrict)) + 1 }, () => []);
  byDistrict.forEach((apps, district) => {
    lacking[apps]?.push(district);
  });
  const [app, district] = [new Int32Array(sum(byDistrict)), new Int32Array(sum(byDistrict))];
  let at = 0;
  for (const [index, districts] of byApp.entries()) {
    const taken: (readonly number[])[] = [];
    let missing = districts;
    for (let apps = lacking.length - 1; apps > 0; apps--) {
      const some = lacking[apps]?.splice(-missing, missing) ?? [];
      taken[apps] = some;
      missing -= some.length;
    }
    if (missing > 0) return undefined;
    for (const [apps, some] of taken.entries()) {
      for (const one of some ?? []) {
        lacking[apps - 1]?.push(one);
        app[at] = index;
        district[at++] = one;
      }
    }
  }
  return [app, district];
}

/**
 * Exchanges the districts of two installs at a time wherever no pair comes twice of it, so that every way to have both
 * counts is about as likely (Rao, Jana and Bandyopadhyay, A Markov chain Monte Carlo method for generating random
 * (0, 1)-matrices with given marginals, Sankhya A 58, 1996).
 */
function mix(random: Random, app: Int32Array, district: Int32Array, districts: number): void {
  const pair = (install: number, other: number) => (app[install] ?? 0) * districts + (district[other] ?? 0);
  const pairs = new Set(Array.from(app, (_, install) => pair(install, install)));
  for (let left = EXCHANGES * app.length; left > 0; left--) {
    const [a, b] = [random.integer(0, app.length - 1), random.integer(0, app.length - 1)];
    if (pairs.has(pair(a, b)) || pairs.has(pair(b, a))) continue;
    pairs.delete(pair(a, a));
    pairs.delete(pair(b, b));
    [district[a], district[b]] = [district[b] ?? 0, district[a] ?? 0];
    pairs.add(pair(a, a));
    pairs.add(pair(b, b));
  }
}
