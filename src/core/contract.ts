import { errorDiagnostic, type Diagnostic, type SourceLocation } from './diagnostic.js';
import { formatType, type SqlType } from './sql-type.js';
import { isKnownType } from './widening.js';

/** dbt's kinds of constraints. */
export const constraintTypes = [
  'not_null',
  'check',
  'unique',
  'primary_key',
  'foreign_key',
  'custom',
] as const;

export type ConstraintType = (typeof constraintTypes)[number];

/** A constraint of a column or of a model, under dbt's keys. */
export interface ConstraintProperties {
  readonly type: ConstraintType;
  readonly name?: string;
  /** `check`: the condition, in the author's SQL. */
  readonly expression?: string;
  /** Whether to say that the engine does not enforce it. */
  readonly warn_unenforced: boolean;
  /** Whether to say that it is not supported. */
  readonly warn_unsupported: boolean;
  /** `foreign_key`: the other relation, as it is written: `ref('customers')`. */
  readonly to?: string;
  readonly to_columns: readonly string[];
  /** The columns that a model's constraint speaks of. */
  readonly columns: readonly string[];
}

/** A constraint with its place. */
export interface Constraint extends ConstraintProperties {
  readonly location: SourceLocation;
}

/** A column that a contract promises. */
export interface ContractColumn {
  readonly name: string;
  /** As written; left out where the author did not say it. */
  readonly data_type?: string;
  readonly location: SourceLocation;
}

/** What a model promises of its columns: nothing is written that does not keep it. */
export interface Contract {
  /** Whether types may be written in the words of other engines: `string` for `varchar`. */
  readonly aliasTypes: boolean;
  /** sha256 of the promise, hex. */
  readonly checksum: string;
  readonly columns: readonly ContractColumn[];
  /** Where the model is described; its file if it is not. */
  readonly location: SourceLocation;
}

/** A column of a contract whose type was read. */
export interface PromisedColumn {
  readonly name: string;
  readonly type: SqlType;
  /** A decimal was promised without saying of how many digits: any will do. */
  readonly anyDigits: boolean;
  /** A type that the engine alone has, in one spelling; `type` is then not known. */
  readonly nativeType?: string;
  readonly location: SourceLocation;
}

/** A column that is there, with its type as far as it is known. */
export interface PresentColumn {
  readonly name: string;
  readonly type: SqlType;
  /** The same in the engine's words, in one spelling. */
  readonly nativeType?: string;
}

/** One difference between a contract and what is there; texts for people, `null` where there is nothing. */
export interface Mismatch {
  readonly name: string;
  readonly contract: string | null;
  readonly found: string | null;
  readonly reason: 'missing in the model' | 'missing in the contract' | 'another type';
  readonly location: SourceLocation;
}

/**
 * Returns whether a column may be promised as one type and be of the other: lengths of texts and the digits of a second are
 * not compared, because tables do not keep them; the digits of decimals are.
 */
function isKept(promised: SqlType, found: SqlType, anyDigits: boolean): boolean {
  if (promised.kind !== found.kind) return false;
  switch (promised.kind) {
    case 'decimal':
      return anyDigits || formatType(promised) === formatType(found);
    case 'timestamp':
    case 'time':
      return 'withZone' in found && promised.withZone === found.withZone;
    case 'array':
      return 'element' in found && isKept(promised.element, found.element, anyDigits);
    case 'map':
      return (
        'key' in found &&
        isKept(promised.key, found.key, anyDigits) &&
        isKept(promised.value, found.value, anyDigits)
      );
    case 'row':
      return (
        'fields' in found &&
        promised.fields.length === found.fields.length &&
        promised.fields.every(({ name, type }, index) => {
          const field = found.fields[index];
          return field !== undefined && field.name === name && isKept(type, field.type, anyDigits);
        })
      );
    default:
      return true;
  }
}

/**
 * Returns how columns differ from a contract, in its order, then what it does not name. Names compare without regard to
 * case; a type that is not known differs from none.
 */
export function compareContract(
  contract: { readonly columns: readonly PromisedColumn[]; readonly location: SourceLocation },
  present: readonly PresentColumn[],
): readonly Mismatch[] {
  const there = new Map(present.map((column) => [column.name.toLowerCase(), column]));
  const mismatches: Mismatch[] = [];
  for (const { name, type, anyDigits, location, nativeType } of contract.columns) {
    const promised =
      nativeType ?? (anyDigits && type.kind === 'decimal' ? 'decimal' : formatType(type));
    const column = there.get(name.toLowerCase());
    there.delete(name.toLowerCase());
    if (column === undefined) {
      const reason = 'missing in the model';
      mismatches.push({ name, contract: promised, found: null, reason, location });
    } else if (nativeType !== undefined) {
      const found = column.nativeType ?? nativeType;
      const reason = 'another type';
      if (found !== nativeType)
        mismatches.push({ name, contract: promised, found, reason, location });
    } else if (isKnownType(column.type) && !isKept(type, column.type, anyDigits)) {
      const type_ = formatType(column.type);
      mismatches.push({ name, contract: promised, found: type_, reason: 'another type', location });
    }
  }
  for (const { name, type } of there.values()) {
    mismatches.push({
      name,
      contract: null,
      found: isKnownType(type) ? formatType(type) : 'type not known',
      reason: 'missing in the contract',
      location: contract.location,
    });
  }
  return mismatches;
}

/** Returns the differences as a table of name, contract, model and mismatch, a line for each. */
export function formatMismatches(mismatches: readonly Mismatch[]): string {
  const rows = [
    ['column', 'contract', 'model', 'mismatch'],
    ...mismatches.map(({ name, contract, found, reason }) => [
      name,
      contract ?? '',
      found ?? '',
      reason,
    ]),
  ];
  const widths = [0, 1, 2, 3].map((at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(head), rule, ...body.map(line)].join('\n');
}

/** Returns the differences of a model as a diagnostic, at the first of them: `contract-mismatch`. */
export function describeMismatches(
  { name }: { readonly name: string },
  mismatches: readonly Mismatch[],
): Diagnostic {
  const [first, ...others] = mismatches;
  return errorDiagnostic(
    'contract-mismatch',
    `the columns of model '${name}' are not those of its contract:\n${formatMismatches(mismatches)}`,
    {
      location: first?.location,
      hint: 'change the query, or the contract if the model is to promise something else',
      related: others
        .filter(({ location }) => location !== first?.location)
        .map((each) => ({ message: `'${each.name}': ${each.reason}`, location: each.location })),
    },
  );
}
