// Checks scripts as Freshworks' error catalogue says that its own tool does.
const { readFileSync } = require("node:fs");
const { Linter } = require("eslint");

const KNOWN = ["window", "document", "navigator", "Intl", "ResizeObserver", "URL", "setTimeout"];
const config = {
  languageOptions: {
    ecmaVersion: 2022,
    sourceType: "script",
    globals: Object.fromEntries(KNOWN.map((name) => [name, "readonly"])),
  },
  rules: {
    complexity: ["error", 7],
    "no-alert": "error",
    "no-eval": "error",
    "no-undef": "error",
    "no-unreachable": "error",
    "no-unused-vars": "error",
    "no-var": "error",
    "prefer-const": "error",
    "require-await": "error",
  },
};

const scripts = JSON.parse(readFileSync(0, "utf8"));
const found = Object.entries(scripts).map(([name, code]) => [name, new Linter().verify(code, config)]);
console.log(JSON.stringify(Object.fromEntries(found)));
