// The choosing of columns, done in the form itself: a press that waited for an answer could be lost while the form
// was being put anew. Only "apply" and "as usual" go to the server; without a script each press does.
import Sortable from "sortablejs";

const quiet = matchMedia("(prefers-reduced-motion: reduce)").matches;

function rowsOf(form) {
  return [...form.querySelectorAll("[data-columns] > [data-column]")];
}

function rowOf(form, key) {
  return rowsOf(form).find((row) => row.dataset.column === key);
}

function buttonOf(row, name) {
  return row.querySelector(`button[name="${name}"]`);
}

function offerOf(form, key) {
  return form.querySelector(`[data-columns-others] button[value="${CSS.escape(key)}"]`);
}

function shape(form) {
  const rows = rowsOf(form);
  rows.forEach((row, at) => {
    buttonOf(row, "up").disabled = at === 0;
    buttonOf(row, "down").disabled = at === rows.length - 1;
  });
  const others = form.querySelector("[data-columns-others]");
  others.hidden = !others.querySelector("button:not([hidden])");
}

function tell(form, row) {
  const rows = rowsOf(form);
  const text = `${row.innerText.trim()}: ${form.querySelector("[data-columns]").dataset.place} ${rows.indexOf(row) + 1} / ${rows.length}`;
  document.dispatchEvent(new CustomEvent("announce", { detail: { text } }));
}

function add(form, key) {
  const pattern = form.querySelector("template").content;
  const row = pattern.querySelector(`[data-column="${CSS.escape(key)}"]`);
  form.querySelector("[data-columns]").append(row);
  const offer = offerOf(form, key);
  const next = [...form.querySelectorAll("[data-columns-others] button:not([hidden])")];
  offer.hidden = true;
  shape(form);
  (next[next.indexOf(offer) + 1] ?? buttonOf(row, "up")).focus({ preventScroll: true });
  tell(form, row);
}

function drop(form, row) {
  const near = row.nextElementSibling ?? row.previousElementSibling;
  form.querySelector("template").content.append(row);
  const offer = offerOf(form, row.dataset.column);
  offer.hidden = false;
  shape(form);
  ((near && buttonOf(near, "drop")) ?? offer).focus();
}

function move(form, row, name) {
  if (name === "up") row.previousElementSibling.before(row);
  else row.nextElementSibling.after(row);
  shape(form);
  const wanted = buttonOf(row, name);
  (wanted.disabled ? buttonOf(row, name === "up" ? "down" : "up") : wanted).focus();
  tell(form, row);
}

function onClick(event) {
  const button = event.target.closest?.("[data-columns-form] button[name]");
  if (!button || !["up", "down", "drop", "column"].includes(button.name)) return;
  event.preventDefault();
  const form = button.closest("form");
  if (button.name === "column") add(form, button.value);
  else if (button.name === "drop") drop(form, rowOf(form, button.value));
  else move(form, rowOf(form, button.value), button.name);
}

function sort() {
  for (const list of document.querySelectorAll("[data-columns]")) {
    if (list.dataset.sorted !== undefined) continue;
    list.dataset.sorted = "";
    Sortable.create(list, { draggable: "[data-column]", handle: ".column-grip", animation: quiet ? 0 : 120, onEnd: () => shape(list.closest("form")) });
  }
}

export function start() {
  document.addEventListener("click", onClick);
  document.addEventListener("htmx:afterSettle", sort);
  sort();
}
