import { clientOptions } from '../engines/support/athena.ts';
import type { AwsStage } from '../engines/support/aws-stage.ts';

const PREFIX = 'role-';

/** A client's connection that signs as a role does, by which the bridge's calls tell who asked. @param role its id in the template */
export function actingAs({ bridge }: Pick<AwsStage, 'bridge'>, role: string) {
  return { ...clientOptions(bridge.url), credentials: { accessKeyId: `${PREFIX}${role}`, secretAccessKey: 'x' } };
}

/** The role whose key it is; null of any other key. */
export const roleOfKey = (accessKey: string) => (accessKey.startsWith(PREFIX) ? accessKey.slice(PREFIX.length) : null);
