// Validates and packs the extension in the folder that is named, by Zoho's own toolkit.
const { spawnSync } = require("node:child_process");
const { readdirSync } = require("node:fs");
const { join } = require("node:path");

const { folder } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const zet = require.resolve("zoho-extension-toolkit/index.js");
const done = ["validate", "pack"].map((verb) => {
  const { status, stdout } = spawnSync("node", [zet, verb], { cwd: folder, encoding: "utf8" });
  return { verb, status, said: stdout };
});
const packed = done[1].status === 0 ? readdirSync(join(folder, "dist")) : [];
console.log(JSON.stringify({ done, packed }));
