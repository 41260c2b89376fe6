// ServiceNow's server-side classes as far as the recipe meets them, as its API reference has them.
import { createHmac, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import vm from "node:vm";

const { script, evaluate, expressions, asked, who, address, secret } = JSON.parse(
  readFileSync(0, "utf8"),
);
const properties = { "context_sidecar.address": address, "context_sidecar.secret": secret };
const fields = { number: "INC0010001", company: "81fca4cbac1d55eb355b4b6db0e3c80f" };

class GlideRecordSecure {
  constructor(table) {
    this.table = table;
    this.caller_id = { email: { toString: () => "ana+vip@acme.example" } };
  }
  get(id) {
    return this.table === "incident" && id === "4f2a" && who !== "stranger";
  }
  getValue(name) {
    return fields[name];
  }
  getDisplayValue(name) {
    return { company: "Ácme & Söhne (GmbH)!" }[name];
  }
}

class GlideCertificateEncryption {
  generateMac(key, algorithm, data) {
    if (algorithm !== "HmacSHA256") throw new Error(algorithm);
    return createHmac("sha256", Buffer.from(key, "base64")).update(data).digest("base64");
  }
}

const instance = vm.createContext({
  Class: {
    create: () =>
      function (...given) {
        this.initialize(...given);
      },
  },
  GlideRecordSecure,
  GlideCertificateEncryption,
  GlideStringUtil: { base64Encode: (text) => Buffer.from(text).toString("base64") },
  gs: {
    getProperty: (name) => properties[name],
    getUserID: () => "6816f79cc0a8016401c5a33be04be441",
    getUserDisplayName: () => "Bo",
    generateGUID: () => randomBytes(16).toString("hex"),
  },
  current: { getUniqueValue: () => "4f2a" },
  RP: { getParameterValue: (name) => asked?.[name] },
});
vm.runInContext(script, instance);
const results = expressions.map((one) => vm.runInContext(one, instance));
console.log(JSON.stringify(evaluate ? vm.runInContext(evaluate, instance) : results));
