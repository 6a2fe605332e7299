/** Landfall's own schemas are taken as they are when a command starts: here they are held against the meta-schema. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';

const FOLDER = join(import.meta.dirname, '../../../schemas');

it.each(readdirSync(FOLDER))('%s is a JSON Schema 2020-12', (name) => {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  const schema = JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as object;
  expect(ajv.validateSchema(schema) === true ? [] : ajv.errors).toEqual([]);
});
