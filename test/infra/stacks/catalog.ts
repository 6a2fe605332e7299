import { describe, expect, it } from '@jest/globals';
import { headerNames } from '../../../core/quarantine/types.ts';
import { JOB_SETTINGS } from '../../engines/support/spark-settings.ts';
import { at, templates } from '../stage.ts';
import { parseGood } from '../tea.ts';

const { catalog, project } = await templates();
const tables = project.contracts.flatMap((contract) => contract.tables.map((table) => ({ contract, table })));

const propertiesOf = (type: string): Record<string, unknown>[] =>
  Object.values(catalog.findResources(type)).map(({ Properties }) => Properties);

describe('databases', () => {
  it('are one a data set, and those of landed files, books and staged rows', () => {
    const names = propertiesOf('AWS::Glue::Database').map((own) => at(own, 'DatabaseInput', 'Name'));
    expect(names).toEqual([
      ...project.contracts.map(({ schema }) => schema),
      'landing',
      'ops',
      'landfall_staged',
      'landfall_tables',
    ]);
    catalog.allResources('AWS::Glue::Database', { DeletionPolicy: 'Retain' });
  });
});

interface Column {
  readonly Name: string;
  readonly Type: string;
  readonly Comment: string;
}

describe('landed files', () => {
  const landed = propertiesOf('AWS::Glue::Table').filter(({ DatabaseName }) => DatabaseName === 'landing');

  it('are a table for each of a contract, every value a text, the columns those of the header', () => {
    expect(landed.map((own) => at(own, 'TableInput', 'Name'))).toEqual(
      tables.map(({ contract, table }) => `${contract.schema}__${table.name}`),
    );
    for (const [index, { table }] of tables.entries()) {
      const columns = at<Column[]>(landed[index], 'TableInput', 'StorageDescriptor', 'Columns');
      const isCsv = table.format === 'csv';
      expect(columns.map(({ Type }) => Type)).toEqual(columns.map(() => 'string'));
      expect(isCsv ? columns.map(({ Comment }) => Comment) : columns.length).toEqual(isCsv ? headerNames(table) : 1);
      expect(new Set(columns.map(({ Name }) => Name)).size).toBe(columns.length);
    }
  });

  it("lie under their data set's folder, as far as their glob has no star", async () => {
    const { catalog: own } = await templates(
      {},
      { contracts: [parseGood()], models: [], analyses: [], dashboards: [] },
    );
    const locations = Object.values(
      own.findResources('AWS::Glue::Table', { Properties: { DatabaseName: 'landing' } }),
    ).map(({ Properties }) => Properties.TableInput.StorageDescriptor.Location['Fn::Join'][1].at(-1));
    expect(locations[0]).toBe('/tea-shop/sales/');
  });
});

describe('clean tables, models and books', () => {
  it('are no resources, for their columns are not what a template once said', () => {
    for (const { DatabaseName } of propertiesOf('AWS::Glue::Table')) expect(DatabaseName).toBe('landing');
  });

  it('are made by a function once there are databases, with every change of what is bundled with it', () => {
    const [definitions] = Object.values(catalog.findResources('Custom::LakeDefinitions'));
    expect(at(definitions, 'Properties', 'Bundle')).toMatch(/^[0-9a-f]{64}$/);
    const databases = Object.keys(catalog.findResources('AWS::Glue::Database'));
    expect(at(definitions, 'DependsOn')).toEqual(expect.arrayContaining(databases));
  });

  it('may be made and described by it, and neither dropped nor emptied', () => {
    const policies = Object.entries(catalog.findResources('AWS::IAM::Policy'));
    const own = JSON.stringify(policies.filter(([id]) => id.startsWith('Definitions')));
    expect(own).toContain('glue:CreateTable');
    expect(own).not.toMatch(/Delete/);
  });

  it('are kept small by all three optimizers, once they are there', () => {
    const optimizers = Object.values(catalog.findResources('AWS::Glue::TableOptimizer'));
    const [definitions] = Object.keys(catalog.findResources('Custom::LakeDefinitions'));
    for (const own of optimizers) expect(at(own, 'DependsOn')).toContain(definitions);
    const kinds = ['compaction', 'retention', 'orphan_file_deletion'];
    const wanted = tables.flatMap(({ contract, table }) =>
      kinds.map((kind) => `${contract.schema}.${table.name} ${kind}`),
    );
    const told = propertiesOf('AWS::Glue::TableOptimizer').map(
      ({ DatabaseName, TableName, Type }) => `${DatabaseName}.${TableName} ${Type}`,
    );
    expect(told.sort()).toEqual(wanted.sort());
  });
});

