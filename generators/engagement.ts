import { DAYS, periodOf } from './calendar.ts';
import type { DistrictPlan } from './plan.ts';
import type { Catalogue } from './products.ts';
import { logLogistic, type Random, randomStream } from './random.ts';
import { RowBuffer } from './rows.ts';
import type { GeneratedFile } from './types.ts';
import { drawUsage, type ProductGroup, saturated, type Usage } from './usage.ts';

const NOISE_STEPS = 1024;
/** From this many expected students on, a day's figures vary little. */
const MANY_STUDENTS = 20;
const WIDE_NOISE = noiseTable(1);
const USUAL_NOISE = noiseTable(2);
const NARROW_NOISE = noiseTable(3);

/** `engagement_data/<district_id>.csv` of one district. */
export function engagementFile(seed: number, plan: DistrictPlan, catalogue: Catalogue): GeneratedFile {
  return {
    path: `engagement_data/${plan.district.id}.csv`,
    rows: plan.rows,
    chunks: () => engagementChunks(seed, plan, catalogue),
  };
}

function* engagementChunks(seed: number, plan: DistrictPlan, catalogue: Catalogue): Generator<Uint8Array> {
  const usage = drawUsage(randomStream(seed, `usage ${plan.district.id}`), plan, catalogue);
  const random = randomStream(seed, `engagement ${plan.district.id}`);
  const busiestDay = plan.rowsByDay.reduce((most, rows) => Math.max(most, rows), 0);
  const buffer = new RowBuffer(busiestDay + 1);
  const writeFigures = figureWriter(random, plan, buffer);
  const reported = new Int32Array(busiestDay);
  for (let day = 0; day < DAYS; day++) {
    const rows = drawReported(random, plan, usage, day, reported);
    const activity = (plan.activity[day] ?? 0) * random.factor(4);
    const reach = usage.reach[periodOf(day, plan.district.schoolYear)];
    for (let index = 0; index < rows; index++) {
      const position = reported[index] ?? 0;
      buffer.begin(day, usage.ids[position] ?? 0);
      writeFigures(day, saturated(activity * (reach[position] ?? 0)), usage.pages[position] ?? 0);
    }
    if (plan.daysWithoutProduct.includes(day)) {
      buffer.begin(day, 0);
      writeFigures(day, 0.5 / plan.district.students, 1);
    }
    if (buffer.full) {
      yield buffer.take();
    }
  }
  yield buffer.take();
}

/** Writes the positions of the products that a day reports to `into`, rising, and returns how many there are. */
function drawReported(random: Random, plan: DistrictPlan, usage: Usage, day: number, into: Int32Array): number {
  const rows = plan.rowsByDay[day] ?? 0;
  const period = periodOf(day, plan.district.schoolYear);
  const listed = Math.min(Math.round(rows * plan.listedShare), Math.floor(usage.listed.members.length * 0.97));
  const draw = (group: ProductGroup, positions: Int32Array) => {
    group.samplers[period].draw(positions.length, random, positions);
    for (let index = 0; index < positions.length; index++) {
      positions[index] = group.members[positions[index] ?? 0] ?? 0;
    }
  };
  draw(usage.listed, into.subarray(0, listed));
  draw(usage.unlisted, into.subarray(listed, rows));
  into.subarray(0, rows).sort();
  return rows;
}

/** Writes pct_access and engagement_index of a product that this share of students is expected to open. */
function figureWriter(random: Random, { district }: DistrictPlan, buffer: RowBuffer) {
  const { students, brokenDays, zeroShare } = district;
  return (day: number, expectedShare: number, pagesEach: number): void => {
    if (day >= brokenDays.from && day < brokenDays.to) {
      buffer.nothing();
      return;
    }
    const noise = random.u32();
    const rounding = (noise >>> 20) / 4096;
    const expected = expectedShare * students;
    const many = expected > MANY_STUDENTS;
    const drawn = Math.floor(expected * pick(many ? NARROW_NOISE : USUAL_NOISE, noise) + rounding);
    if (drawn === 0 && random.unit() < zeroShare) {
      buffer.zero();
      return;
    }
    const active = Math.min(students, Math.max(1, drawn));
    const pages = Math.floor(active * pagesEach * pick(many ? USUAL_NOISE : WIDE_NOISE, noise >>> 10) + rounding);
    buffer.figures(hundredthsOf(active * 100, students), hundredthsOf(Math.max(active, pages) * 1000, students));
  };
}

/** part / whole, rounded half up to hundredths, in exact integer arithmetic (all terms are below 2^53). */
function hundredthsOf(part: number, whole: number): number {
  return Math.floor((200 * part + whole) / (2 * whole));
}

/** Quantiles of a factor around 1, so that drawing one takes ten random bits and no roots. */
function noiseTable(halvings: number): Float64Array {
  return Float64Array.from({ length: NOISE_STEPS }, (_, step) => logLogistic((step + 0.5) / NOISE_STEPS, halvings));
}

function pick(table: Float64Array, bits: number): number {
  return table[bits & (NOISE_STEPS - 1)] ?? 1;
}
