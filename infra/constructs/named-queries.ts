import { CfnNamedQuery, type CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { Construct } from 'constructs';
import type { Contract } from '../../core/contracts/types.ts';
import type { Model } from '../../core/models/types.ts';
import { WORDS } from '../../core/plans/dialect.ts';
import { landingQuery } from './landing-table.ts';

export interface NamedQueriesProps {
  readonly workgroup: CfnWorkGroup;
  readonly contract: Contract;
  /** The data set's. */
  readonly models: readonly Model[];
}

/** Questions to start from: each model's own SELECT, each table's files as they landed, and what is in quarantine. */
export class NamedQueries extends Construct {
  constructor(scope: Construct, id: string, { workgroup, contract, models }: NamedQueriesProps) {
    super(scope, id);
    const { dataset, schema } = contract;
    const add = (own: string, name: string, description: string, queryString: string) => {
      const query = new CfnNamedQuery(this, own, {
        name: `${dataset}: ${name}`.slice(0, 128),
        description: description.slice(0, 1024),
        database: schema,
        queryString,
        workGroup: workgroup.name,
      });
      query.addResourceDependency(workgroup);
    };
    for (const { name, description, sql } of models) add(`model-${name}`, name, description, sql);
    for (const table of contract.tables) {
      add(`landing-${table.name}`, `files of ${table.name}`, 'Files as they landed', landingQuery(contract, table));
    }
    add('quarantine', 'quarantine', 'Why rows wait in quarantine, by file', quarantineQuery(dataset));
  }
}

function quarantineQuery(dataset: string): string {
  return [
    'SELECT table_name, source_file, column_name, reason, count(*) AS records',
    'FROM ops.quarantine',
    `WHERE dataset = ${WORDS.literal.duckdb(dataset)} AND status = 'open'`,
    'GROUP BY table_name, source_file, column_name, reason',
    'ORDER BY records DESC, table_name, source_file, column_name, reason',
  ].join('\n');
}
