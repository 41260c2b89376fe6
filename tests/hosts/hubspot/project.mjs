// What HubSpot's own parser of projects makes of the folder that it is given. What it would ask
// HubSpot's servers for is left out.
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [tools, folder] = process.argv.slice(2);
const part = (name) =>
  import(pathToFileURL(`${tools}/@hubspot/project-parsing-lib/src/exports/${name}.js`).href);
const [{ translate }, { validateUid }, { isKnownPlatformVersion }, { parseProjectConfig }] =
  await Promise.all(['translate', 'uid', 'projects', 'projects'].map(part));

const project = parseProjectConfig(folder);
const { intermediateRepresentation, skippedHsMetaFiles } = await translate(
  {
    projectSourceDir: path.join(folder, project.srcDir),
    platformVersion: project.platformVersion,
    accountId: 1,
  },
  { skipValidation: true }
);
const nodes = Object.values(intermediateRepresentation.intermediateNodesIndexedByUid);
console.log(
  JSON.stringify({
    known: isKnownPlatformVersion(project.platformVersion),
    skipped: skippedHsMetaFiles,
    wrong: nodes.map((node) => validateUid(node.uid)).filter(Boolean),
    nodes: nodes.map(({ uid, componentType, componentDeps }) => ({ uid, componentType, componentDeps })),
  })
);
