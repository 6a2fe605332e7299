/** Loads on AWS, of which DuckDB plays the engine: the real ones are in test/engines/aws. */

import { describeLakeLoads } from '../ports/lake-loads.ts';
import { AwsTwin } from '../support/aws/twin.ts';

describeLakeLoads('on AWS, played by DuckDB', (parts) => new AwsTwin(parts), 60_000);
