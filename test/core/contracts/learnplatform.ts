import { readFileSync } from 'node:fs';

export const CONTRACT_FILE = 'contracts/learnplatform.odcs.yaml';

/** The text of the contract that ships with Landfall. */
export const CONTRACT_TEXT = readFileSync(new URL(`../../../${CONTRACT_FILE}`, import.meta.url), 'utf8');
