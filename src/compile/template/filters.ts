import { didYouMean } from '../../core/suggest.js';
import { builtin, type Builtin } from './arguments.js';
import { moreFilters } from './filters-more.js';
import { itemFilters } from './filters-items.js';
import { numberFilters } from './filters-numbers.js';
import { textFilters } from './filters-text.js';
import { TemplateProblem } from './template-problem.js';
import { truthy } from './truth.js';
import { isUndefined } from './values.js';

/** Returns the default for an undefined value, or for a false one if its second argument is true. */
const defaultFilter = builtin('value~ default_value? boolean?', (args, run) => {
  const value = args.value('value');
  const replaced = isUndefined(value) || (args.flag('boolean', false) && !truthy(value, run));
  return replaced ? (args.optional('default_value') ?? '') : value;
});

/** The filters, by the names templates use. */
export const filters: ReadonlyMap<string, Builtin> = withUndefinedInput([
  ...textFilters,
  ...itemFilters,
  ...numberFilters,
  ...moreFilters,
  ['default', defaultFilter],
  ['d', defaultFilter],
  ...[...itemFilters]
    .filter(([name]) => name === 'length')
    .map(([, length]): [string, Builtin] => ['count', length]),
]);

/** As in Jinja2, filters and tests take nothing for an empty text or sequence; those that cannot fail themselves. */
export function withUndefinedInput(
  definitions: Iterable<readonly [string, Builtin]>,
): ReadonlyMap<string, Builtin> {
  return new Map(
    [...definitions].map(([name, { signature, call }]) => {
      const [first, ...others] = signature.parameters;
      const parameters = first ? [{ ...first, mayBeUndefined: true }, ...others] : [];
      return [name, { call, signature: { ...signature, parameters } }];
    }),
  );
}

const htmlReason = 'templates here make SQL, which is never escaped as HTML';

/** Filters that Jinja2, dbt or nunjucks has and this engine refuses, with the reason. */
const unsupportedFilters: ReadonlyMap<string, string> = new Map([
  ['e', htmlReason],
  ['escape', htmlReason],
  ['forceescape', htmlReason],
  ['safe', htmlReason],
  ['striptags', htmlReason],
  ['urlize', htmlReason],
  ['xmlattr', htmlReason],
  ['nl2br', htmlReason],
  ['random', 'the same project must compile to the same SQL each time'],
  ['dump', "it is nunjucks' own and not in Jinja2"],
  ['sortBy', "it is nunjucks' own and not in Jinja2; use 'sort(attribute=…)'"],
]);

/** Returns the problem with a filter's name: `template-unsupported` or `template-undefined`. */
export function checkFilter(name: string): TemplateProblem | undefined {
  if (filters.has(name)) return undefined;
  const reason = unsupportedFilters.get(name);
  if (reason !== undefined) {
    return new TemplateProblem('template-unsupported', `the filter '${name}' is not supported`, {
      hint: reason,
    });
  }
  return new TemplateProblem('template-undefined', `there is no filter '${name}'`, {
    hint: didYouMean(name, [...filters.keys()]),
  });
}
