/** What the bridge itself asks moto for. */

import { GlueClient } from '@aws-sdk/client-glue';
import { S3Client } from '@aws-sdk/client-s3';

export interface MotoClients {
  readonly glue: GlueClient;
  readonly s3: S3Client;
  close(): void;
}

/** @param accessKeyId under whose name the calls are recorded, where the endpoint is the bridge itself */
export function motoClients(endpoint: string, accessKeyId = 'bridge'): MotoClients {
  const settings = { endpoint, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey: 'bridge' } };
  const glue = new GlueClient(settings);
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  return {
    glue,
    s3,
    close() {
      glue.destroy();
      s3.destroy();
    },
  };
}

/** `s3://bucket/key` taken apart. */
export function s3Address(address: string): { readonly bucket: string; readonly key: string } {
  const [, bucket, key = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/.exec(address) ?? [];
  if (bucket === undefined) throw new Error(`expected s3://bucket/key, not ${address}`);
  return { bucket, key };
}
