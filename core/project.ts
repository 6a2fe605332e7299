/** Everything a person wrote down: what may land and what becomes of it. */

import type { Contract } from './contracts/types.ts';
import type { Analysis, Dashboard, Model } from './models/types.ts';

export interface Project {
  readonly contracts: readonly Contract[];
  readonly models: readonly Model[];
  readonly analyses: readonly Analysis[];
  readonly dashboards: readonly Dashboard[];
}
