/** What functions need, need by need, as statements of their roles. */

import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { TABLES } from '../../adapters/aws/lake/context.ts';
import { pullFolder } from '../../adapters/aws/pull/pages.ts';
import { MANIFESTS, type Manifest, STEPS, type Step } from '../../adapters/aws/run/manifests.ts';
import { EXPORTS } from '../../adapters/aws/warehouse/exports.ts';
import type { SourceApi } from '../../core/contracts/types.ts';
import { crawlerOf } from '../../core/pipeline/headers.ts';
import { BULK, STAGED } from '../../core/plans/spark-job.ts';
import type { Project } from '../../core/project.ts';
import { arnIn, type Grant, useKey, useTables } from '../constructs/access.ts';
import { LANDING } from '../constructs/landing-table.ts';
import { STATE_MACHINE, TOPIC } from '../names.ts';
import type { StorageStack } from '../stacks/storage-stack.ts';
import type { WarehouseAccess } from './warehouse-access.ts';

export interface NeedsProps {
  readonly project: Project;
  readonly storage: StorageStack;
  readonly ledger: Table;
  /** The names of Athena's workgroup for the pipeline, and of what it may read. */
  readonly workgroup: string;
  readonly warehouse: WarehouseAccess;
}

const OWN_FILES = 'Objects of a run and its tables have names that only the run knows, under a folder of their own.';

/** Statements for the functions of one stack. */
export class Needs {
  private readonly scope: Construct;
  private readonly props: NeedsProps;
  /** Of the lake's bucket. */
  private readonly lake: string;
  private readonly landing: string;
  private readonly results: string;

  constructor(scope: Construct, props: NeedsProps) {
    this.scope = scope;
    this.props = props;
    const { lake, landing, results } = props.storage;
    this.lake = arnIn(scope, lake);
    this.landing = arnIn(scope, landing);
    this.results = arnIn(scope, results);
  }

  /** Every object that Landfall keeps is encrypted with the one key. */
  key(): Grant {
    return useKey(this.props.storage.key, 'Decrypt', 'GenerateDataKey');
  }

  /** What tasks of a run share, leases and what is known of files. */
  run(): Grant[] {
    return [
      ...this.list(this.lake),
      this.put(this.lake, ['runs/']),
      this.get(this.lake, ['runs/']),
      {
        actions: [
          'dynamodb:GetItem',
          'dynamodb:Query',
          'dynamodb:PutItem',
          'dynamodb:UpdateItem',
          'dynamodb:DeleteItem',
          'dynamodb:BatchWriteItem',
          'dynamodb:ConditionCheckItem',
        ],
        resources: [this.props.ledger.tableArn],
      },
      this.key(),
    ];
  }

  /** What the bulk job is to do. */
  handOver(): Grant {
    return this.put(this.lake, [`${BULK}/`]);
  }

  /** Files as they landed, also those that nobody claims. */
  readLanding(): Grant[] {
    return [
      ...this.list(this.landing),
      {
        actions: ['s3:GetObject'],
        resources: [`${this.landing}/*`],
        reason: 'Whoever drops files names them; what no data set claims is told of, too.',
      },
    ];
  }

  /** New files of a data set that comes by its API. */
  land(dataset: string, { prefix }: SourceApi): Grant[] {
    const pages = [pullFolder(dataset)];
    return [
      ...this.list(this.lake),
      this.put(this.lake, pages),
      this.get(this.lake, pages),
      this.remove(this.lake, pages),
      ...this.list(this.landing),
      this.put(this.landing, [`${dataset}/${prefix}/`.replaceAll(/\/+/g, '/')]),
      this.get(this.landing, [`${dataset}/`]),
    ];
  }

  /** Statements in the pipeline's workgroup. Athena reads in the caller's name: tables, their files, and its results. */
  askAthena(): Grant[] {
    const stack = Stack.of(this.scope);
    return [
      {
        actions: [
          'athena:StartQueryExecution',
          'athena:GetQueryExecution',
          'athena:GetQueryResults',
          'athena:StopQueryExecution',
        ],
        resources: [stack.formatArn({ service: 'athena', resource: 'workgroup', resourceName: this.props.workgroup })],
      },
      useTables(this.scope, this.databases, [
        'GetDatabase',
        'GetDatabases',
        'GetTable',
        'GetTables',
        'GetPartition',
        'GetPartitions',
      ]),
      ...this.list(this.lake),
      this.get(this.lake, ['']),
      ...this.list(this.results),
      this.get(this.results, ['pipeline/']),
      this.put(this.results, ['pipeline/']),
    ];
  }

