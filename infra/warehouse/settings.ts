/** The warehouse's part of a stage's settings. */

import type { WarehouseLimit } from '../../adapters/aws/warehouse/usage-limits.ts';

export interface WarehouseSettings {
  /** RPUs that the warehouse begins with: 4 where the region has so few, 8, and every multiple of 8. */
  readonly warehouseRpus: number;
  /** RPUs that it may grow to. */
  readonly warehouseMostRpus: number;
  /** RPU hours of a period, and what happens beyond them. */
  readonly warehouseLimits: readonly WarehouseLimit[];
  /** For how long a statement of a BI tool may run. */
  readonly biTimeoutMinutes: number;
  readonly biConnections: number;
}

/** What was expected, where a value is not it. */
export type Check = (value: unknown) => string | undefined;

export const whole =
  (least: number): Check =>
  (value) =>
    Number.isSafeInteger(value) && Number(value) >= least ? undefined : `a whole number, ${least} or more`;

const rpus: Check = (value) =>
  value === 4 || (whole(8)(value) === undefined && Number(value) % 8 === 0 && Number(value) <= 1024)
    ? undefined
    : '4, or a multiple of 8 up to 1024';

const PERIODS = ['daily', 'weekly', 'monthly'];
const BREACHES = ['log', 'emit-metric', 'deactivate'];
const LIMITS = `limits {period: ${PERIODS.join(' or ')}, hours, breach: ${BREACHES.join(' or ')}}, one a period`;

const isLimit = (one: unknown): boolean => {
  const { period, hours, breach, ...others } = (one ?? {}) as Readonly<Record<string, unknown>>;
  const isKnown = PERIODS.includes(String(period)) && BREACHES.includes(String(breach));
  return isKnown && whole(1)(hours) === undefined && Object.keys(others).length === 0;
};

const limits: Check = (value) => {
  if (!Array.isArray(value) || !value.every(isLimit)) return LIMITS;
  if (new Set(value.map(({ period }) => period)).size < value.length) return LIMITS;
  // Otherwise a dashboard that somebody forgot would keep the warehouse awake for ever.
  return value.some(({ breach }) => breach === 'deactivate') ? undefined : `${LIMITS}, and one of them "deactivate"`;
};

export const WAREHOUSE_CHECKS: Readonly<Record<keyof WarehouseSettings, Check>> = {
  warehouseRpus: rpus,
  warehouseMostRpus: rpus,
  warehouseLimits: limits,
  biTimeoutMinutes: whole(1),
  biConnections: whole(1),
};

/** Broader than this it is no list of known networks any more. */
const BROADEST = 16;

export const NETWORKS = `networks of IPv4 such as 203.0.113.0/24, /${BROADEST} at the broadest, without host bits`;

export function isNetwork(text: string): boolean {
  const parts = /^(\d{1,3})[.](\d{1,3})[.](\d{1,3})[.](\d{1,3})\/(\d{1,2})$/.exec(text)?.slice(1).map(Number) ?? [];
  const [bits = 0, ...numbers] = [parts[4], ...parts.slice(0, 4)];
  if (parts.length !== 5 || numbers.some((part) => Number(part) > 255) || bits < BROADEST || bits > 32) return false;
  const address = numbers.reduce<number>((sum, part) => sum * 256 + Number(part), 0);
  return address % 2 ** (32 - bits) === 0;
}
