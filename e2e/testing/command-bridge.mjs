// A thread that hands calls to a command server and its answers back, so that a test can wait for one without returning to
// its event loop.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parentPort } from 'node:worker_threads';

const path = fileURLToPath(new URL('command-server.mjs', import.meta.url));

let server;
/** The call that is being answered. */
let call;
/** What ended the server between two calls. */
let failure;

function answer(outcome) {
  const { port, signal } = call;
  call = undefined;
  port.postMessage(outcome);
  port.close();
  Atomics.store(signal, 0, 1);
  Atomics.notify(signal, 0);
}

function startServer() {
  const started = fork(path, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let stderr = '';
  started.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  started.on('message', (outcome) => answer(outcome));
  started.on('close', (code) => {
    server = undefined;
    if (call !== undefined) answer({ code, stdout: '', stderr });
    else if (code !== 0) failure = `what an earlier command left behind failed: ${stderr}`;
  });
  return started;
}

parentPort.on('message', ({ args, cwd, env, port, signal }) => {
  call = { port, signal };
  if (failure !== undefined) {
    answer({ code: null, stdout: '', stderr: failure });
    return;
  }
  server ??= startServer();
  server.send({ args, cwd, env });
});
