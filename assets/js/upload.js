// Files dropped on `form[data-drop]` are taken as if chosen, and it shows how far sending them is.
// (The form itself is sent by htmx, or by the browser where there is no script.)
function formOf(event) {
  return event.target.closest?.("form[data-drop]");
}

for (const name of ["dragenter", "dragover"]) {
  document.addEventListener(name, (event) => {
    const form = formOf(event);
    if (!form || !event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    form.classList.add("is-over");
  });
}

document.addEventListener("dragleave", (event) => {
  const form = formOf(event);
  if (form && !form.contains(event.relatedTarget)) form.classList.remove("is-over");
});

document.addEventListener("drop", (event) => {
  const form = formOf(event);
  if (!form || !event.dataTransfer.files.length) return;
  event.preventDefault();
  form.classList.remove("is-over");
  const field = form.querySelector("input[type=file]");
  const taken = new DataTransfer();
  const files = [...event.dataTransfer.files];
  for (const file of field.multiple ? files : files.slice(0, 1)) taken.items.add(file);
  field.files = taken.files;
  field.dispatchEvent(new Event("change", { bubbles: true }));
  form.requestSubmit();
});

// What is too large is said before it is sent: `data-most` is in bytes, `data-too-large` the words.
document.addEventListener("change", (event) => {
  const field = event.target;
  if (!field.matches?.("form[data-drop] input[type=file][data-most]")) return;
  const large = [...field.files].find((file) => file.size > Number(field.dataset.most));
  field.setCustomValidity(large ? `${large.name}: ${field.dataset.tooLarge}` : "");
  if (large) field.reportValidity();
});

document.addEventListener("htmx:xhr:progress", (event) => {
  const bar = event.target.querySelector?.("[data-progress]");
  if (!bar || !event.detail.lengthComputable) return;
  bar.hidden = false;
  bar.max = event.detail.total;
  bar.value = event.detail.loaded;
});
