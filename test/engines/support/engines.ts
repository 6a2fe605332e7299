/** Where the engines are that `npm run test:engines` has installed and started. */

import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Bridge, startBridge } from '../../bridge/bridge.ts';
import { machineSettings } from './spark-settings.ts';
import { Trino, type TrinoOptions } from './trino.ts';

export interface Engines {
  /** The folder that everything is installed in. */
  readonly cache: string;
  /** The run's own, which is gone afterwards. */
  readonly folder: string;
  readonly moto: { readonly url: string };
  readonly trino: { readonly url: string };
  /** JAVA_HOME for Spark. */
  readonly java17: string;
  /** JAVA_HOME of one that runs a source file. */
  readonly java25: string;
  /** What Spark needs for Iceberg in S3. */
  readonly jars: readonly string[];
  /** The driver by which BI tools read the warehouse. */
  readonly jdbc: readonly string[];
  /** The python of the environment that `requirements/<name>.txt` describes. */
  python(name: string): string;
}

/** @throws Error in tests that something else has started. */
export function engines(): Engines {
  const text = process.env['LANDFALL_ENGINES'];
  if (text === undefined) throw new Error('no engines are up: run these tests with npm run test:engines');
  const { servers, ...given } = JSON.parse(text) as Pick<Engines, 'cache' | 'folder' | 'java17' | 'java25'> & {
    readonly servers: readonly Pick<Engines, 'moto' | 'trino'>[];
  };
  const worker = Number(process.env['JEST_WORKER_ID'] ?? 1);
  const own = servers[worker - 1];
  if (own === undefined) throw new Error(`no engines are up for worker ${worker} of jest: give --maxWorkers no more`);
  const jarsIn = (part: string) =>
    readdirSync(join(given.cache, part))
      .filter((name) => name.endsWith('.jar'))
      .map((name) => join(given.cache, part, name));
  return {
    ...given,
    ...own,
    jars: jarsIn('jars'),
    jdbc: jarsIn('jdbc'),
    python: (name) => join(given.cache, 'python', name, 'bin', 'python'),
  };
}

export const connect = (options: TrinoOptions = {}) => new Trino(engines().trino.url, options);

/** AWS as its clients see it, of these engines; to be closed. */
export function openBridge(): Promise<Bridge> {
  const { moto, trino, jars, java17, python } = engines();
  return startBridge({
    moto: moto.url,
    trino: trino.url,
    spark: {
      submit: join(dirname(python('engines')), 'spark-submit'),
      environment: { JAVA_HOME: java17, PYSPARK_PYTHON: python('engines') },
      settings: (endpoint) => machineSettings({ jars, endpoint, threads: 2, memory: '2g' }),
    },
  });
}
