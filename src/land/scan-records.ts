import { isUtf8 } from 'node:buffer';
import { createJsonChecker } from './check-json.js';
import { compactJson } from './compact-json.js';
import { createBadEndFinder, isBlank } from './find-bad-end.js';

/** A complete JSON object found in a source. */
export interface ScannedRecord {
  /** The object on one line, without white space between tokens; a view that is valid during the call only. */
  readonly bytes: Buffer;
  /** Bytes before it in the (decompressed) source. */
  readonly offset: number;
  /** Counts from 1. */
  readonly line: number;
  /** A key of the object that occurs twice, without regard to case. */
  readonly duplicateKey: string | undefined;
}

/** A stretch of a source that is not a record. */
export interface ScannedReject {
  /** The stretch as it was read; a view that is valid during the call only. */
  readonly bytes: Buffer;
  readonly offset: number;
  readonly line: number;
  readonly reason: string;
  /** 0 for the first or only part; a long stretch comes in parts of at most `maxPartBytes`. */
  readonly part: number;
}

/** Receives what a scanner finds, in order of the source. */
export interface RecordSink {
  record(record: ScannedRecord): void;
  reject(reject: ScannedReject): void;
}

/** Finds records in bytes that come in pieces. */
export interface RecordScanner {
  /** Takes the next piece; the bytes may be reused afterwards. */
  push(bytes: Buffer): void;
  /** The source is over: what is still open is rejected. */
  end(): void;
}

/** A longer object is rejected, so that memory stays bounded. Engines refuse far shorter lines. */
export const maxRecordBytes = 64 * 1024 * 1024;
/** Rejected stretches are handed over in parts of this size, so that an unclosed bracket cannot hold a whole file. */
export const maxPartBytes = 1024 * 1024;
const tooLong = `the object is longer than ${maxRecordBytes} bytes`;
/** Arrays around records may be nested this deep. */
const maxArrays = 1000;

const newline = 0x0a;
const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/** Where and why the last object stopped being JSON, with the brackets that were open there. Places are absolute. */
interface Failure {
  readonly at: number;
  readonly reason: string;
  readonly inString: boolean;
  readonly isEscaped: boolean;
  readonly openKinds: readonly number[];
  readonly openPlaces: readonly number[];
}

/**
 * Returns a scanner for sources in any of the layouts that occur: JSON lines, objects with nothing or commas between
 * them, one or several arrays (also nested), and mixtures; objects inside objects are not records. Memory is bounded by
 * `maxRecordBytes`. Every byte of the source that is not white space, a byte order mark, or a comma or array bracket
 * between records reaches the sink exactly once, in a record or in a reject.
 *
 * A bad object ends, and reading resumes, at the first of these places:
 * 1. a line that begins with `{`, indented no deeper than the line on which the bad object began;
 * 2. after the error, where its own brackets are closed (a closing bracket closes the innermost one of its kind);
 * 3. after the error, a `{` that no object may have there: not after `:`, and not after `[` or `,` inside an array;
 *    inside what looks like a string, a `{` that follows a `}` with at most commas and white space between;
 * 4. the end of the source.
 * If place 1 lies before the error, the object that begins there is a record if it was complete when the error came.
 * What is no object at all is rejected up to the end of its line or the next `{`; inside an array also up to the next
 * comma or `]`.
 */
