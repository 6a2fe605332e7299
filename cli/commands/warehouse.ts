import { parseArgs } from 'node:util';
import { type Connection, connectionOf, expectData } from '../../adapters/local/warehouse/reader.ts';
import { hold } from '../../adapters/local/warehouse/session.ts';
import { LandfallError } from '../../core/problems.ts';
import { type Command, PROJECT, STATE } from '../command.ts';

/** Redshift's, so that a connection differs by its host alone. */
const USUAL_PORT = 5439;

export const warehouse: Command = {
  help: `
usage: landfall warehouse [--state DIR] [--port N]

Holds the warehouse up for BI tools until it is interrupted (Ctrl-C): a PostgreSQL with the tables that the last run
published, on this machine only, with a user that can only read. Runs meanwhile publish into it.

  --port     the port to serve on; ${USUAL_PORT} or, where that is taken, any free one by default
  --state    the state folder, .landfall by default
`,
  async run(args) {
    const { values } = parseArgs({ args: [...args], options: { ...STATE, ...PROJECT, port: { type: 'string' } } });
    const port = portOf(values.port);
    await expectData(values.state);
    const interrupted = new Promise<'interrupted'>((done) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done('interrupted'));
    });
    const held = await hold(values.state, {
      name: 'warehouse',
      port,
      prefer: USUAL_PORT,
      outlives: true,
      onNote: (note) => process.stderr.write(`${note}\n`),
    });
    const lost = new Promise<'lost'>((done) => held.client.once('end', () => done('lost')));
    process.stdout.write(howToConnect(connectionOf(held.data.credentials.reader, held.port)));
    const why = await Promise.race([interrupted, lost]);
    await held.release();
    if (why === 'interrupted') return 0;
    throw new LandfallError({
      code: 'warehouse-failed',
      message: 'PostgreSQL has ended',
      hint: `warehouse/postgres.log in ${values.state} may say why; start it again`,
    });
  },
};

function portOf(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const port = Number(given);
  if (/^\d+$/.test(given) && port >= 1 && port <= 65535) return port;
  throw new LandfallError({ code: 'usage', message: `--port is a number from 1 to 65535, not "${given}"` }, 2);
}

function howToConnect({ host, port, database, user, password }: Connection): string {
  return `the warehouse is up, until it is interrupted (Ctrl-C)

  host      ${host}
  port      ${port}
  database  ${database}
  user      ${user}
  password  ${password}

  psql "postgresql://${user}:${password}@${host}:${port}/${database}"
  jdbc:postgresql://${host}:${port}/${database}?user=${user}&password=${password}
`;
}
