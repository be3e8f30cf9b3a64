import { describe, expect, it } from 'vitest';
import { createRedactor } from './redact.js';

const redactor = (secret: string) =>
  createRedactor({ STEDI_ENV_SECRET_KEY: secret, HOME: '/home' });

describe('createRedactor', () => {
  it.each([
    ['hunter2', 'password hunter2, twice: hunter2', 'password *****, twice: *****'],
    ['a"b\\c', 'plain a"b\\c json a\\"b\\\\c', 'plain ***** json *****'],
    ["it's", "plain it's sql 'it''s'", "plain ***** sql '*****'"],
    ['line one\nline two', 'x line one\nline two y "line one\\nline two"', 'x ***** y "*****"'],
    ['$&', 'a $& b', 'a ***** b'],
    ['', 'nothing to hide', 'nothing to hide'],
  ])('hides %j', (secret, text, expected) => {
    expect(redactor(secret).text(text)).toBe(expected);
  });

  it('leaves other variables alone', () => {
    expect(redactor('hunter2').text('/home')).toBe('/home');
  });

  it('hides the longer of two secrets whole', () => {
    const { text } = createRedactor({ STEDI_ENV_SECRET_A: 'abc', STEDI_ENV_SECRET_B: 'abcdef' });
    expect(text('abcdef abc')).toBe('***** *****');
  });

  it('writes valid JSON whatever the secret is', () => {
    for (const secret of ['"', ':', '{', 'x', '7', 'true', 'null', '\\']) {
      const value = { x: 'x"{:\\', list: [7, true, null, 17], nested: { 'a"': secret } };
      const parsed = JSON.parse(redactor(secret).json(value)) as { nested?: unknown };
      expect(JSON.stringify(Object.values(parsed.nested ?? {}))).toBe('["*****"]');
    }
  });

  it('hides whole scalars and parts of strings and keys', () => {
    expect(redactor('2023').json({ '2023-key': 2023, share: 0.2023, text: 'in 2023' })).toBe(
      '{"*****-key":"*****","share":0.2023,"text":"in *****"}',
    );
  });
});
