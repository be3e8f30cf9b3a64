/** How far the check of one object has come. */
export type CheckOutcome = 'more' | 'done' | 'error';

/** What is known of the object under check; updated by each `advance`. */
export interface CheckState {
  outcome: CheckOutcome;
  /** Why the object is not JSON; set when `outcome` is `error`. */
  reason: string;
  /** The check stopped inside a string, and there right after a backslash. */
  inString: boolean;
  isEscaped: boolean;
  /** Line feeds between tokens. */
  newlines: number;
  /** There is white space between tokens. */
  hasBlanks: boolean;
  /** There are bytes outside ASCII, so the object must still be checked to be UTF-8. */
  hasNonAscii: boolean;
  /** A key that occurs twice in the outermost object, without regard to case. */
  duplicateKey: string | undefined;
  /** Brackets that are open: their bytes and their absolute places. */
  depth: number;
  readonly openKinds: Uint8Array;
  readonly openPlaces: Float64Array;
}

/** Checks one JSON object, byte by byte, however the bytes are cut into pieces. */
export interface JsonChecker {
  readonly state: CheckState;
  /** Forgets the last object. The next byte must be a `{`. */
  start(): void;
  /**
   * Checks `bytes[from…to)` and returns where it stopped: `to` when the object goes on, the place after its closing
   * bracket, or the first byte that cannot be. `base` is the absolute place of `bytes[0]`; `bytes` must still hold
   * the object's first byte.
   */
  advance(bytes: Buffer, from: number, to: number, base: number): number;
}

/** Deeper nesting is refused: no table column is nested like that, and readers stop far earlier or overflow. */
export const maxDepth = 1000;

// Where the check stands between two bytes. Up to afterValue, white space may follow.
const value = 0;
const valueOrEnd = 1;
const key = 2;
const keyOrEnd = 3;
const colon = 4;
const afterValue = 5;
const string = 6;
const keyString = 7;
const escape = 8;
const hex = 9;
const lowBackslash = 10;
const lowU = 11;
const literal = 12;
const minus = 13;
const zero = 14;
const integer = 15;
const point = 16;
const fraction = 17;
const exponent = 18;
const exponentSign = 19;
const exponentDigits = 20;

const literals: Readonly<Record<number, string>> = { 0x74: 'true', 0x66: 'false', 0x6e: 'null' };

/** Up to here keys are compared one by one; objects with more keys are looked up by hash. */
const fewKeys = 64;

