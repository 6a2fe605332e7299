/** The header of a CSV file in S3, as a crawler finds it: by its first bytes. */

import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { constants, gunzipSync } from 'node:zlib';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';

export interface CsvForm {
  readonly delimiter: string;
  readonly quote: string;
}

const SAMPLE = 1024 * 1024;

/** In lower case, as Glue has names. */
export async function headerOf(
  s3: S3Client,
  object: { readonly Bucket: string; readonly Key: string },
  form: CsvForm,
): Promise<string[]> {
  const { Body } = await s3.send(new GetObjectCommand({ ...object, Range: `bytes=0-${SAMPLE - 1}` }));
  const bytes = await buffer(Body as Readable);
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  // A sample may end in the middle of what is packed.
  const text = (isPacked ? gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }) : bytes).toString();
  return firstRecord(text.replace(/^\uFEFF/, ''), form).map((name) => name.trim().toLowerCase());
}

function firstRecord(text: string, { delimiter, quote }: CsvForm): string[] {
  const fields = [''];
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] ?? '';
    if (sign === quote) {
      if (isQuoted && text[at + 1] === quote) {
        fields[fields.length - 1] += sign;
        at += 1;
      } else isQuoted = !isQuoted;
    } else if (isQuoted) fields[fields.length - 1] += sign;
    else if (sign === delimiter) fields.push('');
    else if (sign === '\n' || sign === '\r') break;
    else fields[fields.length - 1] += sign;
  }
  return fields;
}
