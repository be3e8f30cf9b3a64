import { describe, expect, it } from 'vitest';
import type { Expression, Query, Select } from '../core/sql-syntax.js';
import { createSqlToolkit } from './index.js';

const toolkit = createSqlToolkit();

function parse(sql: string): Query {
  const result = toolkit.parseQuery(sql, { path: 'q.sql' });
  if (!result.ok) throw new Error(result.diagnostics.map(({ message }) => message).join());
  return result.value;
}

function expression(text: string): Expression {
  const result = toolkit.parseExpression(text, { path: 'e.sql' });
  if (!result.ok) throw new Error(result.diagnostics.map(({ message }) => message).join());
  return result.value;
}

function select(sql: string): Select {
  const { body } = parse(sql);
  if (body.kind !== 'select') throw new Error(`expected a select, found ${body.kind}`);
  return body;
}

/** Returns an expression's structure in prefix form: `(+ a (* b c))`. */
function shape(node: Expression): string {
  switch (node.kind) {
    case 'name':
      return node.name.value;
    case 'number':
      return node.text;
    case 'string':
      return `'${node.value}'`;
    case 'unary':
      return `(${node.operator} ${shape(node.operand)})`;
    case 'arithmetic':
    case 'comparison':
      return `(${node.operator} ${shape(node.left)} ${shape(node.right)})`;
    case 'concat':
      return `(|| ${shape(node.left)} ${shape(node.right)})`;
    case 'logical':
      return `(${node.operator} ${node.terms.map(shape).join(' ')})`;
    case 'not':
      return `(not ${shape(node.operand)})`;
    case 'is-null':
      return `(is${node.negated ? ' not' : ''} null ${shape(node.operand)})`;
    case 'between':
      return `(between ${shape(node.operand)} ${shape(node.low)} ${shape(node.high)})`;
    case 'field':
      return `(. ${shape(node.base)} ${node.field.value})`;
    case 'subscript':
      return `([] ${shape(node.base)} ${shape(node.index)})`;
    case 'call':
      return `(${[node.name, ...node.args.map(shape)].join(' ')})`;
    case 'lambda':
      return `(-> ${node.parameters.map(({ value }) => value).join(' ')} ${shape(node.body)})`;
    case 'row':
    case 'array':
      return `(${[node.kind, ...node.items.map(shape)].join(' ')})`;
    default:
      return node.kind;
  }
}

