// Rows of links that scroll sideways on a narrow screen (tabs, the pages of Settings): what is current is in sight.
function show(root) {
  for (const current of root.querySelectorAll(":is(.tabs, .segmented, .settings-nav) [aria-current]")) {
    const strip = current.closest(".tabs, .segmented, .settings-nav");
    const beyond = current.getBoundingClientRect().right - strip.getBoundingClientRect().right;
    if (beyond > 0) strip.scrollLeft += beyond + 32;
  }
}

export function start() {
  show(document);
  document.addEventListener("htmx:load", (event) => show(event.target));
}
