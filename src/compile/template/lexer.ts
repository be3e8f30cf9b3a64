import library from 'nunjucks/src/lexer.js';
import type { SourceLocation } from '../../core/diagnostic.js';
import type { Place } from './nodes.js';
import { unescapeString } from './string-literal.js';
import { TemplateProblem } from './template-problem.js';
import { locatePlace, type TemplateText } from './template-text.js';

/** A token for nunjucks' parser, with its place in the text as offsets. */
export interface TemplateToken extends Place {
  readonly type: string;
  readonly value: string;
  readonly length: number;
  readonly start: number;
  readonly end: number;
  /** Where the token before this one ends. */
  readonly previousEnd: number;
}

const punctuation: Readonly<Record<string, string>> = {
  '(': library.TOKEN_LEFT_PAREN,
  ')': library.TOKEN_RIGHT_PAREN,
  '[': library.TOKEN_LEFT_BRACKET,
  ']': library.TOKEN_RIGHT_BRACKET,
  '{': library.TOKEN_LEFT_CURLY,
  '}': library.TOKEN_RIGHT_CURLY,
  ',': library.TOKEN_COMMA,
  ':': library.TOKEN_COLON,
  '~': library.TOKEN_TILDE,
  '|': library.TOKEN_PIPE,
};
const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

const blank = /\s+/y;
const name = /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*/uy;
const float =
  /(?<!\.)(?:[0-9]+_)*[0-9]+(?:(?:\.(?:[0-9]+_)*[0-9]+)?e[+-]?(?:[0-9]+_)*[0-9]+|\.(?:[0-9]+_)*[0-9]+)/iy;
const integer = /(?:0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[0-9a-f])+|[1-9](?:_?[0-9])*|0(?:_?0)*)/iy;
const operator = /(?:\/\/|\*\*|==|!=|>=|<=|[-+*/%()[\]{}<>=.,:|~;])/y;
const tagStart = /\{[{%#]/g;
const rawStart = /\{%[-+]?\s*raw\s*(?:-%\}\s*|%\})/y;
const rawEnd = /\{%([-+]?)\s*endraw\s*(?:\+%\}|-%\}\s*|%\})/g;

function matchAt(pattern: RegExp, text: string, offset: number): string | undefined {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0];
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9';
}

/**
 * Returns the tokens of a template by the lexical rules of Jinja2 3.1, for nunjucks' parser: nunjucks' own lexer differs
 * in strings, numbers, comments, `raw`, white space control and `}}` inside of braces, mostly in silence. Comments give
 * no token; data has its white space trimmed already. Throws `TemplateProblem` with `template-syntax`.
 */
