// The rail's width is a cookie, so that the server draws it right the first time; the theme changes at once
// and is then kept on the user by the form that asked for it.
function fold(shell) {
  const narrow = shell.classList.toggle("is-narrow");
  document.cookie = `trm_rail=${narrow ? "narrow" : "wide"}; path=/; max-age=31536000; samesite=lax`;
  document.querySelector("[data-fold]").setAttribute("aria-expanded", String(!narrow));
}

function setTheme(theme) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  document.dispatchEvent(new CustomEvent("themechange"));
}

export function start() {
  const shell = document.querySelector(".shell");
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-fold]")) fold(shell);
    const theme = event.target.closest("[data-theme-choice]");
    if (theme) {
      for (const other of document.querySelectorAll("[data-theme-choice]")) other.setAttribute("aria-pressed", String(other.dataset.themeChoice === theme.dataset.themeChoice));
      setTheme(theme.dataset.themeChoice);
    }
  });
  const onScroll = () => document.body.classList.toggle("is-scrolled", window.scrollY > 4);
  document.addEventListener("scroll", onScroll, { passive: true });
  onScroll();
}
