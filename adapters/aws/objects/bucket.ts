/** A bucket of S3. It encrypts and keeps versions by itself: no request says so. */

import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { LandfallError } from '../../../core/problems.ts';
import { type Connection, makeClient } from '../clients.ts';
import { failed, isNamed, statusOf } from '../errors.ts';
import { retried } from '../retry.ts';
import { download } from './download.ts';
import { removeAll } from './remove.ts';
import type { ByteRange, Level, ObjectStore, PutOptions, StoredObject, StoredVersion } from './types.ts';

/** What is larger goes up in parts of this size: S3 takes 10,000 of them, which is 160 GB. */
const PART_BYTES = 16 * 1024 ** 2;
/** Parts of one object on their way at once: what an upload takes of memory. */
const PARTS_AT_ONCE = 4;

/** Tells one write of an object from every other, where an answer got lost. */
const WRITE_ID = 'landfall-write';

export class Bucket implements ObjectStore {
  readonly bucket: string;
  private readonly client: S3Client;

  constructor(bucket: string, connection: Connection = {}) {
    this.bucket = bucket;
    this.client = makeClient(S3Client, connection);
  }

  async *list(prefix: string): AsyncIterable<StoredObject> {
    for await (const { objects } of this.pages(prefix)) yield* objects;
  }

  async level(prefix: string): Promise<Level> {
    const found = { folders: [] as string[], objects: [] as StoredObject[] };
    for await (const { folders, objects } of this.pages(prefix, '/')) {
      found.folders.push(...folders);
      found.objects.push(...objects);
    }
    return found;
  }

  async head(key: string): Promise<StoredObject | null> {
    const answer = await this.client
      .send(new HeadObjectCommand({ Bucket: this.bucket, Key: key }))
      .catch(orNull(this.cannot(key, 'be looked at'), 'NotFound', 'NoSuchKey'));
    return answer === null ? null : { key, ...stored({ ...answer, Size: answer.ContentLength }) };
  }

  async read(key: string, range?: ByteRange, etag?: string): Promise<Readable> {
    const answer = await this.client
      .send(
        new GetObjectCommand({
          Bucket: this.bucket,
          Key: key,
          ...(range === undefined ? {} : { Range: `bytes=${range.first}-${range.last}` }),
          ...(etag === undefined ? {} : ifMatch(etag)),
        }),
      )
      .catch((error: unknown) => {
        // The object ends before the range begins.
        if (isNamed(error, 'InvalidRange')) return { Body: Readable.from([]) };
        throw this.missing(key, error) ?? this.changed(key, error) ?? error;
      })
      .catch(this.cannot(key, 'be read'));
    return answer.Body as Readable;
  }

  async text(key: string): Promise<{ readonly text: string; readonly etag: string } | null> {
    const answer = await this.client
      .send(new GetObjectCommand({ Bucket: this.bucket, Key: key }))
      .catch(orNull(this.cannot(key, 'be read'), 'NoSuchKey'));
    if (answer === null) return null;
    const text = (await answer.Body?.transformToString('utf8').catch(this.cannot(key, 'be read'))) ?? '';
    return { text, etag: bare(answer.ETag) };
  }

  async put(key: string, body: string | Uint8Array, { contentType, onlyIf }: PutOptions = {}): Promise<string | null> {
    const id = randomUUID();
    const condition = onlyIf === undefined ? {} : onlyIf === 'absent' ? { IfNoneMatch: '*' } : ifMatch(onlyIf.etag);
    const bytes = Buffer.from(body);
    const command = new PutObjectCommand({
      Bucket: this.bucket,
      Key: key,
      Body: bytes,
      ContentLength: bytes.length,
      ...condition,
      ...(contentType === undefined ? {} : { ContentType: contentType }),
      ...(onlyIf === undefined ? {} : { Metadata: { [WRITE_ID]: id } }),
    });
    let sent = 0;
    try {
      // Another write was under way: who is tried again learns who was first.
      const send = () => this.client.send(command).finally(() => sent++);
      const { ETag } = await retried(send, (error) => isNamed(error, 'ConditionalRequestConflict'));
      return bare(ETag);
    } catch (error) {
      const attempts = sent + ((error as { $metadata?: { attempts?: number } }).$metadata?.attempts ?? 1) - 1;
      if (onlyIf !== undefined && isRefusal(error)) return attempts > 1 ? this.etagOfWrite(key, id) : null;
      return this.cannot(key, 'be written')(error);
    }
  }

  async upload(key: string, path: string): Promise<void> {
    const Body = createReadStream(path, { highWaterMark: 1024 ** 2 });
    const params = { Bucket: this.bucket, Key: key, Body };
    const upload = new Upload({ client: this.client, partSize: PART_BYTES, queueSize: PARTS_AT_ONCE, params });
    await upload
      .done()
      .catch(this.cannot(key, 'be written'))
      .finally(() => Body.destroy());
  }

  async download(key: string, path: string, etag?: string): Promise<void> {
    const open = async () => {
      const request = { Bucket: this.bucket, Key: key, ...(etag === undefined ? {} : ifMatch(etag)) };
      const { Body, ContentLength = 0 } = await this.client.send(new GetObjectCommand(request));
      return { body: Body as Readable, bytes: ContentLength };
    };
    await download(open, path)
      .catch((error: unknown) => {
        throw this.missing(key, error) ?? this.changed(key, error) ?? error;
      })
      .catch(this.cannot(key, `be read into ${path}`));
  }

