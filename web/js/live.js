/**
 * `<x-live data-src>`: hears what changed and lets the elements concerned fetch themselves again.
 *
 * A message carries topic and version only; the element's own authorised address brings the content, so that no side door can
 * leak. With the stream down everything refreshes every twenty seconds.
 */
import { listen } from "./stream.js";
import { words } from "./words.js";

const POLL = 20_000;

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
    this.#notice.setAttribute("role", "status");
    this.#notice.textContent = words.liveLost;
    this.append(this.#notice);
    this.#enter();
    window.addEventListener("pagehide", this.#goodbye);
    window.addEventListener("pageshow", this.#hello);
  }

  disconnectedCallback() {
    this.#goodbye();
    window.removeEventListener("pagehide", this.#goodbye);
    window.removeEventListener("pageshow", this.#hello);
  }

  #enter() {
    if (!this.dataset.src) return;
    const url = new URL(this.dataset.src, location.href).href;
    if (typeof SharedWorker !== "function") {
      this.#leave = listen(url, this.#hear).stop;
      return;
    }
    const worker = new SharedWorker(new URL("./live-worker.js", import.meta.url), { type: "module", name: "shouwen-live" });
    worker.port.onmessage = ({ data }) => this.#hear(data);
    worker.port.postMessage({ open: url });
    this.#leave = () => worker.port.postMessage({ leave: true });
  }

  #goodbye = () => {
    this.#leave?.();
    this.#leave = null;
    window.clearInterval(this.#poll);
  };

  /** A page that comes back from the browser's memory has missed something. @param {PageTransitionEvent} event */
  #hello = (event) => {
    if (!event.persisted) return;
    this.#enter();
    spread(null);
  };

  /** @param {import("./stream.js").Heard} heard */
  #hear = (heard) => {
    if (heard.change) spread(heard.change);
    if (heard.missed) spread(null);
    if (heard.lost === undefined) return;
    this.#notice.hidden = !heard.lost;
    window.clearInterval(this.#poll);
    if (heard.lost) this.#poll = window.setInterval(() => document.hidden || spread(null), POLL);
  };
}

customElements.define("x-live", Live);
