import { expect, it } from 'vitest';
import { pruneDbtProject } from './dbt-project-schema.js';

const issuesOf = (flags: Readonly<Record<string, boolean>>) =>
  pruneDbtProject({ name: 'shop', flags }).issues.map(({ path, kind, message, hint }) => ({
    path,
    kind,
    message,
    hint,
  }));

it('says of the flag that makes NULLs equal what to write instead', () => {
  expect(issuesOf({ enable_truthy_nulls_equals_macro: true })).toEqual([
    {
      path: ['flags', 'enable_truthy_nulls_equals_macro'],
      kind: 'unused',
      message:
        "the flag 'enable_truthy_nulls_equals_macro' has no effect: in dbt.equals two NULLs are never equal",
      hint: "write `is not distinct from` in place of dbt.equals, or define a macro 'default__equals' of the project",
    },
  ]);
});

it('says of other flags how the command line has them, and of those without effect nothing', () => {
  expect(issuesOf({ fail_fast: true })).toEqual([
    {
      path: ['flags', 'fail_fast'],
      kind: 'unused',
      message: "the flag 'fail_fast' has no effect in a file",
      hint: 'give it on the command line: --fail-fast',
    },
  ]);
  expect(issuesOf({ enable_truthy_nulls_equals_macro: false, use_colors: true })).toEqual([]);
});
