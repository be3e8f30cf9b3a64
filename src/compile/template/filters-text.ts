import { builtin, type Builtin } from './arguments.js';
import { toItems } from './iterating.js';
import { formatPercent } from './percent-format.js';
import { toText } from './printing.js';
import { TemplateProblem } from './template-problem.js';
import { centerText, joinChecked, replaceChecked } from './string-methods.js';
import { capitalizeText, charactersOf, lengthOf, splitLines, stripText } from './text.js';
import { dictOf } from './dicts.js';
import { memberGetter } from './member-path.js';
import { isNone, tupleOf } from './values.js';

/** A filter that prints its input and changes the text. */
function textFilter(transform: (text: string) => string): Builtin {
  return builtin('value', (args, run) => {
    const text = transform(toText(args.value('value'), run));
    run.budget.allocateText(text.length);
    return text;
  });
}

/** Words of Jinja2's `title` begin after these. */
const wordStart = /([-\s({[<]+)/;

function titleWords(text: string): string {
  return text
    .split(wordStart)
    .map((word) => {
      const [first = '', ...rest] = charactersOf(word);
      return first.toUpperCase() + rest.join('').toLowerCase();
    })
    .join('');
}

/** Jinja2's filters that make texts. */
export const textFilters: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ['capitalize', textFilter(capitalizeText)],
  [
    'center',
    builtin('value width?', (args, run) => {
      const text = toText(args.value('value'), run);
      const missing = Math.max(0, args.integer('width', 80) - lengthOf(text));
      run.budget.allocateText(text.length + missing);
      return centerText(text, missing, ' ');
    }),
  ],
  [
    'format',
    builtin('value * **', (args, run) => {
      const values = args.named.size > 0 ? dictOf(args.named, run) : tupleOf([...args.rest]);
      return formatPercent(toText(args.value('value'), run), values, run);
    }),
  ],
  [
    'indent',
    builtin('value width? first? blank?', (args, run) => {
      const given = args.optional('width');
      const indent =
        typeof given === 'string'
          ? given
          : ' '.repeat(Math.min(10_000, Math.max(0, args.integer('width', 4))));
      const lines = splitLines(`${args.text('value')}\n`);
      run.budget.allocateText(args.text('value').length + lines.length * indent.length);
      const blank = args.flag('blank', false);
      const text = lines
        .map((line, index) => (index > 0 && (blank || line !== '') ? indent + line : line))
        .join('\n');
      return args.flag('first', false) ? indent + text : text;
    }),
  ],
  [
    'join',
    builtin('value d? attribute?', (args, run) => {
      const attribute = args.value('attribute');
      const itemOf = memberGetter(attribute, run);
      const texts = toItems(args.value('value'), run).map((item) => toText(itemOf(item), run));
      return joinChecked(texts, toText(args.optional('d') ?? '', run), run);
    }),
  ],
  ['lower', textFilter((text) => text.toLowerCase())],
  [
    'replace',
    builtin('value old new count?', (args, run) =>
      replaceChecked(
        toText(args.value('value'), run),
        toText(args.value('old'), run),
        toText(args.value('new'), run),
        isNone(args.value('count')) ? -1 : args.integer('count'),
        run,
      ),
    ),
  ],
  ['string', textFilter((text) => text)],
  ['title', textFilter(titleWords)],
  [
    'trim',
    builtin('value chars?', (args, run) => {
      const characters = isNone(args.value('chars')) ? null : args.text('chars');
      return stripText(toText(args.value('value'), run), characters, 'both');
    }),
  ],
  [
    'truncate',
    builtin('value length? killwords? end? leeway?', (args) => {
      const characters = charactersOf(args.text('value'));
      const length = args.integer('length', 255);
      const end = args.text('end', '...');
      const leeway = isNone(args.value('leeway')) ? 5 : args.integer('leeway');
      if (length < lengthOf(end) || leeway < 0) {
        throw new TemplateProblem(
          'template-error',
          `truncate() expects a length of at least ${lengthOf(end)} and a leeway of at least 0`,
        );
      }
      if (characters.length <= length + leeway) return characters.join('');
      const kept = characters.slice(0, length - lengthOf(end)).join('');
      if (args.flag('killwords', false)) return kept + end;
      const blank = kept.lastIndexOf(' ');
      return (blank < 0 ? kept : kept.slice(0, blank)) + end;
    }),
  ],
  ['upper', textFilter((text) => text.toUpperCase())],
  [
    'wordcount',
    builtin('value', (args, run) =>
      BigInt(toText(args.value('value'), run).match(/[\p{L}\p{N}_]+/gu)?.length ?? 0),
    ),
  ],
]);
