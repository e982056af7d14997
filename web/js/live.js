/**
 * `<x-live data-src>`: hears what changed and lets the elements concerned fetch themselves again.
 *
 * A message carries topic and version only; the element's own authorised address brings the content, so that no side door can
 * leak. With the stream down everything refreshes every twenty seconds.
 */
import { words } from "./words.js";

const POLL = 20_000;

/** @typedef {{ change?: { topic: string, version: number }, state?: string, regained?: boolean }} Heard */

/**
 * Sends `changed` to the elements that watch a topic, or to all of them.
 * @param {{ topic: string, version: number } | null} change
 */
export function spread(change) {
  for (const element of document.querySelectorAll("[data-topic]")) {
    if (!(element instanceof HTMLElement)) continue;
    if (change && !(element.dataset.topic ?? "").split(/\s+/).includes(change.topic)) continue;
    if (change && Number(element.dataset.version ?? -1) >= change.version) continue;
    element.dispatchEvent(new CustomEvent("changed", { detail: change }));
  }
}

class Live extends HTMLElement {
  /** @type {(() => void) | null} */
  #leave = null;
  #poll = 0;
  #notice = Object.assign(document.createElement("p"), { className: "live-lost", hidden: true });

  connectedCallback() {
    const url = this.dataset.src;
    if (!url) return;
    this.#notice.setAttribute("role", "status");
    this.#notice.textContent = words.liveLost;
    this.append(this.#notice);
    this.#leave = typeof SharedWorker === "function" ? this.#share(url) : this.#listen(url);
    window.addEventListener("pagehide", this.#goodbye);
    window.addEventListener("pageshow", this.#hello);
  }

  disconnectedCallback() {
    this.#goodbye();
    window.removeEventListener("pagehide", this.#goodbye);
    window.removeEventListener("pageshow", this.#hello);
  }

  #goodbye = () => {
    this.#leave?.();
    this.#leave = null;
    window.clearInterval(this.#poll);
  };

  /** @param {PageTransitionEvent} event */
  #hello = (event) => {
    if (!event.persisted || !this.dataset.src) return;
    this.#leave = typeof SharedWorker === "function" ? this.#share(this.dataset.src) : this.#listen(this.dataset.src);
    spread(null);
  };

  /** @param {string} url */
  #share(url) {
    const worker = new SharedWorker(new URL("./live-worker.js", import.meta.url), { type: "module", name: "shouwen-live" });
    worker.port.onmessage = ({ data }) => this.#hear(data);
    worker.port.postMessage({ open: new URL(url, location.href).href });
    return () => worker.port.postMessage({ close: true });
  }

  /** @param {string} url */
  #listen(url) {
    const source = new EventSource(url);
    let lost = false;
    source.onopen = () => {
      this.#hear({ state: "open", regained: lost });
      lost = false;
    };
    source.onerror = () => {
      lost = true;
      this.#hear({ state: "lost" });
    };
    source.onmessage = (event) => this.#hear({ change: JSON.parse(event.data) });
    return () => source.close();
  }

  /** @param {Heard} heard */
  #hear(heard) {
    if (heard.change) spread(heard.change);
    if (heard.regained) spread(null);
    if (!heard.state) return;
    const lost = heard.state === "lost";
    this.dataset.state = heard.state;
    this.#notice.hidden = !lost;
    window.clearInterval(this.#poll);
    if (lost) this.#poll = window.setInterval(() => document.hidden || spread(null), POLL);
  }
}

customElements.define("x-live", Live);
