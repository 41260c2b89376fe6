// A card as elements. All its words come from our server and are put in as text; nothing is told by
// colour alone.
(function () {
  const MARKED = ["failed", "invalid", "stale", "pending"];
  const SEVERITIES = ["high", "medium", "low", "unjudged", "trouble"];

  function element(name, className, ...inside) {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...inside.filter((one) => one !== "" && one !== null));
    return made;
  }

  function some(name, className, text) {
    return text ? element(name, className, text) : null;
  }

  function chosen(among, name, otherwise) {
    return among.includes(name) ? name : otherwise;
  }

  function named(text, url) {
    if (!/^https?:\/\//i.test(url)) return element("span", "", text);
    const link = element("a", "", text);
    link.href = url;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    return link;
  }

  function entries(list) {
    if (!list.length) return null;
    const items = list.map(({ title, detail, url }) =>
      element("li", "", named(title, url), some("small", "", detail))
    );
    return element("ul", "", ...items);
  }

  function row({ label, value, state, mark, note, url, entries: list, rest }) {
    const said = element(
      "dd", "",
      named(value, url),
      some("em", `mark ${chosen(MARKED, state, "other")}`, mark),
      some("small", "", note),
      entries(list),
      some("small", "", rest)
    );
    return element("div", "row", element("dt", "", label), said);
  }

  function caution({ severity, text }) {
    return element("p", `caution ${chosen(SEVERITIES, severity, "trouble")}`, text);
  }

  // Returns the card that `sheet` describes.
  function draw(sheet) {
    return element(
      "div", "",
      element("p", "title", sheet.title),
      element("h1", "", named(sheet.name, sheet.url)),
      sheet.matched ? null : element("p", "", sheet.about),
      entries(sheet.candidates),
      ...sheet.cautions.map(caution),
      sheet.rows.length ? element("dl", "", ...sheet.rows.map(row)) : null,
      element("small", "", [sheet.progress, sheet.seen].filter(Boolean).join(" · "))
    );
  }

  // Returns a heading and a sentence that stand in the place of a card.
  function notice(title, text) {
    const made = element("div", "notice", element("h1", "", title), element("p", "", text));
    made.setAttribute("role", "alert");
    return made;
  }

  Object.assign(window.contextSidecar, { draw, element, notice });
})();
