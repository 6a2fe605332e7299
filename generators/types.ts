/** How much to generate, and which of the many equally plausible data sets. */
export interface GenerateOptions {
  /** 1 is the published size; greater than 0. */
  readonly scale: number;
  /** An integer from 0 to 2^53 - 1; equal seeds give equal bytes. */
  readonly seed: number;
}

export interface GeneratedFile {
  /** Relative to `<out>/<dataset>/`, with `/` between folders. */
  readonly path: string;
  /** Data records, the header not counted. */
  readonly rows: number;
  /** The file's text (UTF-8 where bytes) in order; every call starts again from the beginning. */
  chunks(): Iterable<string | Uint8Array>;
}

export interface Generator {
  /** Hyphenated, as in the landing prefix. */
  readonly dataset: string;
  /** How much scale 1 is, in words: `1.1 million purchases`. */
  readonly published: string;
  /** The scale at which it is there in about a second, for whoever has nothing of their own yet. */
  readonly sampleScale: number;
  /**
   * Every file that the data set needs. Their contents are made while they are read.
   * @throws LandfallError where scale or seed is out of range
   */
  files(options: GenerateOptions): Iterable<GeneratedFile>;
}
