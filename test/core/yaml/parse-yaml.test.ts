import { describe, expect, it } from '@jest/globals';
import { formatProblem } from '../../../core/problems.ts';
import { compileSchema, parseYaml } from '../../../core/yaml/parse-yaml.ts';

interface Drop {
  readonly name: string;
  readonly load: 'merge' | 'append' | 'replace';
  readonly when?: string;
  readonly keep?: boolean;
  readonly rows?: number;
  readonly tags?: readonly string[];
  readonly owner?: { readonly mail: string };
  readonly source?: string | { readonly file: string };
}

const text = { type: 'string' };
const SCHEMA = compileSchema<Drop>({
  type: 'object',
  properties: {
    name: { type: 'string', pattern: '^[a-z]+$', description: 'lower-case letters' },
    load: { enum: ['merge', 'append', 'replace'] },
    when: { type: 'string', minLength: 1 },
    keep: { type: 'boolean' },
    rows: { type: 'integer', minimum: 1, maximum: 9 },
    tags: { type: 'array', items: text, uniqueItems: true, minItems: 1 },
    owner: { type: 'object', properties: { mail: text }, required: ['mail'], additionalProperties: false },
    source: { type: ['string', 'object'], properties: { file: text }, required: ['file'], additionalProperties: false },
  },
  required: ['name', 'load'],
  additionalProperties: false,
});

const GOOD = 'name: sales\nload: merge\n';

function problemsOf(yaml: string): string[] {
  return parseYaml(yaml, 'f.yml', SCHEMA).problems.map(formatProblem);
}

describe('parseYaml, of a good file', () => {
  it('gives the value, with dates and words such as yes as text', () => {
    const { value, problems } = parseYaml(`${GOOD}when: 2020-01-01\ntags: [yes, NaN, 12:30:00]\n`, 'f.yml', SCHEMA);
    expect(problems).toEqual([]);
    expect(value).toEqual({ name: 'sales', load: 'merge', when: '2020-01-01', tags: ['yes', 'NaN', '12:30:00'] });
  });

  it.each([
    ['Windows line ends', 'name: sales\r\nload: merge\r\n'],
    ['a byte order mark', `\uFEFF${GOOD}`],
    ['a document mark and comments', `# hello\n---\n${GOOD}# bye\n`],
    ['JSON', '{"name": "sales", "load": "merge"}'],
    ['YAML 1.1 asked for', `%YAML 1.1\n---\n${GOOD}`],
  ])('takes %s', (_, yaml) => {
    const { value, problems } = parseYaml(yaml, 'f.yml', SCHEMA);
    expect(problems).toEqual([]);
    expect(value).toEqual({ name: 'sales', load: 'merge' });
  });

  it('knows where keys and values stand', () => {
    const yaml = parseYaml(`${GOOD}tags:\n  - a\n  - b\nowner: {mail: x}\n`, 'f.yml', SCHEMA);
    expect(yaml.position(['tags', 1])).toEqual({ line: 5, column: 5 });
    expect(yaml.position(['owner', 'mail'])).toEqual({ line: 6, column: 15 });
    expect(yaml.position(['owner', 'mail'], 'key')).toEqual({ line: 6, column: 9 });
    expect(yaml.position(['owner', 'phone'])).toEqual({ line: 6, column: 8 });
  });
});

