import { describe, expect, it } from 'vitest';
import { errorDiagnostic, warningDiagnostic } from '../../core/diagnostic.js';
import { formatDiagnostic, formatDiagnostics } from './format-diagnostic.js';

const plain = { color: false };

/** Returns the printed source line and caret line of a location. */
function excerpt(sourceLine: string, column: number, length: number, maxWidth?: number): string[] {
  const location = { path: 'm.sql', line: 3, column, length, sourceLine };
  const format = { color: false, ...(maxWidth !== undefined && { maxWidth }) };
  return formatDiagnostic(errorDiagnostic('sql-syntax', 'm', { location }), format)
    .split('\n')
    .slice(2, 4);
}

describe('formatDiagnostic', () => {
  it('prints place, source line, carets and hint', () => {
    const diagnostic = errorDiagnostic(
      'ref-not-found',
      "model 'customer_trusted' refs 'customer_landng', which is not in the project",
      {
        location: {
          path: 'models/trusted/customer_trusted.sql',
          line: 3,
          column: 13,
          length: 17,
          sourceLine: "from {{ ref('customer_landng') }}",
        },
        hint: "did you mean 'customer_landing'?",
      },
    );
    expect(formatDiagnostic(diagnostic, plain)).toBe(
      [
        "error[ref-not-found]: model 'customer_trusted' refs 'customer_landng', which is not in the project",
        '  models/trusted/customer_trusted.sql:3:13',
        "  3 | from {{ ref('customer_landng') }}",
        '    |             ^^^^^^^^^^^^^^^^^',
        "  hint: did you mean 'customer_landing'?",
      ].join('\n'),
    );
  });

  it('prints related places', () => {
    const diagnostic = warningDiagnostic('duplicate-name', "two models are called 'a'", {
      location: { path: 'models/a.sql' },
      related: [
        {
          message: 'the other one',
          location: { path: 'models/x/a.sql', line: 12, column: 1, sourceLine: 'select 1' },
        },
      ],
    });
    expect(formatDiagnostic(diagnostic, plain)).toBe(
      [
        "warning[duplicate-name]: two models are called 'a'",
        '  models/a.sql',
        '  related: the other one',
        '    models/x/a.sql:12:1',
        '    12 | select 1',
        '       | ^',
      ].join('\n'),
    );
  });

  it.each([
    ['tabs', '\tselect\tx', 9, 1, ['  3 |     select  x', '    |             ^']],
    ['a tab among the marked', 'a\tb', 1, 3, ['  3 | a   b', '    | ^^^^^']],
    ['wide characters', "'日本' x", 6, 1, ["  3 | '日本' x", '    |        ^']],
    ['marked wide characters', "'日本'", 2, 2, ["  3 | '日本'", '    |  ^^^^']],
    ['an emoji of two code units', '😀 x', 4, 1, ['  3 | 😀 x', '    |    ^']],
    ['the end of the line', 'ab', 3, 1, ['  3 | ab', '    |   ^']],
    ['a column beyond the line', 'ab', 99, 5, ['  3 | ab', '    |   ^']],
    ['a length beyond the line', 'ab cd', 4, 99, ['  3 | ab cd', '    |    ^^']],
    ['a line feed at the end', 'ab\r\n', 1, 2, ['  3 | ab', '    | ^^']],
    ['escape sequences', '\u001b[2Jx', 5, 1, ['  3 | ␛[2Jx', '    |     ^']],
  ])('puts carets right with %s', (_case, sourceLine, column, length, expected) => {
    expect(excerpt(sourceLine, column, length)).toEqual(expected);
  });

  it('cuts a long line around the marked place', () => {
    const line = `${'a '.repeat(200)}wrong${' b'.repeat(200)}`;
    const [source = '', carets = ''] = excerpt(line, 401, 5, 80);
    expect(source.length).toBeLessThanOrEqual(80);
    expect(source.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('wrong');
    expect(source).toMatch(/^ {2}3 \| ….*…$/u);
  });

  it('cuts a long line of wide characters around the marked place', () => {
    const [source = '', carets = ''] = excerpt(
      `${'日'.repeat(200)}x${'本'.repeat(99)}`,
      201,
      1,
      60,
    );
    const before = source.slice(0, source.indexOf('x'));
    const wide = before.match(/日/gu)?.length ?? 0;
    expect(wide).toBeGreaterThan(0);
    expect(carets.indexOf('^')).toBe(before.length + wide);
  });

  it('indents messages and hints of several lines', () => {
    const diagnostic = errorDiagnostic('engine-error', 'first\nsecond\n', { hint: 'a\nb' });
    expect(formatDiagnostic(diagnostic, plain)).toBe(
      'error[engine-error]: first\n  second\n  hint: a\n    b',
    );
  });

  it('colours without changing the text', () => {
    const location = { path: 'a.sql', line: 1, column: 1, sourceLine: 'x' };
    const diagnostic = errorDiagnostic('sql-syntax', 'm', { location, hint: 'h' });
    const colored = formatDiagnostic(diagnostic, { color: true });
    expect(colored).toContain('\u001b[31m');
    expect(colored.replaceAll(/\u001b\[\d+m/gu, '')).toBe(formatDiagnostic(diagnostic, plain));
  });
});

describe('formatDiagnostics', () => {
  const error = errorDiagnostic('sql-syntax', 'x');
  it('counts what it prints', () => {
    expect(formatDiagnostics([error, error, warningDiagnostic('sql-syntax', 'y')], plain)).toBe(
      'error[sql-syntax]: x\n\nerror[sql-syntax]: x\n\nwarning[sql-syntax]: y\n\n2 errors, 1 warning',
    );
  });

  it('does not count a single one', () => {
    expect(formatDiagnostics([error], plain)).toBe('error[sql-syntax]: x');
  });
});
