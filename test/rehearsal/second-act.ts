/** What goes wrong between two scheduled runs, and what it comes to. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BatchStopJobRunCommand, GlueClient } from '@aws-sdk/client-glue';
import type { SQSRecord } from 'aws-lambda';
import { makeClient } from '../../adapters/aws/clients.ts';
import { LEASE_MS } from '../../adapters/aws/run/home.ts';
import type { Rehearsal } from './rehearsal.ts';

/** It looks like a word of S3's, and is none. */
const POISON = '{"Records":[{}]}';
const KIOSKS = 'kiosk-sales';
const DISTRICTS = 'learnplatform';
const COURSES = 'course-engagement';
/** Between two looks at what a function has asked, in milliseconds. */
const LOOK = 20;

export async function secondAct(rehearsal: Rehearsal): Promise<void> {
  for (const [name, play] of SCENES) {
    const { transcript } = rehearsal;
    const outcome = await transcript.during('fault', name, () => play(rehearsal));
    await rehearsal.sayTold();
    transcript.say(`  outcome: ${outcome}`);
  }
}

type Scene = (rehearsal: Rehearsal) => Promise<string>;

const SCENES: readonly (readonly [name: string, play: Scene])[] = [
  ['files that overlap, repeat and correct others, while Athena and Redshift throttle and commits conflict', drops],
  ['an ingest that is killed half-way', killedIngest],
  ['a message and a file that nobody can read', poison],
  ['every event once more, in another order', repeats],
  ['a lease that is lost', lostLease],
  ['a pull from an API', pull],
  ['a contract with a new column', newColumn],
  ['a data set too large for a function, whose job is stopped once, and the schedule', bulk],
];

async function drops(rehearsal: Rehearsal): Promise<string> {
  const { bridge } = rehearsal.stage;
  bridge.fail({ service: 'athena', action: 'StartQueryExecution', times: 4 });
  bridge.fail({ service: 'redshift-data', action: 'BatchExecuteStatement', times: 2 });
  const reason = 'ICEBERG_COMMIT_ERROR: Failed to commit Iceberg update to table: rehearsed';
  bridge.failQueries({ reason, containing: 'MERGE INTO', times: 2 });
  const before = bridge.calls.length;
  await rehearsal.dropText(
    `${KIOSKS}/items_purchased_7.csv`,
    thirds(rehearsal.text(`${KIOSKS}/items_purchased_1.csv`), 0, 1),
  );
  await rehearsal.dropText(`${KIOSKS}/items_purchased_8.csv`, rehearsal.text(`${KIOSKS}/items_purchased_2.csv`));
  const [district = ''] = engagement(rehearsal);
  await rehearsal.dropText(district, thirds(rehearsal.text(district), 0, 2));
  await rehearsal.settle();
  const failed = bridge.calls.slice(before).filter(({ status }) => status >= 400 && status !== 404 && status !== 412);
  const kinds = [...new Set(failed.map(({ service, action, status }) => `${service}:${action} ${status}`))];
  return `answers that were not given: ${kinds.join(', ')}`;
}

async function killedIngest(rehearsal: Rehearsal): Promise<string> {
  const { stage } = rehearsal;
  await rehearsal.dropText(
    `${KIOSKS}/items_purchased_9.csv`,
    shifted(rehearsal.text(`${KIOSKS}/items_purchased_3.csv`), 'x'),
  );
  const from = stage.bridge.calls.length;
  let killed = 0;
  const watch = setInterval(() => {
    const own = stage.bridge.calls
      .slice(from)
      .filter(({ accessKey, action }) => accessKey === 'lambda-landfall-ingest' && action === 'StartQueryExecution');
    if (own.length < 2 || killed > 0) return;
    killed += 1;
    void stage.lambda.kill('landfall-ingest');
  }, LOOK);
  try {
    await rehearsal.settle();
  } finally {
    clearInterval(watch);
  }
  if (killed === 0) throw new Error('no ingest got far enough to be killed');
  return 'killed behind its second statement; the message came again, and what was begun was brought to its end';
}

async function poison(rehearsal: Rehearsal): Promise<string> {
  const { pump } = rehearsal;
  await pump.send('ingest', POISON);
  await rehearsal.dropText(`${DISTRICTS}/engagement_data/9999.csv`, 'a,b\n1,2\n');
  await rehearsal.settle();
  const aside = (await pump.failed('ingest')).map(({ body }) => body);
  if (aside.join() !== POISON)
    throw new Error(`put aside was ${aside.join() || 'nothing'}, expected the poison message`);
  return 'the message is in the dead-letter queue; the file is refused';
}

