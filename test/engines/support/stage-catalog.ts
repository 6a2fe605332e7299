/** The catalog of a stage, as its templates describe it: databases, tables, crawlers, the job, workgroups. */

import { AthenaClient, CreateWorkGroupCommand, DeleteWorkGroupCommand } from '@aws-sdk/client-athena';
import {
  CreateClassifierCommand,
  CreateCrawlerCommand,
  type CreateCrawlerCommandInput,
  CreateDatabaseCommand,
  CreateJobCommand,
  type CreateJobCommandInput,
  type DatabaseInput,
  DeleteClassifierCommand,
  DeleteCrawlerCommand,
  DeleteJobCommand,
  GlueClient,
  type TableInput,
} from '@aws-sdk/client-glue';
import { type Connection, makeClient } from '../../../adapters/aws/clients.ts';
import { GlueTables } from '../../../adapters/aws/lake/glue-tables.ts';
import { nameOf, orNothing } from './stage-resources.ts';
import type { Templates } from './templates.ts';

interface WorkGroupProperties {
  readonly Name: string;
  readonly WorkGroupConfiguration: object;
}

export async function makeCatalog(templates: Templates, connection: Connection): Promise<void> {
  const client = makeClient(GlueClient, connection);
  const tables = new GlueTables(client);
  for (const own of templates.of('AWS::Glue::Database')) {
    const { DatabaseInput } = templates.resolved<{ DatabaseInput: DatabaseInput }>(own);
    templates.note(own, { Ref: DatabaseInput.Name ?? '' });
    const database = DatabaseInput.Name ?? '';
    await orNothing(client.send(new CreateDatabaseCommand({ DatabaseInput })));
    for (const { Name = '' } of await tables.list(database)) await tables.remove(database, Name);
  }
  for (const own of templates.of('AWS::Glue::Table')) {
    const { DatabaseName, TableInput } = templates.resolved<{ DatabaseName: string; TableInput: TableInput }>(own);
    await tables.put(DatabaseName, TableInput);
  }
  for (const own of templates.of('AWS::Glue::Classifier')) {
    const { CsvClassifier } = templates.resolved<{ CsvClassifier: { Name: string } }>(own);
    templates.note(own, { Ref: CsvClassifier.Name });
    await orNothing(client.send(new DeleteClassifierCommand({ Name: CsvClassifier.Name })));
    await client.send(new CreateClassifierCommand({ CsvClassifier }));
  }
  for (const own of templates.of('AWS::Glue::Crawler')) {
    const crawler = templates.resolved<CreateCrawlerCommandInput>(
      own,
      'Name',
      'Role',
      'Targets',
      'Classifiers',
      'SchemaChangePolicy',
      'Configuration',
    );
    const { Name, Role, Targets, Classifiers, SchemaChangePolicy, Configuration } = crawler;
    await orNothing(client.send(new DeleteCrawlerCommand({ Name })));
    await client.send(
      new CreateCrawlerCommand({ Name, Role, Targets, Classifiers, SchemaChangePolicy, Configuration }),
    );
  }
  await makeJobs(templates, client);
  const athena = makeClient(AthenaClient, connection);
  for (const own of templates.of('AWS::Athena::WorkGroup')) {
    const { Name, WorkGroupConfiguration } = templates.resolved<WorkGroupProperties>(own);
    await orNothing(athena.send(new DeleteWorkGroupCommand({ WorkGroup: Name, RecursiveDeleteOption: true })));
    await athena.send(new CreateWorkGroupCommand({ Name, Configuration: WorkGroupConfiguration }));
  }
}

async function makeJobs(templates: Templates, client: GlueClient): Promise<void> {
  for (const own of templates.of('AWS::Glue::Job')) {
    templates.note(own, { Ref: nameOf(own, 'Name') });
    const { Name, Role, GlueVersion, Command, DefaultArguments } = templates.resolved<CreateJobCommandInput>(
      own,
      ...(['Name', 'Role', 'GlueVersion', 'Command', 'DefaultArguments'] as const),
    );
    await orNothing(client.send(new DeleteJobCommand({ JobName: Name })));
    await client.send(new CreateJobCommand({ Name, Role, GlueVersion, Command, DefaultArguments }));
  }
}
