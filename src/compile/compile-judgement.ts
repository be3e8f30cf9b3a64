import type { Dialect, TypedColumn } from '../core/adapter.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { findConfigKey, locateConfigKey } from '../core/locate-config-key.js';
import type { TestNode } from '../core/node.js';
import { failure, success, type Result } from '../core/result.js';

/** The name under which a judgement reads the rows that a test returned. */
const rowsName = 'failing_rows';

/**
 * Returns the query that judges the rows of a test, in the engine's dialect; `undefined` for a test that fails on any
 * row. As in dbt, the condition is the text of `fail_calc` followed by that of `warn_if` or `error_if`.
 * Diagnostics: those of the dialect's `translate`, where the key is set.
 */
export function compileJudgement(
  test: TestNode,
  columns: readonly TypedColumn[] | undefined,
  dialect: Pick<Dialect, 'translate'>,
): Result<string | undefined> {
  if (test.judgement === undefined) return success(undefined);
  const { failCalc, warnIf, errorIf } = test.judgement;
  // On lines of their own, so that a comment at the end of one swallows nothing.
  const parts = [
    { key: 'fail_calc', sql: failCalc, whole: failCalc },
    { key: 'warn_if', sql: warnIf, whole: `${failCalc} ${warnIf}` },
    { key: 'error_if', sql: errorIf, whole: `${failCalc} ${errorIf}` },
  ];
  const translate = (selected: string) =>
    dialect.translate(`select ${selected}\nfrom ${rowsName}`, {
      path: test.path,
      tableColumns: ([name, ...rest]) =>
        name === rowsName && rest.length === 0 ? columns : undefined,
    });
  const toCase = (condition: string, name: string): string =>
    `case when ${condition}\nthen 1 else 0 end as ${name}`;
  const all = translate(
    [
      `${failCalc}\nas failures`,
      toCase(`${failCalc} ${warnIf}`, 'should_warn'),
      toCase(`${failCalc} ${errorIf}`, 'should_error'),
    ].join(',\n'),
  );
  if (all.ok) return success(all.value.sql);
  // Which of the three it is, is known only if each is looked at by itself.
  const wrong = parts.find(({ key, whole }) => {
    const selected = key === 'fail_calc' ? `${whole}\nas failures` : toCase(whole, 'judged');
    return !translate(selected).ok;
  });
  const told = all.diagnostics.slice(0, 1).map((diagnostic): Diagnostic => ({
    code: diagnostic.code,
    severity: diagnostic.severity,
    message: `in '${wrong?.key ?? 'fail_calc'}: ${wrong?.sql ?? failCalc}' of test '${test.name}': ${diagnostic.message}`,
    location: locateKey(test, wrong?.key ?? 'fail_calc'),
    hint:
      diagnostic.hint ??
      'fail_calc is an aggregate, and warn_if and error_if the rest of a comparison with it, such as `> 10`',
    related: [],
  }));
  return failure(told);
}

/** In the `config()` of the file, or else where the test stands. */
function locateKey(test: TestNode, key: string) {
  const isInFile = test.generic === null && findConfigKey(test.rawSql, key) !== undefined;
  return isInFile ? locateConfigKey(test, key) : test.location;
}
