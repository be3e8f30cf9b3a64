import type { Dialect } from '../../core/adapter.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { markdownItem, markdownTable } from '../../core/markdown.js';
import { calledFunctions } from './functions/called-functions.js';
import { functionFamilies } from './functions/index.js';
import { engineLimits } from './functions/engine-limits.js';
import type { FunctionFamily, FunctionRule } from './functions/rule.js';

/** An expression with what Trino said to it; see fixtures/trino-functions/README.md. */
export interface RecordedExpression {
  readonly expr: string;
  /** Trino's error, if it gave no value. */
  readonly error?: string;
  /** The limit of DuckDB's that it ends with, though Trino has a value. */
  readonly limit?: string;
}

/** What the translation makes of the recorded expressions of one page of Trino's manual. */
interface Tally {
  readonly expressions: number;
  readonly sameValue: number;
  readonly trinoFails: number;
  readonly refused: number;
  /** Refused when they run: `engine-limit`. */
  readonly limited: number;
  /** Why calls of a function are refused that Trino answers, by the function's name: the hints of each reason. */
  readonly reasons: ReadonlyMap<string, ReadonlyMap<string, string | undefined>>;
  /** What else is refused. */
  readonly others: ReadonlySet<string>;
}

interface TalliedFamily {
  readonly family: FunctionFamily;
  readonly tally: Tally;
}

const titles: Readonly<Record<string, string>> = {
  datetime: 'Date and time',
  json: 'JSON',
  regexp: 'Regular expressions',
  semantics: 'Operators, casts and clauses',
  url: 'URL',
  other: 'Other functions',
};

function titleOf(family: string): string {
  return titles[family] ?? `${family.charAt(0).toUpperCase()}${family.slice(1)}`;
}

