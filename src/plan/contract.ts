import type { Dialect } from '../core/adapter.js';
import type { Catalog } from '../core/catalog.js';
import type { CompiledNode } from '../core/compiled-node.js';
import {
  compareContract,
  describeMismatches,
  type Constraint,
  type Contract,
  type ContractColumn,
  type PromisedColumn,
} from '../core/contract.js';
import { readDeclaredType } from '../core/declared-type.js';
import {
  errorDiagnostic,
  hasErrors,
  warningDiagnostic,
  type Diagnostic,
} from '../core/diagnostic.js';
import { incrementalTarget } from '../core/incremental.js';
import type { BuiltNode, ModelNode } from '../core/node.js';
import type { ContractCheck } from '../core/plan.js';
import { failure, success, type Result } from '../core/result.js';
import type { SqlType } from '../core/sql-type.js';
import { isKnownType } from '../core/widening.js';

/** What the contract of a model is planned from. */
export interface ContractInput {
  readonly node: BuiltNode;
  readonly compiled: CompiledNode;
  readonly dialect: Dialect;
  readonly catalog: Catalog;
  readonly fullRefresh: boolean;
}

/** A model that keeps its contract as far as can be known before it is built. */
export interface ContractPlan {
  /** Its columns are in the contract's order. */
  readonly compiled: CompiledNode;
  /** What is left to look at before it is published, without the relation; left out where nothing is. */
  readonly check?: Omit<ContractCheck, 'kind' | 'relation'>;
}

/** Words for types that are not Athena's, as dbt projects write them. */
const aliases: Readonly<Record<string, string>> = {
  bool: 'boolean',
  number: 'decimal',
  numeric: 'decimal',
  text: 'varchar',
};

function translateType(text: string, dialect: Dialect): SqlType | undefined {
  const read = dialect.native
    ? undefined
    : dialect.translate(`SELECT CAST(NULL AS ${text}) AS c`, { path: '' });
  const type =
    dialect.native?.readType(text) ??
    (read?.ok === true ? read.value.columns?.[0]?.type : undefined);
  return type !== undefined && isKnownType(type) ? type : undefined;
}

/** Returns the type that a column of a contract is promised as; `undefined` if it cannot be read. */
function readType(
  { data_type: written = '' }: ContractColumn,
  { aliasTypes }: Contract,
  dialect: Dialect,
): SqlType | undefined {
  const own = translateType(written, dialect);
  if (own !== undefined || !aliasTypes) return own;
  const renamed = written.trim().replace(/^\w+/, (word) => aliases[word.toLowerCase()] ?? word);
  const declared = readDeclaredType(renamed, { char: true });
  return 'kind' in declared ? declared : translateType(renamed, dialect);
}

function readColumns(
  node: ModelNode,
  contract: Contract,
  dialect: Dialect,
): Result<readonly PromisedColumn[]> {
  const problems: Diagnostic[] = [];
  const columns = contract.columns.flatMap((column): readonly PromisedColumn[] => {
    const { name, data_type = '', location } = column;
    const type = readType(column, contract, dialect);
    const anyDigits = /^\s*(decimal|numeric|number)\s*$/i.test(data_type);
    if (type === undefined && dialect.native && data_type.trim() !== '') {
      const nativeType = dialect.native.spellType(data_type);
      return [{ name, type: { kind: 'any' }, anyDigits, nativeType, location }];
    }
    if (type === undefined) {
      const message = `the data_type '${data_type}' of column '${name}' of model '${node.name}' is no type of the models’ SQL`;
      const hint = 'such as bigint, varchar, decimal(12,2), timestamp or array(varchar)';
      problems.push(errorDiagnostic('contract-invalid', message, { location, hint }));
      return [];
    }
    return [{ name, type, anyDigits, location }];
  });
  return hasErrors(problems) ? failure(problems) : success(columns);
}

function spelling(nativeType: string | undefined, { native }: Dialect) {
  return native && nativeType !== undefined ? { nativeType: native.spellType(nativeType) } : {};
}

/** Returns the query with its columns in the contract's order; a view's stay, as in dbt. */
function reorder(
  node: ModelNode,
  compiled: CompiledNode,
  promised: readonly PromisedColumn[],
  dialect: Dialect,
): CompiledNode {
  const { columns } = compiled;
  if (columns === undefined || node.config.materialized === 'view') return compiled;
  const byName = new Map(columns.map((column) => [column.name?.toLowerCase(), column]));
  const ordered = promised.flatMap(({ name }) => byName.get(name.toLowerCase()) ?? []);
  if (ordered.every((column, index) => column === columns[index])) return compiled;
  const names = ordered.flatMap(({ name }) => name ?? []);
  const engineSql = dialect.writers.selectColumns(compiled.engineSql, names);
  return {
    ...compiled,
    columns: ordered,
    engineSql,
    // The query begins on the third line of its own; what is around it has no place in the file.
    toSource: shiftLines(compiled, engineSql),
  };
}

function shiftLines(
  { engineSql, toSource }: CompiledNode,
  around: string,
): CompiledNode['toSource'] {
  const before = around.slice(0, around.indexOf(engineSql)).split('\n').length - 1;
  return (line, column) => (line > before ? toSource(line - before, column) : undefined);
}

