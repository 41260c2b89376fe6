// Looks again whether the install works, and says so when that has changed.
const check = document.getElementById("check");
const state = check.querySelector(".state");
const [mark, text] = state.children;
const detail = check.querySelector(".detail");
const marks = { works: "✓", refused: "✕", waiting: "…", incomplete: "!", suspended: "–" };

async function look() {
  const answer = await fetch(check.dataset.at, { headers: { accept: "application/json" } });
  if (!answer.ok) return;
  const found = await answer.json();
  if (text.textContent === found.text && detail.textContent === found.detail) return;
  state.className = `state ${found.state}`;
  mark.textContent = marks[found.state];
  text.textContent = found.text;
  detail.textContent = found.detail;
}

setInterval(() => {
  // What cannot be asked now is asked again in a moment.
  if (!document.hidden) look().catch(() => undefined);
}, 2000);
