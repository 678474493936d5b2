// The builder of rules. What it does without a script stays as it is; here a list of choices says beside its
// name what is ticked in it, and can be searched. After a press the new condition asks for the focus itself.
function say(list) {
  const chosen = [...list.querySelectorAll("input:checked")].map((box) => box.nextElementSibling.textContent.trim());
  const words = list.querySelector("[data-chosen]");
  words.textContent = chosen.join(", ") || words.dataset.none;
}

function narrow(input) {
  const wanted = input.value.trim().toLowerCase();
  for (const choice of input.closest("[data-choices]").querySelectorAll("label")) {
    choice.hidden = wanted !== "" && !choice.textContent.toLowerCase().includes(wanted);
  }
}

function ready() {
  for (const input of document.querySelectorAll("[data-choices] [data-find][hidden]")) input.hidden = false;
}

document.addEventListener("change", (event) => {
  const list = event.target.closest("[data-choices]");
  if (list) say(list);
});
// What is typed to find a choice is no part of the rule: the form must not hear of it.
document.addEventListener(
  "input",
  (event) => {
    if (!event.target.matches("[data-find]")) return;
    event.stopPropagation();
    narrow(event.target);
  },
  true,
);
document.addEventListener("keydown", (event) => {
  if (event.target.matches("[data-find]") && event.key === "Enter") event.preventDefault();
});
document.addEventListener("htmx:afterSettle", ready);
ready();