async function repeats(rehearsal: Rehearsal): Promise<string> {
  const { pump } = rehearsal;
  const delivered = [...pump.delivered].reverse();
  for (const { step, records } of delivered) {
    const readable = records.filter(({ body }) => body !== POISON);
    if (readable.length > 0) await pump.deliver(step, readable.map(again).reverse());
  }
  await rehearsal.settle();
  return `${delivered.length} deliveries made again, the last of them first`;
}

const again = (record: SQSRecord): SQSRecord => ({
  ...record,
  attributes: { ...record.attributes, ApproximateReceiveCount: '2' },
});

async function lostLease(rehearsal: Rehearsal): Promise<string> {
  const { stage, pump } = rehearsal;
  await rehearsal.dropText(
    `${KIOSKS}/items_purchased_10.csv`,
    shifted(rehearsal.text(`${KIOSKS}/items_purchased_2.csv`), 'y'),
  );
  await pump.settle('ingest');
  // Away for longer than a lease holds.
  const other = await stage.leases(LEASE_MS * 2).acquire(KIOSKS, 'another', 1000);
  await pump.settle('aggregate');
  if (other !== null) await stage.leases().release(other);
  await rehearsal.settle();
  return other === null ? 'nobody else got it' : 'another had it meanwhile; what the run came to is told above';
}

async function pull(rehearsal: Rehearsal): Promise<string> {
  const { machine, stage } = rehearsal;
  await machine.fire('pull');
  await rehearsal.settle();
  const found: string[] = [];
  for await (const { key } of stage.bucket('Landing').list('app-installs/sections/')) found.push(key);
  return `${found.length} files of sections in the landing zone`;
}

async function newColumn(rehearsal: Rehearsal): Promise<string> {
  const contract = join(rehearsal.project, 'contracts', `${COURSES}.odcs.yaml`);
  const own = readFileSync(contract, 'utf8');
  const place = /( +)- name: date_registered\n(?:\1 .*\n)*/;
  writeFileSync(
    contract,
    own.replace(place, (found, indent) => `${found}${indent}- {name: campaign, logicalType: string}\n`),
  );
  await rehearsal.redeploy();
  const [header = '', ...rows] = rehearsal.text(`${COURSES}/student_info.csv`).trimEnd().split('\n');
  const wider = [`${header},campaign`, ...rows.map((row, index) => `${row},${index % 3 === 0 ? 'spring' : ''}`)];
  await rehearsal.dropText(`${COURSES}/student_info.csv`, `${wider.join('\n')}\n`);
  await rehearsal.settle();
  return 'deployed, and a file that has it loaded';
}

async function bulk(rehearsal: Rehearsal): Promise<string> {
  const { machine, stage } = rehearsal;
  for (const key of engagement(rehearsal)) await rehearsal.dropText(key, without(rehearsal.text(key), 9));
  const glue = makeClient(GlueClient, stage.connection);
  const runs: string[] = [];
  machine.onJobRun = async (id) => {
    runs.push(id);
    if (runs.length === 1) await glue.send(new BatchStopJobRunCommand({ JobName: 'landfall-load', JobRunIds: [id] }));
  };
  await machine.fire('run');
  await rehearsal.settle();
  if (runs.length < 2) throw new Error(`the job ran ${runs.length} times, expected a second run behind the first`);
  return `the job ran ${runs.length} times`;
}

const engagement = ({ sample }: Rehearsal) =>
  (sample.files.get(DISTRICTS) ?? []).filter((key) => key.includes('/engagement_data/'));

/** Rows of some thirds of a file. */
function thirds(text: string, from: number, to: number): string {
  const [header = '', ...rows] = text.trimEnd().split('\n');
  const third = Math.ceil(rows.length / 3);
  return `${[header, ...rows.slice(from * third, to * third)].join('\n')}\n`;
}

/** Each nth row is gone. */
function without(text: string, nth: number): string {
  const [header = '', ...rows] = text.trimEnd().split('\n');
  return `${[header, ...rows.filter((_, index) => index % nth !== 0)].join('\n')}\n`;
}

/** The same purchases on other cards, whose hashes end in a letter that no hash has. */
function shifted(text: string, end: string): string {
  const [header = '', ...rows] = text.trimEnd().split('\n');
  return `${[header, ...rows.map((row) => row.replaceAll(/,([0-9a-f]{31})[0-9a-f],/g, `,$1${end},`))].join('\n')}\n`;
}
