// A board: `[data-board]` holds columns `[data-column="<stage>"]`, each with a list `[data-cards]` of cards
// `[data-card]`. A card carries its own move form (`form[data-move]` with a field named `to_stage`), which works
// without a script. Dragging fills in that form and sends it; `m` on a card opens its move menu.
import Sortable from "sortablejs";

const quiet = matchMedia("(prefers-reduced-motion: reduce)").matches;

function columnOf(element) {
  return element.closest("[data-column]");
}

// The stages a card may go to, as its own form offers them.
function allowed(card) {
  const field = card.querySelector("form[data-move] [name=to_stage]");
  if (!field || !(field instanceof HTMLSelectElement)) return null;
  return new Set([...field.options].filter((option) => !option.disabled).map((option) => option.value));
}

function mark(board, card) {
  const may = allowed(card);
  const from = columnOf(card);
  for (const column of board.querySelectorAll("[data-column]")) {
    column.classList.toggle("is-refused", column !== from && may !== null && !may.has(column.dataset.column));
  }
}

function clear(board) {
  for (const column of board.querySelectorAll("[data-column]")) column.classList.remove("is-refused", "is-over");
}

function send(card, from, next) {
  const form = card.querySelector("form[data-move]");
  const field = form.elements.namedItem("to_stage");
  field.value = columnOf(card).dataset.column;
  const putBack = () => from.insertBefore(card, next);
  form.addEventListener("htmx:afterRequest", (event) => { if (!event.detail.successful) putBack(); }, { once: true });
  form.requestSubmit();
}

function begin(board) {
  for (const list of board.querySelectorAll("[data-cards]")) {
    if (Sortable.get(list)) continue;
    let next = null;
    Sortable.create(list, {
      group: "board",
      draggable: "[data-card][data-draggable]",
      filter: "a, button, input, select, textarea, summary",
      preventOnFilter: false,
      animation: quiet ? 0 : 120,
      delay: 180,
      delayOnTouchOnly: true,
      sort: false,
      emptyInsertThreshold: 60,
      onStart: (event) => {
        next = event.item.nextElementSibling;
        mark(board, event.item);
      },
      onMove: (event) => {
        const column = columnOf(event.to);
        for (const other of board.querySelectorAll(".is-over")) other.classList.remove("is-over");
        if (column.classList.contains("is-refused")) return false;
        column.classList.add("is-over");
        return true;
      },
      onEnd: (event) => {
        clear(board);
        if (event.from !== event.to) send(event.item, event.from, next);
      },
    });
  }
}

function onKey(event) {
  if (event.key !== "m" || event.ctrlKey || event.metaKey || event.altKey) return;
  const card = event.target.closest?.("[data-card]");
  if (!card || event.target.matches("input, select, textarea")) return;
  const menu = card.querySelector("details[data-move-menu]");
  if (!menu) return;
  event.preventDefault();
  menu.open = true;
  menu.querySelector("select, button, input:not([type=hidden])")?.focus();
}

function startAll() {
  document.querySelectorAll("[data-board]").forEach(begin);
}

document.addEventListener("keydown", onKey);
document.addEventListener("htmx:afterSettle", startAll);
startAll();