/** Returns the function that a diagnostic refuses, and why. */
function readRefusal({
  code,
  message,
}: Diagnostic): { readonly name: string; readonly reason: string } | undefined {
  const [, name, reason] = /^(\w+) cannot be translated: (.*)$/s.exec(message) ?? [];
  return code !== 'function-unsupported' || name === undefined || reason === undefined
    ? undefined
    : // What an expression quotes at length is not the reason.
      { name, reason: reason.replace(/'[^']{6,}'/g, "'…'") };
}

function withHint(reason: string, hint: string | undefined): string {
  return hint === undefined ? reason : `${reason} (${hint})`;
}

function tallyExpressions(
  expressions: readonly RecordedExpression[],
  dialect: Pick<Dialect, 'translate'>,
): Tally {
  const reasons = new Map<string, Map<string, string | undefined>>();
  const others = new Set<string>();
  let [sameValue, trinoFails, refused, limited] = [0, 0, 0, 0];
  for (const { expr, error, limit } of expressions) {
    if (error !== undefined) {
      trinoFails++;
      continue;
    }
    const translated = dialect.translate(`SELECT ${expr}`, { path: 'expression' });
    if (translated.ok) {
      if (limit === undefined) sameValue++;
      else limited++;
      continue;
    }
    refused++;
    for (const diagnostic of translated.diagnostics) {
      const { message, hint } = diagnostic;
      const found = readRefusal(diagnostic);
      if (found === undefined) others.add(withHint(message, hint));
      else {
        const ofFunction = reasons.get(found.name) ?? new Map<string, string | undefined>();
        reasons.set(found.name, ofFunction.set(found.reason, hint));
      }
    }
  }
  return {
    expressions: expressions.length,
    sameValue,
    trinoFails,
    refused,
    limited,
    reasons,
    others,
  };
}

function codeList(names: readonly string[], counts?: ReadonlyMap<string, number>): string {
  return [...names]
    .sort()
    .map((name) => `\`${name}\`${counts ? ` ${counts.get(name) ?? 0}` : ''}`)
    .join(', ');
}

/** Returns how many of the expressions that both engines answer call each function. */
function countCalls(
  expressions: Iterable<readonly RecordedExpression[]>,
  dialect: Pick<Dialect, 'translate'>,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { expr, error, limit } of [...expressions].flat()) {
    if (error !== undefined || limit !== undefined) continue;
    if (!dialect.translate(`SELECT ${expr}`, { path: 'expression' }).ok) continue;
    for (const name of calledFunctions(expr)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

function namesOf(family: FunctionFamily, kind: FunctionRule['kind']): readonly string[] {
  return Object.keys(family.rules).filter((name) => family.rules[name]?.kind === kind);
}

/** Returns an item for each reason, with the functions that are refused for it. */
function refusedItems(family: FunctionFamily): readonly string[] {
  const byReason = new Map<string, string[]>();
  for (const [name, rule] of Object.entries(family.rules)) {
    if (rule.kind !== 'refuse') continue;
    const reason = withHint(rule.reason, rule.hint);
    byReason.set(reason, [...(byReason.get(reason) ?? []), name]);
  }
  return [...byReason].map(([reason, names]) =>
    markdownItem(`${codeList(names)}: ${reason}`, '  '),
  );
}

/** More reasons are summed up. */
const mostReasons = 5;

/** Returns the reasons of one function, each hint once. */
function describeReasons(reasons: ReadonlyMap<string, string | undefined>): string {
  const shown = [...reasons.keys()].slice(0, mostReasons);
  const rest = reasons.size > shown.length ? '; and the like' : '';
  const hints = [...new Set(reasons.values())].filter((hint) => hint !== undefined);
  return withHint(`${shown.join('; ')}${rest}`, hints.length === 0 ? undefined : hints.join('; '));
}

const allRules: Readonly<Record<string, FunctionRule>> = Object.assign(
  {},
  ...functionFamilies.map(({ rules }) => rules),
) as Readonly<Record<string, FunctionRule>>;

/** Returns an item for each function of the family, or form without a rule, that is refused in some calls only. */
function partlyRefusedItems(family: FunctionFamily, { reasons }: Tally): readonly string[] {
  return [...reasons]
    .filter(([name]) => {
      const rule = family.rules[name];
      return rule === undefined ? allRules[name] === undefined : rule.kind !== 'refuse';
    })
    .map(([name, ofFunction]) => markdownItem(`\`${name}\`: ${describeReasons(ofFunction)}`, '  '))
    .sort();
}

function familySection(
  family: FunctionFamily,
  tally: Tally,
  counts: ReadonlyMap<string, number>,
): string {
  const kinds: readonly (readonly [string, readonly string[]])[] = [
    ["DuckDB's own function:", namesOf(family, 'same')],
    ['A macro:', namesOf(family, 'macro')],
    ['Written anew:', namesOf(family, 'rewrite')],
  ];
  const refused = refusedItems(family);
  const partlyRefused = partlyRefusedItems(family, tally);
  const lines = [
    ...kinds
      .filter(([, names]) => names.length > 0)
      .map(([kind, names]) => markdownItem(`${kind} ${codeList(names, counts)}`)),
    ...(partlyRefused.length > 0 ? ['- Refused in some calls:', ...partlyRefused] : []),
    ...(refused.length > 0 ? ['- Refused:', ...refused] : []),
    ...(tally.others.size > 0
      ? ['- Refused besides:', ...[...tally.others].map((other) => markdownItem(other, '  '))]
      : []),
  ];
  return `### ${titleOf(family.name)}\n\n${lines.join('\n')}`;
}

function countTable(tallied: readonly TalliedFamily[]): string {
  const counts = tallied.map(({ family, tally }): readonly number[] => {
    const refused = namesOf(family, 'refuse').length;
    const { expressions, sameValue, trinoFails } = tally;
    const translated = Object.keys(family.rules).length - refused;
    return [translated, refused, expressions, sameValue, tally.refused, tally.limited, trinoFails];
  });
  const totals = counts.reduce((sums, row) => sums.map((sum, column) => sum + (row[column] ?? 0)));
  const titleColumn = [...tallied.map(({ family }) => titleOf(family.name)), 'all'];
  return markdownTable(
    [
      'page of the manual',
      'translated',
      'not translated',
      'expressions',
      'same value',
      'refused',
      'refused when it runs',
      'Trino fails',
    ],
    [...counts, totals].map((row, index) => [titleColumn[index] ?? '', ...row.map(String)]),
  );
}

/** Expressions that are made for constructs without a name of their own. */
const constructTitles: Readonly<Record<string, string>> = {
  casts: 'Casts between all pairs of types',
  operators: 'Operators, CASE, IN, BETWEEN, LIKE, subscripts, AT TIME ZONE, EXTRACT',
  frames: 'Window frames: ROWS, RANGE and GROUPS',
  orders: 'Order, groups, joins, sets and subqueries over each type',
  nested: 'Calls of calls, put together by chance',
};

function constructSection(
  expressions: ReadonlyMap<string, readonly RecordedExpression[]>,
  dialect: Pick<Dialect, 'translate'>,
): string {
  const tallied = Object.entries(constructTitles).map(([family, title]) => ({
    title,
    tally: tallyExpressions(expressions.get(family) ?? [], dialect),
  }));
  const table = markdownTable(
    ['construct', 'expressions', 'same value', 'refused', 'refused when it runs', 'Trino fails'],
    tallied.map(({ title, tally }) => [
      title,
      ...[tally.expressions, tally.sameValue, tally.refused, tally.limited, tally.trinoFails].map(
        String,
      ),
    ]),
  );
  const others = new Set(tallied.flatMap(({ tally }) => [...tally.others]));
  const items = [...others].sort().map((other) => markdownItem(other));
  return `${table}\n\nRefused, though Trino answers:\n\n${items.join('\n')}`;
}

const countIntro = `Functions of the manual, and what becomes of Trino's recorded answers to expressions with them: the same value on DuckDB; refused, though
Trino answers, when the SQL is translated or, where only the values tell, when it runs; or no value in Trino either. There is no
third: another value, or an error in DuckDB's own words where Trino has a value, fails the test.`;

const limitsIntro = `What DuckDB cannot compute and Athena can ends the query with \`engine-limit\` at the model's line, and the table that is published stays as
it is. TRY does not make NULL of it. The number tells how many of the recorded expressions end so.`;

/** Returns a table of what only the values tell: why, what to do, and how many of the recorded expressions end with it. */
function limitTable(expressions: readonly RecordedExpression[]): string {
  return markdownTable(
    [
      'DuckDB cannot compute a value, because',
      'next step, other than to run it on Athena',
      'expressions',
    ],
    Object.entries(engineLimits).map(([name, { what, nextStep }]) => [
      what,
      nextStep,
      String(expressions.filter(({ limit }) => limit === name).length),
    ]),
  );
}

const functionsIntro = `A function is DuckDB's own where that does the same for all arguments; or a macro of \`stedi_trino\`; or written anew, as another function or
an expression, depending on the types. Its number tells how many of the recorded expressions that call it both engines answer. The calls
that are refused in part are those that the recorded expressions hold. Forms with a syntax of their own (\`CAST\`, \`EXTRACT\`, \`POSITION\`,
\`UNNEST\`, \`JSON_VALUE\` and the like) belong to the grammar, and are listed only where something is refused.`;

/**
 * Returns the part of the page on Athena's SQL that is written from the tables of functions, in Markdown: how each function
 * is translated or why it is refused, and what becomes of Trino's recorded answers. `expressions` are these, by family.
 */
export function supportTables(
  expressions: ReadonlyMap<string, readonly RecordedExpression[]>,
  dialect: Pick<Dialect, 'translate'>,
): string {
  const tallied = functionFamilies.map((family) => ({
    family,
    tally: tallyExpressions(expressions.get(family.name) ?? [], dialect),
  }));
  const counts = countCalls(expressions.values(), dialect);
  return [
    '## How much of it',
    countIntro,
    countTable(tallied),
    '## What DuckDB cannot compute',
    limitsIntro,
    limitTable([...expressions.values()].flat()),
    '## Constructs',
    constructSection(expressions, dialect),
    '## Functions',
    functionsIntro,
    ...tallied
      .filter(({ family }) => Object.keys(family.rules).length > 0)
      .map(({ family, tally }) => familySection(family, tally, counts)),
  ]
    .filter((each) => each !== '')
    .join('\n\n');
}
