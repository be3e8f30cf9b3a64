// A process that has the built command loaded and runs it again and again, each time with its own arguments, environment
// and folder, as a process of its own would. What a call listens to or sets is undone before the next.
const { main } = await import('../../dist/bundle/main.js');

/** The emitters that a call may listen to. */
const emitters = [process, process.stdout, process.stderr];
const streams = /** @type {const} */ (['stdout', 'stderr']);
const exit = process.exit.bind(process);

/** Returns every listener there is, by emitter and event. */
function listListeners() {
  return emitters.map(
    (emitter) => new Map(emitter.eventNames().map((event) => [event, emitter.rawListeners(event)])),
  );
}

/** Takes away the listeners that are not among `before`. */
function forgetListeners(before) {
  for (const [index, emitter] of emitters.entries()) {
    for (const event of emitter.eventNames()) {
      const known = before[index].get(event) ?? [];
      for (const listener of emitter.rawListeners(event)) {
        if (!known.includes(listener)) emitter.removeListener(event, listener);
      }
    }
  }
}

function replaceEnvironment(env) {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
}

/** Keeps what is written to an output; returns a function that returns it as text and lets the output go. */
function capture(stream) {
  const chunks = [];
  const { write } = stream;
  stream.write = (chunk, encoding, callback) => {
    chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    const done = typeof encoding === 'function' ? encoding : callback;
    if (done) process.nextTick(done);
    return true;
  };
  return () => {
    stream.write = write;
    return Buffer.concat(chunks).toString('utf8');
  };
}

async function run({ args, cwd, env }) {
  const before = listListeners();
  process.chdir(cwd);
  replaceEnvironment(env);
  process.argv.splice(2, Infinity, ...args);
  process.exitCode = undefined;
  const ends = streams.map((name) => capture(process[name]));
  let isEnded = false;
  const end = (whenSent) => {
    if (isEnded) return;
    isEnded = true;
    // What waits for the end of the process.
    for (const listener of process.rawListeners('exit')) {
      if (!(before[0].get('exit') ?? []).includes(listener)) {
        listener.call(process, process.exitCode ?? 0);
      }
    }
    const [stdout, stderr] = ends.map((stop) => stop());
    const outcome = { code: process.exitCode ?? 0, stdout, stderr };
    process.exitCode = undefined;
    process.exit = exit;
    forgetListeners(before);
    process.send(outcome, whenSent);
  };
  process.exit = (code) => {
    process.exitCode = code ?? process.exitCode;
    end(() => exit());
  };
  await main(args);
  end();
}

process.on('message', (call) => void run(call));
process.on('disconnect', () => exit());
