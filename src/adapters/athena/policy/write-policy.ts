import type { OperatedProject, PolicyRequest, WrittenPolicy } from '../../../core/operations.js';
import { displayRelation, type Relation } from '../../../core/relation.js';
import { failure, success, type Result } from '../../../core/result.js';
import type { AwsApi } from '../client/api-call.js';
import { apiDiagnostic } from '../client/api-failure.js';
import type { AthenaConfig } from '../config.js';
import { findCatalogAccount } from '../foreign-catalogs.js';
import { getWorkGroup, resultsPlaceOf } from '../diagnose/check-workgroup.js';
import {
  buildPolicy,
  countCharacters,
  policyCharacters,
  type PolicyDocument,
} from './build-policy.js';
import { accountPlaceholder, findNeeds, otherCatalogsOf, type AccountFacts } from './find-needs.js';
import { findSourceLocations } from './find-source-locations.js';

async function lookUpFacts(
  api: AwsApi,
  config: AthenaConfig,
  project: OperatedProject,
): Promise<Result<AccountFacts & { readonly unlocated: readonly Relation[] }>> {
  const names = otherCatalogsOf(config, project);
  const [identity, workGroup, catalogs] = await Promise.all([
    api.call({ service: 'sts', operation: 'GetCallerIdentity', subject: '' }, (sts, http) =>
      sts.getCallerIdentity({}, http),
    ),
    getWorkGroup(api, config.workGroup),
    Promise.all(names.map((name) => findCatalogAccount(api, name))),
  ]);
  if (!identity.ok) return failure([apiDiagnostic(identity.error)]);
  if (!workGroup.ok) return failure([apiDiagnostic(workGroup.error)]);
  const catalogAccounts = new Map<string, string>();
  for (const [index, account] of catalogs.entries()) {
    if (!account.ok) return failure([apiDiagnostic(account.error)]);
    if (account.value !== undefined) {
      catalogAccounts.set((names[index] ?? '').toLowerCase(), account.value);
    }
  }
  const { sources } = project;
  const located = await findSourceLocations(api, config, { sources, accounts: catalogAccounts });
  if (!located.ok) return failure([apiDiagnostic(located.error)]);
  const place = resultsPlaceOf(workGroup.value, config.resultsDir);
  return success({
    account: identity.value.Account ?? accountPlaceholder,
    catalogAccounts,
    sourceLocations: located.value.locations,
    unlocated: located.value.unknown,
    ...(place.kind === 'prefix' && { workGroupResults: place.address }),
  });
}

/**
 * Returns the policy of a project on a target. Tables are named one by one as long as the policy then fits into IAM's
 * limit; otherwise all tables of the project's databases are meant. With `lookUp`, the account's number and the
 * workgroup's place for results are asked for. Codes: those of `apiDiagnostic`.
 */
export async function writePolicy(
  api: AwsApi,
  config: AthenaConfig,
  { project, land, gc, lookUp }: PolicyRequest,
): Promise<Result<WrittenPolicy>> {
  const asked = lookUp
    ? await lookUpFacts(api, config, project)
    : success({ account: accountPlaceholder, unlocated: project.sources });
  if (!asked.ok) return asked;
  const write = (tables: 'names' | 'databases'): PolicyDocument =>
    buildPolicy(findNeeds(config, project, { ...asked.value, land, gc, tables }));
  const notes: string[] = [];
  let policy = write('names');
  const characters = countCharacters(policy);
  if (characters > policyCharacters) {
    policy = write('databases');
    notes.push(
      `Named one by one, the project's tables make a policy of ${characters} characters, and a managed policy may have ${policyCharacters}; it allows all tables of the project's databases instead.`,
    );
  }
  if (config.resultsDir === undefined && !lookUp) {
    notes.push(
      `The workgroup '${config.workGroup}' says where results go, so that prefix is not in the policy: add --account to ask it, or set s3_staging_dir in the target.`,
    );
  }
  const unknown = findNeeds(config, project, { ...asked.value, land, gc, tables: 'names' })
    .catalogs.filter(({ account }) => account === '*')
    .map(({ name }) => `'${name}'`);
  if (unknown.length > 0) {
    notes.push(
      `Whose Glue catalog ${unknown.join(', ')} is, Athena knows: the policy allows its databases in every account; add --account to name it.`,
    );
  }
  const { unlocated } = asked.value;
  if (unlocated.length > 0) {
    const names = unlocated.map(displayRelation).join(', ');
    notes.push(
      lookUp
        ? `What the sources ${names} read is not a table's folder in Glue: give the rights on their files (s3:GetObject, s3:ListBucket) yourself.`
        : `Where the files of the sources ${names} lie, Glue knows, so the policy does not allow reading them: add --account to look it up.`,
    );
  }
  return success({ policy, notes });
}
