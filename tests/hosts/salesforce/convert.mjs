// What Salesforce's own library makes of a folder, as it does before it deploys it: the components
// that it finds, and the names of the files in the archive that it would send.
import { createRequire } from 'node:module';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

const [tools, folder, target] = process.argv.slice(2);
const { ComponentSet, MetadataConverter } = createRequire(`${tools}/x.js`)(
  '@salesforce/source-deploy-retrieve'
);

const found = ComponentSet.fromSource(folder);
const components = found.getSourceComponents().toArray();
await new MetadataConverter().convert(found, 'metadata', {
  type: 'directory',
  outputDirectory: target,
  genUniqueDir: false,
});
const files = (place) =>
  readdirSync(place).flatMap((name) => {
    const one = path.join(place, name);
    return statSync(one).isDirectory() ? files(one) : [path.relative(target, one)];
  });
console.log(
  JSON.stringify({
    components: components.map((one) => [one.type.name, one.fullName]).sort(),
    parsed: await Promise.all(components.map((one) => one.parseXml())),
    files: files(target).sort(),
    manifest: readFileSync(path.join(target, 'package.xml'), 'utf8'),
  })
);
