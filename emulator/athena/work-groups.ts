import type {
  EngineVersion,
  ResultConfiguration,
  WorkGroup,
  WorkGroupConfiguration,
  WorkGroupConfigurationUpdates,
  WorkGroupState,
} from '@aws-sdk/client-athena';
import { invalidRequest } from './api-error.js';

/** The one engine version there is, whatever is asked for. */
export const engineVersion = {
  SelectedEngineVersion: 'AUTO',
  EffectiveEngineVersion: 'Athena engine version 3',
} as const satisfies EngineVersion;

export const primary = 'primary';

/** A workgroup with the settings that are always there. */
export interface KnownWorkGroup extends WorkGroup {
  readonly Name: string;
  readonly State: WorkGroupState;
  readonly Configuration: WorkGroupConfiguration;
  readonly CreationTime: Date;
}

export interface WorkGroups {
  /** Throws `InvalidRequestException` for a name that there is not; `primary` if left out. */
  get(name: string | undefined): KnownWorkGroup;
  list(): readonly KnownWorkGroup[];
  create(
    name: string,
    configuration: WorkGroupConfiguration | undefined,
    description: string | undefined,
  ): void;
  update(
    name: string,
    change: {
      readonly updates?: WorkGroupConfigurationUpdates | undefined;
      readonly description?: string | undefined;
      readonly state?: WorkGroupState | undefined;
    },
  ): void;
  delete(name: string): void;
}

/** Returns the workgroups of one account: `primary` alone, which lets clients say where results go. */
export function createWorkGroups(): WorkGroups {
  const groups = new Map<string, KnownWorkGroup>();
  const add = (group: WorkGroup & { readonly Name: string }, settings: WorkGroupConfiguration) =>
    groups.set(group.Name, {
      ...group,
      State: 'ENABLED',
      Configuration: completeConfiguration(settings),
      CreationTime: new Date(),
    });
  add({ Name: primary }, { EnforceWorkGroupConfiguration: false });

  const get = (name: string = primary) => {
    const group = groups.get(name);
    // Measured for GetWorkGroup and StartQueryExecution.
    if (group === undefined) throw invalidRequest('INVALID_INPUT', 'WorkGroup is not found.');
    return group;
  };

  return {
    get,
    list: () => [...groups.values()].sort((a, b) => (a.Name < b.Name ? -1 : 1)),
    create: (name, configuration, description) => {
      // From Athena's users' reports.
      if (groups.has(name)) throw invalidRequest('INVALID_INPUT', 'WorkGroup already exists');
      add(
        { Name: name, ...(description !== undefined && { Description: description }) },
        configuration ?? {},
      );
    },
    update: (name, { updates, description, state }) => {
      const group = get(name);
      groups.set(name, {
        ...group,
        ...(description !== undefined && { Description: description }),
        ...(state !== undefined && { State: state }),
        ...(updates !== undefined && {
          Configuration: completeConfiguration(updatedConfiguration(group.Configuration, updates)),
        }),
      });
    },
    delete: (name) => groups.delete(get(name).Name),
  };
}

/** The defaults are what GetWorkGroup shows of a group created without settings; not sourced beyond that. */
function completeConfiguration(settings: WorkGroupConfiguration): WorkGroupConfiguration {
  const { ResultConfiguration: results, ManagedQueryResultsConfiguration: managed } = settings;
  if (results?.OutputLocation !== undefined) checkOutputLocation(results.OutputLocation);
  if (managed?.Enabled === true && results?.OutputLocation !== undefined) {
    // The rule is the service model's; its text is not known.
    throw invalidRequest(
      'INVALID_INPUT',
      'A workgroup with managed query results cannot have an output location.',
    );
  }
  return {
    EnforceWorkGroupConfiguration: true,
    PublishCloudWatchMetricsEnabled: true,
    RequesterPaysEnabled: false,
    EnableMinimumEncryptionConfiguration: false,
    ...settings,
    ResultConfiguration: results ?? {},
    EngineVersion: { ...engineVersion, ...selected(settings.EngineVersion) },
  };
}

function selected(version: EngineVersion | undefined): EngineVersion {
  const name = version?.SelectedEngineVersion;
  if (name === undefined) return {};
  if (!engineVersions.some(({ SelectedEngineVersion }) => SelectedEngineVersion === name)) {
    throw invalidRequest('INVALID_INPUT', `Engine version ${name} is not supported.`);
  }
  return { SelectedEngineVersion: name };
}

/** What ListEngineVersions shows. */
export const engineVersions: readonly EngineVersion[] = [
  engineVersion,
  {
    SelectedEngineVersion: engineVersion.EffectiveEngineVersion,
    EffectiveEngineVersion: engineVersion.EffectiveEngineVersion,
  },
];

/** Throws unless it is `s3://bucket` or `s3://bucket/prefix` (measured). */
export function checkOutputLocation(location: string): void {
  if (!/^s3:\/\/[a-z0-9][a-z0-9.-]*[a-z0-9](\/.*)?$/s.test(location)) {
    throw invalidRequest('INVALID_INPUT', 'outputLocation is not a valid S3 path.');
  }
}

function updatedConfiguration(
  before: WorkGroupConfiguration,
  updates: WorkGroupConfigurationUpdates,
): WorkGroupConfiguration {
  const {
    ResultConfigurationUpdates: results = {},
    ManagedQueryResultsConfigurationUpdates: managed,
    RemoveBytesScannedCutoffPerQuery: uncut,
    RemoveCustomerContentEncryptionConfiguration: unencrypted,
    ...plain
  } = updates;
  const {
    RemoveOutputLocation,
    RemoveEncryptionConfiguration,
    RemoveExpectedBucketOwner,
    RemoveAclConfiguration,
    ...newResults
  } = results;
  const managedBefore = before.ManagedQueryResultsConfiguration;
  return {
    ...without(before, {
      BytesScannedCutoffPerQuery: uncut,
      CustomerContentEncryptionConfiguration: unencrypted,
    }),
    ...given(plain),
    ResultConfiguration: {
      ...without<ResultConfiguration>(before.ResultConfiguration ?? {}, {
        OutputLocation: RemoveOutputLocation,
        EncryptionConfiguration: RemoveEncryptionConfiguration,
        ExpectedBucketOwner: RemoveExpectedBucketOwner,
        AclConfiguration: RemoveAclConfiguration,
      }),
      ...given(newResults),
    },
    ...(managed !== undefined && {
      ManagedQueryResultsConfiguration: {
        ...without(
          { Enabled: false, ...managedBefore },
          { EncryptionConfiguration: managed.RemoveEncryptionConfiguration },
        ),
        ...(managed.Enabled !== undefined && { Enabled: managed.Enabled }),
        ...(managed.EncryptionConfiguration !== undefined && {
          EncryptionConfiguration: managed.EncryptionConfiguration,
        }),
      },
    }),
  };
}

/** Returns `value` without the members that are to be removed. */
function without<T extends object>(
  value: T,
  removed: Readonly<Partial<Record<keyof T, boolean | undefined>>>,
): T {
  return Object.fromEntries(
    Object.entries(value).filter(([name]) => removed[name as keyof T] !== true),
  ) as T;
}

/** Returns the members of `value` that have one. */
function given<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member != null)) as T;
}
