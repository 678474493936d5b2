// The list of people: fields changed in their own cells, and columns put in order with the mouse.
//
// `[data-cells]` on the list is the address of a cell, with a uid of zeros and KEY where the row's uid and the
// cell's key go. The cells that may be changed are `td[data-cell]`: double click, or arrows to go there and Enter
// or F2. Without a script there is the person's edit page.
import * as columns from "./people/columns.js";

const NOBODY = "00000000-0000-0000-0000-000000000000";

function cellsOf(row) {
  return [...row.querySelectorAll("td[data-cell]")].filter((cell) => cell.offsetParent);
}

function edit(cell) {
  const list = cell.closest("[data-cells]");
  if (!list || cell.querySelector("form")) return;
  const url = list.dataset.cells.replace(NOBODY, cell.closest("tr").dataset.uid).replace("KEY", encodeURIComponent(cell.dataset.cell));
  window.htmx.ajax("GET", url, { target: cell, swap: "innerHTML" });
}

// From the name or a cell to the next one that can be changed; up and down in the same column.
function go(from, key) {
  const row = from.closest("tr");
  const cells = cellsOf(row);
  const at = cells.indexOf(from.closest("td[data-cell]"));
  if (key === "ArrowRight") return cells[at + 1];
  if (key === "ArrowLeft") return at > 0 ? cells[at - 1] : row.querySelector("[data-row-link]");
  if (at < 0) return null;
  const next = key === "ArrowDown" ? row.nextElementSibling : row.previousElementSibling;
  return next?.querySelector(`td[data-cell="${CSS.escape(from.closest("td").dataset.cell)}"]`);
}

function onKey(event) {
  const target = event.target;
  if (!(target instanceof Element) || event.ctrlKey || event.metaKey || event.altKey) return;
  const form = target.closest(".cell-form");
  if (form) {
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      form.querySelector("[data-cell-cancel]").click();
    }
    return;
  }
  const cell = target.matches("td[data-cell]") ? target : null;
  if (!cell && !target.matches("[data-cells] [data-row-link]")) return;
  if (event.key === "F2" || (event.key === "Enter" && cell)) {
    const wanted = cell ?? cellsOf(target.closest("tr"))[0];
    if (wanted) {
      event.preventDefault();
      edit(wanted);
    }
  } else if (event.key.startsWith("Arrow")) {
    const next = go(target, event.key);
    if (next) {
      event.preventDefault();
      next.focus();
    }
  }
}

// The field has the focus while it is there; when it is gone, its cell has.
function onSwap(event) {
  const cell = event.detail.target;
  if (!(cell instanceof Element) || !cell.matches("td[data-cell]")) return;
  const field = cell.querySelector("input:not([type=hidden]), select, textarea");
  const wrap = cell.closest(".table-wrap");
  const form = cell.querySelector(".cell-form");
  if (form && wrap && form.getBoundingClientRect().right > wrap.getBoundingClientRect().right) form.classList.add("is-leftward");
  if (field) {
    field.focus();
    field.select?.();
  } else cell.focus();
}

document.addEventListener("dblclick", (event) => {
  const cell = event.target.closest?.("td[data-cell]");
  if (cell && !event.target.closest("a, button, form")) {
    getSelection()?.removeAllRanges();
    edit(cell);
  }
});
document.addEventListener("keydown", onKey, true);
document.addEventListener("htmx:afterSwap", onSwap);
columns.start();
