// Compiles the card of the app in a folder with Atlassian's own compiler, and prints what it makes.
import { createRequire } from 'node:module';
import { readFileSync, rmSync } from 'node:fs';

const [tools, folder] = process.argv.slice(2);
process.chdir(folder);
const { NativeUIBundler } = createRequire(`${tools}/x.js`)('@forge/bundler');

const said = [];
const logger = { info() {}, debug() {}, trace() {}, warn: (text) => said.push(text) };
const resources = [{ key: 'card', path: 'src/frontend/index.jsx' }];
const { nativeUiBundlesDetails } = await new NativeUIBundler(logger).bundleResources(resources);
const [{ path }] = nativeUiBundlesDetails;
const compiled = readFileSync(`${path}/card.js`, 'utf8');
rmSync(path, { recursive: true });
process.stdout.write(JSON.stringify({ said, compiled }), () => process.exit(0));
