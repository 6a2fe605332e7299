/** Landing globs: `*` stands for any characters of one path segment, and nothing else is special. */

import type { FileFormat } from './types.ts';

const SPECIAL = /[?[\]{}\\!]|\*\*/;

/** Why a glob can't be used for files of a format, of either where none is given; or undefined. */
export function globMistake(glob: string, format?: FileFormat): string | undefined {
  const endings = (format === undefined ? ['csv', 'ndjson'] : [format]).map((one) => `.${one}`);
  if (!endings.some((ending) => glob.endsWith(ending))) {
    return `must end in ${endings.join(' or ')} (compressed files of the same name land too)`;
  }
  if (SPECIAL.test(glob)) return 'may use * only, which stands for any characters within one folder or file name';
  const segments = glob.split('/');
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) {
    return "must be a path under the data set's folder, without empty, . or .. parts";
  }
  return undefined;
}

/** Whether a path matches; as in a shell, `*` does not stand for the dot that begins a hidden file's name. */
export function matchesGlob(glob: string, path: string): boolean {
  return new RegExp(`^${globPattern(glob)}$`, 'u').test(path);
}

/** A regular expression of the paths that match, in what JavaScript and Athena both have. */
export function globPattern(glob: string): string {
  return glob.split('/').map(segmentPattern).join('/');
}

function segmentPattern(segment: string): string {
  const literals = segment.split('*').map((literal) => literal.replaceAll(/[.+^$()|]/g, '\\$&'));
  return `${segment.startsWith('*') ? '(?!\\.)' : ''}${literals.join('[^/]*')}`;
}

/** Whether some path matches both globs. */
export function globsOverlap(a: string, b: string): boolean {
  const ours = a.split('/');
  const theirs = b.split('/');
  return ours.length === theirs.length && ours.every((segment, index) => segmentsOverlap(segment, theirs[index] ?? ''));
}

/** Dynamic programming over both segments' ends: `row[j]` tells whether what is left of `a` meets `b.slice(j)`. */
function segmentsOverlap(a: string, b: string): boolean {
  let row = Array.from({ length: b.length + 1 }, (_, j) => isStars(b.slice(j)));
  for (let i = a.length - 1; i >= 0; i--) {
    const next: boolean[] = new Array(b.length + 1).fill(false);
    for (let j = b.length; j >= 0; j--) {
      if (a[i] === '*') next[j] = row[j] === true || (j < b.length && next[j + 1] === true);
      else if (b[j] === '*') next[j] = next[j + 1] === true || row[j] === true;
      else next[j] = a[i] === b[j] && row[j + 1] === true;
    }
    row = next;
  }
  return row[0] === true;
}

function isStars(text: string): boolean {
  return /^\**$/.test(text);
}
