// Forms with several of one kind: `[data-rows="prefix"]` holds rows and a <template> of an empty one. The button
// shows itself here only: without a script there is always one empty row, and saving gives another.
function add(rows) {
  const total = rows.querySelector(`[name="${rows.dataset.rows}-TOTAL_FORMS"]`);
  const list = rows.querySelector("[data-rows-list]");
  const row = rows.querySelector("template").content.firstElementChild.cloneNode(true);
  for (const element of row.querySelectorAll("*")) {
    for (const attribute of [...element.attributes]) {
      if (attribute.value.includes("__prefix__")) element.setAttribute(attribute.name, attribute.value.replaceAll("__prefix__", total.value));
    }
  }
  list.append(row);
  total.value = Number(total.value) + 1;
  row.querySelector("input, select").focus();
}

for (const rows of document.querySelectorAll("[data-rows]")) {
  const button = rows.querySelector("[data-rows-add]");
  button.hidden = false;
  button.addEventListener("click", () => add(rows));
}
