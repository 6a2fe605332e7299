/** JSON lines: DuckDB and Spark make the same of each, though their own parsers don't. */

import { JSON_CORPUS } from './corpus/json-contract.ts';
import { JSON_RECORDS } from './corpus/json-records.ts';
import { JSON_VALUES } from './corpus/json-values.ts';
import { holdToCorpus } from './support/corpus-tests.ts';

holdToCorpus(JSON_CORPUS, [...JSON_RECORDS, ...JSON_VALUES], (name) => `${name}.ndjson`);
