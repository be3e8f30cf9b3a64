import type { WorkGroup } from '@aws-sdk/client-athena';
import { errorDiagnostic, warningDiagnostic, type Diagnostic } from '../../../core/diagnostic.js';
import type { Check } from '../../../core/operations.js';
import type { AwsApi } from '../client/api-call.js';
import type { ApiResult } from '../client/api-error.js';
import { failedCheck } from './check-buckets.js';

/** Where the results of a workgroup's queries go. */
export type ResultsPlace =
  | { readonly kind: 'managed' }
  | { readonly kind: 'prefix'; readonly address: string; readonly enforced: boolean }
  | { readonly kind: 'none' };

/** Asks for a workgroup. */
export function getWorkGroup(api: AwsApi, name: string): Promise<ApiResult<WorkGroup>> {
  return api.call(
    { service: 'athena', operation: 'GetWorkGroup', subject: name },
    async (athena, http) =>
      (await athena.getWorkGroup({ WorkGroup: name }, http)).WorkGroup ?? { Name: name },
  );
}

/** Returns where results go; `resultsDir` is what the target says, which an enforcing workgroup overrides. */
export function resultsPlaceOf(
  { Configuration = {} }: WorkGroup,
  resultsDir: string | undefined,
): ResultsPlace {
  if (Configuration.ManagedQueryResultsConfiguration?.Enabled === true) return { kind: 'managed' };
  const own = Configuration.ResultConfiguration?.OutputLocation;
  const enforced = Configuration.EnforceWorkGroupConfiguration === true;
  const address = enforced ? (own ?? resultsDir) : (resultsDir ?? own);
  return address === undefined || address === ''
    ? { kind: 'none' }
    : { kind: 'prefix', address, enforced: enforced && own !== undefined };
}

function trimSlash(address: string): string {
  return address.replace(/\/+$/u, '');
}

function describeResults(place: ResultsPlace): string {
  if (place.kind === 'managed') return 'results kept by Athena';
  if (place.kind === 'none') return 'no place for results';
  return `results in ${place.address}${place.enforced ? ' (enforced)' : ''}`;
}

/** Returns what is wrong with a workgroup. Code: `workgroup-invalid`. */
function findProblems(
  workGroup: WorkGroup,
  place: ResultsPlace,
  resultsDir: string | undefined,
): readonly Diagnostic[] {
  const name = workGroup.Name ?? '';
  const engine = workGroup.Configuration?.EngineVersion?.EffectiveEngineVersion;
  const problems: Diagnostic[] = [];
  if (workGroup.State === 'DISABLED') {
    problems.push(
      errorDiagnostic('workgroup-invalid', `the workgroup '${name}' is disabled`, {
        hint: 'enable it, or name another one in `work_group:`',
      }),
    );
  }
  if (place.kind === 'none') {
    problems.push(
      errorDiagnostic('workgroup-invalid', `the workgroup '${name}' has no place for results`, {
        hint: 'set `s3_staging_dir:` of the target, or let the workgroup say it',
      }),
    );
  }
  if (engine !== undefined && /engine version [12]$/u.test(engine)) {
    problems.push(
      errorDiagnostic('workgroup-invalid', `the workgroup '${name}' runs ${engine}, not 3`, {
        hint: 'choose Athena engine version 3, or automatic, in the workgroup',
      }),
    );
  }
  const isUsed =
    place.kind === 'prefix' && trimSlash(place.address) === trimSlash(resultsDir ?? '');
  if (resultsDir !== undefined && place.kind !== 'none' && !isUsed) {
    problems.push(
      warningDiagnostic(
        'workgroup-invalid',
        `the workgroup '${name}' decides where results go, so 's3_staging_dir' of the target does nothing`,
        { hint: 'remove it from the target' },
      ),
    );
  }
  return problems;
}

/** Looks at a workgroup. `place` is `undefined` if it could not be asked. */
export async function checkWorkGroup(
  api: AwsApi,
  { name, resultsDir }: { readonly name: string; readonly resultsDir: string | undefined },
): Promise<{ readonly check: Check; readonly place: ResultsPlace | undefined }> {
  const subject = 'workgroup';
  const asked = await getWorkGroup(api, name);
  if (!asked.ok) return { check: failedCheck(subject, name, asked.error), place: undefined };
  const workGroup = asked.value;
  const place = resultsPlaceOf(workGroup, resultsDir);
  const limit = workGroup.Configuration?.BytesScannedCutoffPerQuery;
  const words = [
    name,
    workGroup.Configuration?.EngineVersion?.EffectiveEngineVersion,
    describeResults(place),
    limit === undefined ? undefined : `at most ${limit} bytes a query`,
  ];
  const finding = words.filter((each) => each !== undefined).join(', ');
  const diagnostics = findProblems(workGroup, place, resultsDir);
  return { check: { subject, finding, diagnostics }, place };
}
