import type { PositionMap } from '../../../core/compiled-node.js';
import { indexLines, type LineColumn } from '../../../core/text-position.js';

/** A place in the original text: what follows comes from there. */
interface Mark {
  readonly at: number;
}

/**
 * A piece of DuckDB's SQL that knows which part of the original each of its parts comes from. Rules write it with the
 * `sql` tag and never see text of the user's.
 */
export interface Sql {
  readonly parts: readonly (string | Mark | Sql)[];
  /** It can stand next to any operator without parentheses. */
  readonly atomic: boolean;
  /** It is an aggregate or a window function: DuckDB's TRY and lambdas cannot hold it. */
  readonly ofRows?: true;
  /** It is a column of a relation. */
  readonly isColumn?: true;
}

/** Returns a fragment of fixed text. `atomic` says that it needs no parentheses. */
export function raw(text: string, { atomic = true }: { readonly atomic?: boolean } = {}): Sql {
  return { parts: [text], atomic };
}

/** Returns a string literal. */
export function stringSql(value: string): Sql {
  // DuckDB has no way to write NUL in a plain literal.
  if (value.includes('\0')) {
    const pieces = value.split('\0').map((piece) => `'${piece.replaceAll("'", "''")}'`);
    return raw(`(${pieces.join(' || chr(0) || ')})`);
  }
  return raw(`'${value.replaceAll("'", "''")}'`);
}

/** Returns a name in double quotes. */
export function nameSql(name: string): Sql {
  return raw(`"${name.replaceAll('"', '""')}"`);
}

/** Returns the fragment in parentheses, unless it needs none. */
export function operand(fragment: Sql): Sql {
  return fragment.atomic ? fragment : { parts: ['(', fragment, ')'], atomic: true };
}

/** Returns the fragment with the note that it comes from `offset` of the original. */
export function markedSql(fragment: Sql, offset: number): Sql {
  return { parts: [{ at: offset }, fragment], atomic: fragment.atomic };
}

/** Returns fragments with a separator between them. Not atomic: for lists of arguments and clauses. */
export function joinSql(fragments: readonly Sql[], separator = ', '): Sql {
  const parts: (string | Sql)[] = [];
  for (const fragment of fragments) {
    if (parts.length > 0) parts.push(separator);
    parts.push(fragment);
  }
  return { parts, atomic: fragments.length === 1 && fragments[0]?.atomic === true };
}

/** Returns the call of a function. `name` is printed as it is. */
export function callSql(name: string, args: readonly Sql[]): Sql {
  return { parts: [`${name}(`, joinSql(args), ')'], atomic: true };
}

/** Whether the template's own text opens a parenthesis or bracket right at its (first) start that closes at its end. */
function isEnclosed(strings: readonly string[]): boolean {
  // Literals of the template itself may hold parentheses; they count for nothing.
  const text = strings.join('\u0001').replace(/'(?:[^']|'')*'/g, "''");
  if (!/^[\w.]*[([]/.test(text)) return !/[^\w.']/.test(text) && text !== '';
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    if ('([{'.includes(text.charAt(index))) depth++;
    if (')]}'.includes(text.charAt(index))) depth--;
    if (depth === 0 && /[)\]}]/.test(text.charAt(index)) && index < text.length - 1) return false;
  }
  return depth === 0;
}

/** What is known of the templates in the code: each is looked at once. */
const enclosedTemplates = new WeakMap<TemplateStringsArray, boolean>();

function isEnclosedTemplate(strings: TemplateStringsArray): boolean {
  const known = enclosedTemplates.get(strings);
  if (known !== undefined) return known;
  const enclosed = isEnclosed(strings);
  enclosedTemplates.set(strings, enclosed);
  return enclosed;
}

/**
 * Writes SQL: `` sql`list_filter(${list}, lambda ${x}: ${body})` ``. A fragment that is an operator's expression is put
 * in parentheses by itself wherever it does not stand alone as an argument; several fragments are separated by commas.
 */
export function sql(
  strings: TemplateStringsArray,
  ...values: readonly (Sql | readonly Sql[])[]
): Sql {
  const parts: (string | Sql)[] = [];
  strings.forEach((text, index) => {
    parts.push(text);
    const value = values[index];
    if (value === undefined) return;
    if (!('parts' in value)) {
      parts.push(joinSql(value));
      return;
    }
    const standsAlone = /[([,]\s*$/.test(text) && /^\s*[)\],]/.test(strings[index + 1] ?? '');
    parts.push(standsAlone ? value : operand(value));
  });
  return { parts, atomic: isEnclosedTemplate(strings) };
}

/** Returns the fragment's text in one line, for comparisons. */
export function plainText(fragment: Sql): string {
  return fragment.parts
    .map((part) => (typeof part === 'string' ? part : 'parts' in part ? plainText(part) : ''))
    .join('');
}

/** Text and its map back to the original. */
export interface RenderedSql {
  readonly text: string;
  readonly toOriginal: PositionMap;
}

/**
 * Returns the fragment's text. Where the original begins a new line, so does the text, so that people find their way in
 * what the engine runs.
 */
export function renderSql(fragment: Sql, original: string): RenderedSql {
  const originalLines = indexLines(original);
  const anchors: number[] = [];
  // The lines that are finished, and the one that is being written.
  let finished = '';
  let current = '';
  let line = 1;

  const append = (part: string | Mark | Sql): void => {
    if (typeof part === 'string') {
      current += part;
    } else if ('parts' in part) {
      part.parts.forEach(append);
    } else {
      const place = originalLines.locate(part.at);
      if (place.line > line && (finished !== '' || current !== '')) {
        const kept = current.trimEnd();
        if (kept !== '') finished += `${kept}\n`;
        current = /^\s*/.exec(originalLines.lineText(place.line))?.[0] ?? '';
      }
      line = Math.max(line, place.line);
      anchors.push(finished.length + current.length, part.at);
    }
  };
  append(fragment);
  const text = finished + current;

  const locate = (offset: number): LineColumn => originalLines.locate(offset);
  return { text, toOriginal: createPositionMap(text, locate, anchors) };
}

/**
 * Maps a place to the last anchor at or before it. `anchors` are pairs, where in `text` and where in the original, one
 * after the other: there are as many as parts of the SQL, and they are kept for each node, so they are plain numbers.
 */
function createPositionMap(
  text: string,
  locate: (offset: number) => LineColumn,
  anchors: readonly number[],
): PositionMap {
  // Few are ever asked: only for what the engine refuses.
  let lines: ReturnType<typeof indexLines> | undefined;
  return (line, column) => {
    lines ??= indexLines(text);
    const offset = lines.offsetOf({ line, column });
    const last = anchors.findLastIndex((from, index) => index % 2 === 0 && from <= offset);
    const at = anchors[last + 1];
    return last < 0 || at === undefined ? undefined : locate(at);
  };
}
