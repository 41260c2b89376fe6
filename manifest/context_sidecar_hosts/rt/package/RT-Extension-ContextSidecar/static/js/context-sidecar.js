// Fills the box on a ticket's page: asks RT for a signed address once the box is in view, gives the
// frame the height that it asks for, and says so where the card does not answer.
(function () {
  "use strict";

  var PATIENCE = 10000; // ms until a frame that has said nothing counts as unreachable
  var AFTER_LOAD = 2000; // ms, once the browser has loaded something, be it an error page
  var TALLEST = 4000; // px
  var boxes = [];

  function Box(element) {
    this.element = element;
    this.frame = null;
    this.status = element.querySelector("[role=status]");
    this.button = element.querySelector("button");
    this.origin = "";
    this.timer = 0;
    var box = this;
    this.button.addEventListener("click", function () { box.tryAgain(); });
  }

  Box.prototype.tryAgain = function () {
    // Not disabled, which would take the focus from it.
    if (this.button.getAttribute("aria-disabled") === "true") { return; }
    this.button.setAttribute("aria-disabled", "true");
    this.status.textContent = this.status.dataset.trying;
    this.load();
  };

  Box.prototype.load = function () {
    var box = this;
    box.wait(PATIENCE);
    fetch(box.element.dataset.address, { credentials: "same-origin", cache: "no-store" })
      .then(function (answer) {
        if (!answer.ok) { throw new Error(String(answer.status)); }
        return answer.json();
      })
      .then(function (found) {
        box.origin = new URL(found.address).origin;
        box.show(found.address);
      })
      .catch(function () { box.reach(false); });
  };

  // The frame is made here: into one that stands in the page itself, a browser that goes back puts the
  // address again that was in it, and that was used.
  Box.prototype.show = function (address) {
    var box = this;
    if (box.frame) { box.frame.remove(); }
    box.frame = document.createElement("iframe");
    box.frame.title = box.element.dataset.title;
    box.frame.referrerPolicy = "strict-origin";
    box.frame.src = address;
    box.frame.addEventListener("load", function () {
      if (box.timer) { box.wait(AFTER_LOAD); }
    });
    box.element.appendChild(box.frame);
  };

  Box.prototype.wait = function (patience) {
    var box = this;
    clearTimeout(box.timer);
    box.timer = setTimeout(function () { box.reach(false); }, patience);
  };

  Box.prototype.reach = function (reached) {
    clearTimeout(this.timer);
    this.timer = 0;
    this.button.hidden = reached;
    this.button.removeAttribute("aria-disabled");
    this.status.textContent = reached ? "" : this.status.dataset.lost;
    this.element.classList.toggle("unreachable", !reached);
  };

  Box.prototype.hear = function (said) {
    var height = said && said.type === "context-sidecar:resize" ? said.height : NaN;
    if (!Number.isFinite(height) || height <= 0) { return; }
    this.reach(true);
    this.frame.style.height = Math.min(Math.ceil(height), TALLEST) + "px";
  };

  window.addEventListener("message", function (event) {
    boxes.forEach(function (box) {
      if (box.frame && event.source === box.frame.contentWindow && event.origin === box.origin) {
        box.hear(event.data);
      }
    });
  });

  document.addEventListener("DOMContentLoaded", function () {
    boxes = Array.prototype.map.call(
      document.querySelectorAll(".context-sidecar"),
      function (element) { return new Box(element); }
    );
    var watch = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        if (!entry.isIntersecting) { return; }
        watch.unobserve(entry.target);
        boxes.forEach(function (box) {
          if (box.element === entry.target) { box.load(); }
        });
      });
    }, { rootMargin: "300px" });
    boxes.forEach(function (box) { watch.observe(box.element); });
  });
})();
