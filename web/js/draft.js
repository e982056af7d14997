/**
 * `<x-draft name>`: keeps what was typed into its fields until the form is accepted.
 *
 * Kept per person in this browser, thrown away at sign-out; fields with `data-no-draft` (names, numbers) are never kept.
 */
import { words } from "./words.js";

const PREFIX = "draft:";
/** What every other page of this browser hears when somebody signs out. */
export const SIGNED_OUT = "signed-out";

/** @typedef {HTMLInputElement | HTMLTextAreaElement} Field */

/** Forgets every draft of this browser, and lets its other pages know. */
export function forgetDrafts() {
  localStorage.setItem(SIGNED_OUT, String(Date.now()));
  for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
}

class Draft extends HTMLElement {
  #timer = 0;

  get #key() {
    return `${PREFIX}${document.body.dataset.person ?? ""}:${this.getAttribute("name")}`;
  }

  /** @returns {Field[]} */
  get #fields() {
    const found = this.querySelectorAll("textarea[name], input[type=text][name], input:not([type])[name]");
    return /** @type {Field[]} */ ([...found]).filter((field) => !field.hasAttribute("data-no-draft"));
  }

  connectedCallback() {
    this.addEventListener("input", this.#later);
    this.addEventListener("draft:done", this.forget);
    queueMicrotask(() => this.#restore());
  }

  disconnectedCallback() {
    window.clearTimeout(this.#timer);
  }

  #later = () => {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#keep(), 400);
  };

  #keep() {
    const typed = Object.fromEntries(this.#fields.filter((field) => field.value !== field.defaultValue).map((field) => [field.name, field.value]));
    if (Object.keys(typed).length === 0) return localStorage.removeItem(this.#key);
    localStorage.setItem(this.#key, JSON.stringify(typed));
  }

  #restore() {
    const kept = localStorage.getItem(this.#key);
    if (!kept || !this.isConnected) return;
    /** @type {Record<string, string>} */
    const typed = JSON.parse(kept);
    const fields = this.#fields.filter((field) => typed[field.name] !== undefined && field.value === field.defaultValue && typed[field.name] !== field.value);
    if (fields.length === 0) return;
    for (const field of fields) field.value = typed[field.name];
    this.#tell(fields);
  }

  /** @param {Field[]} fields */
  #tell(fields) {
    const note = Object.assign(document.createElement("p"), { className: "draft-note", textContent: words.draftKept });
    const discard = Object.assign(document.createElement("button"), { type: "button", className: "btn btn--quiet btn--small", textContent: words.draftDiscard });
    discard.addEventListener("click", () => {
      for (const field of fields) field.value = field.defaultValue;
      this.forget();
      note.remove();
    });
    note.append(discard);
    this.prepend(note);
  }

  forget = () => {
    window.clearTimeout(this.#timer);
    localStorage.removeItem(this.#key);
  };
}

customElements.define("x-draft", Draft);
