import { taskHandler } from '../shared/handlers.ts';
import { runHome } from '../shared/home.ts';

export const handler = taskHandler(runHome, 'CheckHeaders', 'CheckQuality', 'CheckFreshness');
