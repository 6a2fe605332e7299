/** What datacontract-cli has to check of a contract's tables, said by the contract alone. */

import { parse } from 'yaml';
import type { Check } from './judges.ts';

export type Expected = Pick<Check, 'type' | 'model' | 'field'>;

interface Rule {
  readonly type?: string;
  readonly metric?: string;
}

interface Column {
  readonly name: string;
  readonly required?: boolean;
  readonly primaryKey?: boolean;
  readonly logicalTypeOptions?: Readonly<Record<string, unknown>>;
  readonly quality?: readonly Rule[];
}

const OPTIONS: Readonly<Record<string, string>> = {
  minimum: 'field_minimum',
  maximum: 'field_maximum',
  minLength: 'field_min_length',
  maxLength: 'field_max_length',
};

const METRICS: Readonly<Record<string, string>> = {
  rowCount: 'row_count',
  nullValues: 'field_null_values',
  missingValues: 'field_missing_values',
  invalidValues: 'field_invalid_values',
};

/** Named by level where both levels have it. */
function ruleChecks(rules: readonly Rule[] | undefined, level: 'model' | 'field'): readonly string[] {
  return (rules ?? []).map(({ type, metric = '' }) => {
    if (type === 'sql') return `${level}_quality_sql`;
    return metric === 'duplicateValues' ? `${level}_duplicate_values` : (METRICS[metric] ?? metric);
  });
}

export function checksOf(contract: string): readonly Expected[] {
  const tables = parse(contract).schema as { name: string; quality?: Rule[]; properties: Column[] }[];
  return tables.flatMap(({ name: model, quality, properties }) => {
    const key = properties.filter(({ primaryKey }) => primaryKey === true);
    return [
      ...ruleChecks(quality, 'model').map((type) => ({ type, model, field: null })),
      ...properties.flatMap(({ name: field, required, logicalTypeOptions = {}, quality: rules }) =>
        ['field_is_present', 'field_type', ...(required === true ? ['field_required'] : [])]
          .concat(Object.keys(logicalTypeOptions).flatMap((option) => OPTIONS[option] ?? []))
          .concat(ruleChecks(rules, 'field'))
          .map((type) => ({ type, model, field })),
      ),
      ...(key.length === 1 ? [{ type: 'field_primary_key_unique', model, field: key[0]?.name ?? null }] : []),
      ...(key.length > 1 ? [{ type: 'primary_key_unique', model, field: null }] : []),
    ];
  });
}
