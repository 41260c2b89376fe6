// Shows the situation that the address names, in every chosen width and theme.

const links = [...document.querySelectorAll("nav a")];
const frames = document.querySelector(".frames");
const told = document.querySelector(".told");

const tell = (selector, text) => (told.querySelector(selector).textContent = text);
const hrefOf = (link) => link.getAttribute("href");

function show() {
  const link = links.find((each) => hrefOf(each) === location.hash) ?? links[0];
  const { card, group, when, promise } = link.dataset;
  tell(".group", `${card} · ${group}`);
  tell("h2", link.textContent);
  tell(".when", when);
  tell(".promise", promise);
  document.querySelector("nav [aria-current]")?.removeAttribute("aria-current");
  link.setAttribute("aria-current", "page");
  link.closest("details").open = true;
  link.scrollIntoView({ block: "nearest" });
  const at = links.indexOf(link);
  step("prev", links.at(at - 1));
  step("next", links[(at + 1) % links.length]);
  frames.querySelectorAll("figure").forEach((figure) => load(figure, hrefOf(link).slice(1)));
}

function step(rel, link) {
  document.querySelector(`[rel="${rel}"]`).href = hrefOf(link);
}

// A frame that is new leaves no trace in the browser's history; one that is led elsewhere does.
function load(figure, situation) {
  const before = figure.querySelector("iframe");
  const frame = before.cloneNode();
  frame.src = `cards/${situation}.html#${figure.dataset.theme}`;
  before.replaceWith(frame);
}

function choose() {
  const wanted = (name) =>
    [...document.querySelectorAll(`[name="${name}"]:checked`)].map(({ value }) => value);
  const [widths, themes] = [wanted("width"), wanted("theme")];
  for (const figure of frames.querySelectorAll("figure")) {
    const { width, theme } = figure.dataset;
    figure.hidden = !widths.includes(width) || !themes.includes(theme);
  }
}

addEventListener("message", ({ source, data }) => {
  const heard = [...frames.querySelectorAll("iframe")].find((one) => one.contentWindow === source);
  if (heard && data.height) heard.height = data.height;
});
addEventListener("hashchange", show);
document.querySelector(".controls").addEventListener("change", choose);
choose();
show();
