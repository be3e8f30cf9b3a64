import { runGenerator } from './run-generator.js';

process.exitCode = runGenerator(process.argv.slice(2), {
  print: (text) => process.stdout.write(text),
  printError: (text) => process.stderr.write(text),
});
