import { describe, expect, it } from 'vitest';
import { createTemplateEngine } from '../create-template-engine.js';
import { testBindings, testContext } from './testing/engine.js';

const macros = `
{% macro shout(x) %}{{ return(adapter.dispatch('shout')(x)) }}{% endmacro %}
{% macro default__shout(x) %}{{ x }}!{% endmacro %}
{% macro trino__shout(x) %}{{ x }}!!{% endmacro %}
{% macro default__quiet(x) %}{{ x }}{% endmacro %}
{% macro duckdb__quiet(x) %}wrong{% endmacro %}
{% macro default__length(x) %}own_length({{ x }}){% endmacro %}
{% macro hash(x) %}mine({{ x }}){% endmacro %}
`;
const created = createTemplateEngine({
  macroFiles: [{ path: 'macros/m.sql', content: macros }],
  projectName: 'stedi',
  dialects: ['athena', 'trino'],
  outside: {
    md5: (text) => `md5 of ${text}`,
    yaml: {
      parse: (text) => (text === 'a: 1' ? { a: 1 } : undefined),
      write: (value) => JSON.stringify(value),
    },
  },
});
if (!created.ok) throw new Error(JSON.stringify(created.diagnostics));
const engine = created.value;
const context = testContext({
  run: { startedAt: '2026-03-01T12:30:45.123Z', invocationId: 'id-1' },
});

function render(content: string): unknown {
  const model = { name: 'orders', tags: ['daily'], config: { materialized: 'table' } };
  const result = engine.render({ path: 'models/orders.sql', content }, context, {
    ...testBindings(),
    model: () => model,
  });
  return result.ok ? result.value.sql : result.diagnostics;
}

