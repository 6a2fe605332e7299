/** What there is: every table of a project with its columns, as it stands in the lake, and what comes from what. */

import type { Analysis } from '../analyses/types.ts';
import type { FileFormat, LoadMode, Protect } from '../contracts/types.ts';
import type { Audit, Materialize } from '../models/types.ts';
import type { WarehouseType } from '../warehouse/types.ts';
import type { Lineage } from './lineage.ts';

export interface Catalog {
  readonly datasets: readonly CatalogDataset[];
  /** Of all data sets together: a model may read another data set's tables. */
  readonly lineage: Lineage;
}

export interface CatalogDataset {
  /** Hyphenated. */
  readonly dataset: string;
  readonly schema: string;
  /** The dashboard's, or the data set's name where it has none. */
  readonly title: string;
  readonly description: string;
  /** The contract's. */
  readonly version: string;
  /** Clean tables as in the contract, then models and results, each after what it reads. */
  readonly tables: readonly CatalogTable[];
  /** As in the dashboard. */
  readonly panels: readonly CatalogPanel[];
}

export interface CatalogColumn {
  readonly name: string;
  /** Null where the lake has no such column yet and no contract says its type. */
  readonly type: WarehouseType | null;
  /** Empty where nobody wrote one. */
  readonly description: string;
  readonly unit: string | null;
  /** Whether a row without it is quarantined. */
  readonly required: boolean;
  readonly classification: string | null;
  readonly protect: Protect | null;
}

interface CatalogTableBase {
  /** `schema.name`. */
  readonly table: string;
  readonly name: string;
  readonly description: string;
  /** Empty where nothing identifies a row. */
  readonly key: readonly string[];
  readonly columns: readonly CatalogColumn[];
  /** Whether it goes to the warehouse. */
  readonly isPublished: boolean;
  /** Null where it is not there yet, and of a view, whose rows take a pass over its inputs to count. */
  readonly rows: number | null;
  /** When it was last loaded or refreshed: `YYYY-MM-DD HH:MM:SS.mmm` in UTC. */
  readonly changedAt: string | null;
  readonly quality: readonly QualityResult[];
}

export interface CleanTable extends CatalogTableBase {
  readonly kind: 'clean';
  /** With the data set's folder: `shop/receipts/*.csv`. */
  readonly landing: string;
  readonly format: FileFormat;
  readonly load: LoadMode;
  /** The columns by which rows of a table loaded by append are equal; empty otherwise. */
  readonly identity: readonly string[];
  readonly partitionBy: readonly string[];
  /** Versions of files that were loaded. */
  readonly filesLoaded: number;
  /** When the youngest of them had arrived, in the form of `changedAt`. */
  readonly arrivedAt: string | null;
}

export interface ModelTable extends CatalogTableBase {
  readonly kind: 'model';
  readonly materialize: Materialize;
  /** The columns that an incremental refresh goes by; empty otherwise. */
  readonly by: readonly string[];
  readonly audits: readonly AuditState[];
}

export interface ResultOfAnalysis extends CatalogTableBase {
  readonly kind: 'result';
  readonly analysis: string;
  readonly analysisKind: Analysis['kind'];
}

export type CatalogTable = CleanTable | ModelTable | ResultOfAnalysis;

export interface AuditState extends Pick<Audit, 'name' | 'severity'> {
  /** In the refresh that made the table as it stands; null where that refresh had other audits or is not known. */
  readonly passed: boolean | null;
}

/** What a rule of quality last came to, as `ops.quality` has it. */
export interface QualityResult {
  /** Null where the rule is the whole table's. */
  readonly column: string | null;
  readonly rule: string;
  readonly dimension: string | null;
  readonly severity: string | null;
  readonly expected: string | null;
  readonly observed: string | null;
  readonly status: string;
  /** In the form of `changedAt`. */
  readonly checkedAt: string | null;
}

export interface CatalogPanel {
  /** From 1, in the order of the dashboard. */
  readonly number: number;
  readonly title: string;
  /** `schema.name` of the table whose rows it shows. */
  readonly table: string;
}
