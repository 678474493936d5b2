// Lists: in `[data-list]`, j and k walk the `[data-row-link]`s, x ticks the row, Enter opens it (it is a link).
// `[data-select-all]` ticks all; shift-click ticks a range; `[data-bulk]` shows itself while something is ticked. In it,
// `[data-all-offer]` shows once the whole page is ticked, and its `[data-all]` takes all who match; `[data-total]` says
// how many, and is asked for (`wanted`) only then. In a list with `[data-chosen]` ticks outlast their page.
import htmx from "htmx.org/dist/htmx.esm.js";
import { clear, recall, remember } from "./chosen.js";
import { isOff, isTyping } from "./keyboard.js";
import { announce } from "./requests.js";
import { word } from "./words.js";

let lastTicked = null;

function rowOf(element) {
  return element.closest("tr, li, article, [data-row]");
}

function walk(step) {
  const links = [...document.querySelectorAll("[data-list] [data-row-link]")].filter((link) => link.offsetParent);
  if (!links.length) return false;
  const row = document.activeElement?.closest("[data-list] :is(tr, li, article, [data-row])");
  const at = links.findIndex((link) => link === document.activeElement || (row && row.contains(link)));
  const next = links[Math.min(Math.max(at + step, 0), links.length - 1)];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || isOff() || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "j" && walk(1)) event.preventDefault();
  if (event.key === "k" && walk(-1)) event.preventDefault();
  if (event.key === "x") {
    const box = document.activeElement && rowOf(document.activeElement)?.querySelector("[data-select]");
    if (box) {
      box.click();
      event.preventDefault();
    }
  }
}

function refresh() {
  for (const list of document.querySelectorAll("[data-list]")) {
    const boxes = [...list.querySelectorAll("[data-select]")];
    const elsewhere = "chosen" in list.dataset ? recall(list, boxes) : 0;
    const ticked = boxes.filter((box) => box.checked).length;
    const isWhole = ticked > 0 && ticked === boxes.length;
    for (const all of list.querySelectorAll("[data-select-all]")) {
      all.checked = isWhole;
      all.indeterminate = ticked > 0 && !isWhole;
    }
    for (const bar of list.querySelectorAll("[data-bulk]")) {
      bar.hidden = !(ticked + elsewhere);
      bar.classList.add("is-ready");
      refreshBar(bar, ticked + elsewhere, isWhole);
    }
  }
}

function refreshBar(bar, ticked, isWhole) {
  const offer = bar.querySelector("[data-all-offer]");
  const all = bar.querySelector("[data-all]");
  const total = bar.querySelector("[data-total]");
  if (offer) {
    offer.hidden = !isWhole;
    if (!isWhole) all.checked = false;
    if (isWhole && total) htmx.trigger(total, "wanted");
  }
  for (const shown of bar.querySelectorAll("[data-count]")) shown.textContent = all?.checked && total ? total.textContent.trim() : ticked;
}

// How many are ticked, for who does not see the bar appear.
function tell(list) {
  const count = list.querySelector("[data-bulk] [data-count]");
  if (count) announce(`${count.textContent} ${word("ticked")}`);
}

// Where a page's table fits, its wrapper need not scroll, and the head can stay in sight.
const sizes = new ResizeObserver((entries) => {
  for (const { target } of entries) target.classList.toggle("is-fitting", target.firstElementChild.scrollWidth <= target.clientWidth + 1);
});

function measure() {
  sizes.disconnect();
  for (const table of document.querySelectorAll(".table-wrap > .table-page")) sizes.observe(table.parentElement);
}

function onClick(event) {
  const list = event.target.closest?.("[data-list]");
  if (!list) return;
  const boxes = [...list.querySelectorAll("[data-select]")];
  if (event.target.matches("[data-select-all]")) for (const box of boxes) box.checked = event.target.checked;
  else if (event.target.closest("[data-select-none]")) {
    for (const box of boxes) box.checked = false;
    if ("chosen" in list.dataset) clear(list);
  }
  else if (event.target.matches("[data-select]")) {
    if (event.shiftKey && lastTicked && boxes.includes(lastTicked)) {
      const [from, to] = [boxes.indexOf(lastTicked), boxes.indexOf(event.target)].sort((a, b) => a - b);
      for (const box of boxes.slice(from, to + 1)) box.checked = event.target.checked;
    }
    lastTicked = event.target;
  } else if (!event.target.matches("[data-all]")) return;
  if ("chosen" in list.dataset) remember(list, boxes);
  refresh();
  tell(list);
}

// The row that had the focus may be gone from a list that comes anew: the row in its place takes it.
let left = null;

function onLeave(event) {
  const target = event.detail.target;
  const row = document.activeElement?.closest?.("[data-list] [data-row]");
  left = row && target?.id && target.contains(row) ? { id: target.id, at: [...target.querySelectorAll("[data-list] [data-row]")].indexOf(row) } : null;
}

function takePlace() {
  if (!left || document.activeElement !== document.body) return;
  const target = document.getElementById(left.id);
  const rows = target?.querySelectorAll("[data-list] [data-row]") ?? [];
  const row = rows[Math.min(left.at, rows.length - 1)];
  (row?.querySelector("[id^='act-']") ?? row?.querySelector("[data-row-link]") ?? target?.querySelector("[tabindex='-1']"))?.focus();
  left = null;
}

export function start() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", onClick);
  document.addEventListener("htmx:beforeSwap", onLeave);
  document.addEventListener("htmx:afterSettle", () => {
    refresh();
    measure();
    takePlace();
  });
  window.addEventListener("pageshow", refresh);
  refresh();
  measure();
}
