// Sentences that scripts say, translated by the page: <template id="words" data-...>.
export function word(key) {
  return document.getElementById("words")?.dataset[key] ?? "";
}
