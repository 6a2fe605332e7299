/** Files in the landing zone, from the listing to what becomes of a version. */

import type { FileDrift } from './contracts/drift/types.ts';
import type { Problem } from './problems.ts';
import type { Unclaimed } from './strays.ts';

/** A file in the landing zone, as a listing shows it. */
export interface LandedFile {
  /** Relative to the landing zone, with `/`: `shop/receipts/2024.csv`. */
  readonly key: string;
  readonly bytes: number;
  /** Milliseconds since 1970, UTC. */
  readonly modifiedAt: number;
  /** Changes whenever the file may have changed; where it is the same, the content need not be read again. */
  readonly fingerprint: string;
  /** Why it can't be taken, where its place or its name tells; such a file is never read. */
  readonly problem?: Problem;
}

/** What reading a file once tells. */
export type Inspection =
  | {
      readonly readable: true;
      readonly contentHash: string;
      /** The first 64 KiB, unpacked, as text. */
      readonly head: string;
      /** An odd number of quotes: one is left open somewhere, and readers of CSV may drop what follows it. */
      readonly openQuote: boolean;
      /** After the first line there is no `+` and no byte of 0x40 or above, so no letter: digits and punctuation alone. */
      readonly plain: boolean;
    }
  | { readonly readable: false; readonly contentHash: string | null; readonly problem: Problem }
  /** It changed or went away meanwhile: nothing is wrong with it, and the next run looks again. */
  | { readonly readable: 'later'; readonly problem: Problem };

export interface LandingZone {
  /** Every file under a data set's prefix, without hidden ones; empty where the prefix does not exist. */
  list(dataset: string): Promise<readonly LandedFile[]>;
  /** What lies beside the folders of these data sets, without hidden and unfinished files; nothing of it is opened. */
  unclaimed(datasets: readonly string[]): Promise<readonly Unclaimed[]>;
  /** Told of the files that are going to be inspected, so that it can make ready for many. */
  expect(files: readonly LandedFile[]): void;
  inspect(file: LandedFile): Promise<Inspection>;
}

/** A version of a file that is to be loaded. */
export interface FileVersion {
  readonly file: LandedFile;
  readonly contentHash: string;
  /**
   * The header's fields in the file's order, each by the name that the load plan knows it under; empty where nothing may
   * read it. Of JSON lines, the fields that the contract looks for.
   */
  readonly header: readonly string[];
  /** How many lines the header takes; none of JSON. */
  readonly headerLines: number;
  readonly openQuote: boolean;
  readonly plain: boolean;
  readonly drift?: FileDrift | undefined;
}

/** A version of a file that is refused whole. */
export interface Refusal {
  readonly file: LandedFile;
  /** Null where not even its bytes could be read; such a file is tried again by the next run. */
  readonly contentHash: string | null;
  readonly problem: Problem;
  readonly drift?: FileDrift | undefined;
}
