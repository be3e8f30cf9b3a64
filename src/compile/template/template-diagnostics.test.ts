import { describe, expect, it } from 'vitest';
import { createTemplateEngine } from '../create-template-engine.js';
import { testBindings, testContext } from './testing/engine.js';

const created = createTemplateEngine({
  macroFiles: [
    {
      path: 'macros/money.sql',
      content: `{% macro cents(amount, digits=2) %}
  round({{ amount }} / 100, {{ digits }})
{% endmacro %}

{% macro outer(x) %}{{ inner(x) }}{% endmacro %}
{% macro inner(x) -%}
  {{ x + 1 }}
{%- endmacro %}`,
    },
  ],
  projectName: 'stedi',
});
if (!created.ok) throw new Error(JSON.stringify(created.diagnostics));
const engine = created.value;

function render(content: string) {
  return engine.render({ path: 'models/m.sql', content }, testContext(), testBindings());
}

/** The line with its underline below, as a printer shows it. */
function pointAt(content: string) {
  const { location } = render(content).diagnostics[0] ?? {};
  const { line = 0, column = 0, length = 0, sourceLine = '' } = location ?? {};
  return [`${line}:${column}`, sourceLine, ' '.repeat(column - 1) + '^'.repeat(length)];
}

describe('what a diagnostic says', () => {
  it.each<[template: string, code: string, message: string, hint?: string]>([
    // Names
    ["{{ reff('x') }}", 'template-undefined', "'reff' is not defined", "did you mean 'ref'?"],
    [
      '{{ zzzzzzzz }}',
      'template-warning',
      "'zzzzzzzz' is not defined, so it counts as nothing; if it is a text, put it in quotes: 'zzzzzzzz'; if it is a variable of the project, write var('zzzzzzzz')",
    ],
    [
      '{% set amount = 1 %}{{ amuont }}',
      'template-warning',
      "'amuont' is not defined, so it counts as nothing; did you mean 'amount'?",
    ],
    ['{{ cent(1) }}', 'template-undefined', "'cent' is not defined", "did you mean 'cents'?"],
    [
      '{{ stedi.cent(1) }}',
      'template-undefined',
      "project 'stedi' has no 'cent'",
      "did you mean 'cents'?",
    ],
    [
      '{{ target.shcema }}',
      'template-warning',
      "dict has no 'shcema', so it counts as nothing; did you mean 'schema'?",
    ],
    ['{{ "a".uper() }}', 'template-undefined', "str has no 'uper'", "did you mean 'upper'?"],
    ['{{ [1][3] }}', 'template-warning', 'list has no item 3, so it counts as nothing'],
    ['{{ x.y }}', 'template-undefined', "'x' is not defined"],
    ['{{ target.a.b }}', 'template-undefined', "dict has no 'a'"],
    [
      '{% if undefined_name %}{% endif %}',
      'template-warning',
      "'undefined_name' is not defined, so it counts as nothing; if it is a text, put it in quotes: 'undefined_name'; if it is a variable of the project, write var('undefined_name')",
    ],
    [
      '{% for x in nothing %}{% endfor %}',
      'template-warning',
      "'nothing' is not defined, so it counts as nothing; if it is a text, put it in quotes: 'nothing'; if it is a variable of the project, write var('nothing')",
    ],
    [
      '{{ nothing == 1 }}',
      'template-warning',
      "'nothing' is not defined, so it counts as nothing; if it is a text, put it in quotes: 'nothing'; if it is a variable of the project, write var('nothing')",
    ],
    [
      '{{ nothing ~ 1 }}',
      'template-warning',
      "'nothing' is not defined, so it counts as nothing; if it is a text, put it in quotes: 'nothing'; if it is a variable of the project, write var('nothing')",
    ],
    ['{{ [nothing] }}', 'template-undefined', "'nothing' is not defined"],
    [
      '{{ nothing and 1 }}',
      'template-warning',
      "'nothing' is not defined, so it counts as nothing; if it is a text, put it in quotes: 'nothing'; if it is a variable of the project, write var('nothing')",
    ],
    [
      '{{ [] | first }}',
      'template-warning',
      'the sequence is empty, so it has no such item, so it counts as nothing',
    ],
    ['{{ 1 | uper }}', 'template-undefined', "there is no filter 'uper'", "did you mean 'upper'?"],
    [
      '{% if false %}{{ 1 | uper }}{% endif %}',
      'template-undefined',
      "there is no filter 'uper'",
      "did you mean 'upper'?",
    ],
    ['{{ 1 is od }}', 'template-undefined', "there is no test 'od'", "did you mean 'odd'?"],
    // Calls
    [
      '{% macro m(amount) %}{{ amount + 1 }}{% endmacro %}{{ m() }}',
      'template-undefined',
      "macro 'm' was called without its argument 'amount'",
    ],
    ['{{ cents(1, 2, 3) }}', 'template-error', "macro 'cents' takes at most 2 arguments, found 3"],
    [
      '{{ cents(1, digit=2) }}',
      'template-error',
      "macro 'cents' takes no argument named 'digit'",
      "did you mean 'digits'?",
    ],
    ['{{ cents(1, amount=2) }}', 'template-error', "macro 'cents' got the argument 'amount' twice"],
    [
      '{% call cents(1) %}{% endcall %}',
      'template-error',
      "macro 'cents' was called by a 'call' block and does not use caller()",
    ],
    ['{{ "a".replace("b") }}', 'template-error', "replace() needs the argument 'new'"],
    [
      '{{ "a".replace("b", 1) }}',
      'template-error',
      "replace() expects a string as 'new', found int",
    ],
    ['{{ range("a") }}', 'template-error', "range() expects an integer as 'first', found str"],
    ['{{ "x" | trim(1, 2) }}', 'template-error', 'trim() takes at most 2 arguments, found 3'],
    ['{{ "x" | trim(side="both") }}', 'template-error', "trim() takes no argument named 'side'"],
    ['{{ 5() }}', 'template-error', 'int is not a function'],
    ['{{ "x"(1) }}', 'template-error', 'str is not a function'],
    ['{{ ref }}', 'template-error', "'ref' is a function, not a text", 'call it: ref(…)'],
    ['{{ return(1) }}', 'template-error', 'return() can only be used inside of a macro'],
    [
      "{{ ref('a', v=[2]) }}",
      'template-error',
      'ref() expects a number or a string as the version, found list',
    ],
    ['{{ ref(1) }}', 'template-error', "ref() expects a string as 'model', found int"],
    ["{{ source('a') }}", 'template-error', "source() needs the argument 'table'"],
    [
      "{{ config('table') }}",
      'template-error',
      'config() expects named arguments, found str',
      "write config(materialized='table')",
    ],
    [
      "{{ config.require('zz') }}",
      'template-error',
      "the configuration 'zz' is required and has no value",
    ],
    // Values
    ['{{ 1 / 0 }}', 'template-error', 'division by zero'],
    [
      '{{ "a" + 1 }}',
      'template-error',
      "'+' cannot take str and int",
      "join texts with '~', which takes any value",
    ],
    ['{{ 1 < "a" }}', 'template-error', "'<' cannot compare int with str"],
    [
      '{{ {[]: 1} }}',
      'template-error',
      'list cannot be the key of a dict; use a string, number or tuple',
    ],
    [
      '{% for x in 5 %}{% endfor %}',
      'template-error',
      'expected something to run over (a list, dict or string), found int',
    ],
    [
      '{% for a, b in [1] %}{% endfor %}',
      'template-error',
      'expected something to run over (a list, dict or string), found int',
    ],
    ['{% set a, b = [1] %}', 'template-error', 'expected 2 values to unpack from list, found 1'],
    [
      '{% set x.y = 1 %}',
      'template-error',
      "'x' is not a namespace",
      "make it one first: '{% set x = namespace(…) %}'",
    ],
    [
      '{{ [1, 2] | map("string") }}',
      'template-error',
      'an iterator cannot be printed',
      "make it a list with '| list', or join it with '| join(', ')'",
    ],
    [
      '{{ range(3) }}',
      'template-error',
      'a range cannot be printed',
      "make it a list with '| list', or join it with '| join(', ')'",
    ],
    ['{{ "%s %s" % "a" }}', 'template-error', "'%' formatting: not enough values"],
    ['{{ "%s" % (1, 2) }}', 'template-error', "'%' formatting: not all values are used"],
    ['{{ "%d" % "a" }}', 'template-error', "'%' formatting: '%d' expects a number, found str"],
    ['{{ "%q" % 1 }}', 'template-error', "'%' formatting: there is no conversion '%q'"],
    [
      '{{ "{0.real}".format(1) }}',
      'template-unsupported',
      "format() does not support '{0.real}'",
      'give the part of the value itself as an argument',
    ],
    ['{{ "a".encode() }}', 'template-unsupported', "the method 'encode' of str is not supported"],
    ["{{ exceptions.raise_compiler_error('bad thing') }}", 'template-error', 'bad thing'],
    // Environment and variables
    [
      "{{ var('cutof') }}",
      'var-undefined',
      "the variable 'cutof' has neither a value nor a default",
      "did you mean 'cutoff'? Otherwise give it a value under 'vars:' in stedi_project.yml or with --vars, or a default: var('cutof', …)",
    ],
    [
      "{{ var('zzzzz') }}",
      'var-undefined',
      "the variable 'zzzzz' has neither a value nor a default",
      "give it a value under 'vars:' in stedi_project.yml or with --vars, or a default: var('zzzzz', …)",
    ],
    [
      "{{ env_var('NOPE') }}",
      'env-var-undefined',
      "the environment variable 'NOPE' is not set and has no default",
      "set it, or give a default: env_var('NOPE', '…')",
    ],
    [
      "{{ env_var('STEDI_ENV_SECRET_KEY') }}",
      'template-forbidden',
      "the environment variable 'STEDI_ENV_SECRET_KEY' holds a secret, which SQL and macros must not show",
      "secrets belong into 'targets:' of stedi_project.yml",
    ],
    [
      "{{ env_var('DBT_ENV_SECRET_KEY', 'x') }}",
      'template-forbidden',
      "the environment variable 'DBT_ENV_SECRET_KEY' holds a secret, which SQL and macros must not show",
      "secrets belong into 'targets:' of stedi_project.yml",
    ],
    [
      "{{ env_var('stedi_env_secret_key', 'x') }}",
      'template-forbidden',
      "the environment variable 'stedi_env_secret_key' holds a secret, which SQL and macros must not show",
      "secrets belong into 'targets:' of stedi_project.yml",
    ],
    [
      "{{ env_var('AWS_SECRET_ACCESS_KEY', 'x') }}",
      'template-forbidden',
      "the environment variable 'AWS_SECRET_ACCESS_KEY' holds a secret, which SQL and macros must not show",
      "secrets belong into 'targets:' of stedi_project.yml",
    ],
    // Syntax
    ['{{ 1', 'template-syntax', "the tag has no closing '}}'"],
    ['{% if true', 'template-syntax', "the tag has no closing '%}'"],
    ['{# x', 'template-syntax', "the comment has no closing '#}'"],
    ['{% raw %}x', 'template-syntax', "'raw' has no closing '{% endraw %}'"],
    ["{{ 'x }}", 'template-syntax', "the string has no closing '"],
    ['{{ (1] }}', 'template-syntax', "expected ')', found ']'"],
    ['{{ 1) }}', 'template-syntax', "unexpected ')'"],
    ['{{ 1 ! 2 }}', 'template-syntax', "unexpected character '!'"],
    ['{{ }}', 'template-syntax', "expected an expression, found '}}'"],
    ['{{ 1 2 }}', 'template-syntax', "expected '}}', found '2'"],
    ['{{ a b }}', 'template-syntax', "expected '}}', found 'b'"],
    ['{{ f(a=1, 2) }}', 'template-syntax', 'a positional argument cannot follow a named one'],
    ['{% if true %}x', 'template-syntax', "'if' is not closed by 'endif'"],
    ['{% for x in [1] %}x', 'template-syntax', "'for' is not closed by 'endfor'"],
    ['{% macro m() %}x', 'template-syntax', "'macro' is not closed by 'endmacro'"],
    ['{% set x %}x', 'template-syntax', "'set' is not closed by 'endset'"],
    [
      '{% if true %}{% for x in [1] %}x{% endif %}',
      'template-syntax',
      "unexpected 'endif': the innermost open block is 'for' of line 1",
    ],
    ['{% endif %}', 'template-syntax', "unexpected 'endif': no block is open"],
    ['{% iff true %}', 'template-syntax', "there is no tag 'iff'", "did you mean 'if'?"],
    [
      '{% if true %}{% elseif false %}{% endif %}',
      'template-unsupported',
      "the tag 'elseif' is not supported",
      "Jinja2 has no 'elseif'; use '{% elif %}'",
    ],
    ['{% for x of [1] %}{% endfor %}', 'template-syntax', "expected 'in', found 'of'"],
    ['{% break %}', 'template-syntax', "'break' stands outside of a loop"],
    [
      '{% for x in [1] %}{% set y %}{% continue %}{% endset %}{% endfor %}',
      'template-syntax',
      "'continue' stands outside of a loop",
    ],
    ["{{ run_query('select 1') }}", 'template-unsupported', "'run_query' is not supported"],
    [
      '{{ adapter.get_columns_in_relation(this) }}',
      'template-unsupported',
      "'adapter.get_columns_in_relation' is not supported: templates are pure: they cannot query or change the warehouse while they compile",
      'name the columns in SQL, in a macro, or declare them in YAML',
    ],
    [
      "{{ adapter.dispatch('nope', 'dbt')() }}",
      'template-undefined',
      "adapter.dispatch found no macro for 'nope': none of 'default__nope' in stedi, dbt",
      "write a macro named 'default__nope', in the SQL that templates are written in",
    ],
    [
      "{{ dbt.dateadd('day') }}",
      'template-undefined',
      "macro 'dateadd' was called without its argument 'interval'",
    ],
    [
      "{{ modules.re.match('(', 'a') }}",
      'template-error',
      "the regular expression '(' is not valid: a '(' is not closed",
    ],
    ['{% set x %}a{% endset x %}', 'template-syntax', "expected '%}', found 'x'"],
    [
      '{% macro m(a=1, b) %}{% endmacro %}',
      'template-syntax',
      'a parameter without a default cannot follow one with a default',
    ],
    ['{% %}', 'template-syntax', "expected the name of a tag, found '%}'"],
    [
      '{{ "\\x4" }}',
      'template-syntax',
      "the string escape '\\x' must be followed by 2 hexadecimal digits of a character",
    ],
    [
      '{{ "\\N{DASH}" }}',
      'template-unsupported',
      "the string escape '\\N{…}' is not supported",
      'write the character itself, or its number as \\uXXXX',
    ],
    ['{{ x is a is b }}', 'template-undefined', "there is no test 'a'"],
    ['{{ 1 is odd is even }}', 'template-syntax', "tests cannot be chained with 'is'"],
    [
      '{% test unique_combination(model) %}{% endtest %}',
      'template-unsupported',
      "the tag 'test' is not supported",
      'put the test into a file of tests/generic or of the macros folder',
    ],
  ])('%s', (template, code, message, hint) => {
    const all = render(template).diagnostics;
    const isWarning = code === 'template-warning';
    const diagnostics = isWarning ? all : all.filter(({ severity }) => severity === 'error');
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]).toMatchObject({
      code,
      message,
      severity: isWarning ? 'warning' : 'error',
    });
    if (hint !== undefined) expect(diagnostics[0]?.hint).toBe(hint);
  });

  it('never shows a secret', () => {
    for (const content of [
      "{{ env_var('STEDI_ENV_SECRET_KEY') }}",
      "{% set x = env_var('STEDI_ENV_SECRET_' ~ 'KEY', 'd') %}",
    ]) {
      const result = render(content);
      expect(result.ok).toBe(false);
      expect(JSON.stringify(result)).not.toContain('hunter2');
    }
  });
});

