const newline = 0x0a;
const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/** Returns whether a byte is white space within a line. */
export function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d;
}

/** What is known where an object stopped being JSON. */
export interface BadPlace {
  /** Brackets that are open, outermost first; the first is the bad object's own. */
  readonly openKinds: readonly number[];
  readonly inString: boolean;
  /** Inside a string, right after a backslash. */
  readonly isEscaped: boolean;
  /** The last byte before the place that is not white space. */
  readonly lastToken: number;
  /** White space since the last line feed, if there is nothing else since; otherwise -1. */
  readonly indent: number;
  /** White space at the start of the line on which the bad object began. */
  readonly objectIndent: number;
}

/** Finds the end of a bad object, byte by byte, from the place of the error on. */
export interface BadEndFinder {
  start(place: BadPlace): void;
  /** Returns whether the bad object goes on after `byte`, or ended before or with it. */
  take(byte: number): 'goes-on' | 'ended-before' | 'ended-with';
}

/**
 * Returns a finder of the place where reading resumes after an error: the rules are those of `createRecordScanner`. It
 * reads brackets and quotes leniently and in memory bounded by the nesting.
 */
export function createBadEndFinder(): BadEndFinder {
  let openKinds: number[] = [];
  let inString = false;
  let isEscaped = false;
  /** Inside what looks like a string: a `}` was read, and since then only commas and white space. */
  let afterClose = false;
  let lastToken = 0;
  let indent = -1;
  let objectIndent = 0;

  function beginsRecord(): boolean {
    if (indent !== -1 && indent <= objectIndent) return true;
    if (inString) return afterClose;
    const isInArray = openKinds.at(-1) === openBracket;
    const isElement = isInArray && (lastToken === openBracket || lastToken === comma);
    return lastToken !== colon && !isElement;
  }

  function takeInString(byte: number): void {
    if (isEscaped) isEscaped = false;
    else if (byte === backslash) isEscaped = true;
    else if (byte === quote) inString = false;
    if (byte === closeBrace) afterClose = true;
    else if (byte !== comma) afterClose = false;
  }

  function takeClosing(byte: number): 'goes-on' | 'ended-before' | 'ended-with' {
    // An opening bracket stands two places before its closing one in ASCII.
    const opening = openKinds.lastIndexOf(byte - 2);
    // A ']' that the object did not open closes the array around it.
    if (opening === -1) return 'ended-before';
    openKinds.length = opening;
    return opening === 0 ? 'ended-with' : 'goes-on';
  }

  return {
    start(place) {
      openKinds = [...place.openKinds];
      ({ inString, isEscaped, lastToken, indent, objectIndent } = place);
      afterClose = false;
    },
    take(byte) {
      if (byte === newline) {
        indent = 0;
        // A string cannot hold a line feed: this was none, or was never closed.
        inString = false;
        return 'goes-on';
      }
      if (isBlank(byte)) {
        if (indent !== -1) indent += 1;
        return 'goes-on';
      }
      if (byte === openBrace && beginsRecord()) return 'ended-before';
      indent = -1;
      if (inString) {
        takeInString(byte);
        lastToken = byte;
        return 'goes-on';
      }
      lastToken = byte;
      if (byte === closeBrace || byte === closeBracket) return takeClosing(byte);
      if (byte === openBrace || byte === openBracket) openKinds.push(byte);
      if (byte === quote) {
        inString = true;
        isEscaped = false;
        afterClose = false;
      }
      return 'goes-on';
    },
  };
}
