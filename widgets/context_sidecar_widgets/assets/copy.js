// Puts text on the clipboard. In a frame a browser may refuse that, so there are three ways; the
// last is that the reader copies it.

/** Copies `text`, and returns whether that was done. Call it soon after the reader's click. */
export async function copy(text, root) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text, root);
  }
}

// The old way asks no permission of the page around the frame.
function copyBySelection(text, root) {
  const focused = root.activeElement ?? document.activeElement;
  const field = document.createElement("textarea");
  field.className = "unseen";
  field.value = text;
  root.querySelector(".card").append(field);
  field.select();
  try {
    return document.execCommand("copy");
  } finally {
    field.remove();
    focused?.focus();
  }
}
