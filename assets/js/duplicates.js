// The queue of duplicates by keyboard: m, d and l press that button of the pair that has the focus (lists.js walks
// with j and k). After a decision the next pair has it.
import { isOff, isTyping } from "./shell/keyboard.js";

let place = 0;

function links() {
  return [...document.querySelectorAll("[data-decides-list] [data-row-link]")];
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
document.addEventListener("htmx:afterSettle", (event) => {
  if (!event.detail.requestConfig?.elt?.matches?.("[data-decides], [data-decides] *")) return;
  const left = links();
  if (left.length) left[Math.min(place, left.length - 1)].focus();
  else location.reload();
});
