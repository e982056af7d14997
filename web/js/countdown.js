/**
 * `<x-countdown due warn data-state>`: adds the time that is left to the due time the server wrote.
 *
 * The rest lives in an attribute that CSS draws, so that a morphing refresh never fights with it.
 */
import { now } from "./clock.js";
import { span, words } from "./words.js";

/** @type {Set<Countdown>} */
const shown = new Set();
let timer = 0;

class Countdown extends HTMLElement {
  static observedAttributes = ["due", "warn", "data-state"];

  connectedCallback() {
    shown.add(this);
    this.tick();
    timer ||= window.setInterval(() => shown.forEach((each) => each.tick()), 1000);
  }

  disconnectedCallback() {
    shown.delete(this);
    if (shown.size > 0) return;
    window.clearInterval(timer);
    timer = 0;
  }

  attributeChangedCallback() {
    if (this.isConnected) this.tick();
  }

  tick() {
    const due = Date.parse(this.getAttribute("due") ?? "");
    const state = this.dataset.state ?? "running";
    if (state === "paused" || state === "met" || state === "breached") return this.say(words[state], "still");
    if (Number.isNaN(due)) return;
    const left = (due - now()) / 1000;
    const warn = Date.parse(this.getAttribute("warn") ?? "");
    if (left < 0) return this.say(words.over(span(left)), "late");
    this.say(words.left(span(left)), now() >= warn ? "soon" : "ok");
  }

  /**
   * @param {string} rest
   * @param {"ok" | "soon" | "late" | "still"} level
   */
  say(rest, level) {
    if (this.dataset.rest !== rest) this.dataset.rest = rest;
    if (this.dataset.live !== level) this.dataset.live = level;
  }
}

customElements.define("x-countdown", Countdown);
