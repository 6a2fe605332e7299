/** What the YAML reader hands to those who check meaning after shape. */

import type { Problem } from '../problems.ts';

/** Keys and 0-based indexes from the root. */
export type Path = readonly (string | number)[];

/** 1-based; columns count UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Whether a place means the key or what stands behind it. */
export type PlaceKind = 'key' | 'value';

/** A value in which what did not fit its schema is undefined; list indexes are those of the file. */
export type Sound<T> = T extends readonly (infer Item)[]
  ? readonly (Sound<Item> | undefined)[]
  : T extends object
    ? { readonly [Key in keyof T]?: Sound<T[Key]> | undefined }
    : T;

export interface YamlFile<T> {
  /** Undefined where there is any problem. */
  readonly value: T | undefined;
  /** Whatever could be read, so that checks of meaning run although the shape has mistakes. */
  readonly sound: Sound<T> | undefined;
  /** By line and column; empty where all is well. */
  readonly problems: readonly Problem[];
  /** Where `path` stands; where it does not exist, its nearest ancestor. */
  position(path: Path, kind?: PlaceKind): Position;
  /** True where the file says something at `path` that cannot be read: it is wrong, or its key misspelt. */
  isUnreadable(path: Path): boolean;
  /** A problem that stands at `path`. */
  problem(code: string, path: Path, message: string, kind?: PlaceKind): Problem;
}
