/**
 * Texts to quote: a press of `[data-insert]`, or Alt and its number, puts the words beside it into the field of that id.
 */

/** @param {Element} button */
function insert(button) {
  const field = document.getElementById(button.getAttribute("data-insert") ?? "");
  const text = button.parentElement?.querySelector("p")?.textContent ?? "";
  if (!(field instanceof HTMLTextAreaElement)) return;
  const before = field.value.slice(0, field.selectionStart);
  const gap = before === "" || before.endsWith("\n") ? "" : "\n";
  field.setRangeText(gap + text, field.selectionStart, field.selectionEnd, "end");
  field.focus();
  // What was inserted is typed as well as anything: kept as a draft, and passed by when the page refreshes itself.
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-insert]") : null;
  if (button) insert(button);
});

document.addEventListener("keydown", (event) => {
  const digit = /^Digit([1-9])$/.exec(event.code)?.[1];
  if (!digit || !event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
  const form = event.target instanceof Element ? event.target.closest("form") : null;
  const button = (form ?? document).querySelectorAll("[data-insert]")[Number(digit) - 1];
  if (!button) return;
  event.preventDefault();
  insert(button);
});
