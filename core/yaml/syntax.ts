import { LineCounter, type ParsedNode, parseDocument, type YAMLParseError } from 'yaml';
import type { Flaw } from './plain-value.ts';
import { notText, tooDeep } from './readable.ts';

export interface Syntax {
  readonly root: ParsedNode | null;
  readonly lines: LineCounter;
  /** Where there are any, the nodes are not to be relied on. */
  readonly flaws: readonly Flaw[];
}

/** Says in our words what the parser's terser messages mean. */
const MESSAGES: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'a tab stands in the indentation, use spaces',
  MULTIPLE_DOCS: 'the file has more than one document, leave one and remove the --- lines',
  BLOCK_AS_IMPLICIT_KEY: 'a text with ": " in it must stand in quotes, and nested keys on lines of their own',
};

/** Errors after which the parser still knows where it is. */
const LOCAL: ReadonlySet<string> = new Set([
  'BAD_DQ_ESCAPE',
  'BAD_SCALAR_START',
  'BLOCK_AS_IMPLICIT_KEY',
  'TAB_AS_INDENT',
]);

/** Reads YAML 1.2 (core schema: dates and `yes` are text) into nodes; never throws. */
export function readSyntax(text: string): Syntax {
  const lines = new LineCounter();
  const barrier = notText(text) ?? tooDeep(text);
  if (barrier !== undefined) {
    for (const match of text.matchAll(/^/gm)) lines.addNewLine(match.index);
    return { root: null, lines, flaws: [barrier] };
  }
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    schema: 'core',
    merge: false,
    resolveKnownTags: false,
    // Found later, where the key can be named and reading goes on.
    uniqueKeys: false,
  });
  const flaws = [...untilLost(document.errors), ...document.warnings].map(
    (error): Flaw => ({
      code: 'yaml-syntax',
      message: MESSAGES[error.code] ?? lowerFirst(error.message),
      offset: error.pos[0],
    }),
  );
  return { root: document.contents, lines, flaws: onePerLine(flaws, lines) };
}

/** The errors in the order of the text, up to the first after which the parser has lost its way: what it says then is about the same slip. */
function untilLost(errors: readonly YAMLParseError[]): readonly YAMLParseError[] {
  const sorted = [...errors].sort((a, b) => a.pos[0] - b.pos[0]);
  const lost = sorted.findIndex((error) => !LOCAL.has(error.code));
  return lost === -1 ? sorted : sorted.slice(0, lost + 1);
}

/** One slip often upsets the parser more than once. */
function onePerLine(flaws: readonly Flaw[], lines: LineCounter): Flaw[] {
  const byLine = new Map<number, Flaw>();
  for (const flaw of flaws) {
    const { line } = lines.linePos(flaw.offset);
    if (!byLine.has(line)) byLine.set(line, flaw);
  }
  return [...byLine.values()];
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
