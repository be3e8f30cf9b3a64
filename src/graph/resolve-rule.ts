import { errorDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import { failure, success, type Result } from '../core/result.js';
import type { NamedSelector, SelectorRule } from '../core/selector-definition.js';
import type { SelectorSurroundings } from './methods/method-definition.js';
import { parseSelector, unknownMethod } from './parse-selector.js';
import { findSelectorMethod, isSelectorMethod } from './selector-methods.js';
import type { Selector } from './selector.js';

/**
 * Returns what a rule of `selectors.yml` means, with the methods and values in it checked. Diagnostics:
 * `selector-invalid`, at the rule.
 */
export function resolveRule(
  rule: SelectorRule,
  surroundings: SelectorSurroundings,
): Result<Selector> {
  switch (rule.kind) {
    case 'text': {
      const { text, location } = rule;
      const parsed = parseSelector([text], location.path, surroundings);
      if (parsed.ok) return success(at(parsed.value, rule.location));
      return failure(parsed.diagnostics.map((each) => ({ ...each, location })));
    }
    case 'method':
      return resolveMethod(rule, surroundings);
    case 'union':
    case 'intersection': {
      const parts = rule.of.map((part) => resolveRule(part, surroundings));
      const of = parts.flatMap((part) => (part.ok ? [part.value] : []));
      return of.length === parts.length
        ? success({ kind: rule.kind, of, indirectSelection: null })
        : failure(parts.flatMap(({ diagnostics }) => diagnostics));
    }
    case 'difference': {
      const from = resolveRule(rule.from, surroundings);
      const remove = resolveRule(rule.remove, surroundings);
      return from.ok && remove.ok
        ? success({ kind: 'difference', from: from.value, remove: remove.value })
        : failure([...from.diagnostics, ...remove.diagnostics]);
    }
  }
}

/** A word of a text stands somewhere in the file; the place of the whole text is known. */
function at(selector: Selector, location: NamedSelector['location']): Selector {
  switch (selector.kind) {
    case 'criterion':
      return { ...selector, location };
    case 'difference':
      return {
        ...selector,
        from: at(selector.from, location),
        remove: at(selector.remove, location),
      };
    case 'union':
    case 'intersection':
      return { ...selector, of: selector.of.map((part) => at(part, location)) };
  }
}

function resolveMethod(
  rule: Extract<SelectorRule, { kind: 'method' }>,
  surroundings: SelectorSurroundings,
): Result<Selector> {
  const { location, value } = rule;
  const [method = '', ...methodArguments] = rule.method.split('.');
  if (!isSelectorMethod(method)) return failure([unknownMethod(method, location)]);
  const complaint = findSelectorMethod(method).complain(value, methodArguments, surroundings);
  if (complaint !== undefined) return failure([invalid(complaint.message, rule, complaint.hint)]);
  if (rule.childrensParents && rule.children !== null) {
    return failure([
      invalid("'childrens_parents' and 'children' contradict each other", rule, 'leave one out'),
    ]);
  }
  const { parents, children, childrensParents, indirectSelection } = rule;
  return success({
    kind: 'criterion',
    method,
    arguments: methodArguments,
    value,
    parents,
    children,
    childrensParents,
    indirectSelection,
    location,
  });
}

function invalid(
  message: string,
  { location }: { readonly location: NamedSelector['location'] },
  hint?: string,
): Diagnostic {
  return errorDiagnostic('selector-invalid', message, { location, hint });
}

/**
 * Returns a selector of `selectors.yml` for each name that is needed, those that it names itself included. Diagnostics:
 * `selector-invalid`, for what is wrong in them and for selectors that name each other in a circle.
 */
export function resolveNamedSelectors(
  needed: Iterable<string>,
  surroundings: SelectorSurroundings,
): Result<ReadonlyMap<string, Selector>> {
  const resolved = new Map<string, Selector>();
  const diagnostics: Diagnostic[] = [];
  const resolve = (name: string, path: readonly string[]): void => {
    const named = surroundings.selectors.find((each) => each.name === name);
    if (named === undefined) return;
    if (path.includes(name)) {
      const circle = [...path.slice(path.indexOf(name)), name].join(' → ');
      diagnostics.push(
        invalid(`selectors name each other in a circle: ${circle}`, named, 'remove one of them'),
      );
      return;
    }
    if (resolved.has(name)) return;
    const selector = resolveRule(named.rule, surroundings);
    diagnostics.push(...selector.diagnostics);
    if (!selector.ok) return;
    for (const other of namesIn(selector.value)) resolve(other, [...path, name]);
    resolved.set(name, selector.value);
  };
  for (const name of needed) resolve(name, []);
  return diagnostics.length > 0 ? failure(diagnostics) : success(resolved);
}

/** Returns the selectors that a selector names. */
export function namesIn(selector: Selector): readonly string[] {
  switch (selector.kind) {
    case 'criterion':
      return selector.method === 'selector' ? [selector.value] : [];
    case 'difference':
      return [...namesIn(selector.from), ...namesIn(selector.remove)];
    case 'union':
    case 'intersection':
      return selector.of.flatMap(namesIn);
  }
}
