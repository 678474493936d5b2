// A board: `[data-board]` holds columns `[data-column="<stage>"]`, which name where their cards may go
// (`data-targets`) and which of these ask for a reason (`data-needs`). A card `[data-card]` knows where its
// moves are posted (`data-url`) and has a link `[data-move]` to a form that asks where to: `m` opens it in the
// dialog, and without a script it is a page. The answer to a move carries the card to its place; one that is
// refused comes back with the card, which says why. Arrow keys walk; one card a column can be tabbed to.
import Sortable from "sortablejs";

const quiet = matchMedia("(prefers-reduced-motion: reduce)").matches;
const board = document.querySelector("[data-board]");

const columns = () => [...board.querySelectorAll("[data-column]")];
const columnOf = (element) => element.closest("[data-column]");
const links = (column) => [...column.querySelectorAll("[data-card-link]")];
const words = (column, name) => new Set((column.dataset[name] ?? "").split(" ").filter(Boolean));

// --- Dragging

function mark(from) {
  const may = words(from, "targets");
  for (const column of columns()) column.classList.toggle("is-refused", column !== from && !may.has(column.dataset.column));
}

function clear() {
  for (const column of columns()) column.classList.remove("is-refused", "is-over");
}

function send(card, from, next) {
  const stage = columnOf(card).dataset.column;
  const id = card.id;
  const putBack = () => {
    const held = document.getElementById(id);
    if (held) from.insertBefore(held, next?.isConnected ? next : null);
  };
  if (words(columnOf(from), "needs").has(stage)) {
    putBack();
    window.htmx.ajax("GET", `${card.dataset.url}?to_stage=${encodeURIComponent(stage)}`, { source: card, target: "#dialog-content" });
    return;
  }
  card.removeAttribute("style"); // what the drag left: the policy lets nobody copy it
  card.setAttribute("aria-busy", "true");
  const answered = (event) => {
    if (event.detail.requestConfig.path !== card.dataset.url) return;
    document.removeEventListener("htmx:afterRequest", answered);
    if (event.detail.xhr?.status >= 200 && event.detail.xhr.status < 300) return;
    putBack();
    document.getElementById(id)?.removeAttribute("aria-busy");
  };
  document.addEventListener("htmx:afterRequest", answered);
  window.htmx.ajax("POST", card.dataset.url, { source: card, swap: "none", values: { to_stage: stage } });
}

function makeSortable() {
  for (const list of board.querySelectorAll("[data-cards]")) {
    if (Sortable.get(list)) continue;
    let next = null;
    Sortable.create(list, {
      group: "board",
      draggable: "[data-card][data-draggable]",
      filter: "button, input, select, textarea, summary, [data-move]",
      preventOnFilter: false,
      animation: quiet ? 0 : 120,
      delay: 180,
      delayOnTouchOnly: true,
      sort: false,
      emptyInsertThreshold: 60,
      onStart: (event) => {
        next = event.item.nextElementSibling;
        mark(columnOf(event.from));
      },
      onMove: (event) => {
        const column = columnOf(event.to);
        for (const other of board.querySelectorAll(".is-over")) other.classList.remove("is-over");
        if (column.classList.contains("is-refused")) return false;
        column.classList.add("is-over");
        return true;
      },
      onEnd: (event) => {
        clear();
        if (event.from !== event.to) send(event.item, event.from, next);
      },
    });
  }
}

// --- Walking

// One link a column can be tabbed to, or a thousand cards would stand in the way of the page.
function rove() {
  for (const column of columns()) {
    const all = links(column);
    const held = all.find((link) => link === document.activeElement) ?? all.find((link) => link.tabIndex === 0 && link.dataset.roved) ?? all[0];
    for (const link of all) {
      link.tabIndex = link === held ? 0 : -1;
      link.dataset.roved = "";
    }
    for (const move of column.querySelectorAll("[data-move]")) move.tabIndex = -1;
  }
}

function focus(link) {
  if (!link) return;
  for (const other of links(columnOf(link))) other.tabIndex = other === link ? 0 : -1;
  link.focus();
  link.closest("[data-card]").scrollIntoView({ block: "nearest", inline: "nearest" });
}

function beside(link, step) {
  const all = columns();
  const row = links(columnOf(link)).indexOf(link);
  for (let at = all.indexOf(columnOf(link)) + step; at >= 0 && at < all.length; at += step) {
    const there = links(all[at]);
    if (there.length) return there[Math.min(row, there.length - 1)];
  }
  return null;
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const link = event.target.closest?.("[data-card]")?.querySelector("[data-card-link]");
  if (!link || event.target.matches("input, select, textarea")) return;
  const own = links(columnOf(link));
  const at = own.indexOf(link);
  const go = {
    ArrowDown: () => focus(own[at + 1]),
    ArrowUp: () => focus(own[at - 1]),
    ArrowLeft: () => focus(beside(link, -1)),
    ArrowRight: () => focus(beside(link, 1)),
    Home: () => focus(own[0]),
    End: () => focus(own.at(-1)),
    m: () => link.closest("[data-card]").querySelector("[data-move]")?.click(),
  }[event.key];
  if (!go) return;
  event.preventDefault();
  event.stopPropagation();
  go();
}

// --- After an answer

// A card that came to its place by an answer has the focus there: the one it had is gone with the old card.
function onSettled() {
  rove();
  makeSortable();
  const arrived = board.querySelector("[data-arrived]");
  if (!arrived) return;
  delete arrived.dataset.arrived;
  setTimeout(() => focus(arrived.querySelector("[data-card-link]")), 0);
}

if (board) {
  document.addEventListener("keydown", onKey);
  document.addEventListener("htmx:afterSettle", onSettled);
  document.addEventListener("htmx:oobAfterSwap", onSettled);
  document.addEventListener("htmx:afterRequest", onSettled);
  rove();
  makeSortable();
}
