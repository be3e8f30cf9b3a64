import { indexLines, type LineColumn } from '../../core/text-position.js';
import { macroSchema } from './translate/macro-call.js';

/** What a macro or a statement does with our macros. */
interface MacroUse {
  /** Beginnings of what it may say; empty where the text is put together. */
  readonly beginnings: readonly string[];
  readonly calls: readonly string[];
}

interface MacroCallAt {
  readonly name: string;
  readonly offset: number;
  /** The text behind the parenthesis. */
  readonly rest: string;
}

const raising = ['fail', 'refuse', 'limit'];

function callsIn(text: string): readonly MacroCallAt[] {
  const calls = text.matchAll(new RegExp(`${macroSchema}\\."?(\\w+)"?\\(`, 'g'));
  return [...calls].map((found) => ({
    name: found[1] ?? '',
    offset: found.index,
    rest: text.slice(found.index + found[0].length, found.index + found[0].length + 500),
  }));
}

/** Returns the beginning of the message that a call of `fail`, `refuse` or `limit` ends the query with. */
function beginningOf({ name, rest }: MacroCallAt): string {
  const [, literal = ''] = /^\s*'((?:[^']|'')*)'/.exec(rest) ?? [];
  const text = literal.replaceAll("''", "'");
  return name === 'limit' && text !== ''
    ? `${macroSchema} limit ${text}: `
    : text && `${macroSchema}: ${text}`;
}

function useOf(text: string): MacroUse {
  const calls = callsIn(text);
  const [raises, others] = [
    calls.filter(({ name }) => raising.includes(name)),
    calls.filter(({ name }) => !raising.includes(name)),
  ];
  return { beginnings: raises.map(beginningOf), calls: others.map(({ name }) => name) };
}

/** Returns the names of the macros that may have ended a query with this message: they say it, or call one that does. */
function macrosThatRaise(
  macros: readonly string[],
  says: (beginning: string) => boolean,
): ReadonlySet<string> {
  const uses = new Map(
    macros.flatMap((statement) => {
      const [, name, body] =
        new RegExp(`MACRO ${macroSchema}\\."(\\w+)" (.*)$`, 's').exec(statement) ?? [];
      return name === undefined || body === undefined || raising.includes(name)
        ? []
        : [[name, useOf(body)] as const];
    }),
  );
  const found = new Set(
    [...uses].flatMap(([name, use]) => (use.beginnings.some(says) ? [name] : [])),
  );
  for (let before = -1; before < found.size;) {
    before = found.size;
    for (const [name, { calls }] of uses)
      if (calls.some((each) => found.has(each))) found.add(name);
  }
  return found;
}

/**
 * Returns the places of a statement in which a macro of ours may have ended it with the message `raised`, in order. DuckDB
 * tells none: the macros end a query by an error inside of them. `macros` are the statements that made them.
 */
export function findRaisedPlaces(
  statement: string,
  raised: string,
  macros: readonly string[],
): readonly LineColumn[] {
  const find = (says: (beginning: string) => boolean): readonly MacroCallAt[] => {
    const names = macrosThatRaise(macros, says);
    return callsIn(statement).filter(
      (call) => names.has(call.name) || (raising.includes(call.name) && says(beginningOf(call))),
    );
  };
  const exact = find((beginning) => beginning !== '' && raised.startsWith(beginning));
  const calls = exact.length > 0 ? exact : find((beginning) => beginning === '');
  const lines = indexLines(statement);
  return calls.map(({ offset }) => lines.locate(offset));
}
