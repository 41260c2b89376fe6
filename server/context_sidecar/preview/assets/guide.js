// Shows the buttons that the live script would show, so that the cards look as they do in use.

for (const { shadowRoot } of document.querySelectorAll(".looks")) {
  for (const part of shadowRoot.querySelectorAll("[data-live]")) part.hidden = false;
  shadowRoot.addEventListener("submit", (event) => event.preventDefault());
}