describe("dbt's context", () => {
  it.each<[template: string, sql: string]>([
    ["{{ builtins.ref('a') }}", '"warehouse"."main"."a"'],
    ['{{ invocation_id }}', 'id-1'],
    ['{{ run_started_at }}', '2026-03-01 12:30:45.123000+00:00'],
    [
      "{{ run_started_at.strftime('%Y-%m-%d %H:%M:%S.%f %j %A %b') }}",
      '2026-03-01 12:30:45.123000 060 Sunday Mar',
    ],
    ['{{ run_started_at.isoformat() }}', '2026-03-01T12:30:45.123000+00:00'],
    ["{{ run_started_at.astimezone(modules.pytz.timezone('UTC')).hour }}", '12'],
    ['{{ modules.datetime.datetime.now() }}', '2026-03-01 12:30:45.123000'],
    ['{{ modules.datetime.date.today() - modules.datetime.timedelta(days=1) }}', '2026-02-28'],
    ['{{ modules.datetime.date(2024, 2, 28) + modules.datetime.timedelta(days=2) }}', '2024-03-01'],
    ['{{ (modules.datetime.date(2024, 3, 1) - modules.datetime.date(2023, 3, 1)).days }}', '366'],
    [
      "{{ modules.datetime.datetime.strptime('2020-05-06 07:08', '%Y-%m-%d %H:%M') }}",
      '2020-05-06 07:08:00',
    ],
    ["{{ modules.datetime.datetime.fromisoformat('2020-05-06T07:08:09').date() }}", '2020-05-06'],
    ['{{ modules.datetime.date(2020, 1, 1) < modules.datetime.date(2020, 1, 2) }}', 'True'],
    ['{{ modules.datetime.date(2020, 1, 1) == modules.datetime.date(2020, 1, 1) }}', 'True'],
    [
      '{{ modules.datetime.date(2020, 1, 31).weekday() }} {{ modules.datetime.date(2020, 1, 31).replace(day=1) }}',
      '4 2020-01-01',
    ],
    [
      '{{ modules.datetime.timedelta(hours=30, minutes=1) }} {{ modules.datetime.timedelta(days=-1) }} {{ modules.datetime.timedelta(hours=36).total_seconds() }}',
      '1 day, 6:01:00 -1 day, 0:00:00 129600.0',
    ],
    [
      "{{ modules.re.match('a(b+)', 'abbc').group(1) }} {{ modules.re.search('\\\\d+', 'x12').span() }}",
      'bb (1, 3)',
    ],
    [
      "{{ modules.re.sub('x*', '-', 'abxd') }} {{ modules.re.sub('(a)(b)', '\\\\2\\\\g<1>', 'abab', 1) }}",
      '-a-b--d- baab',
    ],
    [
      "{{ modules.re.findall('(\\\\w)=(\\\\d)', 'a=1,b=2') }} {{ modules.re.findall('[A-C]', 'ABCD') }}",
      "[('a', '1'), ('b', '2')] ['A', 'B', 'C']",
    ],
    [
      "{{ modules.re.split('[,;]\\\\s*', 'a, b;c') }} {{ modules.re.fullmatch('a|ab', 'ab').group() }}",
      "['a', 'b', 'c'] ab",
    ],
    [
      "{{ modules.re.match('(?i)ABC', 'abc') is not none }} {{ modules.re.match('b', 'abc') is none }} {{ modules.re.search('^b$', 'a\\nb', modules.re.M).start() }}",
      'True True 2',
    ],
    [
      "{{ modules.re.compile('(?P<y>\\\\d{4})-(?!00)').match('2020-01').groupdict() }} {{ modules.re.escape('a.b') }}",
      "{'y': '2020'} a\\.b",
    ],
    [
      "{{ modules.re.sub('(.)\\\\1', '<\\\\1>', 'aabbc') }} {{ modules.re.findall('a+?', 'aaa') }} {{ modules.re.search('\\\\bfoo\\\\b', 'a foo b').start() }}",
      "<a><b>c ['a', 'a', 'a'] 2",
    ],
    [
      '{{ modules.itertools.product([1, 2], ["a"]) | list }} {{ modules.itertools.chain([1], [2]) | list }}',
      "[(1, 'a'), (2, 'a')] [1, 2]",
    ],
    [
      '{{ tojson({"b": 1, "a": [1.0, none, true]}) }} {{ tojson({"b": 1, "a": 2}, sort_keys=true) }}',
      '{"b": 1, "a": [1.0, null, true]} {"a": 2, "b": 1}',
    ],
    [
      '{{ fromjson("{\\"a\\": [1, 2.0, \\"x\\"]}").a }} {{ fromjson("{", "d") }}',
      "[1, 2.0, 'x'] d",
    ],
    ['{{ fromyaml("a: 1").a }} {{ toyaml({"a": 1}) }} {{ fromyaml("{", "d") }}', '1 {"a":1} d'],
    [
      '{{ set([1, 2, 1]) }} {{ set([1]).union([2]) }} {{ set([1, 2]).difference([2]) }} {{ 1 in set([1]) }} {{ set(5, "d") }} {{ set([1, 2]) == set([2, 1]) }}',
      '{1, 2} {1, 2} {1} True d True',
    ],
    [
      '{{ zip([1, 2], ["a", "b"]) | list }} {{ zip_strict([1], [2, 3]) | list }} {{ zip(5, default="d") }}',
      "[(1, 'a'), (2, 'b')] [(1, 2)] d",
    ],
    ["{{ local_md5('hello') }}", 'md5 of hello'],
    ["{{ print('x') }}{{ log('x', info=true) }}|", '|'],
    ['{{ model.name }} {{ model.config.materialized }} {{ model.tags }}', "orders table ['daily']"],
    ["{{ adapter.quote('a\"b') }}", '"a""b"'],
    // A project's own before the built-in; athena__, trino__, default__, and never another engine's.
    ["{{ shout('a') }} {{ stedi.shout('a') }}", 'a!! a!!'],
    ["{{ adapter.dispatch('quiet', 'stedi')('a') }}", 'a'],
    ["{{ dbt.length('x') }} {{ length('x') }}", 'own_length(x) own_length(x)'],
    [
      "{{ hash('x') }} {{ dbt.hash('x') }}",
      'mine(x) lower(to_hex(md5(to_utf8(cast(x as varchar)))))',
    ],
    ["{{ dbt.default__concat(['a', 'b']) }}", 'a || b'],
  ])('%s', (template, sql) => {
    expect(render(template)).toBe(sql);
  });

  it('knows the macros of the project that a dispatch called', () => {
    const content = "{{ shout('a') }}{{ dbt.length('b') }}";
    const captured = engine.capture({ path: 'models/m.sql', content }, context);
    expect(captured).toMatchObject({
      ok: true,
      value: {
        macros: ['macro.stedi.shout', 'macro.stedi.trino__shout', 'macro.stedi.default__length'],
      },
    });
  });

  it('refuses the time where no run is known', () => {
    const content = '{{ run_started_at }}';
    const result = engine.render({ path: 'm.sql', content }, testContext(), testBindings());
    expect(result).toMatchObject({ ok: false, diagnostics: [{ code: 'template-unsupported' }] });
  });

  it('knows the name of the file while it is parsed', () => {
    const content = "{{ ref(model.name ~ '_landing') }}";
    const captured = engine.capture({ path: 'models/a/orders.sql', content }, context);
    expect(captured).toMatchObject({ ok: true, value: { refs: [{ name: 'orders_landing' }] } });
  });
});
