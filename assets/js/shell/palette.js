// The command palette: a combobox over what /search/ answers. Without a script the same box is a link to that page.
import { remember, searches } from "./searches.js";

let dialog, input, results;

function options() {
  return [...results.querySelectorAll("[role=option]")];
}

function choose(option) {
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  if (option) {
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else input.removeAttribute("aria-activedescendant");
}

// Before anything is typed: what was searched for before, below what was opened.
function offerSearches() {
  const kept = input.value ? [] : searches().slice(0, 4);
  if (!kept.length) return;
  const group = document.createElement("div");
  const title = document.createElement("p");
  title.className = "palette-group";
  title.id = "option-searches";
  title.textContent = dialog.dataset.searchesTitle;
  group.setAttribute("role", "group");
  group.setAttribute("aria-labelledby", title.id);
  group.append(title);
  for (const [at, words] of kept.entries()) {
    const option = document.createElement("a");
    option.className = "palette-option";
    option.id = `option-searches-${at}`;
    option.href = `${input.getAttribute("hx-get")}?q=${encodeURIComponent(words)}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.tabIndex = -1;
    option.textContent = words;
    group.append(option);
  }
  const first = results.firstElementChild;
  first ? first.after(group) : results.append(group);
}

function onKey(event) {
  const all = options();
  const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
  if (event.key === "Enter") {
    event.preventDefault();
    if (at >= 0) (event.metaKey || event.ctrlKey) ? window.open(all[at].href) : all[at].click();
  } else if (to !== undefined && all.length && !((event.key === "Home" || event.key === "End") && input.value)) {
    event.preventDefault();
    choose(all[(to + all.length) % all.length]);
  }
}

export function open() {
  if (!dialog || dialog.open) return;
  dialog.showModal();
  input.select();
  if (!results.firstElementChild) input.dispatchEvent(new Event("palette"));
}

export function start() {
  dialog = document.getElementById("palette");
  if (!dialog) return;
  input = dialog.querySelector("input");
  results = dialog.querySelector("#palette-results");
  input.addEventListener("keydown", onKey);
  results.addEventListener("htmx:afterSettle", () => {
    offerSearches();
    choose(options()[0]);
  });
  results.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) remember(input.value);
    if (option?.hasAttribute("hx-get")) dialog.close(); // what it opens stands over the page
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-palette]") && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      open();
    }
  });
  document.addEventListener("keydown", (event) => {
    if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      dialog.open ? dialog.close() : open();
    }
  });
}
