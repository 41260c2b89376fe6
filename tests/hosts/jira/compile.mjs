// Compiles the card of the app in a folder as Atlassian's own compiler does, but for making it small,
// which takes half a minute; prints what it makes.
import { createRequire } from 'node:module';
import { readFileSync, rmSync } from 'node:fs';

const [tools, folder] = process.argv.slice(2);
process.chdir(folder);
const atlassians = createRequire(`${tools}/x.js`);
const { getCompiler, getNativeUiBuildConfig, handleWebpackCompilationResult } = atlassians('@forge/bundler');

const entry = { name: 'card', path: 'src/frontend/index.jsx' };
const config = { ...getNativeUiBuildConfig([entry]), optimization: { minimize: false }, devtool: false };
const said = [];
const stats = await new Promise((done, failed) =>
  getCompiler(config).run((error, found) => (error ? failed(error) : done(found)))
);
handleWebpackCompilationResult({ warn: (text) => said.push(text) }, null, stats);
const compiled = readFileSync(`${config.output.path}/card.js`, 'utf8');
rmSync(config.output.path, { recursive: true });
process.stdout.write(JSON.stringify({ said, compiled }), () => process.exit(0));
