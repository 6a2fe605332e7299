import { planHome } from '../shared/home.ts';
import { planHandler } from './plan.ts';

export const handler = planHandler(planHome);
