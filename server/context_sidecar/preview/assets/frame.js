// A card as a host tool would frame it: in the theme that its address names, and as high as it is.
// The live script is not here, because there is nobody to ask.

document.documentElement.dataset.theme = location.hash.slice(1);

document.addEventListener("DOMContentLoaded", () => {
  const { unasked } = document.querySelector("main").dataset;
  const card = document.querySelector(".card");
  const tell = () => (card.querySelector("[data-status]").textContent = unasked);
  for (const part of card.querySelectorAll("[data-live]")) part.hidden = false;
  card.addEventListener("click", ({ target }) => target.closest("button") && tell());
  card.addEventListener("submit", (event) => event.preventDefault());
  new ResizeObserver(() => {
    parent.postMessage({ height: Math.ceil(card.getBoundingClientRect().height) }, "*");
  }).observe(card);
});
