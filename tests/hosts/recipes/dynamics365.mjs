// A model-driven form and the client API as far as the recipe's script meets them, as Microsoft's
// documentation has them. The custom API is the compiled plug-in.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import vm from "node:vm";

const { who, table, id, address, secret, api } = JSON.parse(readFileSync(0, "utf8"));
const shown = {};
const form = {
  data: { entity: { getId: () => id, getEntityName: () => table } },
  getControl: (name) => ({ setSrc: (source) => (shown[name] = source) }),
};
const Xrm = {
  WebApi: {
    online: {
      async execute(request) {
        if (Object.hasOwn(request, "getMetadata")) throw new Error("not of the prototype");
        const { operationName, operationType, parameterTypes } = request.getMetadata();
        const names = api.CustomAPIRequestParameters.map((one) => one.uniquename);
        if (operationName !== api.uniquename || operationType !== 0) throw new Error("another API");
        if (`${Object.keys(parameterTypes)}` !== `${names}`) throw new Error("other parameters");
        const given = names.map((name) => request[name]);
        const ran = spawnSync("mono", ["plugin.exe", who, ...given, address, secret]);
        const [{ uniquename }] = api.CustomAPIResponseProperties;
        return { ok: true, json: async () => ({ [uniquename]: `${ran.stdout}` }) };
      },
    },
  },
};
const page = vm.createContext({ Xrm });
vm.runInContext(readFileSync("sidecar.js", "utf8"), page);
await page.showContextSidecar({ getFormContext: () => form });
console.log(JSON.stringify(shown));
