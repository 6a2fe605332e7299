import { describe, expect, it } from '@jest/globals';
import { standIn } from '../../../../adapters/aws/lake/stand-in.ts';

const stood = (sql: string) => standIn(sql, 'shop.sales', 'v."sales_1"');

describe('another table stands for a model', () => {
  it.each([
    ['in FROM', 'SELECT 1 FROM shop.sales', 'SELECT 1 FROM v."sales_1" AS "sales"'],
    ['whatever the case', 'SELECT 1 FROM Shop.SALES', 'SELECT 1 FROM v."sales_1" AS "sales"'],
    ['in quotes', 'SELECT 1 FROM "shop"."sales"', 'SELECT 1 FROM v."sales_1" AS "sales"'],
    ['with white space between', 'SELECT 1 FROM shop . sales', 'SELECT 1 FROM v."sales_1" AS "sales"'],
    ['with a comment between', 'SELECT 1 FROM shop./* x */sales', 'SELECT 1 FROM v."sales_1" AS "sales"'],
    ['under an alias', 'SELECT s.id FROM shop.sales AS s', 'SELECT s.id FROM v."sales_1" AS s'],
    ['under an alias without AS', 'SELECT s.id FROM shop.sales s', 'SELECT s.id FROM v."sales_1" s'],
    [
      'before a clause',
      'SELECT 1 FROM shop.sales WHERE shop.sales.id = 1 GROUP BY sales.id',
      'SELECT 1 FROM v."sales_1" AS "sales" WHERE "sales".id = 1 GROUP BY sales.id',
    ],
    [
      'more than once',
      'SELECT 1 WHERE (SELECT sum(n) FROM shop.sales) <> (SELECT count(*) FROM shop.sales, shop.other)',
      'SELECT 1 WHERE (SELECT sum(n) FROM v."sales_1" AS "sales") <> (SELECT count(*) FROM v."sales_1" AS "sales", shop.other)',
    ],
    [
      'in a join',
      'SELECT 1 FROM shop.other JOIN shop.sales ON shop.sales.id = other.id',
      'SELECT 1 FROM shop.other JOIN v."sales_1" AS "sales" ON "sales".id = other.id',
    ],
  ])('%s', (_what, sql, expected) => {
    expect(stood(sql)).toBe(expected);
  });

  it.each([
    ['a text', "SELECT 'FROM shop.sales' FROM shop.other"],
    ['a text with a quote in it', "SELECT 'it''s shop.sales'"],
    ['a comment', 'SELECT 1 -- shop.sales\nFROM shop.other /* shop.sales */'],
    ['a quoted name', 'SELECT 1 AS "shop.sales"'],
    ['a longer name', 'SELECT 1 FROM shop.sales_by_day, myshop.sales, shop.sales2'],
    ['another catalog', 'SELECT 1 FROM shop.shop.sales'],
  ])('not in %s', (_what, sql) => {
    expect(stood(sql)).toBe(sql);
  });
});
