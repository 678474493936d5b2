// The command palette: a combobox over what /search/ answers. Without a script the same box is a link to that page.
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
  results.addEventListener("htmx:afterSettle", () => choose(options()[0]));
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
