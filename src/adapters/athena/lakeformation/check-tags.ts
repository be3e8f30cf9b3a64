import { errorDiagnostic } from '../../../core/diagnostic.js';
import type { Check, OperatedProject } from '../../../core/operations.js';
import { didYouMean } from '../../../core/suggest.js';
import type { AwsApi } from '../client/api-call.js';
import { apiDiagnostic } from '../client/api-failure.js';
import { readGovernance, type Tags } from './governance.js';

const subject = 'lf-tag';

/** Returns the values that models give each tag, by its key. */
function usedTags({ models }: OperatedProject): ReadonlyMap<string, ReadonlySet<string>> {
  const used = new Map<string, Set<string>>();
  const add = (tags: Tags): void => {
    for (const [key, value] of Object.entries(tags)) {
      used.set(key, (used.get(key) ?? new Set<string>()).add(value));
    }
  };
  for (const model of models) {
    const { tags } = readGovernance(model).governance;
    if (tags === undefined) continue;
    add(tags.table);
    Object.values(tags.columns).forEach(add);
  }
  return used;
}

/**
 * Looks at the LF-tags that models give: whether they and their values are there. Nothing is asked if there are none.
 * Codes: those of `apiDiagnostic`, `config-invalid-value`.
 */
export async function* checkTags(
  api: AwsApi,
  {
    catalogId,
    project,
  }: { readonly catalogId: string | undefined; readonly project: OperatedProject },
): AsyncGenerator<Check, void> {
  for (const [key, values] of usedTags(project)) {
    const asked = await api.call(
      { service: 'lakeformation', operation: 'GetLFTag', subject: key },
      (client, http) =>
        client.getLFTag(
          { TagKey: key, ...(catalogId !== undefined && { CatalogId: catalogId }) },
          http,
        ),
    );
    if (!asked.ok) {
      const diagnostic = apiDiagnostic(asked.error);
      const isMissing = asked.error.code === 'EntityNotFoundException';
      const hint = 'create it in Lake Formation, or correct lf_tags_config';
      yield {
        subject,
        finding: key,
        diagnostics: [isMissing ? { ...diagnostic, hint } : diagnostic],
      };
      continue;
    }
    const known = (asked.value.TagValues ?? []).map((value) => value.toLowerCase());
    yield {
      subject,
      finding: `${key}=${[...values].join('|')}`,
      diagnostics: [...values]
        .filter((value) => !known.includes(value))
        .map((value) =>
          errorDiagnostic(
            'config-invalid-value',
            `the LF-tag '${key}' has no value '${value}', which models give it`,
            { hint: didYouMean(value, known, `its values are ${known.join(', ')}`) },
          ),
        ),
    };
  }
}
