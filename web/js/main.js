/**
 * What every page loads: settings of htmx, the elements, and the habits that belong to no element.
 */
import "./countdown.js";
import "./live.js";
import "./keys.js";
import { forgetDrafts } from "./draft.js";
import "./insert.js";
import "./intake.js";
import "./merge.js";
import "./map.js";
import "./patience.js";
import { words } from "./words.js";

/** @typedef {{ ctx: { sourceElement: Element, request: { body: FormData | null }, response?: { status: number } } }} Detail */

const { htmx } = /** @type {{ htmx: { config: Record<string, any> } }} */ (/** @type {unknown} */ (window));
// The browser's own additions survive a morphing refresh: the rest of a due time, an opened `<details>`, a drawn map.
htmx.config.morphIgnore.push("data-rest", "data-live", "data-ready", "data-dark", "data-drawn", "data-failed", "open");
htmx.config.morphSkipChildren = "[hx-morph-skip-children], x-map";

/**
 * Says something for a few seconds.
 * @param {string} text
 * @param {string} [tone]
 */
function toast(text, tone = "info") {
  const note = Object.assign(document.createElement("p"), { className: "toast", textContent: text });
  note.dataset.tone = tone;
  document.getElementById("toasts")?.append(note);
  window.setTimeout(() => note.remove(), 6000);
}

/** Marks the row of the case that is open, which a refresh of the queue cannot know. */
function markOpen() {
  const open = document.getElementById("case")?.dataset.case;
  for (const row of document.querySelectorAll("#queue [data-item]")) {
    if (row.id === `row-${open}`) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
  const page = document.querySelector(".page--workbench");
  if (page instanceof HTMLElement && open) page.dataset.open = "case";
}

document.addEventListener("toast", (event) => {
  const { text, tone } = /** @type {CustomEvent<{ text: string, tone?: string }>} */ (event).detail;
  toast(text, tone);
});

document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = /** @type {CustomEvent<Detail>} */ (event).detail;
  const open = document.getElementById("case")?.dataset.case;
  if (ctx.sourceElement.id === "queue" && open) ctx.request.body?.set("open", open);
});

document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = /** @type {CustomEvent<Detail>} */ (event).detail;
  if ((ctx.response?.status ?? 500) >= 300) return;
  for (const draft of ctx.sourceElement.querySelectorAll("x-draft")) draft.dispatchEvent(new CustomEvent("draft:done"));
});

document.addEventListener("htmx:error", (event) => {
  if (/** @type {CustomEvent} */ (event).detail.ctx) toast(words.requestFailed, "late");
});

document.addEventListener("htmx:after:settle", (event) => {
  markOpen();
  const target = event.target;
  // A form that was just opened is where the next key belongs.
  if (target instanceof HTMLElement && target.id === "act") {
    const field = target.querySelector("input:not([type=hidden]), select, textarea");
    if (field instanceof HTMLElement) field.focus();
    target.scrollIntoView({ block: "nearest" });
  }
  // Where the field had the focus before the answer came, nothing tells of its getting it.
  document.activeElement?.removeAttribute("autofocus");
});

// The cursor is put where something is wrong once; a later refresh leaves it where the person has moved it.
document.addEventListener("focusin", (event) => {
  if (event.target instanceof Element) event.target.removeAttribute("autofocus");
});

// A form somebody has typed into keeps the version it began with: a live refresh passes it by, and a stale edit is refused.
document.addEventListener("input", (event) => {
  const form = event.target instanceof Element ? event.target.closest("form") : null;
  if (form && form.method !== "get") form.setAttribute("hx-morph-skip", "");
});

document.addEventListener("submit", (event) => {
  if (!(event.target instanceof HTMLFormElement)) return;
  if (event.target.action.endsWith("/sign-out")) forgetDrafts();
  if (event.target.hasAttribute("hx-post")) return;
  for (const draft of event.target.querySelectorAll("x-draft")) draft.dispatchEvent(new CustomEvent("draft:done"));
});

// An opened form folds away where it is; what was typed stays as a draft.
document.addEventListener("click", (event) => {
  const act = document.getElementById("act");
  const close = event.target instanceof Element ? event.target.closest("#act [data-close-act]") : null;
  if (!act || !close || (event instanceof MouseEvent && (event.ctrlKey || event.metaKey))) return;
  event.preventDefault();
  act.replaceChildren();
  if (location.pathname.includes("/act/")) history.replaceState(history.state, "", close.getAttribute("href") ?? "");
  document.getElementById("actions")?.querySelector("a")?.focus();
});

// On a narrow screen the rail scrolls: the door one stands in is in sight.
const here = document.querySelector(".rail > [aria-current]");
if (here instanceof HTMLElement && here.parentElement) here.parentElement.scrollLeft = here.offsetLeft - 80;

// So is the tab one looks at, where a language makes the row longer than its place.
for (const tab of document.querySelectorAll(".tabs > [aria-current]")) {
  if (tab instanceof HTMLElement && tab.parentElement) tab.parentElement.scrollLeft = tab.offsetLeft + tab.offsetWidth - tab.parentElement.clientWidth;
}

// A menu that opens below the edge of the screen comes up to it. `toggle` does not bubble.
document.addEventListener(
  "toggle",
  (event) => {
    if (event.target instanceof HTMLDetailsElement && event.target.matches(".actions__more[open]")) event.target.querySelector(".menu__list")?.scrollIntoView({ block: "nearest" });
  },
  true,
);

// A menu closes when the person looks elsewhere.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (event.target instanceof Node && !menu.contains(event.target)) menu.removeAttribute("open");
  }
});

markOpen();
