/**
 * `<x-keys>`: every list and every action by keyboard.
 *
 * `j`/`k` in `[data-list]`, `Enter` opens, `/` searches, `g` + letter goes, `[data-key]` presses, `Esc` folds, `?` explains.
 */
import { words } from "./words.js";

const GO_WITHIN = 1200;

/** @param {EventTarget | null} target */
const typing = (target) => target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** @param {string} selector */
const press = (selector) => {
  const element = document.querySelector(selector);
  if (!(element instanceof HTMLElement) || element.matches(":disabled")) return false;
  element.click();
  return true;
};

class Keys extends HTMLElement {
  #goUntil = 0;

  connectedCallback() {
    document.addEventListener("keydown", this.#down);
    document.addEventListener("click", this.#click);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.#down);
    document.removeEventListener("click", this.#click);
  }

  /** @param {KeyboardEvent} event */
  #down = (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return this.#submit(event);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") return this.#fold(event);
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    if (this.#act(event.key)) event.preventDefault();
  };

  /** @param {string} key */
  #act(key) {
    const going = performance.now() < this.#goUntil;
    this.#goUntil = 0;
    if (going) return press(`[data-goto="${CSS.escape(key)}"]`);
    switch (key) {
      case "g":
        this.#goUntil = performance.now() + GO_WITHIN;
        return true;
      case "j":
        return this.#move(1);
      case "k":
        return this.#move(-1);
      case "Enter":
        return document.activeElement === document.body && this.#open();
      case "/":
        return this.#search();
      case "?":
        return this.#explain();
      default:
        return press(`[data-item].is-cursor [data-row-key="${CSS.escape(key)}"]`) || press(`[data-key="${CSS.escape(key)}"]`);
    }
  }

  #items() {
    return /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-list] [data-item]")]);
  }

  /** @param {number} step */
  #move(step) {
    const items = this.#items();
    if (items.length === 0) return false;
    const places = [
      items.findIndex((item) => item.contains(document.activeElement)),
      items.findIndex((item) => item.classList.contains("is-cursor")),
      items.findIndex((item) => item.hasAttribute("aria-current")),
    ];
    const from = places.find((place) => place >= 0) ?? -1;
    const next = items[Math.max(0, Math.min(items.length - 1, from + step))];
    for (const item of items) item.classList.toggle("is-cursor", item === next);
    // Whoever cannot see the mark hears where they are, and `Enter` and the Tab key go on from there.
    const link = next.querySelector("a[href]");
    if (link instanceof HTMLElement) link.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
    return true;
  }

  #open() {
    const link = document.querySelector("[data-item].is-cursor a[href]");
    if (!(link instanceof HTMLElement)) return false;
    link.click();
    return true;
  }

  #search() {
    const field = document.querySelector("[data-search]");
    if (!(field instanceof HTMLInputElement)) return press('[data-goto="s"]');
    field.focus();
    field.select();
    return true;
  }

  /** @param {KeyboardEvent} event */
  #submit(event) {
    const form = event.target instanceof HTMLElement ? event.target.closest("form") : null;
    if (form) {
      event.preventDefault();
      form.requestSubmit();
    } else if (press('[data-key="mod+Enter"]')) event.preventDefault();
  }

  /** @param {KeyboardEvent} event */
  #fold(event) {
    if (document.activeElement instanceof HTMLElement && document.activeElement.matches("[data-search]")) return document.activeElement.blur();
    if (document.querySelector("#act > *") && press("[data-close-act]")) event.preventDefault();
  }

  #explain() {
    const dialog = document.createElement("dialog");
    dialog.className = "keys";
    const title = document.createElement("h2");
    title.textContent = words.keysTitle;
    const list = document.createElement("dl");
    for (const [keys, meaning] of words.keys) {
      const [term, text] = [document.createElement("dt"), document.createElement("dd")];
      const key = document.createElement("kbd");
      key.textContent = keys;
      term.append(key);
      text.textContent = meaning;
      list.append(term, text);
    }
    dialog.append(title, list);
    dialog.addEventListener("close", () => dialog.remove());
    dialog.addEventListener("click", () => dialog.close());
    document.body.append(dialog);
    dialog.showModal();
    return true;
  }

  /** @param {MouseEvent} event */
  #click = (event) => {
    if (event.target instanceof Element && event.target.closest("[data-show-keys]")) this.#explain();
  };
}

customElements.define("x-keys", Keys);
