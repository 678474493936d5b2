// The search page: the arrows go from the box into what was found and back; searches are offered again.
import { forget, remember, searches } from "./shell/searches.js";

const box = document.querySelector("[data-search] input[type=search]");

function links() {
  return [...document.querySelectorAll("#found [data-row-link]")];
}

function onKey(event) {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const all = links();
  const at = all.indexOf(document.activeElement);
  if (at < 0 && document.activeElement !== box) return;
  if (at < 0 && event.key === "ArrowUp") return;
  const next = at + (event.key === "ArrowDown" ? 1 : -1);
  const to = next < 0 ? box : all[next];
  if (!to) return;
  event.preventDefault();
  to.focus();
  to.scrollIntoView({ block: "nearest" });
}

function offer() {
  const section = document.querySelector("[data-searches]");
  if (!section) return;
  const kept = searches();
  section.hidden = !kept.length;
  section.querySelector("[data-searches-list]").replaceChildren(
    ...kept.map((words) => {
      const link = document.createElement("a");
      link.className = "chip";
      link.href = `${location.pathname}?q=${encodeURIComponent(words)}`;
      link.textContent = words;
      return link;
    }),
  );
}

document.addEventListener("keydown", onKey);
document.addEventListener("htmx:afterSettle", offer);
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-searches-forget]")) {
    forget();
    offer();
    box.focus();
  } else if (event.target.closest("#found [data-row-link]")) remember(box.value);
});
document.querySelector("[data-search]")?.addEventListener("submit", () => remember(box.value));
offer();