describe('where a diagnostic points', () => {
  it.each<[template: string, place: string, underline: string]>([
    ["select 1\nfrom {{ reff('x') }}", '2:9', '        ^^^^'],
    ["from {{ env_var('NOPE') }}", '1:17', '                ^^^^^^'],
    ["from {{ var( 'zzzzzz' ) }}", '1:14', '             ^^^^^^^^'],
    ['{{ target.nope }}', '1:4', '   ^^^^^^^^^^^'],
    ['{{ target.nope.more }}', '1:4', '   ^^^^^^^^^^^'],
    ['{{ 1 +\n  nothing }}', '2:3', '  ^^^^^^^'],
    ['{{ "a" + (1 * 2) }}', '1:4', '   ^^^^^^^^^^^^^'],
    ['x\n\n{% if 1 %}\n  {{ 1 | uper }}{% endif %}', '4:10', '         ^^^^'],
    ['{{ [1, 2] | map("nope") | list }}', '1:13', '            ^^^'],
    ['{% if true %}\n{% if false %}\nx\n{% endif %}', '1:4', '   ^^'],
    ['select 1\n  {% includ "x" %}', '2:6', '     ^^^^^^'],
    ['{{ cents(1, 2, 3) }}', '1:4', '   ^^^^^^^^^^^^^^'],
    ['{{ f(1,\n  2) }}', '1:4', '   ^'],
    ['{% set a, b = [1] %}', '1:8', '       ^^^^'],
  ])('%s', (template, place, underline) => {
    const [at, , line] = pointAt(template);
    expect([at, line]).toEqual([place, underline]);
  });

  it('counts lines from where the text stands in its file', () => {
    const source = { path: 'models/m.sql', content: 'a\n{{ nope }}', firstLine: 10 };
    const { diagnostics } = engine.render(source, testContext(), testBindings());
    expect(diagnostics[0]?.location).toEqual({
      path: 'models/m.sql',
      line: 11,
      column: 4,
      length: 4,
      sourceLine: '{{ nope }}',
    });
  });

  it('names the macro file and the calls that led there', () => {
    const { diagnostics } = render("select\n  {{ outer('a') }}");
    expect(diagnostics).toEqual([
      {
        code: 'template-error',
        severity: 'error',
        message: "'+' cannot take str and int",
        hint: "join texts with '~', which takes any value",
        location: {
          path: 'macros/money.sql',
          line: 7,
          column: 6,
          length: 5,
          sourceLine: '  {{ x + 1 }}',
        },
        related: [
          {
            message: "in macro 'inner', called here",
            location: {
              path: 'macros/money.sql',
              line: 5,
              column: 24,
              length: 8,
              sourceLine: '{% macro outer(x) %}{{ inner(x) }}{% endmacro %}',
            },
          },
          {
            message: "in macro 'outer', called here",
            location: {
              path: 'models/m.sql',
              line: 2,
              column: 6,
              length: 10,
              sourceLine: "  {{ outer('a') }}",
            },
          },
        ],
      },
    ]);
  });
});

describe('warnings', () => {
  it('come once for each place, with the result', () => {
    const content = "{% for i in [1, 2] %}{{ exceptions.warn('old') }}{% endfor %}select 1";
    const result = render(content);
    expect(result).toMatchObject({ ok: true, value: { sql: 'select 1' } });
    expect(result.diagnostics).toMatchObject([
      {
        code: 'template-warning',
        severity: 'warning',
        message: 'old',
        location: { line: 1, column: 25, length: 22 },
      },
    ]);
  });

  it('notice a function where a condition stands', () => {
    const result = render('{% if is_incremental %}where a{% endif %}');
    expect(result).toMatchObject({
      ok: true,
      value: { sql: 'where a' },
      diagnostics: [
        {
          code: 'template-warning',
          message:
            "'is_incremental' is a function, which always counts as true; call it: is_incremental()",
          location: { column: 7, length: 14 },
        },
      ],
    });
  });
});
