// Dialogs and the side panel. A link or button with `data-opens="id"` opens one; what htmx puts into
// `#panel-content` or `#dialog-content` opens the shell's own. Focus returns to where it came from.
let opener = null;

function dialogOf(id) {
  return document.getElementById(id);
}

export function open(id) {
  const element = dialogOf(id);
  if (!element || element.open) return;
  opener = document.activeElement;
  if (element instanceof HTMLDialogElement) element.showModal();
  else element.hidden = false;
}

export function close(element) {
  if (element instanceof HTMLDialogElement) element.close();
  else {
    element.hidden = true;
    restore();
  }
}

function restore() {
  if (opener?.isConnected) opener.focus();
  opener = null;
}

function onClick(event) {
  const opens = event.target.closest("[data-opens]");
  if (opens) {
    event.preventDefault();
    open(opens.dataset.opens);
    return;
  }
  const closes = event.target.closest("[data-closes]");
  if (closes) {
    event.preventDefault();
    close(closes.closest("dialog, .side-panel"));
    return;
  }
  if (event.target instanceof HTMLDialogElement && event.target.dataset.dismiss !== "no") {
    const box = event.target.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) event.target.close();
  }
}

function onSwap(event) {
  const target = event.detail.target ?? event.target;
  if (target.id !== "panel-content" && target.id !== "dialog-content") return;
  const shell = target.closest("dialog, .side-panel");
  if (!target.firstElementChild) {
    if (shell.open || !shell.hidden) close(shell);
    return;
  }
  const wasOpen = shell instanceof HTMLDialogElement ? shell.open : !shell.hidden;
  if (!wasOpen) open(shell.id);
  const heading = target.querySelector("[data-autofocus], [aria-invalid=true]") ?? target.querySelector("h1, h2");
  if (heading && !wasOpen) {
    if (!heading.matches("a, button, input, select, textarea")) heading.tabIndex = -1;
    heading.focus();
  }
}

export function start() {
  document.addEventListener("click", onClick);
  document.addEventListener("htmx:afterSettle", onSwap);
  document.addEventListener("close", (event) => { if (event.target.matches?.("dialog")) restore(); }, true);
  document.addEventListener("keydown", (event) => {
    const panel = document.getElementById("panel");
    if (event.key === "Escape" && panel && !panel.hidden && !document.querySelector("dialog[open], .menu[open]")) close(panel);
  });
  for (const name of ["close-panel", "close-dialog"]) {
    document.addEventListener(name, () => {
      const element = dialogOf(name === "close-panel" ? "panel" : "dialog");
      if (element) close(element);
    });
  }
}
