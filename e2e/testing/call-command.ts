import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  MessageChannel,
  receiveMessageOnPort,
  Worker,
  type MessagePort,
} from 'node:worker_threads';

/** The command as users call it. */
export const bin = fileURLToPath(new URL('../../bin/stedi-sql.js', import.meta.url));

/** What a call of the command did. `code` is `null` if a signal ended it. */
export interface CommandOutcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A call of the command: its words, its working folder, and all of its environment. */
export interface CommandCall {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** With `STEDI_SPAWN=all`, each call is a process of its own. */
const spawnsAll = process.env['STEDI_SPAWN'] === 'all';

/** The commands that this test file has called in a process of their own. */
const spawned = new Set<string>();

/**
 * Tells whether a call needs no process of its own, and remembers it. A process takes several times as long to start as a
 * small project to build. So each test file spawns every command that it calls once; its further calls are run, one after
 * another, by a process that has the built command loaded. What is about processes themselves (signals, users, calls at the
 * same time) is always spawned.
 */
export function isRepeated({ args, env }: CommandCall): boolean {
  const command = args.find((word) => !word.startsWith('-')) ?? '';
  const isKnown = spawned.has(command);
  spawned.add(command);
  // What configures Node itself counts at its start.
  return isKnown && !spawnsAll && env['NODE_OPTIONS'] === process.env['NODE_OPTIONS'];
}

interface Pending {
  readonly port: MessagePort;
  readonly signal: Int32Array<SharedArrayBuffer>;
}

let bridge: Worker | undefined;
let isBusy = false;

function send(call: CommandCall): Pending {
  bridge ??= new Worker(new URL('./command-bridge.mjs', import.meta.url));
  bridge.unref();
  const { port1, port2 } = new MessageChannel();
  const signal = new Int32Array(new SharedArrayBuffer(4));
  bridge.postMessage({ ...call, env: { ...call.env }, port: port2, signal }, [port2]);
  return { port: port1, signal };
}

/** Runs the command in a process of its own and waits for it. */
function spawnCommand({ args, cwd, env }: CommandCall, uid?: number): CommandOutcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    encoding: 'utf8',
    cwd,
    env,
    maxBuffer: 1 << 28,
    ...(uid !== undefined && { uid }),
  });
  return { code: status, stdout, stderr };
}

/** Runs the command and waits for it; in a process of its own for another user, or the first time. */
export function callCommand(call: CommandCall, uid?: number): CommandOutcome {
  if (uid !== undefined || !isRepeated(call) || isBusy) return spawnCommand(call, uid);
  const { port, signal } = send(call);
  Atomics.wait(signal, 0, 0);
  const { message } = receiveMessageOnPort(port) as { message: CommandOutcome };
  port.close();
  return message;
}

/** Runs the command without keeping this process from its other work; `undefined` if it needs a process of its own. */
export function callCommandAside(call: CommandCall): Promise<CommandOutcome> | undefined {
  if (!isRepeated(call) || isBusy) return undefined;
  isBusy = true;
  const { port } = send(call);
  return new Promise((resolve) => {
    port.once('message', (outcome: CommandOutcome) => {
      isBusy = false;
      port.close();
      resolve(outcome);
    });
  });
}
