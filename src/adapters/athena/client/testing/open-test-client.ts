import { createAwsApi, type AwsApi } from '../api-call.js';
import { createAwsClients, type AwsClients, type ServiceName } from '../aws-clients.js';
import { createRateLimiters } from '../rate-limit.js';
import { createVirtualTiming, type VirtualTiming } from './virtual-timing.js';

/** The door to a server on this machine, with a clock that stands still while calls are on their way. */
export interface TestApi {
  readonly api: AwsApi;
  readonly timing: VirtualTiming;
  /** Services whose clients were renewed. */
  readonly renewed: readonly ServiceName[];
}

/** Returns the SDK's clients, the clock told of what they do. */
function watchClients(clients: AwsClients, timing: VirtualTiming): AwsClients {
  const watched = new WeakSet();
  return {
    ...clients,
    get: (service) => {
      const client = clients.get(service);
      if (!watched.has(client)) {
        watched.add(client);
        const stack = client.middlewareStack as unknown as {
          add(
            middleware: (
              next: (args: unknown) => Promise<unknown>,
            ) => (args: unknown) => Promise<unknown>,
            options: { readonly step: 'initialize' },
          ): void;
        };
        stack.add((next) => (args) => timing.busy(next(args)), { step: 'initialize' });
      }
      return client;
    },
  };
}

/** Returns the door to `endpoint`. */
export function openTestApi(endpoint: string, random?: () => number): TestApi {
  const timing = createVirtualTiming(random);
  const clients = watchClients(createAwsClients({ region: 'eu-central-1', endpoint }), timing);
  const renewed: ServiceName[] = [];
  const api = createAwsApi({
    clients: {
      ...clients,
      renew: (service) => {
        renewed.push(service);
        clients.renew(service);
      },
    },
    limiterOf: createRateLimiters(timing),
    timing,
  });
  return { api, timing, renewed };
}
