// A field with suggestions: `<input data-combo="/address/">` inside `.combo`. The address answers `?q=` with
// `<li role="option" data-value>` elements. Arrow keys walk them, Enter takes one, Escape puts them away; what is typed
// stands as it is until one is taken, so that a form without a script works the same. An option with `data-uid` puts
// that into the hidden field named by the input's `data-combo-uid`; typing on empties it again.
const WAIT = 120;
const lists = new WeakMap();
let number = 0;

function listOf(input) {
  if (lists.has(input)) return lists.get(input);
  const list = document.createElement("ul");
  list.className = "combo-list";
  list.id = `combo-list-${(number += 1)}`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels?.[0]?.textContent ?? "");
  list.hidden = true;
  input.after(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");
  list.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[role=option]");
    event.preventDefault(); // the focus stays in the field
    if (option) take(input, option);
  });
  lists.set(input, list);
  return list;
}

function close(input) {
  listOf(input).hidden = true;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function hidden(input) {
  return input.dataset.comboUid ? input.form?.elements[input.dataset.comboUid] : null;
}

function take(input, option) {
  const uid = hidden(input);
  if (uid) uid.value = option.dataset.uid ?? "";
  input.value = uid ? option.dataset.value : `${option.dataset.value} `;
  close(input);
  input.focus();
}

function options(input) {
  return [...listOf(input).querySelectorAll("[role=option]")];
}

function mark(input, at) {
  const all = options(input);
  for (const [index, option] of all.entries()) option.setAttribute("aria-selected", String(index === at));
  if (all[at]) input.setAttribute("aria-activedescendant", all[at].id);
  else input.removeAttribute("aria-activedescendant");
}

function marked(input) {
  return options(input).findIndex((option) => option.getAttribute("aria-selected") === "true");
}

async function suggest(input) {
  const asked = input.value.trim();
  if (!asked) return close(input);
  const answer = await fetch(`${input.dataset.combo}?q=${encodeURIComponent(asked)}`, { headers: { "X-Requested-With": "fetch" } });
  if (!answer.ok || answer.redirected || input.value.trim() !== asked || document.activeElement !== input) return;
  const list = listOf(input);
  list.innerHTML = await answer.text();
  const only = options(input);
  const said = only.length === 1 && only[0].dataset.value.toLowerCase() === asked.toLowerCase();
  for (const option of only) option.id = `${list.id}-${option.id}`;
  list.hidden = !only.length || said;
  input.setAttribute("aria-expanded", String(!list.hidden));
  input.removeAttribute("aria-activedescendant");
}

const timers = new WeakMap();

document.addEventListener("input", (event) => {
  if (!event.target.matches?.("[data-combo]")) return;
  const uid = hidden(event.target);
  if (uid) uid.value = "";
  clearTimeout(timers.get(event.target));
  timers.set(event.target, setTimeout(suggest, WAIT, event.target));
});

document.addEventListener("focusout", (event) => {
  if (event.target.matches?.("[data-combo]")) close(event.target);
});

document.addEventListener("keydown", (event) => {
  const input = event.target;
  if (!input.matches?.("[data-combo]") || listOf(input).hidden) return;
  const all = options(input);
  const at = marked(input);
  if (event.key === "ArrowDown") mark(input, (at + 1) % all.length);
  else if (event.key === "ArrowUp") mark(input, at <= 0 ? all.length - 1 : at - 1);
  else if (event.key === "Enter" && at >= 0) take(input, all[at]);
  else if (event.key === "Escape") close(input);
  else return;
  event.preventDefault();
  event.stopPropagation();
});
