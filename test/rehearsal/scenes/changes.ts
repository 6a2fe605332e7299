/** What changes between two scheduled runs: an API has more, a contract has, a data set grows past a function. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BatchStopJobRunCommand, GlueClient } from '@aws-sdk/client-glue';
import { makeClient } from '../../../adapters/aws/clients.ts';
import { COURSES, DISTRICTS, engagement, expectTold, INSTALLS, type Scene, withRows } from './scene.ts';

export const pull: Scene = {
  id: 'pull',
  title: 'a pull from an API, by its schedule',
  datasets: [INSTALLS],
  async play(rehearsal) {
    const { machine, stage } = rehearsal;
    const landed = async () => {
      const found: string[] = [];
      for await (const { key } of stage.bucket('Landing').list(`${INSTALLS}/sections/`)) found.push(key);
      return found;
    };
    const before = new Set(await landed());
    await machine.fire('pull');
    await rehearsal.settle();
    const pulled = (await landed()).filter((key) => !before.has(key));
    if (pulled.length !== 1) throw new Error(`${pulled.length} files were pulled, expected one`);
    expectTold(await rehearsal.told(), `${INSTALLS} succeeded`);
    return `${pulled.join()} landed, and was loaded by its event`;
  },
};

const COLUMN = 'campaign';

export const newColumn: Scene = {
  id: 'new-column',
  title: 'a contract with a new column',
  datasets: [COURSES],
  async play(rehearsal) {
    const contract = join(rehearsal.project, 'contracts', `${COURSES}.odcs.yaml`);
    const own = readFileSync(contract, 'utf8');
    const place = /( +)- name: date_registered\n(?:\1 .*\n)*/;
    const wider = own.replace(place, (found, indent) => `${found}${indent}- {name: ${COLUMN}, logicalType: string}\n`);
    if (wider === own) throw new Error(`${contract} has no column date_registered to put one behind`);
    writeFileSync(contract, wider);
    await rehearsal.redeploy();
    const students = rehearsal.text(`${COURSES}/student_info.csv`).replace('\n', `,${COLUMN}\n`);
    const filled = withRows(students, (rows) => rows.map((row, index) => `${row},${index % 3 === 0 ? 'spring' : ''}`));
    await rehearsal.dropText(`${COURSES}/student_info.csv`, filled);
    await rehearsal.settle();
    expectTold(await rehearsal.told(), `${COURSES} succeeded`);
    return 'deployed, and a file that has it loaded';
  },
};

export const bulk: Scene = {
  id: 'bulk',
  title: 'a data set too large for a function, whose job is stopped once, and the schedule',
  datasets: [DISTRICTS],
  async play(rehearsal) {
    const { machine, stage } = rehearsal;
    for (const key of engagement(rehearsal)) {
      // Each ninth row is gone.
      const fewer = withRows(rehearsal.text(key), (rows) => rows.filter((_, index) => index % 9 !== 0));
      await rehearsal.dropText(key, fewer);
    }
    const glue = makeClient(GlueClient, stage.connection);
    const runs: string[] = [];
    machine.onJobRun = async (id) => {
      runs.push(id);
      if (runs.length === 1) await glue.send(new BatchStopJobRunCommand({ JobName: 'landfall-load', JobRunIds: [id] }));
    };
    await machine.fire('run');
    await rehearsal.settle();
    if (runs.length < 2) throw new Error(`the job ran ${runs.length} times, expected a second run behind the first`);
    const told = await rehearsal.told();
    const failed = told.filter(({ status }) => status !== 'succeeded');
    if (told.length === 0 || failed.length > 0) expectTold(told, 'each run succeeded');
    return `the job ran ${runs.length} times`;
  },
};
