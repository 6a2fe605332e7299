/** A contract as its YAML writes it: the values that `schemas/contract.schema.json` accepts. */

import schema from '../../schemas/contract.schema.json' with { type: 'json' };
import type { ServiceValue } from '../freshness/types.ts';
import type { Dimension, Literal, Metric, Operator, Severity } from '../quality/types.ts';
import { compileSchema } from '../yaml/parse-yaml.ts';
import type { DriftPolicy } from './drift/types.ts';
import type { FileFormat, LoadMode, NamedParse, Overlap, Protect, SourceApi, WarehouseSettings } from './types.ts';

export type LogicalType = 'string' | 'integer' | 'number' | 'boolean' | 'date' | 'timestamp';
export type PhysicalType = 'varchar' | 'integer' | 'bigint' | 'double' | 'boolean' | 'date' | 'timestamp';

export interface DatasetSettings {
  readonly drift: DriftPolicy;
  readonly sourceApi: Omit<SourceApi, 'maxPages'> & { readonly maxPages?: number };
}

export interface TableSettings {
  readonly landing: string;
  readonly format: FileFormat;
  readonly load: LoadMode;
  readonly identity: readonly string[];
  readonly overlap: Overlap;
  readonly partitionBy: readonly string[];
  readonly maxBadShare: number;
  readonly warehouse: WarehouseSettings;
}

export interface ColumnSettings {
  readonly source: string | { readonly file: string };
  readonly parse: NamedParse | { readonly split: string; readonly part: number };
  readonly nulls: readonly string[];
  readonly unit: string;
  readonly protect: Protect;
}

/** An entry of `customProperties`: one setting and its value. */
export type CustomProperty<Settings> = {
  readonly [Name in keyof Settings]: { readonly property: Name; readonly value: Settings[Name] };
}[keyof Settings];

export type QualityRuleDocument = {
  readonly id?: string;
  readonly name?: string;
  readonly description?: string;
  readonly type?: 'library' | 'sql' | 'text' | 'custom';
  readonly metric?: Metric;
  readonly arguments?: {
    readonly missingValues?: readonly (Literal | null)[];
    readonly validValues?: readonly (Literal | null)[];
    readonly pattern?: string;
    readonly properties?: readonly string[];
  };
  readonly query?: string;
  readonly unit?: 'rows' | 'percent';
  readonly dimension?: Dimension;
  readonly severity?: Severity;
  readonly engine?: string;
  readonly implementation?: unknown;
} & { readonly [Name in Operator]?: number | readonly number[] };

export interface ServiceLevelDocument {
  readonly id?: string;
  readonly property: string;
  readonly value: ServiceValue;
  readonly valueExt?: ServiceValue;
  readonly unit?: string;
  readonly element?: string;
  readonly driver?: string;
  readonly description?: string;
}

export interface ColumnDocument {
  readonly name: string;
  readonly logicalType: LogicalType;
  readonly physicalType?: PhysicalType;
  readonly description?: string;
  readonly required?: boolean;
  readonly primaryKey?: boolean;
  readonly primaryKeyPosition?: number;
  readonly logicalTypeOptions?: { readonly minimum?: number; readonly maximum?: number; readonly pattern?: string };
  readonly classification?: string;
  readonly quality?: readonly QualityRuleDocument[];
  readonly customProperties?: readonly CustomProperty<ColumnSettings>[];
}

export interface TableDocument {
  readonly name: string;
  readonly description?: string;
  readonly customProperties: readonly CustomProperty<TableSettings>[];
  readonly quality?: readonly QualityRuleDocument[];
  readonly properties: readonly ColumnDocument[];
}

export interface ContractDocument {
  readonly name: string;
  readonly version: string;
  readonly description: { readonly purpose: string };
  readonly customProperties?: readonly CustomProperty<DatasetSettings>[];
  readonly slaProperties?: readonly ServiceLevelDocument[];
  readonly schema: readonly TableDocument[];
}

export const contractSchema = compileSchema<ContractDocument>(schema);
