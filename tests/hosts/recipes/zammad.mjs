// Zammad's App and jQuery as far as the sidebar's tab meets them, as Zammad's source has them.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import vm from "node:vm";

const { who, view, press } = JSON.parse(readFileSync(0, "utf8"));
const shown = [];
const asked = [];
const element = {
  empty: () => shown.splice(0),
  text: (text) => shown.splice(0, Infinity, text),
  append: (...parts) => shown.push(...parts),
};
const page = vm.createContext({
  __: (text) => text,
  $: () => ({ text: (text) => text }),
});
page.App = {
  Controller: class {
    apiPath = "/api/v1";
    ticket = { id: 7, currentView: () => view };
    ajax({ type, url, success, error }) {
      asked.push(`${type} ${url}`);
      const ran = spawnSync("ruby", ["zammad.rb", who, url], { encoding: "utf8" });
      if (ran.status !== 0) throw new Error(ran.stderr);
      const { status, told } = JSON.parse(ran.stdout);
      if (status === 200) success(told);
      else error();
    }
  },
  Config: { set: (name, tab, place) => (page.tab = place === "TicketZoomSidebar" ? tab : null) },
};
vm.runInContext(readFileSync("sidebar.js", "utf8"), page);
const item = new page.tab().sidebarItem();
item?.sidebarCallback(element);
if (press) item.sidebarActions[0].callback();
console.log(JSON.stringify({ shown, asked }));
