/** What datacontract-cli has to check of a contract's tables, said by the contract alone. */

import { parse } from 'yaml';
import type { Check } from './judges.ts';

export type Expected = Pick<Check, 'type' | 'model' | 'field'>;

interface Column {
  readonly name: string;
  readonly required?: boolean;
  readonly primaryKey?: boolean;
  readonly logicalTypeOptions?: Readonly<Record<string, unknown>>;
}

const OPTIONS: Readonly<Record<string, string>> = {
  minimum: 'field_minimum',
  maximum: 'field_maximum',
  minLength: 'field_min_length',
  maxLength: 'field_max_length',
};

export function checksOf(contract: string): readonly Expected[] {
  const tables = parse(contract).schema as { name: string; properties: Column[] }[];
  return tables.flatMap(({ name: model, properties }) => {
    const key = properties.filter(({ primaryKey }) => primaryKey === true);
    return [
      ...properties.flatMap(({ name: field, required, logicalTypeOptions = {} }) =>
        ['field_is_present', 'field_type', ...(required === true ? ['field_required'] : [])]
          .concat(Object.keys(logicalTypeOptions).flatMap((option) => OPTIONS[option] ?? []))
          .map((type) => ({ type, model, field })),
      ),
      ...(key.length === 1 ? [{ type: 'field_primary_key_unique', model, field: key[0]?.name ?? null }] : []),
      ...(key.length > 1 ? [{ type: 'primary_key_unique', model, field: null }] : []),
    ];
  });
}
