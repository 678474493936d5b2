// htmx: no eval and no styles of its own (the policy forbids both), errors in words, focus and announcements.
import htmx from "htmx.org/dist/htmx.esm.js";
import { show } from "./toasts.js";
import { word } from "./words.js";

Object.assign(htmx.config, {
  includeIndicatorStyles: false,
  allowEval: false,
  allowScriptTags: false,
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  scrollBehavior: "auto",
  defaultSettleDelay: 0,
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "422", swap: true },
    { code: "[45]..", swap: false, error: true },
  ],
});

export function announce(text) {
  const region = document.getElementById("announcer");
  if (!region || !text) return;
  region.textContent = "";
  setTimeout(() => { region.textContent = text; }, 30);
}

function cookie(name) {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

// The token that is good now: the one in the page may be older than the session.
function addToken(event) {
  if (event.detail.verb === "get") return;
  const token = cookie("csrftoken") || document.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (token) event.detail.headers["X-CSRFToken"] = token;
}

// A session that ended answers with the sign-in page. It must not land in a corner of this one,
// and what was typed stays.
function keepOutSignIn(event) {
  const login = document.body.dataset.signIn;
  const url = event.detail.xhr.responseURL;
  if (login && url && new URL(url).pathname === login && location.pathname !== login) {
    event.detail.shouldSwap = false;
    show({ text: word("signedOut"), level: "error", href: login, action: word("signIn"), stay: true, blank: true });
  }
}

function tellError(event) {
  const status = event.detail.xhr.status;
  const key = { 403: "forbidden", 404: "gone", 409: "conflict", 429: "slowDown" }[status] ?? "broken";
  show({ text: word(key), level: "error" });
}

// Focus goes where the eye goes: to what asks for it, or to the first thing that is wrong.
function lead(event) {
  const swapped = event.detail.elt;
  if (!(swapped instanceof Element) || !swapped.isConnected) return;
  const wanted = swapped.matches("[data-autofocus]") ? swapped : swapped.querySelector("[data-autofocus], [aria-invalid=true]");
  if (wanted) wanted.focus();
  const spoken = swapped.matches("[data-announce]") ? swapped : swapped.querySelector("[data-announce]");
  if (spoken) announce(spoken.dataset.announce || spoken.textContent.trim());
}

export function start() {
  document.addEventListener("htmx:configRequest", addToken);
  document.addEventListener("htmx:beforeSwap", keepOutSignIn);
  document.addEventListener("htmx:responseError", tellError);
  document.addEventListener("htmx:sendError", () => show({ text: word("offline"), level: "error" }));
  document.addEventListener("htmx:afterSettle", lead);
  document.addEventListener("announce", (event) => announce(event.detail.value ?? event.detail.text));
}
