/** A run tells a webhook and a command how it ended, and neither can fail it. */

import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Workspace } from '../support/cli.ts';

let work: Workspace;
let server: Server;
let bodies: string[];

beforeEach(async () => {
  work = new Workspace();
  bodies = [];
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    bodies.push(body);
    response.writeHead(request.url === '/secret' ? 204 : 404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  work.drop(
    'kiosk-sales/product_info.csv',
    'product_id,product_name,fc_number,brand,onqi,cost,margins\nx,Tea,1,A,50,1,50%\n',
  );
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  work.close();
});

const args = () => [
  'run',
  '--state',
  work.state,
  '--landing',
  work.landing,
  '--dataset',
  'kiosk-sales',
  '--no-warehouse',
];

it('the outcome is the one of the state folder, whoever hears it', async () => {
  const { port } = server.address() as AddressInfo;
  const file = join(work.root, 'told');
  const env = {
    LANDFALL_WEBHOOK_URL: `http://127.0.0.1:${port}/secret`,
    LANDFALL_NOTIFY_COMMAND: `(echo $LANDFALL_RUN_STATUS; cat) > '${file}'`,
  };
  const { code, stderr } = await work.cli(args(), { env });
  expect([code, stderr.includes('nobody was told')]).toEqual([3, false]);
  const outcome = JSON.parse(readFileSync(join(work.state, 'report', 'run.json'), 'utf8'));
  expect(outcome).toMatchObject({
    status: 'succeeded',
    needs_attention: true,
    datasets: [{ dataset: 'kiosk-sales', rows_loaded: 0, rows_quarantined: 1, files_refused: 0 }],
    late: [],
    failed_rules: [],
  });
  expect(bodies.map((body) => JSON.parse(body))).toEqual([outcome]);
  const [status, told = ''] = readFileSync(file, 'utf8').split('\n');
  expect([status, JSON.parse(told)]).toEqual(['attention', outcome]);
}, 60_000);

it('a hook that fails is told on standard error, without its secret, and changes no exit code', async () => {
  const { port } = server.address() as AddressInfo;
  const env = {
    LANDFALL_WEBHOOK_URL: `http://127.0.0.1:${port}/other-secret`,
    LANDFALL_WEBHOOK_TOKEN: 'hidden',
    LANDFALL_NOTIFY_COMMAND: 'exit 9',
  };
  const { code, stdout, stderr } = await work.cli([...args(), '--json'], { env });
  expect([code, JSON.parse(stdout).status]).toEqual([3, 'succeeded']);
  expect(stderr).toContain(`nobody was told of the run's end: the webhook at 127.0.0.1:${port} answered 404\n`);
  expect(stderr).toContain("nobody was told of the run's end: the command in LANDFALL_NOTIFY_COMMAND ended with 9\n");
  expect(stderr).not.toMatch(/secret|hidden/);
}, 60_000);
