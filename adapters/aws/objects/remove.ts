import { DeleteObjectsCommand, type ObjectIdentifier, type S3Client } from '@aws-sdk/client-s3';
import { LandfallError, TransientError } from '../../../core/problems.ts';
import { failed } from '../errors.ts';

/** S3 takes so many in one request. */
const AT_ONCE = 1000;
/** What an error of so many objects names. */
const SHOWN = 3;
const PASSING = new Set(['InternalError', 'SlowDown', 'ServiceUnavailable']);

/** @throws LandfallError `not-removed`; TransientError where all that is left may go with another try */
export async function removeAll(client: S3Client, bucket: string, objects: readonly ObjectIdentifier[]): Promise<void> {
  for (let first = 0; first < objects.length; first += AT_ONCE) {
    const batch = objects.slice(first, first + AT_ONCE);
    const { Errors = [] } = await client
      .send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: batch, Quiet: true } }))
      .catch(failed(`${batch.length} objects of ${bucket} can't be removed`));
    if (Errors.length === 0) continue;
    const shown = Errors.slice(0, SHOWN).map(({ Key, Code, Message }) => `${Key} (${Code}: ${Message})`);
    const more = Errors.length > SHOWN ? ` and ${Errors.length - SHOWN} more` : '';
    const message = `objects of ${bucket} are still there: ${shown.join(', ')}${more}`;
    const Failure = Errors.every(({ Code = '' }) => PASSING.has(Code)) ? TransientError : LandfallError;
    throw new Failure({ code: 'not-removed', message, hint: 'try again, or look at the rights of who asked' });
  }
}
