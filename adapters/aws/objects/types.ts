/** A bucket, as the adapters need it. */

import type { Readable } from 'node:stream';

export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  /** Milliseconds since 1970, UTC. */
  readonly modifiedAt: number;
  /** Changes with the content. Without quotes, as events tell it. */
  readonly etag: string;
}

/** One of the object's lives under its key; the bucket keeps all of them. */
export interface StoredVersion extends StoredObject {
  readonly versionId: string;
  /** No content, but that it was removed then. */
  readonly isRemoval: boolean;
}

/** What lies right under a prefix. */
export interface Level {
  /** With the prefix, and with `/` behind. */
  readonly folders: readonly string[];
  readonly objects: readonly StoredObject[];
}

/** The first byte, and the last one that is wanted. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

export interface PutOptions {
  readonly contentType?: string;
  /** Only where there is no object of this name, or where it is still the one of this etag. */
  readonly onlyIf?: 'absent' | { readonly etag: string };
}

export interface ObjectStore {
  readonly bucket: string;
  /** In the order of their keys, page by page. */
  list(prefix: string): AsyncIterable<StoredObject>;
  /** @param prefix empty, or with `/` behind */
  level(prefix: string): Promise<Level>;
  /** Null where there is none. */
  head(key: string): Promise<StoredObject | null>;
  /**
   * @param range nothing comes of one that begins behind the end
   * @param etag what it must still be
   * @throws LandfallError `no-such-object`, `object-changed`
   */
  read(key: string, range?: ByteRange, etag?: string): Promise<Readable>;
  /** A small object whole; null where there is none. */
  text(key: string): Promise<{ readonly text: string; readonly etag: string } | null>;
  /**
   * Writes a small object.
   *
   * @returns its etag; null where `onlyIf` does not hold, and nothing is written
   */
  put(key: string, body: string | Uint8Array, options?: PutOptions): Promise<string | null>;
  /** Streams a file into an object, in parts where it is large. */
  upload(key: string, path: string): Promise<void>;
  /**
   * Streams an object into a file, which is there whole or not at all.
   *
   * @param etag what it must still be
   * @throws LandfallError `object-changed`, `no-such-object`, `disk-full`; TransientError `object-cut-off`
   */
  download(key: string, path: string, etag?: string): Promise<void>;
  /** What isn't there is none to remove. @throws LandfallError `not-removed` */
  remove(keys: readonly string[]): Promise<void>;
  /** What an object was and is, the newest first. */
  versions(key: string): Promise<readonly StoredVersion[]>;
  /** Removes objects with every version of them: nothing brings them back. */
  erase(keys: readonly string[]): Promise<void>;
}
