import { DEFAULT_POLICY } from '../drift/types.ts';
import { globsOverlap } from '../glob.ts';
import type { Contract, TableContract } from '../types.ts';
import { changed } from './columns.ts';
import { breaksOf, differ, type Judged, quotes, tableChange } from './judged.ts';
import { pairTables } from './pairs.ts';
import { serviceLevelChange } from './promises.ts';
import { settingChanges } from './tables.ts';
import type { Change, Effect } from './types.ts';

/** What a change of one setting of a contract means; undefined where tables say it. */
type Rule = (was: Contract, now: Contract) => Judged | undefined;

/** A setting that is added to contracts is missing here until its rule is written. */
const RULES = {
  dataset: () => undefined,
  schema: () => undefined,
  file: () => undefined,
  version: ({ version: was }, { version: now }) => ({ code: 'version-changed', says: changed('version', was, now) }),
  description: () => ({ code: 'dataset-described', says: 'another description' }),
  sourceApi: ({ sourceApi: was }, { sourceApi: now }) => {
    const keys = [...new Set([...Object.keys(was ?? {}), ...Object.keys(now ?? {})])] as (keyof typeof was)[];
    const names = keys.filter((key) => differ(was?.[key], now?.[key])).join(', ');
    const says =
      now === undefined ? 'sourceApi removed' : was === undefined ? 'sourceApi added' : `sourceApi: ${names}`;
    const pull = now === undefined ? 'pull has nothing to fetch any more' : 'the next pull goes by it';
    return { code: 'source-api-changed', says, loaded: `files that were pulled stay; ${pull}` };
  },
  serviceLevels: serviceLevelChange,
  drift: ({ drift: was = DEFAULT_POLICY }, { drift: now = DEFAULT_POLICY }) => {
    if (was === now) return undefined;
    return {
      code: 'drift-changed',
      says: changed('drift', was, now),
      senders: now === 'freeze' ? 'files with a column that the contract does not name are refused' : undefined,
      loaded:
        'files that were refused for a column, or had values kept aside, load again; a column that a table has got stays',
    };
  },
  tables: () => undefined,
} satisfies Record<keyof Contract, Rule>;

const SETTINGS = Object.keys(RULES) as (keyof Contract)[];

/**
 * Everything that differs between two versions of the contracts of a project, and what each difference means: for whom it
 * breaks something, and what the next run does about rows already loaded, as the fingerprints of the load plans have it.
 */
export function diffContracts(was: readonly Contract[], now: readonly Contract[]): Change[] {
  const before = (dataset: string) => was.find((contract) => contract.dataset === dataset);
  return [
    ...was.filter(({ dataset }) => !now.some((contract) => contract.dataset === dataset)).map(removedDataset),
    ...now.flatMap((contract) => {
      const older = before(contract.dataset);
      return older === undefined ? [addedDataset(contract)] : contractChanges(older, contract);
    }),
  ];
}

function contractChanges(was: Contract, now: Contract): Change[] {
  const tables = pairTables(was.tables, now.tables);
  const own = SETTINGS.filter((setting) => differ(was[setting], now[setting])).flatMap((setting): Change[] => {
    const judged = (RULES[setting] as Rule)(was, now);
    if (judged === undefined) return [];
    const { code, says, loaded } = judged;
    const rest = loaded === undefined ? {} : { loaded };
    return [{ code, dataset: now.dataset, tables: [], says, breaks: breaksOf(judged), effects: [], ...rest }];
  });
  return [
    ...own,
    ...tables.removed.map((table) => removedTable(now, table)),
    ...tables.added.map((table) => addedTable(now, table)),
    ...tables.kept.flatMap((table) => [
      ...(table.was.name === table.now.name ? [] : [renamedTable(now, table.was, table.now.name)]),
      ...settingChanges(now, table.was, table.now),
    ]),
  ];
}

const STAYS = 'rows already loaded stay in the lake, and no run changes them any more';

function renamedTable(contract: Contract, was: TableContract, name: string): Change {
  return tableChange(
    contract,
    { before: was, after: { ...was, name } },
    {
      code: 'table-renamed',
      says: `renamed to ${contract.schema}.${name}`,
      readers: 'a query that names it fails, or finds rows that no run changes any more',
      loaded: 'the table of the old name stays in the lake as it is',
      publish: was.warehouse?.publish === true,
    },
  );
}

function removedTable({ dataset, schema, tables }: Contract, table: TableContract): Change {
  const takers = tables.filter(({ landing }) => globsOverlap(landing, table.landing));
  const taken = takers.length === 0 ? '' : `, but for those that ${quotes(takers.map(({ name }) => name))} takes`;
  return {
    code: 'table-removed',
    dataset,
    tables: [`${schema}.${table.name}`],
    says: 'removed',
    breaks: {
      readers: 'a query that names it fails, or finds rows that no run changes any more',
      senders: `files of ${table.landing} are left lying${taken}`,
    },
    effects: published([table]),
    loaded: STAYS,
  };
}

function addedTable({ dataset, schema }: Contract, table: TableContract): Change {
  const loaded = 'files that it takes load';
  const [tables, says] = [[`${schema}.${table.name}`], 'added'];
  return { code: 'table-added', dataset, tables, says, breaks: {}, effects: published([table]), loaded };
}

function removedDataset({ dataset, schema, tables }: Contract): Change {
  return {
    code: 'dataset-removed',
    dataset,
    tables: tables.map(({ name }) => `${schema}.${name}`),
    says: 'removed',
    breaks: {
      readers: 'a query that names its tables fails, or finds rows that no run changes any more',
      senders: 'none of its files is taken',
    },
    effects: published(tables),
    loaded: STAYS,
  };
}

function addedDataset({ dataset, schema, tables }: Contract): Change {
  return {
    code: 'dataset-added',
    dataset,
    tables: tables.map(({ name }) => `${schema}.${name}`),
    says: 'added',
    breaks: {},
    effects: published(tables),
    loaded: 'files that it takes load',
  };
}

function published(tables: readonly TableContract[]): Effect[] {
  return tables.some(({ warehouse }) => warehouse?.publish === true) ? ['publish'] : [];
}
