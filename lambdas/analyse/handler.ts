import { stepHandler } from '../shared/handlers.ts';
import { runHome } from '../shared/home.ts';

export const handler = stepHandler(runHome, 'analyse', ['RunAnalyses']);
