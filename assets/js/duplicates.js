// A queue that is decided by keyboard (duplicates, unknown mail): a key presses that button of the row that has the
// focus (lists.js walks with j and k). After a decision the next row has it.
import { isOff, isTyping } from "./shell/keyboard.js";

let place = 0;

function links() {
  return [...document.querySelectorAll("[data-decides-list] [data-row-link]")];
}

// The page is not asked for anew: the toast that can undo the last decision would go with it.
function showNone() {
  const none = document.querySelector("[data-decides-none]");
  if (!none) return;
  none.hidden = false;
  for (const rest of document.querySelectorAll("[data-decides-list]")) rest.hidden = true;
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || isOff() || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  const row = document.activeElement?.closest("[data-decides-list] [data-row]");
  const button = row?.querySelector(`[data-row-key="${CSS.escape(event.key)}"]`);
  if (!button) return;
  event.preventDefault();
  event.stopPropagation();
  button.click();
}

document.addEventListener("keydown", onKey, true);
document.addEventListener("htmx:beforeRequest", (event) => {
  const row = event.target.closest?.("[data-decides]")?.closest("[data-row]");
  if (row) place = Math.max(0, links().findIndex((link) => row.contains(link)));
});
// The row is gone by then, and nothing of it settles: the end of the request is what there is to go by.
document.addEventListener("htmx:afterRequest", (event) => {
  if (!event.detail.successful || !event.detail.requestConfig?.elt?.matches?.("[data-decides], [data-decides] *")) return;
  const left = links();
  if (left.length) left[Math.min(place, left.length - 1)].focus();
  else showNone();
});