describe('parseYaml, of one mistake', () => {
  it.each([
    [
      'unknown key',
      `${GOOD}ownr: 1\n`,
      '3:1: unknown key "ownr", expected one of name, load, when, keep, rows, tags, owner, source, did you mean "owner"?',
    ],
    [
      'unknown value',
      'name: sales\nload: merg\n',
      '2:7: unknown value "merg", expected one of merge, append, replace, did you mean "merge"?',
    ],
    [
      'a value far from any',
      'name: sales\nload: upsert\n',
      '2:7: unknown value "upsert", expected one of merge, append, replace',
    ],
    [
      'an enum value of another type',
      'name: sales\nload: 5\n',
      '2:7: unknown value 5, expected one of merge, append, replace',
    ],
    ['missing key', 'load: merge\n', '1:1: missing key "name"'],
    ['missing key of a map inside', `${GOOD}owner: {}\n`, '3:8: missing key "mail"'],
    [
      'misspelt required key',
      'naem: sales\nload: merge\n',
      '1:1: unknown key "naem", expected one of name, load, when, keep, rows, tags, owner, source, did you mean "name"?',
    ],
    ['text for true or false', `${GOOD}keep: "yes"\n`, '3:7: "yes" is text, expected true or false'],
    ['number for text', `${GOOD}when: 2020\n`, '3:7: 2020 is a number, expected text'],
    ['nothing for text', `${GOOD}when:\n`, '3:1: nothing is given, expected text'],
    ['fraction for a whole number', `${GOOD}rows: 1.5\n`, '3:7: 1.5 is a number, expected a whole number'],
    ['not a number', `${GOOD}rows: .nan\n`, '3:7: NaN is a number, expected a whole number'],
    ['too small', `${GOOD}rows: 0\n`, '3:7: 0 does not fit, expected at least 1'],
    ['too large', `${GOOD}rows: 10\n`, '3:7: 10 does not fit, expected at most 9'],
    ['list for a map', `${GOOD}owner:\n  - mail: x\n`, '4:3: a list is given, expected a map'],
    ['list for either of two forms', `${GOOD}source: [a]\n`, '3:9: a list is given, expected text or a map'],
    [
      'one form misspelt',
      `${GOOD}source: {flie: a}\n`,
      '3:10: unknown key "flie", expected one of file, did you mean "file"?',
    ],
    [
      'text that does not fit',
      'name: Sales 2\nload: merge\n',
      '1:7: "Sales 2" does not fit, expected lower-case letters',
    ],
    ['empty text', `${GOOD}when: ""\n`, '3:7: the text is empty'],
    ['empty list', `${GOOD}tags: []\n`, '3:7: the list is empty'],
    ['item twice', `${GOOD}tags: [a, b, a]\n`, '3:14: "a" is given twice'],
    ['duplicate key', `${GOOD}name: other\n`, '3:1: the key "name" is given twice'],
    ['key that is a list', `${GOOD}? [a]\n: 1\n`, '3:3: a key must be text'],
    [
      'anchor',
      `${GOOD}when: &x today\n`,
      '3:10: the anchor &x is not supported, write the value out where it is needed',
    ],
    ['list as the file', '- name: sales\n', '1:1: the file is a list, expected a map'],
    ['words as the file', 'hello\n', '1:1: "hello" is text, expected a map'],
    ['nothing in the file', '', '1:1: the file is empty'],
    ['comments alone in the file', '# nothing yet\n\n', '1:1: the file is empty'],
    ['an empty document', '---\n', '1:1: the file is empty'],
    ['tabs', 'name: sales\nowner:\n\tmail: x\n', '3:1: a tab stands in the indentation, use spaces'],
    [
      'two documents',
      `${GOOD}---\n${GOOD}`,
      '3:1: the file has more than one document, leave one and remove the --- lines',
    ],
    [
      'open bracket',
      'name: [a, b\nload: merge\n',
      '2:1: flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    ['open quote', 'name: "sales\nload: merge\n', '3:1: missing closing "quote'],
    [
      'colon in a text',
      'name: sales: all\n',
      '1:7: a text with ": " in it must stand in quotes, and nested keys on lines of their own',
    ],
    ['unknown tag', 'name: !secret sales\nload: merge\n', '1:7: unresolved tag: !secret'],
    ['timestamp tag', `${GOOD}when: !!timestamp 2020-01-01\n`, '3:7: unresolved tag: tag:yaml.org,2002:timestamp'],
    ['zero byte', 'name: sales\nload: \0\n', '2:7: the file is not UTF-8 text'],
    ['bytes that are not UTF-8', 'name: caf\uFFFD\n', '1:10: the file is not UTF-8 text'],
  ])('%s', (_, yaml, expected) => {
    expect(problemsOf(yaml)).toEqual([`f.yml:${expected}`]);
  });
});

describe('parseYaml, of many mistakes', () => {
  it('reports all of them in the order of the file', () => {
    const yaml = [
      'naem: sales',
      'load: merg',
      'keep: maybe',
      'rows: 99',
      'tags: [a, 1, a]',
      'owner:',
      '  mial: x',
      'rows: 2',
    ];
    expect(problemsOf(`${yaml.join('\n')}\n`).map((line) => line.split(':').slice(1, 3).join(':'))).toEqual([
      '1:1',
      '2:7',
      '3:7',
      '4:7',
      '5:11',
      '5:14',
      '7:3',
      '8:1',
    ]);
  });

  it('reports slips of the YAML one by one, as long as the rest can be told', () => {
    const yaml = ['name: @sales', 'when: at noon: sharp', 'load: "\\q"', 'tags: [a, b', 'owner: {', 'keep: 1', '  - x'];
    expect(problemsOf(`${yaml.join('\n')}\n`).map((line) => line.split(':').slice(1, 3).join(':'))).toEqual([
      '1:7',
      '2:7',
      '3:8',
      '5:1',
    ]);
  });

  it('goes on after an alias, and says nothing about what stands beneath it', () => {
    const problems = problemsOf('name: &n sales\nload: *n\nkeep: 1\n');
    expect(problems).toEqual([
      'f.yml:1:10: the anchor &n is not supported, write the value out where it is needed',
      'f.yml:2:7: the alias *n is not supported, write the value out',
      'f.yml:3:7: 1 is a number, expected true or false',
    ]);
  });

  it('keeps what could be read, and knows what could not', () => {
    const yaml = parseYaml('naem: sales\nload: merge\ntags: [a, 1]\nkeep: 5\n', 'f.yml', SCHEMA);
    expect(yaml.value).toBeUndefined();
    expect(yaml.sound).toMatchObject({ load: 'merge', tags: ['a', undefined], keep: undefined });
    expect(yaml.isUnreadable(['name'])).toBe(true);
    expect(yaml.isUnreadable(['tags', 1])).toBe(true);
    expect(yaml.isUnreadable(['tags', 0])).toBe(false);
    expect(yaml.isUnreadable(['when'])).toBe(false);
  });
});

describe('parseYaml, of rubbish', () => {
  it.each([
    ['brackets', '['.repeat(100_000)],
    ['braces', '{a: '.repeat(50_000)],
    ['dashes', '- '.repeat(50_000)],
    ['question marks', '? '.repeat(50_000)],
    ['steps', Array.from({ length: 400 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
    ['laughs', `a: &a [x]\n${Array.from('bcdefghij', (name) => `${name}: &${name} [${'*a, '.repeat(9)}]`).join('\n')}`],
    ['an alias to nothing', 'name: *nothing\nload: merge\n'],
    ['a merge key', `${GOOD}<<: {keep: true}\n`],
    ['a prototype', `${GOOD}__proto__: {keep: true}\n`],
    ['PNG', '\u0089PNG\r\n\u001a\n\0\0\0\rIHDR'],
    ['gzip as text', '\u001f\uFFFD\b\0\0\0'],
    ['half a pair', 'name: \uD800\n'],
    ['punctuation', '}{][&*!|>%@`'],
    ['a bare directive', '%'],
  ])('%s gives problems with places, and no value', (_, yaml) => {
    const { value, problems } = parseYaml(yaml, 'f.yml', SCHEMA);
    expect(value).toBeUndefined();
    expect(problems.length).toBeGreaterThan(0);
    for (const { line, column, message } of problems) {
      expect(line).toBeGreaterThan(0);
      expect(column).toBeGreaterThan(0);
      expect(message).not.toBe('');
    }
  });

  it('takes long texts with brackets and deep indentation in them', () => {
    const sql = `name: sales\nload: merge\nwhen: |\n${' '.repeat(120)}${'['.repeat(500)}\n`;
    expect(problemsOf(sql)).toEqual([]);
  });
});
