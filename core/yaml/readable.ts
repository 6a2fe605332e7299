import { Lexer } from 'yaml';
import type { Flaw } from './plain-value.ts';

/** No file that a person writes comes near; beyond it a recursive parser could exhaust the stack. */
const DEEPEST_NESTING = 100;

/** The first character that no text file has: a control character, half a surrogate pair, or what a decoder leaves for bytes that are not UTF-8. */
export function notText(text: string): Flaw | undefined {
  let offset = 0;
  for (const character of text) {
    if (!isText(character.codePointAt(0) ?? 0)) {
      return { code: 'not-text', message: 'the file is not UTF-8 text', offset };
    }
    offset += character.length;
  }
  return undefined;
}

function isText(code: number): boolean {
  if (code < 0x20) return code === 0x09 || code === 0x0a || code === 0x0d;
  if (code >= 0x7f && code < 0xa0) return code === 0x85;
  const isSurrogate = code >= 0xd800 && code < 0xe000;
  const isReplacement = code >= 0xfffd && code <= 0xffff;
  return !isSurrogate && !isReplacement;
}

/**
 * The place at which lists and maps are nested too deeply to be meant. Open brackets, or outside of them
 * the indentation and the marks of compact nesting (`- - -`) of one line, bound the depth; the lexer keeps
 * the inside of texts out of the count.
 */
export function tooDeep(text: string): Flaw | undefined {
  let offset = 0;
  let brackets = 0;
  let marks = 0;
  let startsLine = true;
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') brackets++;
    else if (token === ']' || token === '}') brackets = Math.max(0, brackets - 1);
    else if (token.endsWith('\n')) marks = 0;
    else if (brackets === 0) marks += nestingMarks(token, startsLine);
    if (brackets + marks > DEEPEST_NESTING) return { code: 'too-deep', message: 'the nesting is too deep', offset };
    startsLine = token.endsWith('\n');
    offset += isSilent(token) ? 0 : token.length;
  }
  return undefined;
}

function nestingMarks(token: string, startsLine: boolean): number {
  if (token === '-' || token === '?' || token === ':') return 1;
  return startsLine && /^ +$/.test(token) ? token.length : 0;
}

/** Tokens of the lexer that stand for no text: the starts of a document and of a scalar, and an error in a bracket. */
function isSilent(token: string): boolean {
  return token === '\u0002' || token === '\u0018' || token === '\u001f';
}
