// Keys. Anything with `data-key="c"` or `data-key="g d"` is clicked (a field: focused) by typing it.
// Single keys can be switched off in the keyboard map, as WCAG 2.1.4 asks.
import { open as openPalette } from "./palette.js";
import { open as openDialog } from "./dialogs.js";

const PAUSE = 1200;
let pending = "";
let timer;

export function isTyping(target) {
  return target.closest?.("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]:not([contenteditable=false]), trix-editor");
}

export function isOff() {
  return localStorage.getItem("trm.keys") === "off";
}

function find(keys) {
  const able = [...document.querySelectorAll(`[data-key="${CSS.escape(keys)}"], [data-key="${keys}"]`)].filter((element) => !element.closest("[hidden], template") && !element.disabled);
  return able.find((element) => element.closest("main")) ?? able[0];
}

function run(keys) {
  if (keys === "/") return openPalette(), true;
  if (keys === "?") return openMap(), true;
  const element = find(keys);
  if (!element) return false;
  if (element.matches("input:not([type=checkbox], [type=radio], [type=submit]), select, textarea")) element.focus();
  else element.click();
  return true;
}

// Keys of this page, beside those of the whole house which the server wrote.
function openMap() {
  const own = document.getElementById("keys-here");
  if (own) {
    own.replaceChildren();
    for (const element of document.querySelectorAll("main [data-key]")) {
      const row = own.parentElement.querySelector("template").content.firstElementChild.cloneNode(true);
      row.querySelector("dt").textContent = element.dataset.keyLabel ?? element.getAttribute("aria-label") ?? element.textContent.trim();
      const keys = row.querySelector("dd");
      for (const key of element.dataset.key.split(" ")) {
        const shown = document.createElement("kbd");
        shown.className = "kbd";
        shown.textContent = key;
        keys.append(shown);
      }
      own.append(row);
    }
    own.parentElement.hidden = !own.firstElementChild;
  }
  openDialog("keys");
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing) return;
  if (isOff() || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key.length !== 1 || event.key === " ") return;
  const keys = pending ? `${pending} ${event.key}` : event.key;
  clearTimeout(timer);
  pending = "";
  if (run(keys)) event.preventDefault();
  else if (document.querySelector(`[data-key^="${CSS.escape(keys)} "]`)) {
    pending = keys;
    timer = setTimeout(() => { pending = ""; }, PAUSE);
  }
}

export function start() {
  document.addEventListener("keydown", onKey);
  const toggle = document.getElementById("keys-on");
  if (!toggle) return;
  toggle.checked = !isOff();
  toggle.addEventListener("change", () => localStorage.setItem("trm.keys", toggle.checked ? "on" : "off"));
}
