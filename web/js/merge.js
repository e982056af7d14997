/**
 * `<x-merge>`: in the three columns of a stale edit, choosing a side puts its text into the result.
 */
class Merge extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", this.#take);
  }

  disconnectedCallback() {
    this.removeEventListener("change", this.#take);
  }

  /** @param {Event} event */
  #take = (event) => {
    const radio = event.target;
    if (!(radio instanceof HTMLInputElement) || !radio.name.startsWith("_take_")) return;
    const text = radio.closest(".merge__side")?.querySelector(".merge__text");
    const result = radio.closest(".merge__row")?.querySelector(`.merge__result [name="${CSS.escape(radio.name.slice(6))}"]`);
    if (!text || !(result instanceof HTMLTextAreaElement || result instanceof HTMLInputElement || result instanceof HTMLSelectElement)) return;
    result.value = text.getAttribute("data-value") ?? text.textContent ?? "";
    result.dispatchEvent(new Event("input", { bubbles: true }));
  };
}

customElements.define("x-merge", Merge);
