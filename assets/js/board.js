// A board: `[data-board]` holds columns `[data-column="<stage>"]`, which name where their cards may go
// (`data-targets`) and which of these ask for a reason (`data-needs`). A card `[data-card]` knows where its
// moves are posted: where its link `[data-move]` leads, to a form that asks where to. `m` opens it in the
// dialog, and without a script it is a page. The answer to a move carries the card to its place; one that is
// refused comes back with the card, which says why. Arrow keys walk, with Shift they move; one card a column
// can be tabbed to. Who is ticked (`[data-select]`, shell/lists.js) goes along with the one that is dragged or
// moved, to `data-many`. `#board-live` looks every few seconds what colleagues did.
import Sortable from "sortablejs";

const LOOKING = 6000;
const board = document.querySelector("[data-board]");
const live = () => document.getElementById("board-live");
let isDragging = false;

const columns = () => [...board.querySelectorAll("[data-column]")];
const columnOf = (element) => element.closest("[data-column]");
const links = (column) => [...column.querySelectorAll("[data-card-link]")];
const urlOf = (card) => card.querySelector("[data-move]").getAttribute("href");
const words = (column, name) => new Set((column.dataset[name] ?? "").split(" ").filter(Boolean));

// --- Dragging

function mark(from) {
  const may = words(from, "targets");
  for (const column of columns()) column.classList.toggle("is-refused", column !== from && !may.has(column.dataset.column));
}

function clear() {
  for (const column of columns()) column.classList.remove("is-refused", "is-over");
}

// Those who are ticked, if this card is one of several.
function together(card) {
  const ticked = [...board.querySelectorAll("[data-select]:checked")];
  return ticked.length > 1 && ticked.some((box) => card.contains(box)) ? ticked : [];
}

function ask(card, stage) {
  const boxes = together(card);
  if (boxes.length) window.htmx.ajax("POST", board.dataset.many, { source: board, target: "#dialog-content", values: { only: boxes.map((box) => box.value), stage } });
  else window.htmx.ajax("GET", `${urlOf(card)}?to_stage=${encodeURIComponent(stage)}`, { source: card, target: "#dialog-content" });
}

// Moves a card, and those ticked with it, to the stage; asks first where a reason is needed.
function send(card, from, stage, putBack = () => {}) {
  const boxes = together(card);
  const all = boxes.length ? boxes.map((box) => box.closest("[data-card]")) : [card];
  if (all.some((one) => words(one === card ? from : columnOf(one), "needs").has(stage))) {
    putBack();
    ask(card, stage);
    return;
  }
  card.removeAttribute("style"); // what the drag left: the policy lets nobody copy it
  for (const one of all) one.setAttribute("aria-busy", "true");
  const path = boxes.length ? board.dataset.many : urlOf(card);
  const values = boxes.length ? { only: boxes.map((box) => box.value), to_stage: stage } : { to_stage: stage };
  const id = card.id;
  const answered = (event) => {
    if (event.detail.requestConfig.path !== path) return;
    document.removeEventListener("htmx:afterRequest", answered);
    if (event.detail.xhr?.status >= 200 && event.detail.xhr.status < 300) return;
    putBack();
    for (const one of [...all, document.getElementById(id)]) one?.removeAttribute("aria-busy");
  };
  document.addEventListener("htmx:afterRequest", answered);
  window.htmx.ajax("POST", path, { source: boxes.length ? board : card, swap: "none", values });
}

function makeSortable() {
  for (const list of board.querySelectorAll("[data-cards]")) {
    if (Sortable.get(list)) continue;
    let next = null;
    Sortable.create(list, {
      group: "board",
      draggable: "[data-card][data-draggable]",
      filter: "button, input, select, textarea, summary, [data-move], [data-move] *",
      preventOnFilter: false,
      delay: 180,
      delayOnTouchOnly: true,
      sort: false,
      emptyInsertThreshold: 60,
      onStart: (event) => {
        isDragging = true;
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
        isDragging = false;
        clear();
        if (event.from === event.to) return;
        const { id } = event.item;
        const putBack = () => {
          const held = document.getElementById(id);
          if (held) event.from.insertBefore(held, next?.isConnected ? next : null);
        };
        // On the way to a column that refuses it, the card was carried into those that do not.
        const at = event.originalEvent?.changedTouches?.[0] ?? event.originalEvent;
        const under = at && document.elementFromPoint(at.clientX, at.clientY)?.closest("[data-column]");
        if (under && under !== columnOf(event.to)) putBack();
        else send(event.item, columnOf(event.from), columnOf(event.to).dataset.column, putBack);
      },
    });
  }
}

// --- Walking

// One link a column can be tabbed to, or a thousand cards would stand in the way of the page.
function rove() {
  for (const link of board.querySelectorAll("[data-card-link]:not([data-roved])")) {
    link.dataset.roved = "";
    if (link !== document.activeElement) link.tabIndex = -1;
    for (const other of link.closest("[data-card]").querySelectorAll("[data-move], [data-select]")) other.tabIndex = -1;
  }
  for (const column of columns()) {
    if (column.querySelector('[data-card-link][tabindex="0"]')) continue;
    const first = column.querySelector("[data-card-link]");
    if (first) first.tabIndex = 0;
  }
}

