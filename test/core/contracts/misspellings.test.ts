import { describe, expect, it } from '@jest/globals';
import { isMap, isScalar, LineCounter, parseDocument, type Scalar, visit } from 'yaml';
import { parseContract } from '../../../core/contracts/parse.ts';
import { CONTRACT_FILE, CONTRACT_TEXT } from './learnplatform.ts';

interface Word {
  readonly text: string;
  readonly offset: number;
}

/** Values with a fixed list of allowed words, by key. */
const ENUM_KEYS: ReadonlySet<string> = new Set([
  ...['property', 'logicalType', 'physicalType', 'status', 'metric', 'dimension', 'severity'],
]);

const lines = new LineCounter();
const document = parseDocument(CONTRACT_TEXT, { lineCounter: lines });

function words(pick: (key: string) => 'key' | 'value' | undefined): Word[] {
  const found: Word[] = [];
  visit(document, {
    Pair(_, pair) {
      const key = pair.key as Scalar<string>;
      const picked = pick(key.value);
      const node = picked === 'key' ? key : pair.value;
      if (picked !== undefined && isScalar(node))
        found.push({ text: String(node.value), offset: node.range?.[0] ?? 0 });
    },
  });
  return found;
}

/** The word with its first two different neighbouring letters swapped. */
function swapped(word: string): string {
  const at = [...word].findIndex((letter, index) => index + 1 < word.length && letter !== word[index + 1]);
  return word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2);
}

function misspell({ text, offset }: Word) {
  const wrong = swapped(text);
  const yaml = CONTRACT_TEXT.slice(0, offset) + wrong + CONTRACT_TEXT.slice(offset + text.length);
  const { line, col } = lines.linePos(offset);
  return { wrong, line, column: col, ...parseContract(yaml, CONTRACT_FILE) };
}

describe('the shipped contract, with one word misspelt', () => {
  const keys = words(() => 'key');
  const values = words((key) => (ENUM_KEYS.has(key) ? 'value' : undefined));

  it('has many words to try', () => {
    expect(isMap(document.contents)).toBe(true);
    expect(keys.length).toBeGreaterThan(240);
    expect(values.length).toBeGreaterThan(70);
  });

  it('gives one problem for each key, at the key, with the right suggestion', () => {
    for (const word of keys) {
      const { wrong, line, column, contract, problems } = misspell(word);
      expect(contract).toBeUndefined();
      expect(problems).toMatchObject([{ code: 'unknown-key', file: CONTRACT_FILE, line, column }]);
      expect(problems[0]?.message).toContain(`unknown key "${wrong}", expected one of `);
      expect(problems[0]?.message).toMatch(new RegExp(`, did you mean "${word.text}"\\?$`));
    }
  });

  it('gives one problem for each word of a fixed list, at the word, with the right suggestion', () => {
    for (const word of values) {
      const { wrong, line, column, contract, problems } = misspell(word);
      expect(contract).toBeUndefined();
      expect(problems).toMatchObject([{ code: 'unknown-value', file: CONTRACT_FILE, line, column }]);
      expect(problems[0]?.message).toContain(`unknown value "${wrong}", expected `);
      expect(problems[0]?.message).toMatch(new RegExp(`, did you mean "${word.text}"\\?$`));
    }
  });

  it('gives a contract or problems, never both, for each line taken out', () => {
    const all = CONTRACT_TEXT.split('\n');
    for (const index of all.keys()) {
      const yaml = all.filter((_, other) => other !== index).join('\n');
      const { contract, problems } = parseContract(yaml, CONTRACT_FILE);
      expect(contract === undefined).toBe(problems.length > 0);
    }
  });
});
