// Forms: `data-autosubmit` sends itself when changed; a form is not sent twice by a double click;
// `data-keep` keeps what was typed through a lost page until it is sent; `data-copy` copies.
import { word } from "./words.js";
import { announce } from "./requests.js";

const PREFIX = "trm.draft.";
const SENT = "trm.draft-sent";

function draftKey(form) {
  return `${PREFIX}${form.dataset.keep}`;
}

function remember(form) {
  const kept = [...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string" && !form.elements[name]?.matches?.("[type=password]"));
  sessionStorage.setItem(draftKey(form), JSON.stringify(kept));
}

// Once for each form that came: one that the server drew again with what was typed holds more than the draft.
function recall(form) {
  const kept = sessionStorage.getItem(draftKey(form));
  if (!kept || form.dataset.recalled !== undefined || form.querySelector("[aria-invalid=true]")) return;
  form.dataset.recalled = "";
  const typed = new Map(JSON.parse(kept));
  let isBack = false;
  for (const [name, value] of typed) {
    const field = form.elements[name];
    if (!value || !(field instanceof HTMLElement) || field.value || !field.matches("input:not([type=checkbox], [type=radio], [type=hidden], [type=file]), textarea, select")) continue;
    field.value = value;
    isBack = true;
  }
  if (!isBack) return;
  for (const [name, value] of typed) {
    const field = form.elements[name];
    if (field instanceof RadioNodeList && [...field].every((one) => one.type === "radio")) field.value = value;
  }
}

// A draft that was sent goes once another page of ours has come: not the sign-in, behind which it would be lost.
function settle() {
  const sent = sessionStorage.getItem(SENT);
  if (!sent || location.pathname === document.body.dataset.signIn || !document.body.dataset.signIn) return;
  sessionStorage.removeItem(SENT);
  if (!document.querySelector(`form[data-keep="${CSS.escape(sent)}"]`)) sessionStorage.removeItem(PREFIX + sent);
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

// From a text of many lines Enter sends nothing; with Control or Command it does.
function onKey(event) {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !event.target.matches("textarea")) return;
  event.preventDefault();
  event.target.form?.requestSubmit();
}

export function start() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("submit", onSubmit);
  document.addEventListener("click", onClick);
  document.addEventListener("change", (event) => event.target.closest("[data-autosubmit]")?.requestSubmit());
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-keep]");
    if (form) remember(form);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const { responseURL, status } = event.detail.xhr ?? {};
    const isSignIn = responseURL && new URL(responseURL).pathname === document.body.dataset.signIn;
    if (status >= 200 && status < 300 && !isSignIn && event.detail.elt.matches?.("form[data-keep]")) sessionStorage.removeItem(draftKey(event.detail.elt));
  });
  document.addEventListener("submit", (event) => {
    if (event.target.matches("form[data-keep]:not([hx-post])")) sessionStorage.setItem(SENT, event.target.dataset.keep);
  });
  document.addEventListener("htmx:afterSettle", () => document.querySelectorAll("form[data-keep]").forEach(recall));
  settle();
  document.querySelectorAll("form[data-keep]").forEach(recall);
}
