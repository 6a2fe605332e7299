import { stepHandler } from '../shared/handlers.ts';
import { reportHome } from '../shared/home.ts';
import { loadPage } from './page.ts';

export const handler = stepHandler(reportHome(loadPage), 'report', ['WriteReport']);
