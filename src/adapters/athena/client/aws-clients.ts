import { createRequire } from 'node:module';
import type { Athena } from '@aws-sdk/client-athena';
import type { Glue } from '@aws-sdk/client-glue';
import type { LakeFormation } from '@aws-sdk/client-lakeformation';
import type { S3 } from '@aws-sdk/client-s3';
import type { STS } from '@aws-sdk/client-sts';

/** The SDK's clients by service. */
export interface ServiceClients {
  readonly athena: Athena;
  readonly glue: Glue;
  readonly s3: S3;
  readonly sts: STS;
  readonly lakeformation: LakeFormation;
}

export type ServiceName = keyof ServiceClients;

/** Where AWS is and who asks. */
export interface AwsClientOptions {
  readonly region: string;
  /** A profile of the AWS configuration files; the standard chain of credentials if left out. */
  readonly profile?: string | undefined;
  /** One address for all services, such as the local Athena's. */
  readonly endpoint?: string | undefined;
  /** Requests on the way at once to one service; more wait for a free connection. */
  readonly maxSockets?: number;
}

/** One client per service, made when it is first asked for, with connections that are kept. */
export interface AwsClients {
  get<S extends ServiceName>(service: S): ServiceClients[S];
  /** Forgets a service's client, so that the next one looks for credentials anew. Calls on the way are left to end. */
  renew(service: ServiceName): void;
  /** Closes the connections. */
  close(): void;
}

type Configuration = ReturnType<typeof toConfiguration>;

const connectTimeoutMs = 5000;
/** No answer of these services is that long in coming; a hung connection must not hold up a run. */
const requestTimeoutMs = 60_000;

/** Whether an address is one of this machine. */
function isLoopback(endpoint: string): boolean {
  if (!URL.canParse(endpoint)) return false;
  const { hostname } = new URL(endpoint);
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}

function toConfiguration({ region, profile, endpoint, maxSockets = 64 }: AwsClientOptions) {
  const agent = { keepAlive: true, maxSockets };
  return {
    region,
    // Repeats are ours: counted, limited in rate, and told apart by what they may do.
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: connectTimeoutMs,
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
      // A queue for connections is what `maxSockets` is for; it is nothing to warn of.
      socketAcquisitionWarningTimeout: 2 ** 31 - 1,
      httpAgent: agent,
      httpsAgent: agent,
    },
    ...(profile !== undefined && { profile }),
    ...(endpoint !== undefined && { endpoint }),
    // The local Athena takes every key; real ones have no business there, and a machine may have none.
    ...(endpoint !== undefined &&
      profile === undefined &&
      isLoopback(endpoint) && {
        credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      }),
  };
}

type ClientClass<T> = new (
  configuration: Configuration & { readonly forcePathStyle?: boolean },
) => T;

const load = createRequire(import.meta.url);

/**
 * The SDK's packages are loaded when they are used: a project that does not use AWS does not pay for them. They are
 * CommonJS, and `import()` would read each of them twice, once to find out what it exports: `require` takes a third of
 * the time.
 */
const makers: {
  readonly [S in ServiceName]: (configuration: Configuration) => ServiceClients[S];
} = {
  athena: (configuration) => {
    const sdk = load('@aws-sdk/client-athena') as { readonly Athena: ClientClass<Athena> };
    return new sdk.Athena(configuration);
  },
  glue: (configuration) => {
    const sdk = load('@aws-sdk/client-glue') as { readonly Glue: ClientClass<Glue> };
    return new sdk.Glue(configuration);
  },
  s3: (configuration) => {
    const sdk = load('@aws-sdk/client-s3') as { readonly S3: ClientClass<S3> };
    // Names of buckets do not resolve as hosts below another address than AWS's.
    return new sdk.S3({ ...configuration, forcePathStyle: configuration.endpoint !== undefined });
  },
  sts: (configuration) => {
    const sdk = load('@aws-sdk/client-sts') as { readonly STS: ClientClass<STS> };
    return new sdk.STS(configuration);
  },
  lakeformation: (configuration) => {
    const sdk = load('@aws-sdk/client-lakeformation') as {
      readonly LakeFormation: ClientClass<LakeFormation>;
    };
    return new sdk.LakeFormation(configuration);
  },
};

/**
 * The SDK warns on standard error that its versions of next year will not run on this version of Node. Ours is pinned, and
 * users can do nothing about it.
 */
function silenceVersionWarning(): void {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
}

/** Returns the clients of one target. Nothing is imported, read or connected before the first `get`. */
export function createAwsClients(options: AwsClientOptions): AwsClients {
  const configuration = toConfiguration(options);
  const made = new Map<ServiceName, { destroy(): void }>();
  const retired: { destroy(): void }[] = [];
  return {
    get: <S extends ServiceName>(service: S) => {
      let client = made.get(service) as ServiceClients[S] | undefined;
      if (client === undefined) {
        silenceVersionWarning();
        client = makers[service](configuration);
        made.set(service, client);
      }
      return client;
    },
    renew: (service) => {
      const client = made.get(service);
      if (client !== undefined) retired.push(client);
      made.delete(service);
    },
    close: () => {
      for (const client of [...made.values(), ...retired]) client.destroy();
      made.clear();
    },
  };
}
