import type { Dialect, EngineResult, Session } from '../core/adapter.js';
import { compareContract, describeMismatches } from '../core/contract.js';
import { errorDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import type { ContractCheck } from '../core/plan.js';
import type { SqlType } from '../core/sql-type.js';

const unknown: SqlType = { kind: 'any' };

/** What was looked at, and what breaks the contract. */
export interface CheckedContract {
  readonly executed: readonly string[];
  readonly problems: readonly Diagnostic[];
}

/**
 * Compares a relation that is not published yet with its model's contract: its columns, and the constraints in one look at
 * its rows. Diagnostics in the YAML file: `contract-mismatch`, `constraint-violated`.
 */
export async function checkContract(
  check: ContractCheck,
  session: Session,
  { dialect, signal }: { readonly dialect: Dialect; readonly signal: AbortSignal },
): Promise<EngineResult<CheckedContract>> {
  const { model, relation, columns, constraints, location } = check;
  if (columns !== null) {
    const described = await session.describe(relation);
    if (!described.ok) return described;
    const there = described.value;
    const found = (there?.columns ?? []).map((column) => ({
      name: column.name,
      type: (there && dialect.tableColumnRules?.readType(column, there)) ?? unknown,
      ...(dialect.native && { nativeType: dialect.native.spellType(column.type) }),
    }));
    const mismatches = compareContract({ columns, location }, found);
    if (mismatches.length > 0) {
      const problems = [describeMismatches(model, mismatches)];
      return { ok: true, value: { executed: [], problems } };
    }
  }
  if (constraints.length === 0) return { ok: true, value: { executed: [], problems: [] } };
  const counts = constraints.map(
    ({ violatedWhen }, index) => `count(CASE WHEN ${violatedWhen} THEN 1 END) AS c${index + 1}`,
  );
  const sql = `SELECT ${counts.join(',\n  ')}\nFROM ${dialect.renderRelation(relation)} AS _target`;
  const counted = await session.query(sql, { limit: null, signal });
  if (!counted.ok) return counted;
  const [row = []] = counted.value.rows;
  const problems = constraints.flatMap(({ title, location: place }, index) => {
    const rows = Number(row[index] ?? 0);
    if (rows === 0) return [];
    const message = `${rows === 1 ? '1 row breaks' : `${rows} rows break`} the constraint ${title} of model '${model.name}'`;
    const hint = 'correct the rows in the query, or the constraint';
    return [errorDiagnostic('constraint-violated', message, { location: place, hint })];
  });
  return { ok: true, value: { executed: [sql], problems } };
}
