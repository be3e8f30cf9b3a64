import type { SourceLocation } from '../../core/diagnostic.js';
import type { JsonValue } from '../../core/node.js';

/** The validated arguments of a generic test. */
export type TestArguments = Readonly<Record<string, JsonValue>>;

/** What a generic test takes under one name. */
export interface TestArgument {
  readonly required: boolean;
  /** The value is a `ref` or `source`, which stays a call of the test's template. */
  readonly isReference?: boolean;
  /** Returns what was expected instead of the value, or `undefined` if the value is fine. */
  complain(value: JsonValue): string | undefined;
}

/** What a generic test writes its query from. */
export interface GenericTestInput {
  /** Template text that stands after `from`: the tested relation, or a subquery of it. */
  readonly from: string;
  /** The tested column, an SQL expression. */
  readonly column: string;
  /** The tested relation as an expression of the template language: `ref('orders')`. */
  readonly tested: string;
  /** SQL: only rows that meet it are tested; `from` has it already. */
  readonly where: string | null;
  /** The rows that it finds are kept. */
  readonly keepsRows: boolean;
  /** The column that the test stands under, as it is written. */
  readonly columnName: string | null;
  readonly arguments: TestArguments;
}

/** A generic data test, as YAML files ask for by name. Its query returns what is wrong, so no row is a pass. */
export interface GenericTest {
  readonly name: string;
  readonly arguments: Readonly<Record<string, TestArgument>>;
  /** For a test that the project defines itself. */
  readonly own?: {
    readonly location: SourceLocation;
    /** It takes arguments of any name. */
    readonly takesAny: boolean;
    readonly takesColumn: boolean;
  };
  /** Returns the query: template text in the author's dialect. */
  toSql(input: GenericTestInput): string;
}
