/** Everything a person wrote down: what may land and what becomes of it. */

import type { Analysis } from './analyses/types.ts';
import type { Contract } from './contracts/types.ts';
import type { Dashboard, Model } from './models/types.ts';

export interface Project {
  readonly contracts: readonly Contract[];
  readonly models: readonly Model[];
  readonly analyses: readonly Analysis[];
  readonly dashboards: readonly Dashboard[];
}
