import { topicNotifier } from '../../adapters/aws/notifier.ts';
import { readSettings } from '../../adapters/aws/settings.ts';
import { taskHandler } from '../shared/handlers.ts';
import { runHome } from '../shared/home.ts';
import { logger } from '../shared/observe.ts';
import { notifyHandler } from './notify.ts';

const notify = notifyHandler(() =>
  topicNotifier(readSettings(['topicArn']).topicArn, (message) => logger.warn(message)),
);
const record = taskHandler(runHome, 'RecordFailure', 'FinishRun');

export const handler: typeof notify = (event, context) =>
  readSettings(['task']).task === 'Notify' ? notify(event, context) : record(event, context);
