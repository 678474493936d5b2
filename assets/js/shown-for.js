// `data-shown-for="type:choice,choices"` is shown while the form's field `type` has one of these values. Without a
// script everything stands there, with a line that says when to leave it empty (`data-hide-with-script`).
for (const part of document.querySelectorAll("[data-shown-for]")) {
  const [name, values] = part.dataset.shownFor.split(":");
  const control = part.closest("form").elements[name];
  if (!control) continue;
  const wanted = values.split(",");
  const show = () => {
    part.hidden = !wanted.includes(control.value);
  };
  control.addEventListener("change", show);
  show();
  for (const hint of part.querySelectorAll("[data-hide-with-script]")) hint.hidden = true;
}
