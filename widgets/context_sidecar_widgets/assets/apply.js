// Brings what is on screen to what a new fragment says, by changing only what differs: focus, open
// disclosures, text selection and scroll position stay where they are.

const OURS = "data-keep"; // what the script itself fills in
const BY_THE_READER = { details: ["open"] };

/** Brings `node` and all below it to what `fresh` says. */
export function apply(node, fresh) {
  if (node.nodeType !== Node.ELEMENT_NODE) {
    if (node.data !== fresh.data) node.data = fresh.data;
  } else if (!node.hasAttribute(OURS)) {
    applyAttributes(node, fresh);
    if (node.localName !== "template") applyChildren(node, fresh);
    else if (node.innerHTML !== fresh.innerHTML) node.innerHTML = fresh.innerHTML;
  }
}

function applyAttributes(node, fresh) {
  const kept = BY_THE_READER[node.localName] ?? [];
  for (const { name } of [...node.attributes]) {
    if (!fresh.hasAttribute(name) && !kept.includes(name)) node.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (node.getAttribute(name) !== value && !kept.includes(name)) node.setAttribute(name, value);
  }
}

function applyChildren(node, fresh) {
  const left = [...node.childNodes];
  let place = node.firstChild;
  for (const wanted of [...fresh.childNodes]) {
    const index = left.findIndex((child) => same(child, wanted));
    if (index < 0) {
      node.insertBefore(document.importNode(wanted, true), place);
      continue;
    }
    const [found] = left.splice(index, 1);
    if (found === place) place = place.nextSibling;
    else node.insertBefore(found, place);
    apply(found, wanted);
  }
  for (const child of left) child.remove();
}

function same(child, wanted) {
  return child.nodeName === wanted.nodeName && child.dataset?.key === wanted.dataset?.key;
}

/** Returns the fragment in `html` as an element that is in no page and runs nothing. */
export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
}

/** Takes everything off the card that is about a customer. */
export function withdraw(card) {
  const kept = ".kicker, [data-lost], [data-status], [data-texts]";
  for (const part of card.querySelectorAll("*")) {
    if (!part.matches(kept) && !part.closest(kept) && !part.querySelector(kept)) part.remove();
  }
  for (const part of ["data-generated-at", "data-check-again-at", "data-asked-at", "data-unread"]) card.removeAttribute(part);
}

