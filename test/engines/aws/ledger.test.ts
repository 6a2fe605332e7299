import { beforeAll } from '@jest/globals';
import { TableFacts } from '../../../adapters/aws/ledger/facts.ts';
import { TableLeases } from '../../../adapters/aws/ledger/leases.ts';
import { TableLedger } from '../../../adapters/aws/ledger/ledger.ts';
import { LedgerTable } from '../../../adapters/aws/ledger/table.ts';
import { leasesContract } from '../../ports/leases.ts';
import { ledgerContract } from '../../ports/ledger.ts';
import { makeTable, moto } from './stores.ts';

let table: LedgerTable;
beforeAll(async () => {
  table = new LedgerTable(await makeTable('ledger'), moto());
});

leasesContract('DynamoDB', () => ({ open: (clock) => new TableLeases(table, clock) }), 60);

ledgerContract('DynamoDB', (clock) => ({
  ledger: new TableLedger(table, clock),
  leases: new TableLeases(table, clock),
  facts: new TableFacts(table),
}));