describe('expressions', () => {
  it.each([
    ['a + b * c', '(+ a (* b c))'],
    ['a - b - c', '(- (- a b) c)'],
    ['a || b + c', '(|| a (+ b c))'],
    ['-a * b', '(* (- a) b)'],
    ['- -1', '(- (- 1))'],
    ['not a and b or c', '(or (and (not a) b) c)'],
    ['not a = b', '(not (= a b))'],
    ['a between 1 and 2 and b', '(and (between a 1 2) b)'],
    ['a != b', '(<> a b)'],
    ['a is not null', '(is not null a)'],
    ['a.b.c[1]', '([] (. (. a b) c) 1)'],
    ['(a, b)', '(row a b)'],
    ['((a))', 'a'],
    ['row(a)', '(row a)'],
    ['array[1, 2][1]', '([] (array 1 2) 1)'],
    ['x -> x + 1', '(-> x (+ x 1))'],
    ['(x, y) -> x', '(-> x y x)'],
    ['() -> 1', '(->  1)'],
    ['f(x -> g(y -> x + y), 1)', '(f (-> x (g (-> y (+ x y)))) 1)'],
    ['position(a in b)', '(strpos b a)'],
    ['substring(a from 2 for 3)', '(substring a 2 3)'],
    ['substring(a, 2)', '(substring a 2)'],
    ['normalize(a, NFC)', "(normalize a 'NFC')"],
    ['current_date', '(current_date)'],
    ['current_timestamp(3)', '(current_timestamp 3)'],
    ['"DATE"(a)', '(date a)'],
    ['1_000', '1000'],
    ['0x1F', '31'],
    ['.5', '.5'],
    ["'it''s'", "'it's'"],
    ["U&'\\00e9\\+01F600'", "'é😀'"],
    ["U&'!00e9' UESCAPE '!'", "'é'"],
    ['count(distinct a)', '(count a)'],
    ['if', 'if'],
    ['offset', 'offset'],
  ])('%s', (text, expected) => {
    expect(shape(expression(text))).toBe(expected);
  });

  it.each([
    ["bigint '1'", { kind: 'typed', type: 'bigint', value: '1' }],
    ["double precision '1'", { kind: 'typed', type: 'double', value: '1' }],
    ["X'6 5'", { kind: 'binary', hex: '65' }],
    [
      "interval -'1-2' year to month",
      { kind: 'interval', negative: true, from: 'year', to: 'month' },
    ],
    ["a at time zone 'UTC'", { kind: 'at-time-zone' }],
    ['a like b escape c', { kind: 'like', negated: false, escape: { kind: 'name' } }],
    ['a not in (1, 2)', { kind: 'in-list', negated: true }],
    ['a in (select 1)', { kind: 'in-subquery', negated: false }],
    ['a = all (select 1)', { kind: 'quantified', operator: '=', quantifier: 'all' }],
    ['a is distinct from b', { kind: 'distinct-from', negated: false }],
    ['exists (select 1)', { kind: 'exists' }],
    ['(select 1)', { kind: 'subquery' }],
    ['extract(year from a)', { kind: 'extract', field: 'year' }],
    ["trim(leading 'x' from a)", { kind: 'trim', side: 'leading' }],
    ['trim(a)', { kind: 'trim', side: 'both' }],
    ['try_cast(a as bigint)', { kind: 'cast', safe: true }],
    [
      "json_value(a, 'lax $.x' returning integer default 0 on empty error on error)",
      {
        kind: 'json-path',
        onEmpty: { kind: 'default' },
        onError: { kind: 'error' },
      },
    ],
    [
      "json_object('a' : 1, key 'b' value 2 absent on null)",
      { kind: 'json-object', nulls: 'absent' },
    ],
    ['count(*) filter (where a > 1)', { kind: 'call', star: true, filter: { kind: 'comparison' } }],
    [
      'lag(a) ignore nulls over (partition by b order by c desc nulls first)',
      {
        nullTreatment: 'ignore',
        over: { kind: 'specification', orderBy: [{ descending: true, nulls: 'first' }] },
      },
    ],
    ["listagg(a, ',') within group (order by b)", { name: 'listagg', withinGroup: [{}] }],
    [
      'sum(a) over (w rows between 1 preceding and current row)',
      {
        over: { base: { value: 'w' }, frame: { unit: 'rows', from: { kind: 'preceding' } } },
      },
    ],
  ])('%s', (text, expected) => {
    expect(expression(text)).toMatchObject(expected);
  });

  it.each([
    ['cast(a as varchar(3))', { name: 'varchar', parameters: [3] }],
    ['cast(a as decimal(10, 2))', { name: 'decimal', parameters: [10, 2] }],
    [
      'cast(a as timestamp(3) with time zone)',
      { name: 'timestamp with time zone', parameters: [3] },
    ],
    ['cast(a as array(bigint))', { name: 'array', parameters: [{ name: 'bigint' }] }],
    ['cast(a as array<bigint>)', { name: 'array', parameters: [{ name: 'bigint' }] }],
    ['cast(a as bigint array)', { name: 'array', parameters: [{ name: 'bigint' }] }],
    [
      'cast(a as row(x bigint, double precision, "y z" map(varchar, integer)))',
      {
        kind: 'row',
        fields: [
          { name: { value: 'x' } },
          { type: { name: 'double' } },
          { name: { value: 'y z' } },
        ],
      },
    ],
  ])('%s', (text, expected) => {
    expect(expression(text)).toMatchObject({ kind: 'cast', type: expected });
  });

  it('knows where everything stands', () => {
    const node = expression("concat(a,  b + 'x')");
    expect(node).toMatchObject({
      start: 0,
      end: 19,
      nameSpan: { start: 0, end: 6 },
      args: [
        { start: 7, end: 8 },
        { start: 11, end: 18, right: { start: 15, end: 18 } },
      ],
    });
  });
});