function show(byte: number): string {
  return byte > 0x20 && byte < 0x7f
    ? `'${String.fromCharCode(byte)}'`
    : `byte 0x${byte.toString(16).padStart(2, '0')}`;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function hexDigit(byte: number): number {
  if (isDigit(byte)) return byte - 0x30;
  const lowered = byte | 0x20;
  return lowered >= 0x61 && lowered <= 0x66 ? lowered - 0x57 : -1;
}

/**
 * Returns a strict checker of JSON objects (RFC 8259) in constant memory. Stricter than the grammar in two points,
 * because the engines that read the landing files refuse the whole file for them: an escape that is half of a
 * surrogate pair, and nesting deeper than `maxDepth`. UTF-8 is left to the caller, who has the whole object.
 */
export function createJsonChecker(): JsonChecker {
  const state: CheckState = {
    outcome: 'more',
    reason: '',
    inString: false,
    isEscaped: false,
    newlines: 0,
    hasBlanks: false,
    hasNonAscii: false,
    duplicateKey: undefined,
    depth: 0,
    openKinds: new Uint8Array(maxDepth),
    openPlaces: new Float64Array(maxDepth),
  };
  const keyHashes = new Int32Array(fewKeys);
  const keyStarts = new Float64Array(fewKeys);
  const keyEnds = new Float64Array(fewKeys);
  const manyKeys = new Map<number, { readonly start: number; readonly end: number }>();
  let keyCount = 0;
  let place = value;
  let returnTo = string;
  let codeUnit = 0;
  let hexLeft = 0;
  let expectsLow = false;
  let word = '';
  let wordLength = 0;
  let keyHash = 0;
  let keyStart = 0;

  function start(): void {
    state.outcome = 'more';
    state.reason = '';
    state.newlines = 0;
    state.hasBlanks = false;
    state.hasNonAscii = false;
    state.duplicateKey = undefined;
    state.depth = 0;
    place = value;
    keyCount = 0;
    if (manyKeys.size > 0) manyKeys.clear();
  }

  /** Remembers a key of the outermost object, given by its places inside the quotes. Escapes are compared as written. */
  function noteKey(bytes: Buffer, base: number, end: number): void {
    const isEqual = (otherStart: number, otherEnd: number): boolean => {
      const written = bytes.toString('utf8', keyStart - base, end - base);
      const other = bytes.toString('utf8', otherStart - base, otherEnd - base);
      if (written.toLowerCase() !== other.toLowerCase()) return false;
      state.duplicateKey ??= written;
      return true;
    };
    for (let index = 0; index < keyCount && index < fewKeys; index += 1) {
      if (
        keyHashes[index] === keyHash &&
        isEqual(keyStarts[index] as number, keyEnds[index] as number)
      )
        return;
    }
    if (keyCount < fewKeys) {
      keyHashes[keyCount] = keyHash;
      keyStarts[keyCount] = keyStart;
      keyEnds[keyCount] = end;
    } else {
      const other = manyKeys.get(keyHash);
      if (other && isEqual(other.start, other.end)) return;
      manyKeys.set(keyHash, { start: keyStart, end });
    }
    keyCount += 1;
  }

  function fail(at: number, reason: string): number {
    state.outcome = 'error';
    state.reason = reason;
    return at;
  }

  function advance(bytes: Buffer, from: number, to: number, base: number): number {
    const stop = check(bytes, from, to, base);
    state.inString = place >= string && place <= lowU;
    state.isEscaped = place === escape;
    return stop;
  }

  function check(bytes: Buffer, from: number, to: number, base: number): number {
    let nonAscii = 0;
    let index = from;
    while (index < to) {
      let byte = bytes[index] as number;
      if (place <= afterValue && byte <= 0x20) {
        if (byte === 0x0a) state.newlines += 1;
        else if (byte !== 0x20 && byte !== 0x0d && byte !== 0x09) {
          return fail(index, `${show(byte)} between tokens`);
        }
        state.hasBlanks = true;
        index += 1;
        continue;
      }
      switch (place) {
        case string:
          while (byte !== 0x22 && byte !== 0x5c && byte >= 0x20) {
            nonAscii |= byte;
            index += 1;
            if (index === to) break;
            byte = bytes[index] as number;
          }
          if (index === to) break;
          if (byte < 0x20) return fail(index, `control character ${show(byte)} inside a string`);
          if (byte === 0x22) place = afterValue;
          else {
            place = escape;
            returnTo = string;
          }
          index += 1;
          break;
        case keyString:
          while (byte !== 0x22 && byte !== 0x5c && byte >= 0x20) {
            nonAscii |= byte;
            keyHash = (Math.imul(keyHash, 31) + (byte | 0x20)) | 0;
            index += 1;
            if (index === to) break;
            byte = bytes[index] as number;
          }
          if (index === to) break;
          if (byte < 0x20) return fail(index, `control character ${show(byte)} inside a key`);
          if (byte === 0x22) {
            if (state.depth === 1) noteKey(bytes, base, base + index);
            place = colon;
          } else {
            place = escape;
            returnTo = keyString;
          }
          index += 1;
          break;
        case afterValue:
          if (byte === 0x2c) {
            place = state.openKinds[state.depth - 1] === 0x7b ? key : value;
          } else if (byte === 0x7d || byte === 0x5d) {
            // '{' and '[' stand two places before their closing brackets in ASCII.
            if (state.openKinds[state.depth - 1] !== byte - 2) {
              return fail(index, `${show(byte)} does not close the bracket that is open`);
            }
            state.depth -= 1;
            if (state.depth === 0) {
              if (nonAscii >= 0x80) state.hasNonAscii = true;
              state.outcome = 'done';
              return index + 1;
            }
          } else {
            const close = state.openKinds[state.depth - 1] === 0x7b ? '}' : ']';
            return fail(index, `expected ',' or '${close}' after a value, found ${show(byte)}`);
          }
          index += 1;
          break;
        case key:
        case keyOrEnd:
          if (byte === 0x22) {
            place = keyString;
            keyHash = 0;
            keyStart = base + index + 1;
          } else if (byte === 0x7d && place === keyOrEnd) {
            place = afterValue;
            continue;
          } else {
            return fail(index, `expected a key in double quotes, found ${show(byte)}`);
          }
          index += 1;
          break;
        case colon:
          if (byte !== 0x3a) return fail(index, `expected ':' after a key, found ${show(byte)}`);
          place = value;
          index += 1;
          break;
        case value:
        case valueOrEnd:
          if (byte === 0x22) place = string;
          else if (byte === 0x7b || byte === 0x5b) {
            if (state.depth === maxDepth) {
              return fail(index, `nested deeper than ${maxDepth} levels`);
            }
            state.openKinds[state.depth] = byte;
            state.openPlaces[state.depth] = base + index;
            state.depth += 1;
            place = byte === 0x7b ? keyOrEnd : valueOrEnd;
          } else if (byte === 0x5d && place === valueOrEnd) {
            place = afterValue;
            continue;
          } else if (byte === 0x2d) place = minus;
          else if (byte === 0x30) place = zero;
          else if (isDigit(byte)) place = integer;
          else {
            const expected = literals[byte];
            if (expected === undefined) {
              return fail(index, `expected a value, found ${show(byte)}`);
            }
            place = literal;
            word = expected;
            wordLength = 1;
          }
          index += 1;
          break;
        case escape:
          if (byte === 0x75) {
            place = hex;
            hexLeft = 4;
            codeUnit = 0;
            expectsLow = false;
          } else if (`"\\/bfnrt`.includes(String.fromCharCode(byte))) {
            keyHash = (Math.imul(keyHash, 31) + byte) | 0;
            place = returnTo;
          } else return fail(index, `'\\' before ${show(byte)} is not an escape`);
          index += 1;
          break;
        case hex: {
          const digit = hexDigit(byte);
          if (digit < 0) return fail(index, `${show(byte)} is not a hexadecimal digit of '\\u'`);
          codeUnit = codeUnit * 16 + digit;
          hexLeft -= 1;
          index += 1;
          if (hexLeft > 0) break;
          keyHash = (Math.imul(keyHash, 31) + codeUnit) | 0;
          const isLow = codeUnit >= 0xdc00 && codeUnit <= 0xdfff;
          if (isLow !== expectsLow) {
            return fail(index - 1, 'an escape is half of a surrogate pair');
          }
          place = codeUnit >= 0xd800 && codeUnit <= 0xdbff ? lowBackslash : returnTo;
          break;
        }
        case lowBackslash:
        case lowU:
          if (byte !== (place === lowBackslash ? 0x5c : 0x75)) {
            return fail(index, 'an escape is half of a surrogate pair');
          }
          if (place === lowU) {
            hexLeft = 4;
            codeUnit = 0;
            expectsLow = true;
          }
          place = place === lowBackslash ? lowU : hex;
          index += 1;
          break;
        case literal:
          if (byte !== word.charCodeAt(wordLength)) {
            return fail(index, `expected '${word}', found ${show(byte)}`);
          }
          wordLength += 1;
          if (wordLength === word.length) place = afterValue;
          index += 1;
          break;
        default: {
          // Inside a number. Which byte may follow is decided by the part that was read last.
          const next = afterNumberPart(place, byte);
          if (next === -1) return fail(index, `${show(byte)} does not continue a number`);
          place = next;
          if (next !== afterValue) index += 1;
        }
      }
    }
    if (nonAscii >= 0x80) state.hasNonAscii = true;
    return index;
  }

  return { state, start, advance };
}

/** Returns the part of a number that `byte` begins or continues, `afterValue` if the number is over, -1 if it is wrong. */
function afterNumberPart(part: number, byte: number): number {
  switch (part) {
    case minus:
      if (byte === 0x30) return zero;
      return isDigit(byte) ? integer : -1;
    case point:
      return isDigit(byte) ? fraction : -1;
    case exponent:
      if (byte === 0x2b || byte === 0x2d) return exponentSign;
      return isDigit(byte) ? exponentDigits : -1;
    case exponentSign:
      return isDigit(byte) ? exponentDigits : -1;
    case exponentDigits:
      return isDigit(byte) ? exponentDigits : afterValue;
    default:
      if (isDigit(byte)) return part === zero ? -1 : part;
      if (byte === 0x2e) return part === fraction ? -1 : point;
      return (byte | 0x20) === 0x65 ? exponent : afterValue;
  }
}
