import { describe, expect, it } from '@jest/globals';
import { unprotectedColumns } from '../../../core/contracts/check-protect.ts';
import { parseContract } from '../../../core/contracts/parse.ts';
import { planLoad } from '../../../core/plans/load-plan.ts';
import { formatProblem } from '../../../core/problems.ts';
import { SHOP } from '../../support/shop-contract.ts';

const FILE = 'contracts/shop.odcs.yaml';

const contract = (load: string, properties: string) => `${SHOP}
    customProperties:
      - {property: landing, value: purchases*.csv}
      - {property: load, value: append}
      - {property: identity, value: [${load}]}
    properties:
${properties}
      - {name: id, logicalType: integer}
`;

const protectedBy = (value: string, more = 'logicalType: string') =>
  `      - {name: card, ${more}, customProperties: [{property: protect, value: ${value}}]}`;

const mistakes = (text: string) =>
  parseContract(text, FILE).problems.map((problem) => formatProblem({ ...problem, file: '' }).slice(1));

describe('protect', () => {
  it.each([
    [
      'hmac of a number',
      'id',
      protectedBy('hmac', 'logicalType: integer'),
      'protect hmac is for logicalType string, not integer',
    ],
    [
      'mask of a date',
      'id',
      protectedBy('mask', 'logicalType: date'),
      'protect mask is for logicalType string, not date',
    ],
    ['a word that it does not know', 'id', protectedBy('hmca'), 'did you mean "hmac"?'],
    [
      'drop of a required column',
      'id',
      protectedBy('drop', 'logicalType: string, required: true'),
      'protect drop leaves no value, and "card" is required',
    ],
    [
      'drop of an identity',
      'id, card',
      protectedBy('drop'),
      'protect drop would make different rows equal: "card" is of the identity',
    ],
    [
      'mask of an identity',
      'card',
      protectedBy('mask'),
      'protect mask would make different rows equal: "card" is of the identity',
    ],
    [
      'a value of the file name',
      'id',
      `      - {name: card, logicalType: string, customProperties: [{property: protect, value: hmac}, {property: source, value: {file: '(.*)'}}]}`,
      "comes from the file's name, which is kept as it is",
    ],
    [
      'a field that another column reads',
      'id',
      `${protectedBy('hmac')}\n      - {name: bank, logicalType: string, customProperties: [{property: source, value: card}]}`,
      'the column "bank" reads "card" too, and without protect: protect both',
    ],
  ])('does not take %s', (_, identity, properties, message) => {
    const found = mistakes(contract(identity, properties));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^15:\d+: /);
    expect(found[0]).toContain(message);
  });

  it('takes hmac of an identity, and changes what a file becomes', () => {
    const [plain, hidden] = ['      - {name: card, logicalType: string}', protectedBy('hmac')].map((properties) => {
      const { contract: read, problems } = parseContract(contract('card', properties), FILE);
      expect(problems).toEqual([]);
      const [first] = read?.tables ?? [];
      if (read === undefined || first === undefined) throw new Error('the contract has no table');
      return planLoad(read, first, 'duckdb');
    });
    expect([plain?.isKeyed, hidden?.isKeyed]).toEqual([false, true]);
    expect(hidden?.fingerprint).not.toBe(plain?.fingerprint);
  });

  it('is missed where a column is restricted', () => {
    const restricted = [
      '      - {name: card, logicalType: string, classification: restricted}',
      protectedBy('mask', 'logicalType: string, classification: restricted'),
    ];
    const named = restricted.map((properties) => {
      const { contract: read } = parseContract(contract('id', properties), FILE);
      return read === undefined ? undefined : unprotectedColumns(read);
    });
    expect(named).toEqual([['shop.purchases.card'], []]);
  });
});
