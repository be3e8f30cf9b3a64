import type { Span } from '../../../src/core/sql-syntax.js';
import { indexLines } from '../../../src/core/text-position.js';

/** A text that was made of pieces of a statement, with the way back. */
export interface MappedText {
  readonly text: string;
  /** The offset in the statement of an offset in `text`; of the nearest piece before it for what was put in. */
  toOriginal(offset: number): number;
}

/** A replacement of a part of a text. */
export interface Edit extends Span {
  readonly text: string;
}

/** Returns the whole of a statement's text. */
export function wholeText(text: string): MappedText {
  return { text, toOriginal: (offset) => offset };
}

/** Returns a text made of spans of `source` and of texts put in. */
export function composeText(source: MappedText, pieces: readonly (string | Span)[]): MappedText {
  const starts: { readonly at: number; readonly from: number; readonly moves: boolean }[] = [];
  let text = '';
  let last = 0;
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      starts.push({ at: text.length, from: last, moves: false });
      text += piece;
    } else {
      starts.push({ at: text.length, from: piece.start, moves: true });
      text += source.text.slice(piece.start, piece.end);
      last = piece.end;
    }
  }
  return {
    text,
    toOriginal(offset) {
      const piece = starts.findLast(({ at }) => at <= offset);
      if (piece === undefined) return source.toOriginal(offset);
      return source.toOriginal(piece.moves ? piece.from + offset - piece.at : piece.from);
    },
  };
}

/** Returns the text with replacements, which must not overlap. */
export function editText(source: MappedText, edits: readonly Edit[]): MappedText {
  const sorted = [...edits].sort((left, right) => left.start - right.start);
  const pieces: (string | Span)[] = [];
  let at = 0;
  for (const edit of sorted) {
    pieces.push({ start: at, end: edit.start }, edit.text);
    at = edit.end;
  }
  return composeText(source, [...pieces, { start: at, end: source.text.length }]);
}

/** Returns `line L:C`, as Athena names a place; columns count from 1. */
export function placeOf(original: string, offset: number): string {
  const { line, column } = indexLines(original).locate(offset);
  return `line ${line}:${column}`;
}
