// What the mutations are, each a rule that is broken.

/**
 * @typedef {{ file: string, from: string, to: string, tests?: readonly string[], rehearsal?: readonly string[] }} Mutation
 *   `tests` are to notice it, or with `rehearsal` a rehearsal of these options
 */

/** Of one data set, and of these scenes of the second act. @param {readonly string[]} scenes */
const kiosks = (...scenes) => [
  ...['--dataset', 'kiosk-sales'],
  ...(scenes.length === 0 ? ['--act', '1'] : scenes.flatMap((scene) => ['--scene', scene])),
];

/** @type {Readonly<Record<string, Mutation>>} */
export const MUTATIONS = {
  'rehearsed: a variable of functions has another name': {
    file: 'infra/stacks/pipeline-stack.ts',
    from: 'return [variableOf(name), value] as const;',
    to: "return [variableOf(name).replace('WORKGROUP', 'WORK_GROUP'), value] as const;",
    rehearsal: kiosks(),
  },
  'rehearsed: a rule hears another prefix': {
    file: 'infra/pipeline/listeners.ts',
    from: 'object: { key: [{ prefix: folder }] }',
    to: "object: { key: [{ prefix: folder.replace('kiosk-', 'kiosks-') }] }",
    rehearsal: kiosks('lost-lease'),
  },
  'rehearsed: a permission is missing': {
    file: 'infra/pipeline/needs.ts',
    from: "          'dynamodb:BatchWriteItem',\n",
    to: '',
    rehearsal: kiosks(),
  },
  'rehearsed: two columns change places in a COPY': {
    file: 'core/warehouse/redshift.ts',
    from: 'target: qualified(place), columns, from: exported.rows',
    to: 'target: qualified(place), columns: columns.toSpliced(-2, 2, ...columns.slice(-2).reverse()), from: exported.rows',
    rehearsal: kiosks(),
  },
  'rehearsed: whoever has the lease, all write': {
    file: 'adapters/aws/ledger/leases.ts',
    from: "const IS_OURS = '#owner = :owner AND #token = :token';",
    to: "const IS_OURS = '(#owner = :owner OR #token > :token OR attribute_exists(#token))';",
    rehearsal: kiosks('lost-lease'),
  },
  'rehearsed: rows that leave are left out of the changes': {
    file: 'adapters/aws/lake/load/changes.ts',
    from: 'WHERE wanted."_load_id" IS NULL OR here."_load_id" IS NULL`;',
    to: 'WHERE here."_load_id" IS NULL`;',
    rehearsal: kiosks('overlaps'),
  },
  'the ordinal of append': {
    file: 'adapters/local/lake/merge.ts',
    from: 'AS _ordinal FROM placed',
    to: '* 0 AS _ordinal FROM placed',
  },
  'the comeback of overwritten rows': {
    file: 'adapters/local/lake/merge.ts',
    from: 'FROM ranked WHERE NOT _wins`',
    to: 'FROM ranked WHERE NOT _wins AND false`',
  },
  "the ledger's key": {
    file: 'core/pipeline/listing.ts',
    from: 'if (entry.contentHash !== contentHash)',
    to: 'if (false)',
  },
  "the transaction's scope": {
    file: 'adapters/local/lake/load.ts',
    from: 'await database.transaction(() => publish(database, entry, careful))',
    to: 'await publish(database, entry, careful)',
  },
  'an incremental filter: rows that leave': {
    file: 'adapters/local/lake/merge.ts',
    from: "'(SELECT * FROM leaving UNION ALL SELECT * FROM entering)'",
    to: "'(SELECT * FROM entering)'",
  },
  'an incremental filter: null': {
    file: 'core/models/changed-rows.ts',
    from: 'values.length === changed.length ? among',
    to: 'true ? among',
  },
  'a cast in one dialect: the year 0 is a date on Spark': {
    file: 'core/plans/dialect.ts',
    from: ">= DATE '0001-01-01'`",
    to: ">= DATE '0000-01-01'`",
    tests: ['test/engines/corpus.test.ts'],
  },
  "a MERGE's condition: rows known by their number alone": {
    file: 'adapters/aws/lake/load/changes.ts',
    from: 'ON clean."_load_id" = changes."_load_id" AND clean."_row_number"',
    to: 'ON clean."_row_number"',
    tests: ['test/engines/aws/lake-loads.test.ts'],
  },
  'JSON by the RFC alone: a last comma is taken': {
    file: 'core/plans/json-records.ts',
    from: '|inf|,[ ',
    to: '|inf|,,[ ',
    tests: ['test/adapters/local/json-lines.test.ts'],
  },
  "a macro's argument order": {
    file: 'adapters/local/trino-macros.sql',
    from: 'date_sub(unit, a, b)',
    to: 'date_sub(unit, b, a)',
    tests: ['test/adapters/local/trino-macros.test.ts'],
  },
  "a macro's argument order, and its cases": {
    file: 'test/support/trino-macro-cases.ts',
    from: `["date_diff('year', DATE '2020-12-31', DATE '2021-01-01')", 0,`,
    to: `["date_diff('year', DATE '2019-12-31', DATE '2021-01-01')", -1,`,
    tests: ['test/engines/macros.test.ts'],
  },
  'a column that engines are not compared by': {
    file: 'test/engines/support/compare.ts',
    from: 'const others = common.filter((column) => !identifies(column));',
    to: 'const others = common.filter((column) => !identifies(column)).slice(1);',
    tests: ['test/engines-units/compare.test.ts'],
  },
};
