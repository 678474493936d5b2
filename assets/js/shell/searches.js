// What was searched for before: kept in this browser alone, since a search often is somebody's name,
// and forgotten when one signs out.
const KEY = "trm.searches";
const MOST = 8;

export function searches() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((one) => typeof one === "string") : [];
  } catch {
    return [];
  }
}

export function remember(words) {
  const typed = words.trim();
  if (typed.length < 2) return;
  localStorage.setItem(KEY, JSON.stringify([typed, ...searches().filter((one) => one !== typed)].slice(0, MOST)));
}

export function forget() {
  localStorage.removeItem(KEY);
}

export function start() {
  document.addEventListener("submit", (event) => {
    if (event.target.action?.includes("/logout")) forget();
  });
}
