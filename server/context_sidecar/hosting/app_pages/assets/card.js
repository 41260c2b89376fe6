// Asks for the card of the record on screen, shows what comes, and says so when nothing does.
(function () {
  const PATIENCE = 8000; // ms that a tool has to name its record
  const LONGEST = 20000; // ms that an answer may take, longer than the tools that send it on wait
  const LATER = 3000; // ms, by when most of what was late has come
  const MOST = 3;

  const { words, draw, element, notice } = window.contextSidecar;

  // What `begin` promises; null where it fails or takes longer than `ms`.
  function within(ms, begin) {
    const late = new Promise((resolve) => setTimeout(() => resolve(null), ms));
    const begun = new Promise((resolve) => resolve(begin()));
    return Promise.race([begun.catch(() => null), late]);
  }

  function isAnswer(found) {
    return Boolean(found && (found.sheet || found.notice));
  }

  function start(tool) {
    const root = document.querySelector("main");
    let said = words(navigator.language, tool.name);
    let latest = 0;
    let followed = 0;
    let shown = null; // the answer that is on screen
    let about = ""; // which record it is about
    let height = 0;

    function put(...parts) {
      document.documentElement.lang = said.language;
      root.replaceChildren(...parts);
    }

    function button(label) {
      const made = element("button", "", label);
      made.type = "button";
      made.addEventListener("click", again);
      return made;
    }

    // Another record may be about somebody else: nothing of the last one stays on screen.
    function wait() {
      shown = null;
      put(element("p", "loading", said.loading));
    }

    // What was answered before for the same record stays, with its time, under a word of warning.
    function fail() {
      const why = notice(said.unreachable, said.remedy);
      put(why, ...(shown && shown.sheet ? [draw(shown.sheet)] : []), button(said.again));
    }

    function show(answer) {
      shown = answer;
      const { sheet } = answer;
      if (!sheet) return put(notice(answer.notice.title, answer.notice.text), button(said.again));
      put(draw(sheet), button(sheet.again));
      if (sheet.progress && followed < MOST) follow(latest);
    }

    // What is still on its way appears by itself; the sources are asked once, and not again for it.
    function follow(mine) {
      setTimeout(() => {
        if (mine !== latest) return;
        followed += 1;
        load(false);
      }, LATER);
    }

    function name(record) {
      said = words(record.locale || navigator.language, tool.name);
      const named = JSON.stringify(record);
      if (named !== about) wait();
      about = named;
    }

    // An answer that another question has overtaken is no answer to what is on screen.
    async function load(asksAgain) {
      latest += 1;
      const mine = latest;
      root.setAttribute("aria-busy", "true");
      const record = await within(PATIENCE, tool.find);
      if (mine !== latest) return;
      if (!record) return silent();
      name(record);
      const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
      const answer = await within(LONGEST, () => tool.ask({ ...record, zone, again: asksAgain }));
      if (mine !== latest) return;
      root.removeAttribute("aria-busy");
      if (isAnswer(answer)) show(answer);
      else fail();
    }

    // Without a record there is nothing that a value on screen could be about.
    function silent() {
      root.removeAttribute("aria-busy");
      shown = null;
      put(notice(said.silent, said.nameless), button(said.again));
    }

    function again() {
      followed = 0;
      if (shown === null) wait();
      load(true);
    }

    function another() {
      followed = 0;
      wait();
      load(false);
    }

    function leave() {
      latest += 1;
      wait();
    }

    function resize() {
      const now = Math.ceil(document.body.getBoundingClientRect().height);
      // A page in a hidden tab measures 0, and the tool would keep it at that.
      if (now === 0 || now === height) return;
      height = now;
      tool.resize(height);
    }

    root.addEventListener("click", (event) => {
      const link = event.target.closest("a[href]");
      if (link && tool.open(link.href)) event.preventDefault();
    });
    new ResizeObserver(resize).observe(document.body);
    wait();
    setTimeout(() => latest || silent(), PATIENCE);
    new Promise((resolve) => resolve(tool.start(another, leave))).catch(() => latest || silent());
  }

  Object.assign(window.contextSidecar, { start });
})();
