// Fills the box on a ticket's page once it is in view: gives the frame the height that it asks for,
// tells it whether the page is light or dark, and says so where no card answers.
(() => {
  "use strict";

  const PATIENCE = 10000; // ms until a frame that has said nothing counts as unreachable
  const AFTER_LOAD = 2000; // ms, once the browser has loaded something, be it an error page
  const TALLEST = 4000; // px

  const page = document.documentElement;
  const theme = () => (page.dataset.bsTheme === "dark" ? "dark" : "light");

  function fill(box) {
    const { card, origin } = box.dataset;
    const status = box.querySelector("[role=status]");
    const button = box.querySelector("button");
    let frame;
    let timer = 0;

    function wait(patience) {
      clearTimeout(timer);
      timer = setTimeout(() => settle(false), patience);
    }

    function settle(reached) {
      clearTimeout(timer);
      timer = 0;
      button.hidden = reached;
      button.removeAttribute("aria-disabled");
      status.textContent = reached ? "" : status.dataset.lost;
      box.classList.toggle("unreachable", !reached);
    }

    // Made here each time: into a frame that stands in the page itself, a browser that goes back puts
    // the address again that was in it, and that was used.
    function load() {
      wait(PATIENCE);
      frame?.remove();
      frame = document.createElement("iframe");
      frame.title = box.getAttribute("aria-label");
      frame.referrerPolicy = "strict-origin";
      frame.src = `${card}?theme=${theme()}`;
      frame.addEventListener("load", () => timer && wait(AFTER_LOAD));
      box.append(frame);
    }

    function hear({ source, origin: from, data }) {
      if (source !== frame.contentWindow || from !== origin) return;
      const height = data?.type === "context-sidecar:resize" ? data.height : NaN;
      if (!Number.isFinite(height) || height <= 0) return;
      settle(true);
      frame.style.height = `${Math.min(Math.ceil(height), TALLEST)}px`;
    }

    button.addEventListener("click", () => {
      // Not disabled, which would take the focus from it.
      if (button.getAttribute("aria-disabled") === "true") return;
      button.setAttribute("aria-disabled", "true");
      status.textContent = status.dataset.trying;
      load();
    });
    window.addEventListener("message", hear);
    new MutationObserver(() => {
      const said = { type: "context-sidecar:theme", theme: theme() };
      if (!box.classList.contains("unreachable")) frame.contentWindow.postMessage(said, origin);
    }).observe(page, { attributeFilter: ["data-bs-theme"] });
    load();
  }

  const watch = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        watch.unobserve(target);
        fill(target);
      }
    },
    { rootMargin: "300px" },
  );
  for (const box of document.querySelectorAll(".context-sidecar")) watch.observe(box);
})();
