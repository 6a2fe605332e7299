import { stepHandler } from '../shared/handlers.ts';
import { runHome } from '../shared/home.ts';

export const handler = stepHandler(runHome, 'aggregate', ['RefreshModels']);
