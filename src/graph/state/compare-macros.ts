import type { SqlNode, UniqueId } from '../../core/node.js';
import type { PreviousNode, PreviousState } from '../../core/previous-state.js';
import type { StateComparison } from '../methods/method-definition.js';
import { isEqual } from './is-equal.js';
import { normalizeTemplate } from './normalize-template.js';

/** Compares the macros and variables that nodes use. */
export interface MacroComparer {
  /** Whether a macro that the node calls, also through others, is not what it was. */
  differs(node: SqlNode, earlier: PreviousNode): boolean;
  /** Whether a variable that the node reads, also through macros, has not the value that it had. */
  varsDiffer(node: SqlNode): boolean;
}

/** A set of macros by their ids, and which of them a text may call. */
interface MacroSet {
  readonly texts: ReadonlyMap<UniqueId, string>;
  /** Ids by name. */
  readonly byName: ReadonlyMap<string, readonly UniqueId[]>;
}

function toMacroSet(texts: ReadonlyMap<UniqueId, string>): MacroSet {
  const byName = new Map<string, UniqueId[]>();
  for (const id of texts.keys()) {
    const name = id.split('.').at(-1) ?? id;
    byName.set(name, [...(byName.get(name) ?? []), id]);
  }
  return { texts, byName };
}

/**
 * Returns the macros whose names a text mentions. A name in a text or comment counts, too: a macro too many costs a build,
 * one too few a change that nobody sees.
 */
function mentionedIn(text: string, { byName }: MacroSet): readonly UniqueId[] {
  if (byName.size === 0) return [];
  return [...new Set(text.match(/\w+/gu) ?? [])].flatMap((word) => byName.get(word) ?? []);
}

/** Returns all macros that are used, from those called and the text that calls them. */
function collectUsed(
  called: readonly UniqueId[],
  text: string,
  macros: MacroSet,
): ReadonlySet<UniqueId> {
  const used = new Set<UniqueId>();
  const pending = [...called, ...mentionedIn(text, macros)];
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    const body = macros.texts.get(id);
    if (body === undefined || used.has(id)) continue;
    used.add(id);
    pending.push(...mentionedIn(body, macros));
  }
  return used;
}

/** `var('name'…)` and `var("name"…)`. */
const varCall = /\bvar(?:\.has_var)?\s*\(\s*(?:'(?<single>[^']*)'|"(?<double>[^"]*)")/gu;

function varsIn(text: string): readonly string[] {
  return [...text.matchAll(varCall)].map(
    ({ groups }) => groups?.['single'] ?? groups?.['double'] ?? '',
  );
}

/** Returns the comparer of this project's macros and variables with those of the other state. */
export function createMacroComparer(
  current: StateComparison,
  { macros: earlierTexts, vars: earlierVars }: PreviousState,
): MacroComparer {
  const now = toMacroSet(new Map(current.macros.map((each) => [each.uniqueId, each.macroSql])));
  const then = toMacroSet(earlierTexts);
  const changed = new Map<UniqueId, boolean>();
  const isChanged = (id: UniqueId): boolean => {
    const known = changed.get(id);
    if (known !== undefined) return known;
    const [before, after] = [then.texts.get(id), now.texts.get(id)];
    const differs =
      before === undefined ||
      after === undefined ||
      (before !== after && normalizeTemplate(before) !== normalizeTemplate(after));
    changed.set(id, differs);
    return differs;
  };
  return {
    differs(node, earlier) {
      const used = collectUsed(node.macros, node.rawSql, now);
      if ([...used].some(isChanged)) return true;
      // A macro that is gone was perhaps one of dbt's own, which are not part of a project.
      const usedBefore = collectUsed(earlier.macros, earlier.rawSql, then);
      const project = `macro.${node.packageName}.`;
      return [...usedBefore].some((id) => id.startsWith(project) && isChanged(id));
    },
    varsDiffer(node) {
      if (earlierVars === null) return false;
      const used = collectUsed(node.macros, node.rawSql, now);
      const texts = [
        node.rawSql,
        JSON.stringify(node.unrenderedConfig).replaceAll('\\"', '"'),
        ...[...used].map((id) => now.texts.get(id) ?? ''),
      ];
      const names = new Set([...node.vars, ...texts.flatMap(varsIn)]);
      return [...names].some((name) => !isEqual(current.vars[name], earlierVars[name]));
    },
  };
}