  /** Views and tables, made and replaced. */
  makeTables(): Grant[] {
    return [
      useTables(this.scope, this.written, ['CreateTable', 'UpdateTable', 'DeleteTable']),
      // An INSERT tells the catalog of the partition that it wrote, though nobody looks for it there.
      useTables(this.scope, [STAGED], ['BatchGetPartition', 'BatchCreatePartition']),
    ];
  }

  /** Staged rows, what batches do, the books, and the tables of data sets, which Athena writes in the caller's name. */
  writeTables(): Grant[] {
    const folders = [...this.schemas, STAGED, TABLES, 'results', 'books', 'batches'].map((folder) => `${folder}/`);
    return [this.put(this.lake, folders), this.remove(this.lake, folders)];
  }

  /** Objects of the books alone. */
  writeBooks(): Grant[] {
    return [this.put(this.lake, ['books/']), this.remove(this.lake, ['books/'])];
  }

  /** Tells the step after that this one is done, or that a data set has to be looked at again. */
  tell(...manifests: readonly Manifest[]): Grant {
    return this.put(
      this.lake,
      manifests.map((manifest) => MANIFESTS[manifest]),
    );
  }

  /** What a step of events leaves: its manifest, `done` where it failed, and `again` where files landed meanwhile. */
  leave(step: Step): Grant[] {
    const { leaves } = STEPS[step];
    const all: Manifest[] = leaves === null ? ['again'] : [leaves, 'done', 'again'];
    return [this.tell(...new Set(all)), this.get(this.lake, ['manifests/'])];
  }

  publish(): Grant[] {
    const { workgroupArn, ownerSecretArn } = this.props.warehouse;
    return [
      {
        actions: ['redshift-data:BatchExecuteStatement', 'redshift-data:ExecuteStatement'],
        resources: [workgroupArn],
      },
      {
        actions: [
          'redshift-data:DescribeStatement',
          'redshift-data:GetStatementResult',
          'redshift-data:CancelStatement',
        ],
        resources: ['*'],
        reason: 'A statement has no ARN; one sees those that one has submitted.',
        conditions: { StringEquals: { 'redshift-data:statement-owner-iam-userid': '\u0024{aws:userid}' } },
      },
      this.secret(ownerSecretArn),
      this.put(this.lake, [EXPORTS]),
      this.remove(this.lake, [EXPORTS]),
    ];
  }

  report(): Grant[] {
    const bucket = arnIn(this.scope, this.props.storage.report);
    return [this.put(bucket, ['']), ...this.list(bucket), this.get(bucket, [''])];
  }

  /** Large files are a run's, which has the bulk job. */
  startRun(): Grant {
    return { actions: ['states:StartExecution'], resources: [Needs.machineArn(this.scope)] };
  }

  crawl(): Grant {
    const stack = Stack.of(this.scope);
    const crawlers = this.props.project.contracts.map(({ dataset }) => crawlerOf(dataset));
    return {
      actions: ['glue:StartCrawler', 'glue:GetCrawler'],
      resources: crawlers.map((resourceName) =>
        stack.formatArn({ service: 'glue', resource: 'crawler', resourceName }),
      ),
    };
  }

  /** By its name: the state machine knows functions that know it. */
  static machineArn(scope: Construct): string {
    return Stack.of(scope).formatArn({
      service: 'states',
      resource: 'stateMachine',
      resourceName: STATE_MACHINE,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }

  notify(): Grant[] {
    return [
      { actions: ['sns:Publish'], resources: [Stack.of(this.scope).formatArn({ service: 'sns', resource: TOPIC })] },
      this.key(),
    ];
  }

  secret(arn: string): Grant {
    return { actions: ['secretsmanager:GetSecretValue'], resources: [arn] };
  }

  private get schemas(): string[] {
    return this.props.project.contracts.map(({ schema }) => schema);
  }

  private get databases(): string[] {
    return [...this.written, LANDING];
  }

  private get written(): string[] {
    return [...this.schemas, 'ops', STAGED, TABLES];
  }

  private list(bucket: string): Grant[] {
    return [{ actions: ['s3:ListBucket', 's3:GetBucketLocation'], resources: [bucket] }];
  }

  private get(bucket: string, folders: readonly string[]): Grant {
    return { actions: ['s3:GetObject'], resources: folders.map((one) => `${bucket}/${one}*`), reason: OWN_FILES };
  }

  private put(bucket: string, folders: readonly string[]): Grant {
    const actions = ['s3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'];
    return { actions, resources: folders.map((one) => `${bucket}/${one}*`), reason: OWN_FILES };
  }

  private remove(bucket: string, folders: readonly string[]): Grant {
    return { actions: ['s3:DeleteObject'], resources: folders.map((one) => `${bucket}/${one}*`), reason: OWN_FILES };
  }
}
