// `npm run athena:local [-- --port 4566]`: bundles the local Athena and starts it.
import { pathToFileURL } from 'node:url';
import { bundleEmulator } from './bundle-emulator.mjs';

await import(pathToFileURL(await bundleEmulator('main')).href);
