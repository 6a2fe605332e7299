/**
 * How much room a label takes. The report is drawn where there is no browser, for fonts that differ from machine to
 * machine: widths are those of the widest of them (DejaVu), so that no label is wider than its box.
 */

/** Of the labels in a drawing, in CSS pixels. */
export const FONT_SIZE = 12;

/** Shares of the font's size: every character of a fixed-width font, and of others by how wide they are. */
const MONO = 0.61;
const NARROW = 0.4;
const USUAL = 0.65;
const WIDE = 1;

export type Face = 'mono' | 'sans';

/** In CSS pixels, rounded up. */
export function widthOf(text: string, face: Face): number {
  if (face === 'mono' && /^[\x20-\x7e]*$/.test(text)) return Math.ceil(text.length * MONO * FONT_SIZE);
  const shares = [...text].reduce((sum, character) => sum + shareOf(character, face), 0);
  return Math.ceil(shares * FONT_SIZE);
}

function shareOf(character: string, face: Face): number {
  // Of Chinese, Japanese and Korean, and of emoji, every character is as wide as it is high.
  if (character >= '\u1100') return 1.05;
  if (face === 'mono') return MONO;
  if (/[ilj.,:;'|!()[\] ft]/.test(character)) return NARROW;
  return /[mwMW@%]/.test(character) ? WIDE : /[A-Z&]/.test(character) ? 0.78 : USUAL;
}

const MOST_LINES = 3;

/**
 * The text in at most three lines of at most this width, broken at spaces and behind `_`, `/` and `-`; where that
 * is not enough, within a word, and what is left over ends in `…`.
 */
export function wrapped(text: string, face: Face, width: number): readonly string[] {
  if (widthOf(text, face) <= width) return [text.trim()];
  const lines: string[] = [];
  let line = '';
  for (const piece of pieces(text, face, width)) {
    if (line === '' || widthOf((line + piece).trimEnd(), face) <= width) line += piece;
    else {
      lines.push(line.trim());
      line = piece;
    }
  }
  lines.push(line.trim());
  if (lines.length <= MOST_LINES) return lines;
  return [...lines.slice(0, MOST_LINES - 1), shortened(lines.slice(MOST_LINES - 1).join(' '), face, width)];
}

/** Words with what follows them, none wider than the line. */
function pieces(text: string, face: Face, width: number): readonly string[] {
  return text.split(/(?<=[\s_/-])/).flatMap((word) => {
    if (widthOf(word, face) <= width) return [word];
    const parts: string[] = [];
    let part = '';
    for (const character of word) {
      if (part !== '' && widthOf(part + character, face) > width) {
        parts.push(part);
        part = '';
      }
      part += character;
    }
    return [...parts, part];
  });
}

function shortened(text: string, face: Face, width: number): string {
  let short = text;
  while (widthOf(`${short}…`, face) > width) short = [...short].slice(0, -1).join('');
  return `${short.trimEnd()}…`;
}
