/** A project of one table and a model that takes all of it, whose files are not as agreed. */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { DriftPolicy } from '../../core/contracts/drift/types.ts';
import type { Outcome, Workspace } from './cli.ts';
import { SHOP } from './shop-contract.ts';

const contract = (policy: DriftPolicy, protect = '', table = '') =>
  `${SHOP.replace('schema:', `customProperties: [{property: drift, value: ${policy}}]\nschema:`)}
    description: One thing sold.
    customProperties:
      - {property: landing, value: 'sold/*.csv'}
      - {property: load, value: merge}${table}
    properties:
      - {name: id, logicalType: integer, required: true, primaryKey: true}
      - {name: price, logicalType: integer}
      - {name: item, logicalType: string${protect}}
`;

/** A file as agreed. */
export const FIRST = 'id,price,item\n1,10,tea\n';

export class DriftShop {
  private readonly work: Workspace;
  private readonly project: string;

  constructor(work: Workspace) {
    this.work = work;
    this.project = work.project();
    for (const folder of ['contracts', 'queries']) rmSync(join(this.project, folder), { recursive: true });
    for (const folder of ['contracts', 'queries/shop']) mkdirSync(join(this.project, folder), { recursive: true });
    writeFileSync(join(this.project, 'queries/shop/all_sold.sql'), 'SELECT * FROM shop.purchases\n');
    writeFileSync(
      join(this.project, 'queries/shop/all_sold.yml'),
      'description: All of it.\nmaterialize: view\nkey: [id]\n',
    );
  }

  /** Has this contract from now on. */
  say(policy: DriftPolicy, protect?: string, table?: string): void {
    writeFileSync(join(this.project, 'contracts/shop.odcs.yaml'), contract(policy, protect, table));
  }

  cli(...args: string[]): Promise<Outcome> {
    return this.work.cli([...args, '--state', this.work.state, '--project', this.project]);
  }

  run(...more: string[]): Promise<Outcome> {
    return this.cli('run', '--landing', this.work.landing, '--no-warehouse', ...more);
  }

  /** A first file as agreed, and a second that is not. @returns what was told of the second */
  async land(policy: DriftPolicy, second: string): Promise<string> {
    this.say(policy);
    this.work.drop('shop/sold/1.csv', FIRST);
    expect((await this.run()).code).toBe(0);
    this.work.drop('shop/sold/2.csv', second);
    const { stdout, stderr } = await this.run();
    return stdout + stderr;
  }

  rows(columns = '*'): Promise<Record<string, unknown>[]> {
    return this.work.query(`SELECT ${columns.replace('*', '* EXCLUDE (_load_id)')} FROM shop.purchases ORDER BY id`);
  }

  records(): Promise<Record<string, unknown>[]> {
    return this.work.query(
      'SELECT source_file, kind, column_name, policy, action FROM ops.drift ORDER BY load_id, kind, column_name',
    );
  }
}
