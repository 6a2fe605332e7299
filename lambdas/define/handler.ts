/** The custom resource of the catalog's stack: what can be asked before any data lands. */

import { Logger } from '@aws-lambda-powertools/logger';
import { AthenaClient } from '@aws-sdk/client-athena';
import { GlueClient } from '@aws-sdk/client-glue';
import type { Context } from 'aws-lambda';
import { AthenaEngine } from '../../adapters/aws/athena/index.ts';
import { makeClient } from '../../adapters/aws/clients.ts';
import { defineLake } from '../../adapters/aws/lake/define.ts';
import { GlueTables } from '../../adapters/aws/lake/glue-tables.ts';
import { readSettings } from '../../adapters/aws/settings.ts';
import { loadProject } from '../../adapters/local/project.ts';
import { answer } from '../shared/cloudformation.ts';

const logger = new Logger();

export async function handler(event: unknown, context: Context): Promise<void> {
  logger.addContext(context);
  await answer(event, 'landfall-definitions', async () => {
    try {
      const { lakeBucket, workgroup } = readSettings(['lakeBucket', 'workgroup']);
      const athena = new AthenaEngine({
        client: makeClient(AthenaClient),
        workGroup: workgroup,
        remaining: () => context.getRemainingTimeInMillis(),
      });
      const glue = new GlueTables(makeClient(GlueClient));
      const made = await defineLake({ athena, glue, bucket: lakeBucket }, await loadProject());
      logger.info('everything can be asked', { made });
    } catch (error) {
      logger.error('the lake could not be defined', error as Error);
      throw error;
    }
  });
}
