import { dbtMacroNames } from '../../../core/dbt-macro-names.js';
import type { MacroNode, UniqueId } from '../../../core/node.js';

/** What of a text is Jinja that is evaluated: comments are none. */
const jinja = /\{#[^]*?#\}|\{\{[^]*?\}\}|\{%[^]*?%\}/gu;
/** A call of a macro, by its name or its package's and its own; texts are passed over, but for the name of a dispatch. */
const call =
  /(?:\w+\.)?dispatch\s*\(\s*(?:macro_name\s*=\s*)?(?:'(?<one>\w+)'|"(?<two>\w+)")|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|(?<![\w.])(?:(?<from>\w+)\.)?(?<name>\w+)\s*\(/gu;

/** The macros of a project by what calls name. */
export interface MacroNames {
  readonly byName: ReadonlyMap<string, readonly MacroNode[]>;
  /** What `adapter.dispatch` looks for first: the name of the target's type. */
  readonly targetType: string;
}

/** Returns macros by their names. */
export function nameMacros(macros: readonly MacroNode[], targetType: string): MacroNames {
  const byName = new Map<string, MacroNode[]>();
  for (const macro of macros) byName.set(macro.name, [...(byName.get(macro.name) ?? []), macro]);
  return { byName, targetType };
}

/** The macros that a dispatch may mean: that of the target's engine, else all others of the name. */
function findDispatched(name: string, { byName, targetType }: MacroNames): readonly MacroNode[] {
  const own = byName.get(`${targetType}__${name}`);
  if (own !== undefined) return own;
  return [...byName].flatMap(([each, macros]) => (each.endsWith(`__${name}`) ? macros : []));
}

/**
 * Returns the macros of the project and its packages that a template may call, in order, each once: those that stand in it
 * by name, and those of dbt's own. dbt reads the same from the text, without running it.
 */
export function findMacroCalls(
  text: string,
  { packageName, name: self }: Pick<MacroNode, 'packageName' | 'name'>,
  names: MacroNames,
): readonly UniqueId[] {
  const found = new Set<UniqueId>();
  for (const [piece] of text.matchAll(jinja)) {
    if (piece.startsWith('{#')) continue;
    // What follows the word in `{% macro cents(x) %}` is no call.
    const body = piece.replace(/^\{%[-+]?\s*(?:macro|test|materialization|snapshot)\s+\w+/u, '');
    for (const { groups = {} } of body.matchAll(call)) {
      const { one, two, from, name } = groups;
      const dispatched = one ?? two;
      if (dispatched !== undefined) {
        for (const macro of findDispatched(dispatched, names)) found.add(macro.uniqueId);
      } else if (name !== undefined) {
        const named = names.byName.get(name) ?? [];
        const macro =
          named.find((each) => each.packageName === (from ?? packageName)) ??
          (from === undefined ? named[0] : undefined);
        if (macro !== undefined && !(from === undefined && name === self))
          found.add(macro.uniqueId);
        const isOfDbt = macro === undefined && (from === undefined || from === 'dbt');
        if (isOfDbt && dbtMacroNames.has(name)) found.add(`macro.dbt.${name}`);
      }
    }
  }
  return [...found];
}
