// Who is chosen in a list stays chosen for the visit: on the next page, and under another filter. The list names
// the place where they are kept with `[data-chosen]`, in this tab alone; `[data-most]` is how many there may be.
// Without a script, ticks are of the page they stand on.
import { show } from "./toasts.js";

function keyOf(list) {
  return `chosen:${list.dataset.chosen}`;
}

export function chosenIn(list) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(keyOf(list)) ?? "[]");
    return new Set(Array.isArray(kept) ? kept.filter((uid) => typeof uid === "string") : []);
  } catch {
    return new Set();
  }
}

function keep(list, chosen) {
  try {
    if (chosen.size) sessionStorage.setItem(keyOf(list), JSON.stringify([...chosen]));
    else sessionStorage.removeItem(keyOf(list));
  } catch {
    // A browser that keeps nothing: ticks are of their page then.
  }
}

export function clear(list) {
  keep(list, new Set());
}

// What the boxes of this page say now becomes part of what is chosen. Those beyond the most are refused, and told.
export function remember(list, boxes) {
  const chosen = chosenIn(list);
  const most = Number(list.dataset.most);
  let isRefused = false;
  for (const box of boxes) {
    if (!box.checked) chosen.delete(box.value);
    else if (chosen.has(box.value) || chosen.size < most) chosen.add(box.value);
    else isRefused = true;
  }
  keep(list, chosen);
  if (isRefused) show({ text: list.dataset.tooMany, level: "warning" });
}

// The boxes as they were left, and who is chosen on another page as part of the form. Answers how many those are.
export function recall(list, boxes) {
  const chosen = chosenIn(list);
  for (const box of boxes) box.checked = chosen.delete(box.value);
  const form = list.querySelector("form[data-bulk]");
  for (const input of form.querySelectorAll("input[data-kept]")) input.remove();
  for (const uid of chosen) {
    const input = Object.assign(document.createElement("input"), { type: "hidden", name: "only", value: uid });
    input.dataset.kept = "";
    form.append(input);
  }
  showElsewhere(list, chosen.size);
  return chosen.size;
}

function showElsewhere(list, count) {
  const words = list.querySelector("[data-elsewhere]");
  words.hidden = !count;
  words.querySelector("[data-elsewhere-count]").textContent = count;
  const link = words.querySelector("[data-elsewhere-url]");
  const url = new URL(link.href);
  url.searchParams.delete("only");
  for (const uid of chosenIn(list)) url.searchParams.append("only", uid);
  link.href = url;
}

export function start() {
  // What was asked for was done to them: who goes on chooses anew.
  document.addEventListener("chosen-done", () => {
    for (const list of document.querySelectorAll("[data-chosen]")) clear(list);
  });
}
