/* eslint-disable no-restricted-imports -- a test composes the rooms */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TypedColumn } from '../../../core/adapter.js';
import type { Expression } from '../../../core/sql-syntax.js';
import { createSqlToolkit } from '../../../sql/index.js';
import { createDuckDbDialect } from '../dialect.js';
import { sameCanonical, toCanonical } from '../testing/canonical-value.js';
import {
  judgeFailure,
  openTestWarehouse,
  readAnswers,
  readTypeName,
  type RecordedAnswer,
  type TestWarehouse,
} from '../testing/trino-answers.js';

const families =
  `array binary bitwise comparison conditional conversion datetime geospatial json lambda map math regexp semantics
  string url`.split(/\s+/);

const toolkit = createSqlToolkit();
const dialect = createDuckDbDialect(toolkit);

const literalKinds = ['number', 'string', 'binary', 'typed', 'interval', 'boolean'];

/** Returns the literals that a column can stand for: not those that the grammar or the number of a field asks for. */
function findLiterals(node: unknown): readonly Expression[] {
  if (typeof node !== 'object' || node === null) return [];
  if (Array.isArray(node)) return node.flatMap(findLiterals);
  const expression = node as Expression;
  if (literalKinds.includes(expression.kind)) return [expression];
  if (expression.kind === 'unary' && expression.operand.kind === 'number') return [expression];
  if (expression.kind === 'json-path') return findLiterals(expression.input);
  if (expression.kind === 'at-time-zone' || expression.kind === 'cast') {
    return findLiterals(expression.operand);
  }
  if (expression.kind === 'subscript' && expression.base.kind === 'row') {
    return findLiterals(expression.base);
  }
  return Object.values(node).flatMap(findLiterals);
}

/** An expression over columns, and the query that makes a table of the literals that it had. */
interface Rewritten {
  readonly text: string;
  readonly table: string;
  readonly columns: readonly TypedColumn[];
}

function takeOutLiterals(expr: string): Rewritten | undefined {
  // A table keeps no zones.
  if (/select|[A-Z]\w+\/[A-Z]|[+-]\d\d:\d\d'/i.test(expr)) return undefined;
  const parsed = toolkit.parseExpression(expr, { path: '' });
  const literals = parsed.ok ? findLiterals(parsed.value) : [];
  if (literals.length === 0) return undefined;
  const values = literals.map(({ start, end }, index) => `${expr.slice(start, end)} AS c${index}`);
  const table = dialect.translate(`SELECT ${values.join(', ')}`, { path: '' });
  if (!table.ok || table.value.columns === undefined) return undefined;
  const text = literals
    .map((literal, index) => ({ literal, index }))
    .sort((left, right) => right.literal.start - left.literal.start)
    .reduce(
      (rest, { literal, index }) =>
        `${rest.slice(0, literal.start)}c${index}${rest.slice(literal.end)}`,
      expr,
    );
  return { text, table: table.value.sql, columns: table.value.columns };
}

describe('recorded answers of Trino, with their literals in columns of a table', () => {
  let warehouse: TestWarehouse;
  beforeAll(async () => {
    warehouse = await openTestWarehouse();
  });
  afterAll(() => {
    warehouse.connection.closeSync();
  });

  /**
   * Returns whether an expression gave a value, and what is wrong: the value is not Trino's, Trino fails, or DuckDB fails in
   * its own words where Trino has a value.
   */
  async function judge(
    answer: RecordedAnswer,
  ): Promise<{ readonly compared: boolean; readonly wrong?: string }> {
    const rewritten = takeOutLiterals(answer.expr);
    if (rewritten === undefined) return { compared: false };
    const { text, table, columns } = rewritten;
    const translated = dialect.translate(`SELECT ${text} FROM literals`, {
      path: '',
      tableColumns: () => columns,
    });
    if (!translated.ok) return { compared: false };
    try {
      await warehouse.connection.run(`CREATE OR REPLACE TABLE literals AS ${table}`);
      const reader = await warehouse.connection.runAndReadAll(translated.value.sql);
      const type = readTypeName(answer.type ?? 'unknown');
      const found = toCanonical(reader.getRows()[0]?.[0], type);
      const isRight = answer.value !== undefined && sameCanonical(found, answer.value, type);
      return isRight
        ? { compared: true }
        : {
            compared: true,
            wrong: `${answer.expr}: ${JSON.stringify(found)}\n  ${translated.value.sql}`,
          };
    } catch (error) {
      const judged =
        answer.error === undefined ? judgeFailure(error, translated.value.sql) : undefined;
      return judged?.kind === 'wrong'
        ? { compared: true, wrong: `${answer.expr}: ${judged.found}\n  ${judged.sql}` }
        : { compared: false };
    }
  }

  it.each(families)(
    '%s: the same value, an error where Trino fails, or a refusal by name',
    { timeout: 300_000 },
    async (family) => {
      const wrong: string[] = [];
      let compared = 0;
      for (const answer of readAnswers(family)) {
        const judged = await judge(answer);
        if (judged.compared) compared++;
        if (judged.wrong !== undefined) wrong.push(judged.wrong);
      }
      expect(compared).toBeGreaterThan(0);
      expect(wrong).toEqual([]);
    },
  );
});
