import { type App, Tags } from 'aws-cdk-lib';
import type { Project } from '../core/project.ts';
import { type Bundles, bundleOf } from './bundles/bundle.ts';
import type { Settings } from './config.ts';
import { CatalogStack } from './stacks/catalog-stack.ts';
import { MonitoringStack } from './stacks/monitoring-stack.ts';
import { PipelineStack } from './stacks/pipeline-stack.ts';
import { StorageStack } from './stacks/storage-stack.ts';
import { WarehouseStack, type WarehouseStackProps } from './stacks/warehouse-stack.ts';

export interface Stacks {
  readonly storage: StorageStack;
  readonly catalog: CatalogStack;
  readonly warehouse: WarehouseStack;
  readonly pipeline: PipelineStack;
  readonly monitoring: MonitoringStack;
}

/** What is made before any stack is. */
export interface Built {
  readonly settings: Settings;
  readonly project: Project;
  readonly bundles: Bundles;
  /** The text of `workflow/pipeline.asl.json`. */
  readonly definition: string;
  /** By published table, as an engine types them. */
  readonly columns: WarehouseStackProps['columns'];
}

/** Stacks of a stage, tagged so that its cost can be told. One stage an account and region. */
export function addStacks(app: App, built: Built): Stacks {
  const { settings, project, bundles, definition, columns } = built;
  const storage = new StorageStack(app, 'Storage', {
    ...named(settings, 'storage', 'landing zone, lake, results and reports'),
    settings,
    contracts: project.contracts,
  });
  const catalog = new CatalogStack(app, 'Catalog', {
    ...named(settings, 'catalog', 'tables, crawlers, the bulk job and Athena'),
    ...{ settings, project, storage },
    bundle: bundleOf(bundles, 'define'),
  });
  const warehouse = new WarehouseStack(app, 'Warehouse', {
    ...named(settings, 'warehouse', 'Redshift Serverless for BI tools'),
    ...{ settings, project, storage, columns },
    bundle: bundleOf(bundles, 'migrate'),
  });
  const kept = { settings, storage, catalog };
  const pipeline = new PipelineStack(app, 'Pipeline', {
    ...named(settings, 'pipeline', 'functions, queues, the state machine of a run and its schedule'),
    ...{ ...kept, project, bundles, definition, warehouse },
  });
  const monitoring = new MonitoringStack(app, 'Monitoring', {
    ...named(settings, 'monitoring', 'alarms, the dashboard, the budget, and who is told'),
    ...{ ...kept, pipeline, warehouseWorkgroup: warehouse.workgroupName },
  });
  Tags.of(app).add('project', 'landfall');
  Tags.of(app).add('stage', settings.stage);
  return { storage, catalog, warehouse, pipeline, monitoring };
}

function named({ stage, isDisposable }: Settings, name: string, description: string) {
  const account = process.env['CDK_DEFAULT_ACCOUNT'];
  const region = process.env['CDK_DEFAULT_REGION'];
  return {
    ...(account === undefined || region === undefined ? {} : { env: { account, region } }),
    stackName: `landfall-${stage}-${name}`,
    description: `Landfall, ${stage}: ${description}`,
    terminationProtection: !isDisposable,
  };
}