  async remove(keys: readonly string[]): Promise<void> {
    const objects = keys.map((key) => ({ Key: key }));
    await removeAll(this.client, this.bucket, objects);
  }

  async versions(key: string): Promise<readonly StoredVersion[]> {
    const found: (StoredVersion & { isLatest: boolean })[] = [];
    for (let after: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {}; ; ) {
      const page = await this.client
        .send(new ListObjectVersionsCommand({ Bucket: this.bucket, Prefix: key, ...after }))
        .catch(this.cannot(key, 'be looked at'));
      const removals = (page.DeleteMarkers ?? []).map((one) => ({ ...one, isRemoval: true }));
      const versions = [...removals, ...(page.Versions ?? []).map((one) => ({ ...one, isRemoval: false }))];
      for (const one of versions.filter(({ Key }) => Key === key)) {
        const { VersionId: versionId = '', IsLatest: isLatest = false, isRemoval } = one;
        found.push({ key, versionId, isLatest, isRemoval, ...stored(one) });
      }
      // Versions come in the order of their keys; of longer keys there may be very many.
      const isPast = versions.some(({ Key = '' }) => Key > key);
      if (page.IsTruncated !== true || isPast) break;
      after = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    }
    // Times are of whole seconds.
    found.sort((a, b) => Number(b.isLatest) - Number(a.isLatest) || b.modifiedAt - a.modifiedAt);
    return found.map(({ isLatest: _, ...version }) => version);
  }

  async erase(keys: readonly string[]): Promise<void> {
    const versions = (await Promise.all(keys.map((key) => this.versions(key)))).flat();
    const objects = versions.map(({ key, versionId }) => ({ Key: key, VersionId: versionId }));
    await removeAll(this.client, this.bucket, objects);
  }

  private async *pages(prefix: string, delimiter?: string): AsyncGenerator<Level> {
    const request = {
      Bucket: this.bucket,
      Prefix: prefix,
      // XML has no way to say a control character, and names may have them.
      EncodingType: 'url' as const,
      ...(delimiter === undefined ? {} : { Delimiter: delimiter }),
    };
    const pages = paginateListObjectsV2({ client: this.client }, request)[Symbol.asyncIterator]();
    for (;;) {
      const { value: page, done } = await pages.next().catch(this.cannot(prefix, 'be listed'));
      if (done) return;
      yield {
        folders: (page.CommonPrefixes ?? []).map(({ Prefix = '' }) => decoded(Prefix)),
        objects: (page.Contents ?? []).map((object) => ({ key: decoded(object.Key ?? ''), ...stored(object) })),
      };
    }
  }

  /** After a refusal: the etag of our own write, where only the answer to it got lost; null where it is another's. */
  private async etagOfWrite(key: string, id: string): Promise<string | null> {
    const answer = await this.client
      .send(new HeadObjectCommand({ Bucket: this.bucket, Key: key }))
      .catch(orNull(this.cannot(key, 'be looked at'), 'NotFound', 'NoSuchKey'));
    return answer?.Metadata?.[WRITE_ID] === id ? bare(answer.ETag) : null;
  }

  private cannot(key: string, what: string) {
    return failed(`s3://${this.bucket}/${key} can't ${what}`);
  }

  private missing(key: string, error: unknown): LandfallError | undefined {
    if (!isNamed(error, 'NoSuchKey', 'NotFound')) return undefined;
    const message = `there is no object s3://${this.bucket}/${key}`;
    return new LandfallError({ code: 'no-such-object', file: key, message });
  }

  private changed(key: string, error: unknown): LandfallError | undefined {
    if (statusOf(error) !== 412) return undefined;
    const message = `s3://${this.bucket}/${key} is not the object any more that it was when it was listed`;
    return new LandfallError({ code: 'object-changed', file: key, message, hint: 'list it again' });
  }
}

interface Described {
  readonly Size?: number | undefined;
  readonly LastModified?: Date | undefined;
  readonly ETag?: string | undefined;
}

function stored({ Size = 0, LastModified, ETag }: Described): Omit<StoredObject, 'key'> {
  return { bytes: Size, modifiedAt: LastModified?.getTime() ?? 0, etag: bare(ETag) };
}

/** As S3 encodes keys in listings. */
const decoded = (key: string) => decodeURIComponent(key.replaceAll('+', ' '));

/** Answers have an etag in quotes, and events without. */
const bare = (etag = '') => etag.replaceAll('"', '');
const ifMatch = (etag: string) => ({ IfMatch: `"${etag}"` });

/** `If-Match` on an object that was removed meanwhile is answered as if there had never been one. */
const isRefusal = (error: unknown) =>
  statusOf(error) === 412 || isNamed(error, 'NoSuchKey', 'ConditionalRequestConflict');

/** For `.catch`: null on these errors, and `otherwise` on all others. */
function orNull(otherwise: (error: unknown) => never, ...names: readonly string[]): (error: unknown) => null {
  return (error) => (isNamed(error, ...names) ? null : otherwise(error));
}
