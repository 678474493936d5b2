// Choosing while one types: in a form with `data-marks="url"`, an @ offers colleagues and a # offers topics.
// Arrows walk the choices, Enter or Tab takes one, Escape leaves; what one types is never changed otherwise.
import { announce } from "./requests.js";

const MARK = /(^|[\s([{"'])([@#])([\p{L}\p{N}._-]{0,60})$/u;
let field = null;
let list = null;
let found = [];
let at = 0;
let asked = 0;

function typed() {
  if (!field || field.selectionStart !== field.selectionEnd) return null;
  const match = field.value.slice(0, field.selectionStart).match(MARK);
  return match && { sign: match[2], words: match[3] };
}

function close() {
  asked += 1;
  found = [];
  list?.remove();
  list = null;
  field?.removeAttribute("aria-activedescendant");
  field?.removeAttribute("aria-controls");
}

function show(choices) {
  close();
  if (!choices.length) return;
  found = choices;
  list = document.createElement("ul");
  list.id = "mark-choices";
  list.className = "mark-choices";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.form.dataset.marksLabel ?? "@ #");
  choices.forEach((choice, number) => {
    const item = document.createElement("li");
    item.id = `mark-choice-${number}`;
    item.setAttribute("role", "option");
    const label = document.createElement("span");
    label.textContent = choice.label;
    const value = document.createElement("span");
    value.className = "faint";
    value.textContent = choice.value;
    item.append(label, value);
    item.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      take(number);
    });
    list.append(item);
  });
  field.after(list);
  field.setAttribute("aria-controls", list.id);
  walk(0);
  announce(choices.map((choice) => choice.label).join(", "));
}

function walk(to) {
  at = (to + found.length) % found.length;
  [...list.children].forEach((item, number) => item.setAttribute("aria-selected", number === at));
  field.setAttribute("aria-activedescendant", `mark-choice-${at}`);
}

function take(number) {
  const mark = typed();
  if (!mark) return close();
  const end = field.selectionStart;
  field.setRangeText(`${found[number].value} `, end - mark.words.length - 1, end, "end");
  close();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

async function offer() {
  const mark = typed();
  if (!mark) return close();
  const mine = ++asked;
  const query = new URLSearchParams({ kind: mark.sign === "@" ? "mention" : "topic", q: mark.words });
  try {
    const answer = await fetch(`${field.form.dataset.marks}?${query}`, { headers: { Accept: "application/json" } });
    if (!answer.ok || answer.redirected) return;
    const { choices } = await answer.json();
    if (mine === asked) show(choices);
  } catch {
    // Without the network one types the name in full.
  }
}

function onKey(event) {
  if (!list || event.target !== field || event.isComposing) return;
  if (event.key === "ArrowDown") walk(at + 1);
  else if (event.key === "ArrowUp") walk(at - 1);
  else if (event.key === "Enter" || event.key === "Tab") take(at);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

export function start() {
  document.addEventListener("input", (event) => {
    if (!event.target.matches?.("form[data-marks] :is(textarea, input[type=text])")) return;
    if (field && field !== event.target) close();
    field = event.target;
    field.setAttribute("aria-autocomplete", "list");
    if (event.isTrusted) offer();
  });
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("focusout", (event) => {
    if (event.target === field) close();
  });
}
