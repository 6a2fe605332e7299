/** What a publication asks of the warehouse; that Redshift can do it too is tested beside. */

import { expect, it } from '@jest/globals';
import { publishSteps, text } from '../../../core/warehouse/statements.ts';
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

function textOf(given: Publication): string {
  return publishSteps(given)
    .map((step) => (step.kind === 'sql' ? step.sql : `-- copy ${step.what} into ${step.target}`))
    .join(';\n');
}

it('a new table is made with its comments and read by the reader', () => {
  const made = textOf(publication({ kind: 'create' }));
  expect(made).toContain('"note" varchar(65535), "paid" boolean, "items" integer)');
  expect(made).toContain('"amount" decimal(10,2), "share" double precision');
  expect(made).toContain(`COMMENT ON TABLE "tea_shop"."sales" IS 'What the shop''s till says. Key: id, day.'`);
  expect(made).toContain(`COMMENT ON COLUMN "tea_shop"."sales"."amount" IS 'It''s ＼ what was paid (US dollars)'`);
  expect(made).toContain('GRANT SELECT ON "tea_shop"."sales" TO "bi_reader"');
  expect(publishSteps(publication({ kind: 'create' })).map(({ kind }) => kind)).toEqual(['sql', 'copy', 'sql']);
});

it('changed rows go by their keys, null ones too, before they come back', () => {
  expect(textOf(publication({ kind: 'rows', by: ['id'], since: 'v1' }))).toMatch(
    /DELETE FROM "tea_shop"."sales" USING "gone_sales" WHERE \("tea_shop"."sales"."id" = "gone_sales"."id" OR \("tea_shop"."sales"."id" IS NULL AND "gone_sales"."id" IS NULL\)\);\nINSERT INTO "tea_shop"."sales" /,
  );
});

it('texts that only blanks at their ends tell apart are two, though Redshift takes them for equal', () => {
  expect(textOf(publication({ kind: 'rows', by: ['note', 'id'], since: 'v1' }))).toContain(
    'WHERE ("tea_shop"."sales"."id" = "gone_sales"."id" OR ("tea_shop"."sales"."id" IS NULL AND "gone_sales"."id" IS NULL))' +
      ' AND ("tea_shop"."sales"."note" = "gone_sales"."note"' +
      ' AND octet_length("tea_shop"."sales"."note") = octet_length("gone_sales"."note")' +
      ' OR ("tea_shop"."sales"."note" IS NULL AND "gone_sales"."note" IS NULL))',
  );
});

it('no literal has a backslash, which would be an escape in Redshift', () => {
  expect(() => text("\\' OR true")).toThrow(/backslash/);
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
