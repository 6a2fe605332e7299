/** A stage on the engines, with all that makes something happen on it. */

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Bucket } from '../../adapters/aws/objects/bucket.ts';
import { SHIPPED } from '../../adapters/local/project.ts';
import type { RunOutcome } from '../../core/ports.ts';
import type { Execution } from '../bridge/states/machine.ts';
import { AthenaUser } from '../engines/support/athena.ts';
import { AwsStage } from '../engines/support/aws-stage.ts';
import { EventPump } from '../engines/support/event-pump.ts';
import { SectionsApi, sectionsWith } from '../support/sections-api.ts';
import { actingAs } from './acting.ts';
import { Listeners } from './listeners.ts';
import { Machine } from './machine.ts';
import { expectPsql } from './readers/reader.ts';
import { bulkLimit, type Sample, writeSample } from './sample.ts';
import { seconds, type Transcript } from './transcript.ts';

/** Schedules are prod's alone. */
const STAGE = 'prod';
/** Classes that the API gives. */
const SECTIONS = 60;
const TOKEN = 'a-token-of-the-rehearsal';
const PULLED = 'app-installs';

export interface Wanted {
  /** The sample of `npm start`, instead of a smaller one. */
  readonly isFull: boolean;
  /** What is rehearsed; all that is shipped where it is empty. */
  readonly datasets: readonly string[];
}

interface Parts {
  readonly stage: AwsStage;
  readonly machine: Machine;
  readonly api: SectionsApi;
  readonly sample: Sample;
  readonly root: string;
}

export class Rehearsal {
  readonly transcript: Transcript;
  readonly stage: AwsStage;
  readonly pump: EventPump;
  readonly machine: Machine;
  readonly api: SectionsApi;
  readonly sample: Sample;
  readonly athena: AthenaUser;
  /** For files on their way; gone in the end. */
  readonly root: string;
  private readonly listeners: Listeners;
  private readonly drops: Bucket;

  private constructor(transcript: Transcript, { stage, machine, api, sample, root }: Parts) {
    this.transcript = transcript;
    this.stage = stage;
    this.machine = machine;
    this.api = api;
    this.sample = sample;
    this.root = root;
    this.pump = new EventPump(stage);
    this.athena = new AthenaUser(stage.bridge.url);
    this.listeners = new Listeners(this.pump, stage.templates);
    const role = stage.templates.of('AWS::IAM::Role').find(({ id }) => id.startsWith('DropRole'));
    if (role === undefined) throw new Error('the stacks have no drop role');
    this.drops = new Bucket(stage.bucket('Landing').bucket, actingAs(stage, role.id));
  }

  /** Makes the sample, and the stage of what is shipped; to be closed. */
  static async open(transcript: Transcript, { isFull, datasets }: Wanted): Promise<Rehearsal> {
    expectPsql();
    const root = mkdtempSync(join(tmpdir(), 'landfall-rehearsal-'));
    const api = await SectionsApi.start(sectionsWith(SECTIONS, 25.5, 6.7), TOKEN);
    try {
      const sample = await transcript.during('act', 'generate the sample', () =>
        writeSample(join(root, 'sample'), isFull, datasets),
      );
      writeProject(root, sample, api);
      const stage = await openStage(transcript, root, sample);
      try {
        if (sample.files.has(PULLED)) await stage.keepSecret(`landfall/pull/${PULLED}`, TOKEN);
        const machine = await Machine.make(stage, transcript);
        return new Rehearsal(transcript, { stage, machine, api, sample, root });
      } catch (error) {
        await stage.close();
        throw error;
      }
    } catch (error) {
      // It would keep the process waiting.
      await api.stop();
      rmSync(root, { recursive: true, force: true });
      throw error;
    }
  }

  /** What is deployed, as a folder of contracts and queries. */
  get project(): string {
    return join(this.root, 'project');
  }

  /** Deploys what has changed in the project. */
  async redeploy(): Promise<void> {
    await this.transcript.during('act', 'deploy again', () => this.stage.redeploy(contextOf(this.root)));
  }

  /** By the drop role's means. @param path of the file, by its key in the landing bucket; the sample's own by default */
  async drop(key: string, path: string = join(this.sample.folder, key)): Promise<void> {
    await this.drops.upload(key, path);
  }

  /** The same with a text that is written here. */
  async dropText(key: string, content: string): Promise<void> {
    const path = join(this.root, 'dropped');
    writeFileSync(path, content);
    await this.drop(key, path);
  }

  text(key: string): string {
    return readFileSync(join(this.sample.folder, key), 'utf8');
  }

  /** Events and executions, side by side, until nothing is left to do. @returns the executions */
  async settle(): Promise<readonly Execution[]> {
    const executions: Execution[] = [];
    do {
      let isOver = false;
      const playing = this.machine.play().finally(() => {
        isOver = true;
      });
      await this.listeners.settle(() => isOver);
      executions.push(...(await playing));
      // An event may have started one more meanwhile.
    } while (await this.machine.isWaiting());
    return executions;
  }

  /** Says what people were told since this was last asked. */
  async told(): Promise<readonly RunOutcome[]> {
    const all = (await this.pump.told()) as unknown as readonly RunOutcome[];
    for (const { run_id: runId, status, errors, datasets } of all) {
      const about = datasets.map(({ dataset }) => dataset).join(', ');
      const why = errors.map(({ code, message }) => `${code}: ${message}`);
      this.transcript.say(`  told of ${about}: ${[status, ...why].join('; ')} (run ${runId})`);
    }
    return all;
  }

  /** Brings to its end what a scene has left, and hears what people were told of it. */
  async rest(): Promise<void> {
    await this.settle();
    await this.told();
  }

  async close(): Promise<void> {
    this.athena.client.destroy();
    await this.stage.close();
    await this.api.stop();
    rmSync(this.root, { recursive: true, force: true });
  }
}

const contextOf = (root: string) => ({ stage: STAGE, project: join(root, 'project') });

/** What is shipped of the sample's data sets, with the API of the rehearsal. */
function writeProject(root: string, { files }: Sample, { url }: SectionsApi): void {
  for (const dataset of files.keys()) {
    for (const part of [join('contracts', `${dataset}.odcs.yaml`), join('queries', dataset)])
      cpSync(join(SHIPPED, part), join(root, 'project', part), { recursive: true });
  }
  if (!files.has(PULLED)) return;
  const contract = join(root, 'project', 'contracts', `${PULLED}.odcs.yaml`);
  writeFileSync(contract, readFileSync(contract, 'utf8').replace(/url: https:\S+/, `url: ${url}`));
}

async function openStage(transcript: Transcript, root: string, sample: Sample): Promise<AwsStage> {
  const variables = { LANDFALL_LARGE_BYTES: String(bulkLimit(sample)) };
  transcript.say(
    `instead of the templates' own: LANDFALL_LARGE_BYTES=${variables.LANDFALL_LARGE_BYTES} in every function`,
  );
  return transcript.during('act', 'synthesize and deploy', () =>
    AwsStage.open({
      context: contextOf(root),
      variables,
      heard: ({ name, at, milliseconds, isCold, failure }) => {
        transcript.add('function', name, at, milliseconds, failure);
        // It waits for another's work, again and again.
        if (failure === 'Landfall.Busy') return;
        transcript.say(
          `  ${name}: ${seconds(milliseconds)}${isCold ? ', cold' : ''}${failure === null ? '' : `, ${failure}`}`,
        );
      },
    }),
  );
}
