// Owl and the web client's registry as far as a widget meets them, and a form that shows it.
import { readFileSync } from "node:fs";

const added = {};
class Component {
  constructor(props) {
    this.props = props;
  }
}
const registry = {
  category: (name) => ({ add: (key, value) => (added[`${name}/${key}`] = value) }),
};

const script = readFileSync(process.argv[2], "utf8").replace(/^import .*;$/gm, "");
new Function("Component", "xml", "registry", script)(Component, String.raw, registry);

const [[key, { component }]] = Object.entries(added);
const shown = new component({ record: { resModel: "res.partner", resId: 4711 } });
const [, source] = component.template.match(/<iframe t-att-src="(\w+)"/);
console.log(JSON.stringify({ name: key.replace("view_widgets/", ""), address: shown[source] }));