describe('queries', () => {
  it('reads clauses in any spelling', () => {
    const query = parse(`
      with recursive a(x) as (select 1), b as (values 1, 2)
      select distinct t.*, a.x + 1 as "Y z", count(*) n
      from a as t (x, y) left join b on a.x = b.y cross join unnest(z) with ordinality as u (v, o), lateral (select 1)
      where x = 1 group by rollup (a, b), grouping sets ((a, b), ()), c having count(*) > 1
      window w as (partition by x)
      order by 1 desc, x nulls first offset 3 rows limit 5`);
    expect(query).toMatchObject({
      with: { recursive: true, tables: [{ name: { value: 'a' }, columns: [{ value: 'x' }] }, {}] },
      offset: '3',
      limit: '5',
      orderBy: [{ descending: true }, { nulls: 'first' }],
      body: {
        distinct: true,
        items: [
          { kind: 'star' },
          { alias: { value: 'Y z', quoted: true } },
          { alias: { value: 'n' } },
        ],
        from: [
          { kind: 'join', type: 'cross' },
          { kind: 'subquery', lateral: true },
        ],
        groupBy: { elements: [{ kind: 'rollup' }, { kind: 'grouping-sets' }, { kind: 'simple' }] },
        windows: [{ name: { value: 'w' } }],
      },
    });
  });

  it.each([
    ['select 1 limit all', { withTies: false }],
    ['select 1 fetch first row only', { limit: '1' }],
    ['select 1 fetch next 3 rows with ties', { limit: '3', withTies: true }],
    ['table a.b', { body: { kind: 'table' } }],
    [
      '(select 1) union all (select 2) limit 1',
      { body: { kind: 'set-operation', distinct: false } },
    ],
    [
      'select 1 union select 2 intersect select 3',
      { body: { operator: 'union', right: { operator: 'intersect' } } },
    ],
    [
      'select 1 except select 2 union select 3',
      { body: { operator: 'union', left: { operator: 'except' } } },
    ],
    ['select 1; ', { body: { kind: 'select' } }],
    ["select ';' -- ; \n /* ; */", { body: { kind: 'select' } }],
  ])('%s', (sql, expected) => {
    expect(parse(sql)).toMatchObject(expected);
  });

  it.each([
    ['select a from t limit 1', 'table'],
    ['select a from t offset', 'aliased'],
    ['select a from t window', 'aliased'],
    ['select a from t window w as (order by a)', 'table'],
    ['select a from (t)', 'table'],
    ['select a from ((select 1) a join b on true)', 'join'],
    ['select a from ((select 1) union select 2)', 'subquery'],
    ['select a from t join u join v on x on y', 'join'],
  ])('%s: FROM holds a %s', (sql, kind) => {
    expect(select(sql).from[0]?.kind).toBe(kind);
  });
});

describe('hints', () => {
  it.each([
    ['select a::varchar', 'Athena has no :: to cast; write CAST(… AS …)'],
    ["select a from t where a ilike 'x'", 'Athena has no ILIKE; write lower(…) LIKE …'],
    ['select a from t limit 5 offset 2', 'OFFSET stands before LIMIT'],
    [
      'select a from t qualify rank() over (order by a) = 1',
      'Athena has no QUALIFY; filter in a query around this one',
    ],
    ["select 'abc", "add the closing '; inside, a ' is written twice: ''"],
    ['select "abc', 'add the closing "; inside, a " is written twice: ""'],
    ['select 1 /* x', 'add the closing */'],
    ['select 1 = 2 = 3', undefined],
  ])('%s: %s', (sql, hint) => {
    expect(toolkit.parseQuery(sql, { path: 'm.sql' }).diagnostics.map((each) => each.hint)).toEqual(
      [hint],
    );
  });
});