function focus(link) {
  if (!link) return;
  for (const other of columnOf(link).querySelectorAll('[data-card-link][tabindex="0"]')) other.tabIndex = -1;
  link.tabIndex = 0;
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

// Shift and an arrow: to the nearest stage on that side to which one may go.
function push(link, step) {
  const card = link.closest("[data-card]");
  if (!card.querySelector("[data-move]")) return;
  const from = columnOf(card);
  const may = words(from, "targets");
  const all = columns();
  for (let at = all.indexOf(from) + step; at >= 0 && at < all.length; at += step) {
    if (may.has(all[at].dataset.column)) return send(card, from, all[at].dataset.column);
  }
  document.dispatchEvent(new CustomEvent("announce", { detail: { text: board.dataset.noWay } }));
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const link = event.target.closest?.("[data-card]")?.querySelector("[data-card-link]");
  if (!link || event.target.matches("input, select, textarea")) return;
  const own = links(columnOf(link));
  const at = own.indexOf(link);
  const go = event.shiftKey ? { ArrowLeft: () => push(link, -1), ArrowRight: () => push(link, 1) }[event.key] : {
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

function onClick(event) {
  const move = event.target.closest?.("[data-board] [data-move]");
  if (!move || move.hasAttribute("hx-get") || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const card = move.closest("[data-card]");
  if (together(card).length) ask(card, "");
  else window.htmx.ajax("GET", urlOf(card), { source: card, target: "#dialog-content" });
}

// --- After an answer

// What the order of a column goes by, the least first (relationships/selectors/board_order.py).
function rank(card, column) {
  const { since, touch, ended } = card.dataset;
  if (column.classList.contains("is-closing")) return [-Date.parse(ended), -since];
  if (board.dataset.order === "longest") return [+since];
  if (board.dataset.order === "touch") return [touch ? Date.parse(touch) : Infinity];
  return [-since];
}

function isBefore(one, other) {
  const at = one.findIndex((value, index) => value !== other[index]);
  return at >= 0 && one[at] < other[at];
}

// Where the order of its column puts it. Past the last that is shown, where more follow, it comes with those.
function place(card, list) {
  const column = columnOf(list);
  const own = rank(card, column);
  const next = [...list.querySelectorAll("[data-card]")].find((other) => isBefore(own, rank(other, column)));
  const more = list.querySelector(".board-more");
  if (next) next.before(card);
  else if (!more) list.append(card);
  else if ("arrived" in card.dataset) more.before(card);
  else card.remove();
}

// A card that comes is the one that is here already: it takes its place, or, moved, comes to the new one. The
// focus and the tick come with it.
function onCards(event) {
  const list = event.detail.target;
  if (!list.matches("[data-cards]")) return;
  for (const card of event.detail.fragment.querySelectorAll?.("[data-card]") ?? []) {
    const held = document.getElementById(card.id);
    if (held && !event.detail.fragment.contains(held)) {
      const box = card.querySelector("[data-select]");
      if (box && !("arrived" in card.dataset)) box.checked = Boolean(held.querySelector("[data-select]")?.checked);
      if (held.contains(document.activeElement)) card.dataset.arrived = "";
      const isWhereItWas = held.parentElement === list && String(rank(held, columnOf(list))) === String(rank(card, columnOf(list)));
      if (isWhereItWas) {
        held.replaceWith(card);
        continue;
      }
      held.remove();
    }
    place(card, list);
  }
}

// What follows may bring a card that came here by itself before: the order has put it where it stands already.
function dropDoubles(list) {
  const seen = new Set();
  for (const card of list.querySelectorAll("[data-card]")) {
    if (seen.has(card.id)) card.remove();
    else seen.add(card.id);
  }
}

// A card that came to its place by an answer has the focus there: the one it had is gone with the old card.
function onSettled() {
  for (const uid of live()?.dataset.gone?.split(" ") ?? []) if (uid) document.getElementById(`card-${uid}`)?.remove();
  for (const list of board.querySelectorAll("[data-cards]")) dropDoubles(list);
  rove();
  makeSortable();
  const arrived = board.querySelector("[data-arrived]");
  if (!arrived || document.querySelector("dialog[open]")) return;
  for (const other of board.querySelectorAll("[data-arrived]")) delete other.dataset.arrived;
  setTimeout(() => focus(arrived.querySelector("[data-card-link]")), 0);
}

// --- What colleagues do

function look() {
  if (!document.hidden && !isDragging) window.htmx.trigger(live(), "look");
}

// Not being answered is no news here: it looks again soon.
function keepQuiet(event) {
  if (event.target.id === "board-live") event.stopImmediatePropagation();
}

function watch() {
  if (!live()) return;
  setInterval(look, LOOKING);
  document.addEventListener("visibilitychange", look);
  for (const name of ["htmx:sendError", "htmx:responseError"]) document.body.addEventListener(name, keepQuiet);
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (isDragging && event.target.id === "board-live") event.detail.shouldSwap = false;
  });
}

if (board) {
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", onClick);
  document.addEventListener("htmx:oobBeforeSwap", onCards);
  document.addEventListener("htmx:afterSettle", onSettled);
  document.addEventListener("htmx:oobAfterSwap", onSettled);
  document.addEventListener("htmx:afterRequest", onSettled);
  rove();
  makeSortable();
  watch();
}
