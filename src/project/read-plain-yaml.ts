import type { JsonValue } from '../core/node.js';
import {
  nodeOfYaml11,
  type YamlAmbiguity,
  type YamlProblem,
  type YamlVersion,
} from './convert-yaml.js';
import { readAsYaml11 } from './yaml-1-1.js';
import type { YamlEntry, YamlNode, YamlSpan } from './yaml-tree.js';

/** What a file of plain YAML holds: the same as `convertYaml` makes of it. */
export interface PlainYaml {
  readonly root: YamlNode;
  readonly ambiguities: readonly YamlAmbiguity[];
  /** None: a file with such keys is not plain. */
  readonly repetitions?: readonly YamlProblem[];
}

/** Tabs, carriage returns, other control characters, and what some tools take for the end of a line. */
const unusual = /[^\n\x20-\x7e\u00a0-\u2027\u202a-\ufefe\uff00-\ufffd]/;
const keyPattern = /[A-Za-z_+][\w+.-]*(?=:(?:[ \n]|$))/y;
const singleQuoted = /'(?:[^'\n]|'')*'/y;
const doubleQuoted = /"[^"\\\n]*"/y;
/** A text that begins with none of the signs that mean something to YAML, and is no key. */
const plainText = /[A-Za-z0-9_/(<$\u00a0-\uffff](?:[^\n:#]|:(?![ \n]|$)|(?<! )#)*/y;
const plainItem = /[A-Za-z0-9_](?:[\w./()'"-]| (?=[\w./()'"-]))*/y;
const wholeNumber = /^(?:0|[1-9][0-9]{0,14})$/;
/** Spaces and a comment, to the end of the line. */
const restOfLine = / *(?: #[^\n]*)?(?=\n|$)/y;
const spaces = / */y;
const words: ReadonlyMap<string, JsonValue> = new Map([
  ...['null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
]);

/** Shallower than what `convertYaml` allows. */
const maximumDepth = 50;
const maximumFlowDepth = 5;

/** A value, and where the text goes on behind it. */
interface Read {
  readonly node: YamlNode;
  readonly end: number;
}

/** The file has something that only the library understands. */
class NotPlain extends Error {}

/** A cursor on lines that hold more than a comment. */
class PlainReader {
  readonly ambiguities: YamlAmbiguity[] = [];
  readonly problems: YamlProblem[] = [];
  /** Where the current line's content starts; the end of the text after the last line. */
  private at = 0;
  /** The column of `at`; -1 after the last line. */
  private column = -1;
  private lineStart = 0;
  /**
   * The end of the last value, with its line. Mappings and lists in blocks end there; the library counts comments below as
   * well, which no location shows.
   */
  private consumed = 0;

  constructor(
    private readonly text: string,
    private readonly version: YamlVersion,
  ) {}

  readRoot(): YamlNode {
    this.enterLine(0);
    if (!this.isAt(0)) throw new NotPlain();
    const root = this.readBlock(0, 0);
    if (!this.isAt(-1)) throw new NotPlain();
    return root;
  }

  private isAt(column: number): boolean {
    return this.column === column;
  }

  private leaveLine(lineEnd: number): void {
    this.consumed = Math.min(lineEnd + 1, this.text.length);
    this.enterLine(this.consumed);
  }

  /** Goes to the first line from `start` on that holds more than a comment. */
  private enterLine(start: number): void {
    const { text } = this;
    let lineStart = start;
    while (lineStart < text.length) {
      let at = lineStart;
      while (text.charCodeAt(at) === 0x20) at += 1;
      const code = text.charCodeAt(at);
      if (code === 0x23) {
        const end = text.indexOf('\n', at);
        lineStart = end < 0 ? text.length : end + 1;
      } else if (code === 0x0a) lineStart = at + 1;
      else if (at === text.length) lineStart = at;
      else {
        this.at = at;
        this.lineStart = lineStart;
        this.column = at - lineStart;
        return;
      }
    }
    this.at = text.length;
    this.column = -1;
  }

  /** Returns the end of what a pattern matches at `at`, or -1. */
  private match(pattern: RegExp, at: number): number {
    pattern.lastIndex = at;
    return pattern.test(this.text) ? pattern.lastIndex : -1;
  }

  /** Whether the line's content is an item of a list. */
  private isItem(): boolean {
    if (this.text.charCodeAt(this.at) !== 0x2d) return false;
    if (this.text.charCodeAt(this.at + 1) !== 0x20) throw new NotPlain();
    return true;
  }

  private readBlock(column: number, depth: number): YamlNode {
    if (depth > maximumDepth) throw new NotPlain();
    return this.isItem() ? this.readList(column, depth) : this.readMapping(column, depth);
  }

  private readMapping(column: number, depth: number): YamlNode {
    const start = this.at;
    const children = new Map<string, YamlEntry>();
    const value: Record<string, JsonValue> = {};
    let size = 1;
    while (this.column === column) {
      const keyEnd = this.match(keyPattern, this.at);
      const key = this.text.slice(this.at, keyEnd);
      if (keyEnd < 0 || key === '__proto__' || children.has(key)) throw new NotPlain();
      const keySpan = { start: this.at, end: keyEnd };
      const node = this.readValue(keyEnd + 1, { column, depth, keySpan });
      children.set(key, { keySpan, node });
      value[key] = node.value;
      size += node.size;
    }
    if (this.column > column) throw new NotPlain();
    return { span: { start, end: this.consumed }, value, children, size };
  }

  /** Reads what stands after a key's colon: on the same line or below it. */
  private readValue(
    at: number,
    key: { readonly column: number; readonly depth: number; readonly keySpan: YamlSpan },
  ): YamlNode {
    const lineEnd = this.match(restOfLine, at);
    if (lineEnd < 0) return this.readInline(this.match(spaces, at), key.column);
    this.leaveLine(lineEnd);
    if (this.column > key.column) return this.readBlock(this.column, key.depth + 1);
    if (this.column === key.column && this.isItem())
      return this.readList(key.column, key.depth + 1);
    // Without a value, the mapping ends with the colon, if nothing follows.
    if (lineEnd !== at) throw new NotPlain();
    this.consumed = at;
    return { span: key.keySpan, value: null, children: null, size: 1 };
  }

  private readList(column: number, depth: number): YamlNode {
    const start = this.at;
    const children: YamlNode[] = [];
    while (this.column === column && this.isItem()) {
      const at = this.match(spaces, this.at + 1);
      if (this.match(keyPattern, at) >= 0) {
        this.at = at;
        this.column = at - this.lineStart;
        if (depth + 1 > maximumDepth) throw new NotPlain();
        children.push(this.readMapping(this.column, depth + 1));
      } else children.push(this.readInline(at, column));
    }
    if (this.column > column) throw new NotPlain();
    return {
      span: { start, end: this.consumed },
      value: children.map((child) => child.value),
      children,
      size: children.reduce((sum, child) => sum + child.size, 1),
    };
  }

  /** Reads a value that ends with its line, and goes to the next line, which must not go on with it. */
  private readInline(at: number, column: number): YamlNode {
    const { node, end } = this.readFlow(at, plainText, 0);
    const lineEnd = this.match(restOfLine, end);
    if (lineEnd < 0) throw new NotPlain();
    this.leaveLine(lineEnd);
    if (this.column > column) throw new NotPlain();
    return node;
  }

  /** Reads a value on one line: a list or a mapping in brackets, else a scalar, without quotes as `plain` says. */
  private readFlow(at: number, plain: RegExp, depth: number): Read {
    if (depth > maximumFlowDepth) throw new NotPlain();
    const first = this.text.charCodeAt(at);
    if (first === 0x5b) return this.readFlowList(at, depth);
    return first === 0x7b ? this.readFlowMapping(at, depth) : this.readScalar(at, plain);
  }

  /** Reads `[one, 'two', {three: 3}]`. */
  private readFlowList(at: number, depth: number): Read {
    const children: YamlNode[] = [];
    const end = this.readFlowItems(at, 0x5d, (start) => {
      const item = this.readFlow(start, plainItem, depth + 1);
      children.push(item.node);
      return item.end;
    });
    const value = children.map((child) => child.value);
    const size = children.reduce((sum, child) => sum + child.size, 1);
    return { node: { span: { start: at, end }, value, children, size }, end };
  }

  /** Reads `{one: 1, two: [3]}`. */
  private readFlowMapping(at: number, depth: number): Read {
    const children = new Map<string, YamlEntry>();
    const value: Record<string, JsonValue> = {};
    let size = 1;
    const end = this.readFlowItems(at, 0x7d, (start) => {
      const keyEnd = this.match(keyPattern, start);
      const key = this.text.slice(start, keyEnd);
      if (keyEnd < 0 || key === '__proto__' || children.has(key)) throw new NotPlain();
      const item = this.readFlow(this.match(spaces, keyEnd + 1), plainItem, depth + 1);
      children.set(key, { keySpan: { start, end: keyEnd }, node: item.node });
      value[key] = item.node.value;
      size += item.node.size;
      return item.end;
    });
    return { node: { span: { start: at, end }, value, children, size }, end };
  }

  /** Reads items with commas between them up to a closing bracket; returns the end of that. */
  private readFlowItems(at: number, closing: number, readItem: (start: number) => number): number {
    let end = this.match(spaces, at + 1);
    while (this.text.charCodeAt(end) !== closing) {
      end = this.match(spaces, readItem(end));
      if (this.text.charCodeAt(end) === 0x2c) end = this.match(spaces, end + 1);
      else if (this.text.charCodeAt(end) !== closing) throw new NotPlain();
    }
    return end + 1;
  }

  private readScalar(at: number, plain: RegExp): Read {
    const { text } = this;
    const first = text.charCodeAt(at);
    if (first === 0x27 || first === 0x22) {
      const end = this.match(first === 0x27 ? singleQuoted : doubleQuoted, at);
      if (end < 0) throw new NotPlain();
      const inner = text.slice(at + 1, end - 1);
      const value = first === 0x27 ? inner.replaceAll("''", "'") : inner;
      return { node: { span: { start: at, end }, value, children: null, size: 1 }, end };
    }
    let end = this.match(plain, at);
    if (end < 0) throw new NotPlain();
    while (text.charCodeAt(end - 1) === 0x20) end -= 1;
    const source = text.slice(at, end);
    return { node: this.toScalar(source, { start: at, end }), end };
  }

  private toScalar(source: string, span: YamlSpan): YamlNode {
    if (this.version === '1.1') {
      const node = nodeOfYaml11(span, source, this);
      if (this.problems.length > 0) throw new NotPlain();
      return node;
    }
    const word = words.get(source);
    if (word !== undefined) return { span, value: word, children: null, size: 1 };
    const first = source.charCodeAt(0);
    const isNumber = first >= 0x30 && first <= 0x39;
    if (isNumber && !wholeNumber.test(source)) throw new NotPlain();
    const value = isNumber ? Number(source) : source;
    const yaml11 = readAsYaml11(source);
    if (yaml11 === undefined) return { span, value, children: null, size: 1 };
    this.ambiguities.push({ span, value, yaml11 });
    return { span, value, children: null, size: 1, yaml11 };
  }
}

/**
 * Reads the plain part of YAML that nearly every properties file keeps to: mappings and lists in blocks, texts and whole
 * numbers on one line, lists and mappings of them in brackets, comments. Returns exactly what the library and `convertYaml` make of
 * the file, ten times as fast; `undefined` for a file with anything else in it, and for one with mistakes.
 */
export function readPlainYaml(text: string, version: YamlVersion = '1.2'): PlainYaml | undefined {
  if (unusual.test(text)) return undefined;
  const reader = new PlainReader(text, version);
  try {
    return { root: reader.readRoot(), ambiguities: reader.ambiguities };
  } catch (error) {
    if (error instanceof NotPlain) return undefined;
    throw error;
  }
}
