import { ingestHome } from '../shared/home.ts';
import { ingestHandler } from './ingest.ts';

export const handler = ingestHandler(ingestHome);
