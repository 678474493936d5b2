// What a mark in a picture stands for: `data-says` is written into the line that the picture names
// (`data-says-in`), while the pointer or the focus is on it.
function say(event) {
  const mark = event.target.closest?.("[data-says]");
  const line = document.getElementById(mark?.closest("[data-says-in]")?.dataset.saysIn ?? "");
  if (line) line.textContent = mark.dataset.says;
}

export function start() {
  document.addEventListener("pointerover", say);
  document.addEventListener("focusin", say);
}