describe('what is refused', () => {
  it.each([
    ['select', 'sql-syntax', 'expected an expression, found the end of the query', 1, 7],
    [
      'select a, from t',
      'sql-syntax',
      "expected another item after the comma, found 'from'",
      1,
      11,
    ],
    ['select f(a, )', 'sql-syntax', "expected another item after the comma, found ')'", 1, 13],
    ['select 1,, 2', 'sql-syntax', "expected an expression, found ','", 1, 10],
    ['select 1 = 2 = 3', 'sql-syntax', "expected the end of the query, found '='", 1, 14],
    ["select\n  'abc", 'sql-syntax', 'a string is not closed', 2, 3],
    ['select /* x', 'sql-syntax', 'a comment is not closed', 1, 8],
    ['select `a`', 'sql-syntax', 'backquotes do not quote names in a query', 1, 8],
    ['select 1a', 'sql-syntax', 'a name must not start with a digit: 1a', 1, 8],
    ['select é', 'sql-syntax', 'unexpected character "é"', 1, 8],
    ['select é1', 'sql-syntax', 'unexpected character "é"', 1, 8],
    ['select order from t', 'sql-syntax', "expected an expression, found 'order'", 1, 8],
    ["select 'a' 'b'", 'sql-syntax', "expected the end of the query, found 'b'", 1, 12],
    [
      'selct 1',
      'sql-syntax',
      "expected a query (SELECT, WITH, VALUES or TABLE), found 'selct'",
      1,
      1,
    ],
    [
      'insert into t select 1',
      'sql-unsupported',
      'expected a query (SELECT, WITH, VALUES or TABLE), found INSERT',
      1,
      1,
    ],
    [
      'select 1;\nselect 2',
      'sql-several-statements',
      'expected one query, found a second statement',
      2,
      1,
    ],
    ['-- nothing\n', 'model-empty', 'expected a query, found no SQL', 1, 1],
    ['select ?', 'sql-unsupported', 'parameters (?) are not supported', 1, 8],
    [
      'select * from a natural join b',
      'sql-unsupported',
      'NATURAL JOIN is not supported, as in Athena',
      1,
      17,
    ],
    [
      'select * from a tablesample bernoulli (1)',
      'sql-unsupported',
      'TABLESAMPLE is not supported: its rows would differ from run to run',
      1,
      17,
    ],
    [
      'select * from a match_recognize (pattern (x) define x as true)',
      'sql-unsupported',
      'MATCH_RECOGNIZE is not supported',
      1,
      17,
    ],
    [
      'select * from a for version as of 1',
      'sql-unsupported',
      'time travel (FOR VERSION or FOR TIMESTAMP) is not supported',
      1,
      17,
    ],
    ['select * from table(f())', 'sql-unsupported', 'table functions are not supported', 1, 15],
    ['select lag(a) ignore nulls from t', 'sql-syntax', "expected OVER, found 'from'", 1, 28],
  ])('%s', (sql, code, message, line, column) => {
    const result = toolkit.parseQuery(sql, { path: 'models/m.sql' });
    expect(result.ok).toBe(false);
    expect(result.diagnostics).toHaveLength(1);
    expect(result.diagnostics[0]).toMatchObject({
      code,
      message,
      location: { path: 'models/m.sql', line, column },
    });
  });

  it('gives up on what is nested too deeply', () => {
    const deep = `select ${'('.repeat(20_000)}1${')'.repeat(20_000)}`;
    const result = toolkit.parseQuery(deep, { path: 'm.sql' });
    expect(result.diagnostics[0]).toMatchObject({
      code: 'sql-unsupported',
      message: 'the query is nested too deeply',
    });
  });

  it('says what to do', () => {
    const hint = (sql: string): string | undefined =>
      toolkit.parseQuery(sql, { path: '' }).diagnostics[0]?.hint;
    expect(hint('selct 1')).toBe("did you mean 'SELECT'?");
    expect(hint('select 1a')).toBe('write "1a"');
    expect(hint('select a as order')).toBe(
      'ORDER is a reserved word; write "order" to use it as a name',
    );
  });
});