describe('crawlers', () => {
  const crawlers = propertiesOf('AWS::Glue::Crawler');

  it('are one a data set with one target a table, as the state machine calls them, and run only when asked', () => {
    expect(crawlers.map(({ Name }) => Name)).toEqual(project.contracts.map(({ dataset }) => `landfall-${dataset}`));
    for (const [index, { schema, tables: own }] of project.contracts.entries()) {
      expect(crawlers[index]).not.toHaveProperty('Schedule');
      expect(crawlers[index]?.['Targets']).toEqual({
        CatalogTargets: own.map(({ name }) => ({ DatabaseName: 'landing', Tables: [`${schema}__${name}`] })),
      });
    }
  });

  it('log what changed, change nothing, and take the first line for a header', () => {
    catalog.allResourcesProperties('AWS::Glue::Crawler', {
      SchemaChangePolicy: { UpdateBehavior: 'LOG', DeleteBehavior: 'LOG' },
      Classifiers: ['landfall-csv'],
    });
    catalog.hasResourceProperties('AWS::Glue::Classifier', {
      CsvClassifier: { Name: 'landfall-csv', ContainsHeader: 'PRESENT', Delimiter: ',' },
    });
  });
});

describe('the bulk job', () => {
  it("runs the repository's script, several at once, in UTC, with its logs encrypted", () => {
    catalog.hasResourceProperties('AWS::Glue::Job', {
      GlueVersion: '5.0',
      ExecutionProperty: { MaxConcurrentRuns: 2 },
      SecurityConfiguration: 'landfall',
    });
  });

  it("stages rows, and reads the key that columns are protected under: no table and no catalog is the job's", () => {
    const role = Object.entries(catalog.findResources('AWS::IAM::Policy')).find(([id]) => id.startsWith('LoadRole'));
    const policy = JSON.stringify(role);
    for (const folder of ['landfall_staged', 'batches', 'bulk']) expect(policy).toContain(`/${folder}/*`);
    expect(policy).toContain('secretsmanager:GetSecretValue');
    expect(policy).not.toMatch(/glue:|runs\/|books\//);
    const [job] = propertiesOf('AWS::Glue::Job');
    expect(at(job, 'DefaultArguments', '--protect_secret')).toEqual({ Ref: expect.stringMatching(/^ProtectKey/) });
  });

  it('has the settings that it was tried with, on the driver as on the executors', () => {
    const [job] = propertiesOf('AWS::Glue::Job');
    const told = JSON.stringify(at(job, 'DefaultArguments', '--conf'));
    // The catalog is there for tests that read what others wrote.
    const tried = Object.entries(JOB_SETTINGS).filter(([name]) => !/catalog|extensions$|datetimeRebase/.test(name));
    for (const [name, value] of tried) expect(told).toContain(`${name}=${value}`);
    expect(told).toContain('spark.executor.extraJavaOptions=-Xss64m');
  });

  it('may make no database', () => {
    expect(JSON.stringify(catalog.findResources('AWS::IAM::Policy'))).not.toContain('CreateDatabase');
  });
});

describe('workgroups', () => {
  it("are people's and the pipeline's, both with a limit, encrypted results, and no say for a client", () => {
    catalog.resourceCountIs('AWS::Athena::WorkGroup', 2);
    catalog.allResourcesProperties('AWS::Athena::WorkGroup', {
      WorkGroupConfiguration: {
        EnforceWorkGroupConfiguration: true,
        ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: 'SSE_KMS' } },
      },
    });
  });

  it('stop the pipeline at ten times its largest planned MERGE', () => {
    const limit = (Name: string) => {
      const own = propertiesOf('AWS::Athena::WorkGroup').find((group) => group['Name'] === Name);
      return at(own, 'WorkGroupConfiguration', 'BytesScannedCutoffPerQuery');
    };
    expect(limit('landfall-people')).toBe(10 * 1024 ** 3);
    expect(limit('landfall-pipeline')).toBe(100 * 1024 ** 3);
  });

  it("offer each model's own text, each table's files, and what is in quarantine", () => {
    const texts = propertiesOf('AWS::Athena::NamedQuery').map(({ QueryString }) => QueryString);
    for (const { sql } of project.models) expect(texts).toContain(sql);
    expect(texts).toHaveLength(project.models.length + tables.length + project.contracts.length);
  });
});

describe('every role', () => {
  it('may do named things, and nothing to all resources', () => {
    const statements = propertiesOf('AWS::IAM::Policy').flatMap((own) =>
      at<{ Action: string | string[]; Resource: unknown }[]>(own, 'PolicyDocument', 'Statement'),
    );
    for (const { Action, Resource } of statements) {
      expect([Action].flat().join()).not.toContain('*');
      // Traces know no resources.
      if (![Action].flat().every((action) => action.startsWith('xray:'))) expect([Resource].flat()).not.toContain('*');
    }
  });
});
