// A toast stays long enough to be read and to undo, and waits while it is pointed at or focused.
import htmx from "htmx.org/dist/htmx.esm.js";

const READING = 6000;
const UNDOING = 12000;

export function show({ text, level = "success", undo_url, undo_label, href, action, stay = false, blank = false }) {
  const holder = document.getElementById("toasts");
  const pattern = document.getElementById(`toast-${level}`) ?? document.getElementById("toast-info");
  if (!holder || !pattern || !text) return;
  const toast = pattern.content.firstElementChild.cloneNode(true);
  toast.querySelector("[data-text]").textContent = text;
  const undo = toast.querySelector("[data-undo]");
  if (undo_url) {
    undo.action = undo_url;
    undo.setAttribute("hx-post", undo_url);
    if (undo_label) undo.querySelector("button").textContent = undo_label;
  } else undo.remove();
  const link = toast.querySelector("[data-link]");
  if (href) {
    link.href = href;
    link.textContent = action;
    if (blank) link.target = "_blank";
  } else link.remove();
  if (stay || level === "error") {
    toast.dataset.stay = "";
    takeAway(holder, text);
  }
  holder.append(toast);
  htmx.process(toast);
  begin(toast);
}

// What stays is said once: two requests that meet the same end (a session over, no network) need one line.
function takeAway(holder, text) {
  for (const said of holder.querySelectorAll(".toast[data-stay] [data-text]"))
    if (said.textContent === text) said.closest(".toast").remove();
}

function begin(toast) {
  toast.querySelector("[data-close]")?.addEventListener("click", () => toast.remove());
  toast.querySelector("[data-undo]")?.addEventListener("htmx:afterRequest", () => toast.remove());
  if ("stay" in toast.dataset) return;
  const span = toast.querySelector("[data-undo]") ? UNDOING : READING;
  let timer = setTimeout(() => toast.remove(), span);
  const hold = () => clearTimeout(timer);
  const resume = () => {
    clearTimeout(timer);
    timer = setTimeout(() => toast.remove(), span / 2);
  };
  for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, hold);
  for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, resume);
}

export function start() {
  document.querySelectorAll("#toasts > .toast").forEach(begin);
  document.addEventListener("toast", (event) => {
    const detail = event.detail;
    for (const one of Array.isArray(detail.value) ? detail.value : [detail]) show(one);
  });
}