/** Constraints that are looked at, as conditions on rows that break them. */
function findConditions(node: ModelNode): readonly {
  readonly condition: string;
  readonly title: string;
  readonly constraint: Constraint;
}[] {
  const ofColumns = node.columns.flatMap(({ name, constraints = [] }) =>
    constraints.map((constraint) => ({ constraint, columns: [name] })),
  );
  const ofModel = (node.constraints ?? []).map((constraint) => ({
    constraint,
    columns: constraint.columns,
  }));
  return [...ofColumns, ...ofModel].flatMap(({ constraint, columns }) => {
    if (constraint.type === 'check') {
      const { expression = '', name = '' } = constraint;
      const title = `check ${name === '' ? '' : `'${name}' `}(${expression})`;
      return [{ condition: `NOT (${expression}\n)`, title, constraint }];
    }
    if (constraint.type !== 'not_null') return [];
    return columns.map((name) => ({
      condition: `"${name.replaceAll('"', '""')}" IS NULL`,
      title: `not_null of '${name}'`,
      constraint,
    }));
  });
}

const insteadOf = {
  unique: 'write the data test unique, which holds the model back',
  primary_key: 'write the data tests unique and not_null, which hold the model back',
  foreign_key: 'write the data test relationships, which holds the model back',
  custom: 'write a data test, which holds the model back',
} as const;

/** Returns a warning for each constraint that nobody looks at, unless its author knows. Code: `constraint-not-enforced`. */
function findUnenforced(node: ModelNode): readonly Diagnostic[] {
  const all = [
    ...node.columns.flatMap(({ name, constraints = [] }) =>
      constraints.map((constraint) => ({ constraint, of: `column '${name}' of ` })),
    ),
    ...(node.constraints ?? []).map((constraint) => ({ constraint, of: '' })),
  ];
  const isView = node.config.materialized === 'view';
  return all.flatMap(({ constraint, of }) => {
    const {
      type,
      location,
      warn_unenforced: unenforced,
      warn_unsupported: unsupported,
    } = constraint;
    const isEnforced = !isView && (type === 'not_null' || type === 'check');
    if (isEnforced || !unsupported || (!isView && !unenforced)) return [];
    const what = `the ${type} constraint of ${of}model '${node.name}' is not enforced`;
    const message = isView ? `${what}, because it is a view` : what;
    const hint =
      isView || type === 'not_null' || type === 'check'
        ? 'make it a table, write a data test, or silence this with `warn_unsupported: false`'
        : `${insteadOf[type]}; \`warn_unenforced: false\` silences this`;
    return [warningDiagnostic('constraint-not-enforced', message, { location, hint })];
  });
}

function planConstraints(
  node: ModelNode,
  promised: readonly PromisedColumn[],
  dialect: Dialect,
): Result<ContractCheck['constraints']> {
  if (node.config.materialized === 'view') return success([]);
  const problems: Diagnostic[] = [];
  const constraints: ContractCheck['constraints'][number][] = [];
  for (const { condition, title, constraint } of findConditions(node)) {
    const { location } = constraint;
    const translated = dialect.translatePredicate?.(condition, {
      path: node.path,
      target: promised,
      source: null,
    });
    if (translated === undefined) {
      const message = `the ${title} of model '${node.name}' is a constraint that this target does not take`;
      const hint = 'write a data test';
      problems.push(errorDiagnostic('capability-missing', message, { location, hint }));
      continue;
    }
    problems.push(
      ...translated.diagnostics.map((each) => ({
        ...each,
        location,
        message: `the ${title} of model '${node.name}': ${each.message}`,
      })),
    );
    if (translated.ok) constraints.push({ violatedWhen: translated.value, title, location });
  }
  return hasErrors(problems) ? failure(problems) : success(constraints, problems);
}

/**
 * Compares a model's query with its contract, before anything is written, and returns what is left to look at when it is
 * built: the columns where a type or a name is not known yet, or where rows are added to a table that is there; and the
 * constraints. Diagnostics, in the YAML file: `contract-invalid`, `contract-mismatch`, `constraint-not-enforced`, and those of a constraint's condition.
 */
export function planContract(input: ContractInput): Result<ContractPlan> {
  const { node, compiled, dialect, catalog, fullRefresh } = input;
  if (node.resourceType !== 'model' || node.contract === undefined) return success({ compiled });
  const { contract } = node;
  const promised = readColumns(node, contract, dialect);
  if (!promised.ok) return promised;
  const { columns } = compiled;
  if (columns !== undefined) {
    const found = columns.flatMap(({ name, type, nativeType }) =>
      name === undefined ? [] : { name, type, ...spelling(nativeType, dialect) },
    );
    const mismatches = compareContract({ ...contract, columns: promised.value }, found);
    if (mismatches.length > 0) return failure([describeMismatches(node, mismatches)]);
  }
  const constraints = planConstraints(node, promised.value, dialect);
  if (!constraints.ok) return constraints;
  const isKnown =
    columns?.every(({ type, nativeType }) => isKnownType(type) || nativeType !== undefined) ??
    false;
  const isAdded = incrementalTarget(node, catalog, { fullRefresh }) !== undefined;
  const looksAtColumns = !isKnown || isAdded;
  const stored = promised.value.map((column) => ({
    ...column,
    type: dialect.tableColumnRules?.storedType(column.type, node) ?? column.type,
  }));
  return success(
    {
      compiled: reorder(node, compiled, promised.value, dialect),
      ...((looksAtColumns || constraints.value.length > 0) && {
        check: {
          model: node,
          columns: looksAtColumns ? stored : null,
          location: contract.location,
          constraints: constraints.value,
        },
      }),
    },
    [...findUnenforced(node), ...constraints.diagnostics],
  );
}
