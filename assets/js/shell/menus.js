// Menus are <details class="menu">: a script only closes them again and lets arrows walk them.
function items(menu) {
  return [...menu.querySelectorAll(".menu-item:not([hidden], :disabled)")];
}

function onKey(event) {
  const menu = event.target.closest?.("details.menu[open]");
  if (!menu) return;
  if (event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
    event.stopPropagation();
    return;
  }
  if (event.target.matches("input:not([type=checkbox], [type=radio]), select, textarea")) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const all = items(menu);
  const at = all.indexOf(document.activeElement);
  all.at(at === -1 ? (step === 1 ? 0 : -1) : (at + step) % all.length)?.focus();
}

export function start() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target) || event.target.closest(".menu-item:not([data-keep-open])")) menu.open = false;
    }
  });
}
