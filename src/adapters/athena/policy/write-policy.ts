import type { OperatedProject, PolicyRequest, WrittenPolicy } from '../../../core/operations.js';
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

async function lookUpFacts(
  api: AwsApi,
  config: AthenaConfig,
  project: OperatedProject,
): Promise<Result<AccountFacts>> {
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
  const place = resultsPlaceOf(workGroup.value, config.resultsDir);
  return success({
    account: identity.value.Account ?? accountPlaceholder,
    catalogAccounts,
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
  const asked: Result<AccountFacts> = lookUp
    ? await lookUpFacts(api, config, project)
    : success({ account: accountPlaceholder });
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
  return success({ policy, notes });
}