export function tokenize(template: TemplateText): TemplateToken[] {
  const { text } = template;
  const tokens: TemplateToken[] = [];

  // Tokens come in the order of the text, so their lines are counted on the way.
  let lineno = 0;
  let lineStart = 0;
  let lineEnd = endOfLine(0);

  function endOfLine(start: number): number {
    const end = text.indexOf('\n', start);
    return end < 0 ? text.length : end;
  }
  function fail(message: string, start: number, length: number, hint?: string): never {
    throw new TemplateProblem('template-syntax', message, {
      hint,
      location: locateAt(start, length),
    });
  }
  function locateAt(start: number, length: number): SourceLocation {
    const { line, column } = template.lines.locate(start);
    return locatePlace(template, { lineno: line - 1, colno: column - 1, length });
  }
  function add(type: string, start: number, end: number, value = text.slice(start, end)): void {
    while (start > lineEnd) {
      lineno += 1;
      lineStart = lineEnd + 1;
      lineEnd = endOfLine(lineStart);
    }
    const colno = start - lineStart;
    const previousEnd = tokens.at(-1)?.end ?? 0;
    tokens.push({ type, value, lineno, colno, length: end - start, start, end, previousEnd });
  }
  function addData(start: number, end: number): void {
    if (end > start) add(library.TOKEN_DATA, start, end);
  }
  /** The end of the data before a tag, whose sign decides whether white space goes. */
  function dataEnd(start: number, end: number, sign: string | undefined): number {
    return sign === '-' ? start + text.slice(start, end).trimEnd().length : end;
  }
  function skipBlank(offset: number): number {
    return offset + (matchAt(blank, text, offset)?.length ?? 0);
  }

  /** Reads a string literal, quotes included; returns its end. */
  function readString(start: number): number {
    const quote = text[start];
    for (let at = start + 1; at < text.length; at += 1) {
      if (text[at] === '\\') at += 1;
      else if (text[at] === quote) {
        try {
          add(library.TOKEN_STRING, start, at + 1, unescapeString(text.slice(start + 1, at)));
        } catch (problem) {
          if (!(problem instanceof TemplateProblem)) throw problem;
          throw new TemplateProblem(problem.code, problem.message, {
            hint: problem.hint,
            location: locateAt(start, at + 1 - start),
          });
        }
        return at + 1;
      }
    }
    return fail(`the string has no closing ${quote ?? ''}`, start, 1, 'add it where it ends');
  }

  /** Reads the inside of a tag; returns the offset behind it, or -1 if the tag does not end. */
  function readCode(start: number, tagEnd: '%}' | '}}', endType: string): number {
    const open: string[] = [];
    let at = start;
    for (;;) {
      at = skipBlank(at);
      if (at >= text.length) return -1;
      if (open.length === 0) {
        const sign = text[at] === '-' || (text[at] === '+' && tagEnd === '%}') ? 1 : 0;
        if (text.startsWith(tagEnd, at + sign)) {
          const end = at + sign + 2;
          add(endType, at, end, tagEnd);
          return text[at] === '-' ? skipBlank(end) : end;
        }
      }
      at = readCodeToken(at, open);
    }
  }

  function readCodeToken(at: number, open: string[]): number {
    const isNumber = isDigit(text[at]);
    const real = isNumber ? matchAt(float, text, at) : undefined;
    const found = real ?? matchAt(isNumber ? integer : name, text, at);
    if (found !== undefined) {
      const numberType = real === undefined ? library.TOKEN_INT : library.TOKEN_FLOAT;
      add(isNumber ? numberType : library.TOKEN_SYMBOL, at, at + found.length);
      return at + found.length;
    }
    if (text[at] === '"' || text[at] === "'") return readString(at);
    const symbol = matchAt(operator, text, at);
    if (symbol === undefined) {
      const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
      return fail(`unexpected character '${character}'`, at, character.length);
    }
    if (symbol in closing) open.push(symbol);
    if (symbol === ')' || symbol === ']' || symbol === '}') {
      const opened = open.pop();
      if (opened === undefined) return fail(`unexpected '${symbol}'`, at, 1);
      const expected = closing[opened];
      if (expected !== symbol) {
        return fail(`expected '${expected ?? ''}', found '${symbol}'`, at, 1);
      }
    }
    add(punctuation[symbol] ?? library.TOKEN_OPERATOR, at, at + symbol.length);
    return at + symbol.length;
  }

  let at = 0;
  while (at < text.length) {
    tagStart.lastIndex = at;
    const found = tagStart.exec(text);
    const start = found?.index ?? text.length;
    const sign = text[start + 2];
    addData(at, dataEnd(at, start, sign));
    if (found === null) break;
    const afterSign = start + (sign === '-' || sign === '+' ? 3 : 2);
    if (found[0] === '{#') {
      const end = text.indexOf('#}', afterSign);
      if (end < 0) fail("the comment has no closing '#}'", start, 2, "add '#}' where it ends");
      at = text[end - 1] === '-' && end > afterSign ? skipBlank(end + 2) : end + 2;
      continue;
    }
    const raw = found[0] === '{%' ? matchAt(rawStart, text, start) : undefined;
    if (raw !== undefined) {
      rawEnd.lastIndex = start + raw.length;
      const end = rawEnd.exec(text);
      if (end === null) fail("'raw' has no closing '{% endraw %}'", start, raw.trimEnd().length);
      addData(start + raw.length, dataEnd(start + raw.length, end.index, end[1]));
      at = end.index + end[0].length;
      continue;
    }
    const isBlock = found[0] === '{%';
    const tagEnd = isBlock ? '%}' : '}}';
    add(
      isBlock ? library.TOKEN_BLOCK_START : library.TOKEN_VARIABLE_START,
      start,
      afterSign,
      found[0],
    );
    const end = readCode(
      afterSign,
      tagEnd,
      isBlock ? library.TOKEN_BLOCK_END : library.TOKEN_VARIABLE_END,
    );
    if (end < 0)
      fail(
        `the tag has no closing '${tagEnd}'`,
        start,
        2,
        `add '${tagEnd}' where it ends; inside of quotes it does not count`,
      );
    at = end;
  }
  return tokens;
}
