// Forms: `data-autosubmit` sends itself when changed; a form is not sent twice by a double click;
// `data-keep` keeps what was typed through a lost page until it is sent; `data-copy` copies.
import { word } from "./words.js";
import { announce } from "./requests.js";

const PREFIX = "trm.draft.";

function draftKey(form) {
  return `${PREFIX}${form.dataset.keep}`;
}

function remember(form) {
  const kept = [...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string" && !form.elements[name]?.matches?.("[type=password]"));
  sessionStorage.setItem(draftKey(form), JSON.stringify(kept));
}

function recall(form) {
  const kept = sessionStorage.getItem(draftKey(form));
  if (!kept) return;
  for (const [name, value] of JSON.parse(kept)) {
    const field = form.elements[name];
    if (field instanceof HTMLElement && field.matches("input:not([type=checkbox], [type=radio], [type=hidden], [type=file]), textarea, select") && !field.value) field.value = value;
  }
}

function onSubmit(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog" || form.hasAttribute("hx-post") || form.hasAttribute("hx-get")) return;
  if (form.dataset.sent !== undefined) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "";
  setTimeout(() => delete form.dataset.sent, 4000);
}

async function onClick(event) {
  const copies = event.target.closest("[data-copy]");
  if (!copies) return;
  const source = document.getElementById(copies.dataset.copy);
  await navigator.clipboard.writeText(source.value ?? source.textContent);
  announce(word("copied"));
  const label = copies.querySelector("[data-label]");
  if (label) label.textContent = word("copied");
}

export function start() {
  document.addEventListener("submit", onSubmit);
  document.addEventListener("click", onClick);
  document.addEventListener("change", (event) => event.target.closest("[data-autosubmit]")?.requestSubmit());
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-keep]");
    if (form) remember(form);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful && event.target.matches?.("form[data-keep]")) sessionStorage.removeItem(draftKey(event.target));
  });
  document.addEventListener("submit", (event) => {
    if (event.target.matches("form[data-keep]:not([hx-post])")) sessionStorage.removeItem(draftKey(event.target));
  });
  document.querySelectorAll("form[data-keep]").forEach(recall);
}
