import type { Expression, Query, Span } from '../../../src/core/sql-syntax.js';
import type { PartitionField } from '../../core/table-format.js';

/** The name of a table, view or database: its parts in lower case. */
export interface Name extends Span {
  readonly parts: readonly string[];
}

/** A query inside a statement: its tree, whose offsets are those of the statement. */
export interface EmbeddedQuery extends Span {
  readonly query: Query;
}

export type PropertyValue = string | number | boolean | readonly PropertyValue[];

/** A column as DDL declares it; the type in Hive's spelling, lower case. */
export interface DeclaredColumn extends Span {
  readonly name: string;
  readonly type: string;
  readonly comment?: string;
}

/** `PARTITION (a = '1', b = '2')`, values as texts. */
export type PartitionValues = readonly { readonly column: string; readonly value: string }[];

export interface CreateTable {
  readonly kind: 'create-table';
  readonly name: Name;
  readonly external: boolean;
  readonly ifNotExists: boolean;
  readonly columns: readonly DeclaredColumn[];
  readonly comment?: string;
  /** Hive tables: new columns. */
  readonly partitionColumns: readonly DeclaredColumn[];
  /** Iceberg tables: columns of the table, or transforms. */
  readonly partitionFields: readonly PartitionField[];
  readonly clustering?: { readonly columns: readonly string[]; readonly buckets: number };
  readonly serde?: string;
  readonly serdeProperties: Readonly<Record<string, string>>;
  /** Set by ROW FORMAT DELIMITED. */
  readonly delimited: boolean;
  /** `STORED AS x`, upper case. */
  readonly storedAs?: string;
  readonly inputFormat?: string;
  readonly outputFormat?: string;
  readonly location?: string;
  readonly properties: Readonly<Record<string, string>>;
}

export type AlterAction =
  | {
      readonly kind: 'add-columns' | 'replace-columns';
      readonly columns: readonly DeclaredColumn[];
      readonly partition?: PartitionValues;
    }
  | { readonly kind: 'drop-column'; readonly column: string }
  | {
      readonly kind: 'change-column';
      readonly column: string;
      readonly to: DeclaredColumn;
      readonly position?: 'first' | { readonly after: string };
    }
  | {
      readonly kind: 'add-partitions';
      readonly ifNotExists: boolean;
      readonly partitions: readonly {
        readonly values: PartitionValues;
        readonly location?: string;
      }[];
    }
  | {
      readonly kind: 'drop-partitions';
      readonly ifExists: boolean;
      readonly partitions: readonly PartitionValues[];
    }
  | {
      readonly kind: 'rename-partition';
      readonly from: PartitionValues;
      readonly to: PartitionValues;
    }
  | {
      readonly kind: 'set-location';
      readonly location: string;
      readonly partition?: PartitionValues;
    }
  | { readonly kind: 'set-properties'; readonly properties: Readonly<Record<string, string>> }
  | { readonly kind: 'unset-properties'; readonly names: readonly string[] }
  | { readonly kind: 'rename'; readonly to: Name };

export interface MergeClause {
  readonly matched: boolean;
  readonly condition?: Expression;
  readonly action:
    | { readonly kind: 'delete' }
    | { readonly kind: 'update'; readonly assignments: readonly Assignment[] }
    | {
        readonly kind: 'insert';
        readonly columns?: readonly string[];
        readonly values: readonly Expression[];
      };
}

export interface Assignment extends Span {
  readonly column: string;
  readonly value: Expression;
}

export type Statement =
  | { readonly kind: 'query'; readonly query: EmbeddedQuery }
  | {
      readonly kind: 'insert';
      readonly table: Name;
      readonly columns?: readonly string[];
      readonly query: EmbeddedQuery;
    }
  | {
      readonly kind: 'create-table-as';
      readonly table: Name;
      readonly ifNotExists: boolean;
      readonly properties: ReadonlyMap<string, PropertyValue>;
      readonly comment?: string;
      readonly withData: boolean;
      readonly query: EmbeddedQuery;
    }
  | {
      readonly kind: 'create-view';
      readonly name: Name;
      readonly replace: boolean;
      readonly comment?: string;
      readonly query: EmbeddedQuery;
    }
  | { readonly kind: 'drop-view'; readonly name: Name; readonly ifExists: boolean }
  | {
      readonly kind: 'unload';
      readonly query: EmbeddedQuery;
      readonly location: string;
      readonly properties: ReadonlyMap<string, PropertyValue>;
    }
  | { readonly kind: 'explain'; readonly analyze: boolean; readonly statement: Statement }
  | {
      readonly kind: 'merge';
      readonly table: Name;
      readonly alias?: string;
      /** The source with its alias, as written. */
      readonly source: Span;
      readonly sourceAlias: string;
      readonly condition: Expression;
      readonly clauses: readonly MergeClause[];
    }
  | {
      readonly kind: 'update';
      readonly table: Name;
      readonly assignments: readonly Assignment[];
      readonly where?: Expression;
    }
  | { readonly kind: 'delete'; readonly table: Name; readonly where?: Expression }
  | { readonly kind: 'optimize'; readonly table: Name; readonly where?: Expression }
  | { readonly kind: 'vacuum'; readonly table: Name }
  | {
      readonly kind: 'create-database';
      readonly name: Name;
      readonly ifNotExists: boolean;
      readonly comment?: string;
      readonly location?: string;
      readonly properties: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'drop-database';
      readonly name: Name;
      readonly ifExists: boolean;
      readonly cascade: boolean;
    }
  | {
      readonly kind: 'alter-database';
      readonly name: Name;
      readonly properties: Readonly<Record<string, string>>;
    }
  | CreateTable
  | { readonly kind: 'drop-table'; readonly name: Name; readonly ifExists: boolean }
  | { readonly kind: 'alter-table'; readonly name: Name; readonly action: AlterAction }
  | { readonly kind: 'repair-table'; readonly name: Name }
  | { readonly kind: 'show-databases'; readonly like?: string }
  | { readonly kind: 'show-tables'; readonly database?: Name; readonly like?: string }
  | { readonly kind: 'show-views'; readonly database?: Name; readonly like?: string }
  | { readonly kind: 'show-columns'; readonly table: Name }
  | { readonly kind: 'show-partitions'; readonly table: Name }
  | { readonly kind: 'show-create-table'; readonly table: Name }
  | { readonly kind: 'show-create-view'; readonly table: Name }
  | { readonly kind: 'show-properties'; readonly table: Name; readonly property?: string }
  | {
      readonly kind: 'describe';
      readonly table: Name;
      readonly form: 'plain' | 'extended' | 'formatted';
      readonly partition?: PartitionValues;
    }
  | { readonly kind: 'describe-view'; readonly name: Name };
