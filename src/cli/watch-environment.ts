import { hashTexts } from '../project/hash-text.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** An environment that notes what is asked of it. */
export interface WatchedEnvironment {
  readonly env: Environment;
  /** The names of the variables that were asked for. */
  readonly names: ReadonlySet<string>;
  /** Whether all variables were asked for. */
  readonly isListed: () => boolean;
}

/** Returns an environment that notes what is asked of it. */
export function watchEnvironment(environment: Environment): WatchedEnvironment {
  const names = new Set<string>();
  let isListed = false;
  const note = (name: string | symbol): void => {
    if (typeof name === 'string') names.add(name);
    else isListed = true;
  };
  const env = new Proxy(environment, {
    get(target, name) {
      note(name);
      return typeof name === 'string' ? target[name] : undefined;
    },
    has(target, name) {
      note(name);
      return Reflect.has(target, name);
    },
    getOwnPropertyDescriptor(target, name) {
      note(name);
      return Reflect.getOwnPropertyDescriptor(target, name);
    },
    ownKeys(target) {
      isListed = true;
      return Reflect.ownKeys(target);
    },
  });
  return { env, names, isListed: () => isListed };
}

/** Variables that were read, each with the hash of its value, or null if it was not set. */
export type ReadVariables = readonly (readonly [name: string, hash: string | null])[];

function hashVariable(env: Environment, name: string): string | null {
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  return value === undefined ? null : hashTexts([value]);
}

/** Returns the variables of these names as they can be kept: without their values. */
export function describeVariables(env: Environment, names: Iterable<string>): ReadVariables {
  return [...names].map((name) => [name, hashVariable(env, name)]);
}

/** Returns whether all variables have the values that they had. */
export function haveSameValues(env: Environment, variables: ReadVariables): boolean {
  return variables.every(([name, hash]) => hashVariable(env, name) === hash);
}
