// `npm run trino:install`, `trino:start` and `trino:stop`.
import { parseArgs } from 'node:util';
import { installTrino } from './install.mjs';
import { defaultPort, home } from './release.mjs';
import { startTrino, stopTrino } from './server.mjs';

const usage = `Usage: npm run trino:install | trino:start | trino:stop [-- --port <number>]

Trino, the engine behind Athena, on 127.0.0.1 (port ${defaultPort} unless told otherwise).`;

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { port: { type: 'string', default: String(defaultPort) }, help: { type: 'boolean' } },
  });
  const port = Number(values.port);
  if (values.help) return console.log(usage);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Error(`--port wants a number up to 65535, found '${values.port}'`);
  }
  switch (positionals[0]) {
    case 'install':
      await installTrino();
      return console.log(`Installed in ${home}`);
    case 'start': {
      const { address, started } = await startTrino({ port });
      return console.log(`Trino ${started ? 'takes' : 'already takes'} statements on ${address}`);
    }
    case 'stop':
      return console.log((await stopTrino({ port })) ? 'Stopped.' : 'It does not run.');
    default:
      throw new Error(usage);
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