export function createRecordScanner(sink: RecordSink): RecordScanner {
  const checker = createJsonChecker();
  const badEnd = createBadEndFinder();
  let window = Buffer.allocUnsafe(512 * 1024);
  /** Absolute place of `window[0]`; other places are indexes into `window` unless they are said to be absolute. */
  let base = 0;
  let limit = 0;
  let position = 0;
  let mode: 'between' | 'record' | 'garbage' | 'bad' = 'between';
  let line = 1;
  /** White space before the first token of the line. */
  let indent = 0;
  let atLineStart = true;
  /** Arrays around records that are open; offsets are absolute. */
  const arrays: { readonly offset: number; readonly line: number }[] = [];
  /** The record, bad record or garbage under way. */
  let start = 0;
  let startLine = 1;
  let startIndent = 0;
  let part = 0;
  let reason = '';
  let failure: Failure | undefined;
  /** Inside a string with which garbage began. */
  let inString = false;
  let isEscaped = false;

  function begin(next: typeof mode): void {
    mode = next;
    start = position;
    startLine = line;
    startIndent = indent;
    part = 0;
    atLineStart = false;
  }

  /** Hands over what has not been handed over yet, up to `end`. */
  function emitReject(end: number): void {
    while (start < end) {
      let stop = Math.min(end, start + maxPartBytes);
      // Do not cut a character, so that a part of valid text is valid text.
      for (let back = 0; back < 3 && stop < end && isContinuation(window[stop]); back += 1) {
        stop -= 1;
      }
      const bytes = window.subarray(start, stop);
      sink.reject({ bytes, offset: base + start, line: startLine, reason, part });
      start = stop;
      part += 1;
    }
  }

  /** Ends a reject at `position`, without the white space before it. */
  function finishReject(): void {
    let end = position;
    while (end > start && (isBlank(window[end - 1]) || window[end - 1] === newline)) end -= 1;
    emitReject(end);
    mode = 'between';
  }

  /** Returns the first line in `from…to` (inclusive) that begins with `{` and is not indented deeper than the object. */
  function findLineStart(from: number, to: number): { place: number; indent: number } | undefined {
    const stretch = window.subarray(from, to);
    for (let feed = stretch.indexOf(newline); feed !== -1; feed = stretch.indexOf(newline, feed)) {
      feed += 1;
      let place = from + feed;
      while (place < to && isBlank(window[place])) place += 1;
      const depth = place - from - feed;
      if (place < limit && window[place] === openBrace && depth <= startIndent) {
        return { place, indent: depth };
      }
    }
    return undefined;
  }

  /** The object at `start` cannot go on at `failed.at`: rejects it and decides where to resume. */
  function settle(failed: Failure): void {
    const at = failed.at - base;
    ({ reason } = failed);
    for (;;) {
      const next = findLineStart(start + 1, at);
      if (!next) break;
      line = startLine + countLines(window.subarray(start, next.place));
      ({ indent, place: position } = next);
      finishReject();
      begin('record');
      checker.start();
      failure = failed;
      // The object on this line was still open at the error, so it ends in the same error.
      if (!failed.openPlaces.includes(base + start)) return;
    }
    const read = window.subarray(start, at);
    line = startLine + countLines(read);
    let last = read.length - 1;
    while (last > 0 && (isBlank(read[last]) || read[last] === newline)) last -= 1;
    const feed = read.lastIndexOf(newline);
    badEnd.start({
      openKinds: failed.openKinds.slice(Math.max(failed.openPlaces.indexOf(base + start), 0)),
      inString: failed.inString,
      isEscaped: failed.isEscaped,
      lastToken: read[last] ?? 0,
      indent: feed > last ? read.length - 1 - feed : -1,
      objectIndent: startIndent,
    });
    position = at;
    mode = 'bad';
  }

  function failHere(why: string): void {
    const { depth, openKinds, openPlaces } = checker.state;
    settle({
      at: base + position,
      reason: why,
      inString: checker.state.inString,
      isEscaped: checker.state.isEscaped,
      openKinds: [...openKinds.subarray(0, depth)],
      openPlaces: [...openPlaces.subarray(0, depth)],
    });
  }

  function scanBetween(): void {
    for (; position < limit; position += 1) {
      const byte = window[position] as number;
      if (byte === newline) {
        line += 1;
        indent = 0;
        atLineStart = true;
      } else if (isBlank(byte)) {
        if (atLineStart) indent += 1;
      } else if (byte === comma) {
        atLineStart = false;
      } else if (byte === openBrace) {
        begin('record');
        checker.start();
        if (failure?.openPlaces.includes(base + start)) settle(failure);
        return;
      } else if (byte === openBracket && arrays.length < maxArrays) {
        arrays.push({ offset: base + position, line });
        atLineStart = false;
      } else if (byte === closeBracket && arrays.length > 0) {
        arrays.pop();
        atLineStart = false;
      } else {
        begin('garbage');
        inString = byte === quote;
        isEscaped = false;
        position += 1;
        return;
      }
    }
  }

  function scanRecord(): void {
    position = checker.advance(window, position, limit, base);
    const { outcome } = checker.state;
    if (outcome === 'error') failHere(`${checker.state.reason} (at byte ${base + position})`);
    else if (outcome === 'done') finishRecord();
    else if (position - start > maxRecordBytes) failHere(tooLong);
  }

  function finishRecord(): void {
    const { newlines, hasBlanks, hasNonAscii, duplicateKey } = checker.state;
    const bytes = window.subarray(start, position);
    mode = 'between';
    if (newlines > 0) {
      line += newlines;
      // The next object begins on a line whose first token is this one's: no indentation is known to be its own.
      indent = 0;
    }
    if (failure && base + position > failure.at) failure = undefined;
    const isTooLong = bytes.length > maxRecordBytes;
    if (isTooLong || (hasNonAscii && !isUtf8(bytes))) {
      reason = isTooLong ? tooLong : 'the object is not valid UTF-8';
      emitReject(position);
      return;
    }
    const compact = hasBlanks ? bytes.subarray(0, compactJson(bytes)) : bytes;
    sink.record({ bytes: compact, offset: base + start, line: startLine, duplicateKey });
  }

  function scanGarbage(): void {
    for (; position < limit; position += 1) {
      const byte = window[position] as number;
      if (byte === newline) break;
      if (isMark()) break;
      if (inString) {
        if (isEscaped) isEscaped = false;
        else if (byte === backslash) isEscaped = true;
        else if (byte === quote) inString = false;
      } else if (byte === openBrace) break;
      else if (arrays.length > 0 && (byte === comma || byte === closeBracket)) break;
    }
    if (position < limit) finishGarbage();
    else if (position - start >= maxPartBytes) {
      reason = 'text that is not JSON';
      emitReject(position);
    }
  }

  /** A byte order mark is no content, wherever files were joined. */
  function isMark(): boolean {
    return position - start === 3 && part === 0 && window.readUIntBE(start, 3) === 0xefbbbf;
  }

  function finishGarbage(): void {
    if (isMark()) {
      mode = 'between';
      return;
    }
    if (part === 0) reason = describeGarbage(window.subarray(start, position));
    finishReject();
  }

  function scanBad(): void {
    for (; position < limit; position += 1) {
      const byte = window[position] as number;
      const end = badEnd.take(byte);
      if (byte === newline) {
        line += 1;
        indent = 0;
        atLineStart = true;
      } else if (isBlank(byte)) {
        if (atLineStart) indent += 1;
      } else if (end !== 'ended-before') atLineStart = false;
      if (end !== 'goes-on') {
        if (end === 'ended-with') position += 1;
        finishReject();
        return;
      }
    }
    if (position - start >= maxPartBytes) emitReject(position);
  }

  function scan(): void {
    while (position < limit) {
      if (mode === 'between') scanBetween();
      else if (mode === 'record') scanRecord();
      else if (mode === 'garbage') scanGarbage();
      else scanBad();
    }
  }

  /** Makes the window hold `needed` more bytes besides what is under way. */
  function makeRoom(needed: number): void {
    if (window.length - limit >= needed) return;
    const from = mode === 'between' ? position : start;
    const kept = limit - from;
    const fits = kept + needed <= window.length;
    const target = fits ? window : Buffer.allocUnsafe(Math.max(2 * window.length, kept + needed));
    window.copy(target, 0, from, limit);
    window = target;
    base += from;
    start -= from;
    position -= from;
    limit = kept;
  }

  return {
    push(bytes) {
      makeRoom(bytes.length);
      bytes.copy(window, limit);
      limit += bytes.length;
      scan();
    },
    end() {
      while (mode !== 'between') {
        if (mode === 'record') failHere('the source ends before the object is complete');
        else if (mode === 'garbage') finishGarbage();
        else finishReject();
        scan();
      }
      for (const array of arrays) {
        const why = 'the source ends before the array is closed';
        sink.reject({ bytes: Buffer.from('['), ...array, reason: why, part: 0 });
      }
    },
  };
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

function countLines(bytes: Buffer): number {
  let count = 0;
  for (let feed = bytes.indexOf(newline); feed !== -1; feed = bytes.indexOf(newline, feed + 1)) {
    count += 1;
  }
  return count;
}

function describeGarbage(bytes: Buffer): string {
  const first = bytes[0];
  if (first === closeBrace || first === closeBracket) {
    return 'a closing bracket without an opening one';
  }
  if (bytes.length < 10_000) {
    try {
      const parsed: unknown = JSON.parse(bytes.toString('utf8').replace(/,\s*$/, ''));
      const found = parsed === null ? 'null' : `a ${typeof parsed}`;
      return `expected an object, found ${found}`;
    } catch {
      // Not JSON at all.
    }
  }
  return 'text that is not JSON';
}
