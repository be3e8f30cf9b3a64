#!/usr/bin/env node
// Only syntax that old versions of Node understand, so that they get to print the message.
var major = Number(process.versions.node.split('.')[0]);
if (major < 20) {
  process.stderr.write(
    'stedi-sql needs Node 20 or newer; this is Node ' +
      process.versions.node +
      '. Install a newer one from https://nodejs.org and run the command again.\n',
  );
  process.exit(2);
} else {
  import('../dist/bundle/main.js').then(
    function (cli) {
      return cli.main(process.argv.slice(2));
    },
    function (error) {
      if (error && error.code === 'ERR_MODULE_NOT_FOUND' && process.env.STEDI_DEBUG !== '1') {
        process.stderr.write(
          'stedi-sql is not complete here: ' +
            error.message.split(' imported from')[0] +
            '. Run `npm install` in its folder.\n',
        );
        process.exit(2);
      }
      throw error;
    },
  );
}
