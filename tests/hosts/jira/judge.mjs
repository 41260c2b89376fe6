// What Atlassian's own tools say of the apps in some folders, as its command line does before it
// deploys one: whether the manifest is valid in full, and what its linter finds.
import { createRequire } from 'node:module';
import { readdirSync } from 'node:fs';

const [tools, ...folders] = process.argv.slice(2);
const atlassians = createRequire(`${tools}/x.js`);
const { ProcessorBuilder, ValidationTypes } = atlassians('@forge/manifest');
const { getClientSideLintersOnly, lint } = atlassians('@forge/lint');
const { ConfigFile, FileSystemReader, FileSystemWriter } = atlassians('@forge/cli-shared');

async function judge(folder) {
  process.chdir(folder);
  const full = ProcessorBuilder.instance().withValidation(ValidationTypes.FULL).build();
  const { success, errors = [], warnings = [] } = await full.process();
  const said = [...errors, ...warnings].map(({ message }) => message);
  if (!success) return said;
  const logger = { info() {}, debug() {}, trace() {}, warn: (text) => said.push(text) };
  const manifest = await new ConfigFile(new FileSystemReader(), new FileSystemWriter()).readConfig();
  // All but those that judge the manifest once more, slowly, and the one that would fetch the
  // descriptions of Atlassian's APIs.
  const flags = { getDeprecatedRuntimes: async () => [] };
  const linters = (await getClientSideLintersOnly(manifest, 'production', logger, flags)).filter(
    (one) => !/ManifestLinter$|^PermissionLinter$/.test(one.constructor.name)
  );
  const paths = readdirSync('src/frontend').map((name) => `src/frontend/${name}`);
  for (const one of await lint(paths, manifest, 'production', logger, flags, { linters })) {
    said.push(...[...one.errors, ...one.warnings].map(({ message }) => message));
  }
  return said;
}

const found = [];
for (const folder of folders) found.push(await judge(folder));
process.stdout.write(JSON.stringify(found), () => process.exit(0));
