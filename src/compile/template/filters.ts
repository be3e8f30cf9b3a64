import { didYouMean } from '../../core/suggest.js';
import { builtin, type Builtin } from './arguments.js';
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
export const filters: ReadonlyMap<string, Builtin> = new Map([
  ...textFilters,
  ...itemFilters,
  ...numberFilters,
  ['default', defaultFilter],
  ['d', defaultFilter],
  ...[...itemFilters]
    .filter(([name]) => name === 'length')
    .map(([, length]): [string, Builtin] => ['count', length]),
]);

const htmlReason = 'templates here make SQL, which is never escaped as HTML';

/** Filters that Jinja2, dbt or nunjucks has and this engine refuses, with the reason. */
const unsupportedFilters: ReadonlyMap<string, string> = new Map([
  ['attr', "write 'x.name' or 'x[name]'"],
  ['e', htmlReason],
  ['escape', htmlReason],
  ['forceescape', htmlReason],
  ['safe', htmlReason],
  ['striptags', htmlReason],
  ['urlencode', htmlReason],
  ['urlize', htmlReason],
  ['xmlattr', htmlReason],
  ['nl2br', htmlReason],
  ['tojson', 'not supported yet'],
  ['filesizeformat', 'not supported yet'],
  ['pprint', 'not supported yet'],
  ['wordwrap', 'not supported yet'],
  ['random', 'the same project must compile to the same SQL each time'],
  ['as_bool', 'not supported yet'],
  ['as_native', 'not supported yet'],
  ['as_number', 'not supported yet'],
  ['as_text', 'not supported yet'],
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
