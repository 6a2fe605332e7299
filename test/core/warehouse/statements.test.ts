/** The warehouse's SQL must run on Redshift as well, which can't be had here: its text is held against what that lacks. */

import { describe, expect, it } from '@jest/globals';
import { dropTable, prepareBooks, publishSteps, selectPublished } from '../../../core/warehouse/statements.ts';
import type { Publication, PublishMode } from '../../../core/warehouse/types.ts';

function publication(mode: PublishMode, name = 'sales'): Publication {
  return {
    table: {
      dataset: 'tea-shop',
      schema: 'tea_shop',
      name,
      table: `tea_shop.${name}`,
      description: "What the shop's\n  till says.",
      key: ['id', 'day'],
      comments: { id: 'The sale', amount: "It's \\ what was paid (US dollars)" },
    },
    columns: [
      { name: 'id', type: 'bigint' },
      { name: 'day', type: 'date' },
      { name: 'at', type: 'timestamp' },
      { name: 'amount', type: 'decimal(10,2)' },
      { name: 'share', type: 'double' },
      { name: 'note', type: 'string' },
      { name: 'paid', type: 'boolean' },
      { name: 'items', type: 'integer' },
    ],
    version: 'v2',
    definition: 'd1',
    mode,
    rows: async () => ({ rows: '', keys: null }),
  };
}

const MODES: readonly PublishMode[] = [{ kind: 'create' }, { kind: 'replace' }, { kind: 'rows', by: ['id', 'day'] }];

function textOf(given: Publication): string {
  return publishSteps(given)
    .map((step) => (step.kind === 'sql' ? step.sql : `-- copy ${step.what} into ${step.target}`))
    .join(';\n');
}

/** What PostgreSQL has and Redshift has not, or has with another meaning. */
const LACKING: readonly [string, RegExp][] = [
  ['upserts', /ON CONFLICT/i],
  ['RETURNING', /\bRETURNING\b/i],
  ['TRUNCATE, which commits there', /\bTRUNCATE\b/i],
  ['FILTER', /\bFILTER\b/i],
  ['arrays', /\bARRAY\b|\[\]/i],
  ['text, which is varchar(256) there', /" text\b|:: *text\b/i],
  ['varchar without a length, which is 256 there', /\bvarchar\b(?!\()/i],
  ['numeric without a scale, which drops decimals there', /\b(numeric|decimal)\b(?!\(\d+,\d+\))/i],
  ['indexes', /\bINDEX\b/i],
  ['IS DISTINCT FROM', /DISTINCT FROM/i],
  ['unlogged tables', /\bUNLOGGED\b/i],
  ['sequences', /\bSERIAL\b|\bSEQUENCE\b|generate_series/i],
  ['json and uuid', /\b(jsonb?|uuid|bytea|interval|timestamptz)\b/i],
  ['tables on commit', /ON COMMIT/i],
  ['lateral joins', /\bLATERAL\b/i],
  ['DO blocks', /\bDO \$/i],
  ['escape strings', /\bE'/],
];

describe('the text of every statement', () => {
  const all = [
    prepareBooks(),
    selectPublished(),
    dropTable('tea_shop.old'),
    ...MODES.map((mode) => textOf(publication(mode))),
  ].join(';\n');

  it.each(LACKING)('has no %s', (_name, lacking) => expect(all).not.toMatch(lacking));

  it('only begins as statements that both have', () => {
    const begins = all
      .split(/;\n/)
      .filter((statement) => !statement.startsWith('--'))
      .map((statement) => /^(\w+)( \w+)?/.exec(statement)?.[0]);
    expect([...new Set(begins)].sort()).toEqual([
      'COMMENT ON',
      'CREATE SCHEMA',
      'CREATE TABLE',
      'CREATE TEMP',
      'DELETE FROM',
      'DROP TABLE',
      'GRANT SELECT',
      'GRANT USAGE',
      'INSERT INTO',
      'SELECT',
    ]);
  });
});

it('a new table is made with its comments and read by the reader', () => {
  const made = textOf(publication({ kind: 'create' }));
  expect(made).toContain('"note" varchar(65535), "paid" boolean, "items" integer)');
  expect(made).toContain('"amount" decimal(10,2), "share" double precision');
  expect(made).toContain(`COMMENT ON TABLE "tea_shop"."sales" IS 'What the shop''s till says. Key: id, day.'`);
  expect(made).toContain(`COMMENT ON COLUMN "tea_shop"."sales"."amount" IS 'It''s \\ what was paid (US dollars)'`);
  expect(made).toContain('GRANT SELECT ON "tea_shop"."sales" TO "bi_reader"');
  expect(publishSteps(publication({ kind: 'create' })).map(({ kind }) => kind)).toEqual(['sql', 'copy', 'sql']);
});

it('changed rows go by their keys, null ones too, before they come back', () => {
  expect(textOf(publication({ kind: 'rows', by: ['id'] }))).toMatch(
    /DELETE FROM "tea_shop"."sales" USING "gone_sales" WHERE \("tea_shop"."sales"."id" = "gone_sales"."id" OR \("tea_shop"."sales"."id" IS NULL AND "gone_sales"."id" IS NULL\)\);\nINSERT INTO "tea_shop"."sales" /,
  );
});

it('a replaced table stays the same table: who reads it is never held up', () => {
  const replaced = textOf(publication({ kind: 'replace' }));
  expect(replaced).toContain('DELETE FROM "tea_shop"."sales";\nINSERT INTO "tea_shop"."sales"');
  expect(replaced).not.toMatch(/(DROP|CREATE) TABLE "tea_shop"/);
});

it('no name becomes SQL', () => {
  const evil = textOf(publication({ kind: 'create' }, 'x"; DROP TABLE "y'));
  expect(evil).toContain('"x""; DROP TABLE ""y"');
  const bare = evil.replace(/"(?:[^"]|"")*"|'(?:[^']|'')*'/g, '_');
  expect(bare.match(/DROP \w+/g)).toEqual(['DROP TABLE']);
  expect(bare).not.toMatch(/["';]_/);
});
