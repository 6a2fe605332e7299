/** Crawlers: moto keeps what they are, the bridge runs them. */

import {
  BatchGetCrawlersCommand,
  type BatchGetCrawlersRequest,
  type Classifier,
  type Crawler,
  type CreateClassifierRequest,
  CreateCrawlerCommand,
  type CreateCrawlerRequest,
  GetCrawlerCommand,
  GetCrawlersCommand,
  GetDatabaseCommand,
  type LastCrawlInfo,
} from '@aws-sdk/client-glue';
import { type MotoClients, motoClients } from '../moto-clients.ts';
import { type Actions, AwsError } from '../protocol.ts';
import { crawl, type Found } from './crawl.ts';
import { Log } from './log.ts';

const GROUP = '/aws-glue/crawlers';

interface Run {
  readonly startedAt: Date;
  readonly stop: AbortController;
  readonly ended: Promise<void>;
  last: LastCrawlInfo;
  found: Found | null;
  isOver: boolean;
}

export class Crawlers {
  readonly actions: Actions = {
    CreateCrawler: (input: CreateCrawlerRequest) => this.#create(input),
    StartCrawler: ({ Name = '' }: { Name?: string }) => this.#start(Name),
    StopCrawler: ({ Name = '' }: { Name?: string }) => this.#stop(Name),
    GetCrawler: async ({ Name = '' }: { Name?: string }) => ({ Crawler: await this.#get(Name) }),
    GetCrawlers: async () => {
      const { Crawlers: all = [] } = await this.#moto.glue.send(new GetCrawlersCommand({}));
      return { Crawlers: all.map((crawler) => this.#withState(crawler)) };
    },
    BatchGetCrawlers: async (input: BatchGetCrawlersRequest) => {
      const { Crawlers: some = [], ...rest } = await this.#moto.glue.send(new BatchGetCrawlersCommand(input));
      return { Crawlers: some.map((crawler) => this.#withState(crawler)), CrawlersNotFound: rest.CrawlersNotFound };
    },
    GetCrawlerMetrics: ({ CrawlerNameList = [] }: { CrawlerNameList?: string[] }) => ({
      CrawlerMetricsList: CrawlerNameList.map((name) => this.#metrics(name)),
    }),
    CreateClassifier: ({ CsvClassifier }: CreateClassifierRequest) => this.#createClassifier(CsvClassifier),
    GetClassifier: ({ Name = '' }: { Name?: string }) => ({ Classifier: this.#classifier(Name) }),
    GetClassifiers: () => ({ Classifiers: [...this.#classifiers.values()] }),
    DeleteClassifier: ({ Name = '' }: { Name?: string }) => {
      this.#classifier(Name);
      this.#classifiers.delete(Name);
      return {};
    },
  };
  readonly #moto: MotoClients;
  readonly #endpoint: () => string;
  readonly #log: Log;
  readonly #classifiers = new Map<string, Classifier>();
  readonly #runs = new Map<string, Run>();

  /** @param endpoint where a crawler reaches AWS, under a name of its own */
  constructor(moto: string, endpoint: () => string) {
    this.#moto = motoClients(moto);
    this.#endpoint = endpoint;
    this.#log = new Log(moto, GROUP);
  }

  async close(): Promise<void> {
    for (const run of this.#runs.values()) {
      run.stop.abort(new Error('the bridge closes'));
      await run.ended;
    }
    this.#moto.close();
  }

  async #create(input: CreateCrawlerRequest): Promise<object> {
    const { Targets, SchemaChangePolicy, Name } = input;
    if ((Targets?.CatalogTargets ?? []).length > 0 && SchemaChangePolicy?.DeleteBehavior !== 'LOG') {
      throw invalid(`The SchemaChangePolicy of ${Name} must have the DeleteBehavior LOG for targets of the catalog`);
    }
    for (const name of input.Classifiers ?? []) this.#classifier(name);
    await this.#moto.glue.send(new CreateCrawlerCommand(input));
    return {};
  }

  async #get(name: string): Promise<Crawler> {
    const { Crawler: crawler = {} } = await this.#moto.glue.send(new GetCrawlerCommand({ Name: name }));
    return this.#withState(crawler);
  }

  #withState(crawler: Crawler): Crawler {
    const run = this.#runs.get(crawler.Name ?? '');
    if (run === undefined) return { ...crawler, State: 'READY' };
    const State = run.isOver ? 'READY' : run.stop.signal.aborted ? 'STOPPING' : 'RUNNING';
    return { ...crawler, State, ...(run.isOver ? { LastCrawl: run.last } : {}) };
  }

  async #start(name: string): Promise<object> {
    const crawler = await this.#get(name);
    if (this.#runs.get(name)?.isOver === false) {
      throw new AwsError('CrawlerRunningException', `Crawler with name ${name} has already started`);
    }
    const startedAt = new Date();
    const stop = new AbortController();
    const last = { Status: 'SUCCEEDED', LogGroup: GROUP, LogStream: name, StartTime: startedAt } as const;
    const run: Run = { startedAt, stop, last, found: null, isOver: false, ended: Promise.resolve() };
    this.#runs.set(name, Object.assign(run, { ended: this.#run(name, crawler, run) }));
    return {};
  }

  async #run(name: string, crawler: Crawler, run: Run): Promise<void> {
    const own = motoClients(this.#endpoint(), `crawler-${name}`);
    const lines: string[] = ['BENCHMARK : Running Start Crawl'];
    try {
      const DatabaseName = crawler.DatabaseName ?? '';
      if (DatabaseName !== '') await own.glue.send(new GetDatabaseCommand({ Name: DatabaseName }));
      run.found = await crawl({
        crawler,
        form: this.#form(crawler),
        glue: own.glue,
        s3: own.s3,
        signal: run.stop.signal,
      });
      lines.push(...run.found.lines);
    } catch (error) {
      const isStopped = run.stop.signal.aborted;
      run.last = { ...run.last, Status: isStopped ? 'CANCELLED' : 'FAILED', ErrorMessage: (error as Error).message };
      lines.push(`ERROR : ${(error as Error).message}`);
    } finally {
      own.close();
    }
    await this.#log.write(name, [...lines, 'BENCHMARK : Crawler has finished running']).catch(() => undefined);
    run.isOver = true;
  }

  async #stop(name: string): Promise<object> {
    await this.#get(name);
    const run = this.#runs.get(name);
    if (run === undefined || run.isOver) {
      throw new AwsError('CrawlerNotRunningException', `Crawler with name ${name} isn't running`);
    }
    run.stop.abort(new Error('Crawl was stopped'));
    return {};
  }

  #metrics(name: string) {
    const run = this.#runs.get(name);
    return {
      CrawlerName: name,
      StillEstimating: false,
      TablesCreated: run?.found?.created ?? 0,
      TablesUpdated: run?.found?.updated ?? 0,
      TablesDeleted: 0,
    };
  }

  #form({ Classifiers = [] }: Crawler) {
    const csv = Classifiers.map((name) => this.#classifier(name).CsvClassifier).find((one) => one !== undefined);
    return { delimiter: csv?.Delimiter ?? ',', quote: csv?.QuoteSymbol ?? '"' };
  }

  #createClassifier(csv: CreateClassifierRequest['CsvClassifier']): object {
    if (csv?.Name === undefined) throw invalid('the bridge has classifiers of CSV alone');
    if (csv.ContainsHeader !== 'PRESENT') throw invalid('the bridge has classifiers of CSV with a header alone');
    if (this.#classifiers.has(csv.Name)) {
      throw new AwsError('AlreadyExistsException', `Classifier ${csv.Name} already exists`);
    }
    this.#classifiers.set(csv.Name, {
      CsvClassifier: { ...csv, Name: csv.Name, CreationTime: new Date(), Version: 1 },
    });
    return {};
  }

  #classifier(name: string): Classifier {
    const classifier = this.#classifiers.get(name);
    if (classifier === undefined) throw new AwsError('EntityNotFoundException', `Classifier ${name} not found`);
    return classifier;
  }
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidInputException', message);
}
