import { z } from 'zod';
import { indirectSelections } from '../core/selector-definition.js';
import { selectorsFileName } from './selectors-file-name.js';
import { anyValue, strictMapping, text } from './schema-notes.js';

const flag = (description: string) => z.boolean().nullish().describe(description);
const depth = (description: string) => z.number().int().min(0).nullish().describe(description);

/** A selector by its method, with the keys that take neighbours along. `exclude` has its own reader. */
export const methodRuleSchema = strictMapping('a selector', {
  method: text('A selector method: `tag`, `path`, `config.materialized`, …, or `selector`.'),
  value: z
    .union([z.string(), z.number(), z.boolean()])
    .describe('What the method looks for; wildcards as on the command line.'),
  childrens_parents: flag('All descendants, and all ancestors of these: `@`.'),
  children: flag('All descendants: `+` behind.'),
  children_depth: depth('At most so many steps down.'),
  parents: flag('All ancestors: `+` before.'),
  parents_depth: depth('At most so many steps up.'),
  indirect_selection: z
    .enum(indirectSelections)
    .nullish()
    .describe('Which data tests come along with models.'),
  exclude: z.array(anyValue).nullish().describe('What to take out of it.'),
});

/** Returns the schema of `selectors.yml`; `definition` describes a definition. */
export function createSelectorsSchema({ definition }: { readonly definition: z.ZodType }) {
  const selector = strictMapping('a selector', {
    name: text('The name for `--selector` and `selector:`.'),
    description: z.string().nullish().describe('What it is for.'),
    default: flag('Use it where the command line selects nothing.'),
    definition,
  });
  return strictMapping(selectorsFileName, {
    version: z.literal(2).nullish().describe('May be left out.'),
    selectors: z.array(selector).describe('Selectors by name.'),
  });
}
