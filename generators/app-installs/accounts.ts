/** How much of a district an app reaches: whole districts, pilots, and everything between, with the gaps of a real list. */

import { type Random, randomStream } from '../random.ts';
import type { Creation } from './dates.ts';
import type { Reach } from './reach.ts';

export interface District {
  readonly id: string;
  readonly students: number;
  /** As the list has it: 0 or empty where nobody said how many students there are. */
  readonly size: number | null;
}

const USUAL_STUDENTS = 1900;
const SIZE_ZERO_SHARE = 0.045;
const SIZE_MISSING_SHARE = 0.015;

const ACCOUNTS_MISSING_SHARE = 0.012;
const ACCOUNTS_ZERO_SHARE = 0.1;
/** Of an install's last days many have no accounts yet. */
const RECENT_DAYS = 45;
const RECENT_ZERO_SHARE = 0.4;

/** In ten apps in a row, by falling reach, as many of each kind: a small sample has them all. */
const KINDS = ['whole', 'whole', 'whole', 'whole', 'pilot', 'pilot', 'pilot', 'mixed', 'mixed', 'mixed'] as const;
type Kind = (typeof KINDS)[number];

/** How likely an install of each kind is (nearly) full, and how likely it is small; the others lie between. */
const LIKELY: Readonly<Record<Kind, { readonly full: number; readonly small: number }>> = {
  whole: { full: 0.7, small: 0.06 },
  pilot: { full: 0.06, small: 0.68 },
  mixed: { full: 0.28, small: 0.24 },
};
/** Of full installs: more accounts than students (staff, and students who left), and exactly as many. */
const OVER_SHARE = 0.07;
const EXACT_SHARE = 0.3;

export function drawDistricts(seed: number, reach: Reach): readonly District[] {
  const random = randomStream(seed, 'install districts');
  const apps = new Int32Array(reach.districts);
  for (const district of reach.district) apps[district] = (apps[district] ?? 0) + 1;
  return Array.from(apps, (count) => {
    // Larger districts have more apps.
    const students = Math.max(40, Math.round(USUAL_STUDENTS * random.factor(1) * Math.sqrt(count)));
    const luck = random.unit();
    const unknown = luck < SIZE_ZERO_SHARE ? 0 : null;
    return { id: hexId(random), students, size: luck < SIZE_ZERO_SHARE + SIZE_MISSING_SHARE ? unknown : students };
  });
}

/** Accounts by install; null where the field is empty. */
export function drawAccounts(
  seed: number,
  reach: Reach,
  districts: readonly District[],
  { day, lastDay }: Creation,
): readonly (number | null)[] {
  const random = randomStream(seed, 'install accounts');
  const kinds = dealKinds(random, reach.apps);
  return Array.from(reach.app, (app, install) => {
    const luck = random.unit();
    const isRecent = (day[install] ?? 0) > lastDay - RECENT_DAYS;
    const share = drawShare(random, kinds[app] ?? 'mixed');
    if (luck < ACCOUNTS_MISSING_SHARE) return null;
    if (luck < ACCOUNTS_MISSING_SHARE + (isRecent ? RECENT_ZERO_SHARE : ACCOUNTS_ZERO_SHARE)) return 0;
    return Math.max(1, Math.round(share * (districts[reach.district[install] ?? 0]?.students ?? 0)));
  });
}

function dealKinds(random: Random, apps: number): readonly Kind[] {
  const decks = Array.from({ length: Math.ceil(apps / KINDS.length) }, () => random.shuffled<Kind>(KINDS));
  return decks.flat();
}

function drawShare(random: Random, kind: Kind): number {
  const { full, small } = LIKELY[kind];
  const luck = random.unit();
  if (luck < full * OVER_SHARE) return 1 + 0.25 * random.unit();
  if (luck < full * (OVER_SHARE + EXACT_SHARE)) return 1;
  if (luck < full) return random.between(0.9, 1);
  // The smaller, the more of them: a class or a school of a district.
  if (luck < full + small) return 0.1 * random.unit() * random.unit();
  return random.between(0.1, 0.9);
}

/** 24 hexadecimal digits, as the list's identifiers are. */
export function hexId(random: Random): string {
  return Array.from({ length: 3 }, () => random.u32().toString(16).padStart(8, '0')).join('');
}
