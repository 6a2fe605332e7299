/** Each file of tests finds an empty catalog: what one makes as a table, another makes as a view, or somewhere else. */

import { beforeAll } from '@jest/globals';
import { askMoto } from '../../bridge/moto-ask.ts';
import { engines } from './engines.ts';

/** Made with the engines. */
const KEPT: ReadonlySet<string> = new Set(['default', 'starting']);

beforeAll(async () => {
  const { url } = engines().moto;
  const { DatabaseList } = await askMoto<{ DatabaseList: { Name: string }[] }>(url, 'AWSGlue.GetDatabases', {});
  for (const { Name } of DatabaseList) if (!KEPT.has(Name)) await askMoto(url, 'AWSGlue.DeleteDatabase', { Name });
});
