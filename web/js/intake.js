/**
 * `<x-intake>`: the desk's one screen. Decides when the server is asked again; every answer is the server's.
 *
 * - a change of place, time, service or words asks for the check (`check` on `#check`),
 * - a change of phone or place asks for earlier complaints (`earlier` on `#earlier`),
 * - the address list is walked by arrow keys and fills in longitude and latitude.
 */

const CHECKED_BY = new Set(["lon", "lat", "datum", "precision_m", "setting", "service", "occurred_at", "technology", "description", "phenomenon", "level", "channel"]);
const EARLIER_BY = new Set(["phone", "contact_phone", "lon", "lat", "address"]);
/** Fields whose change is a finished choice and may be answered at once. */
const AT_ONCE = new Set(["lon", "lat", "datum", "setting", "service", "technology"]);

class Intake extends HTMLElement {
  /** @type {Map<string, number>} */
  #timers = new Map();

  connectedCallback() {
    this.addEventListener("input", this.#typed);
    this.addEventListener("keydown", this.#walk);
    this.addEventListener("click", this.#pick);
    this.addEventListener("x-map:picked", this.#picked);
    this.addEventListener("focusout", this.#left);
    this.addEventListener("htmx:after:swap", this.#listed);
    if (this.#value("lon") && this.#value("lat")) this.#ask("check", 0);
    if (this.#value("phone")) this.#ask("earlier", 0);
  }

  disconnectedCallback() {
    for (const timer of this.#timers.values()) window.clearTimeout(timer);
  }

  /** @param {string} name */
  #field(name) {
    const found = this.querySelector(`[name="${name}"]`);
    return found instanceof HTMLInputElement || found instanceof HTMLSelectElement ? found : null;
  }

  /** @param {string} name */
  #value(name) {
    return this.#field(name)?.value.trim() ?? "";
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  #set(name, value) {
    const field = this.#field(name);
    if (field) field.value = value;
  }

  /**
   * @param {"check" | "earlier"} what
   * @param {number} delay
   */
  #ask(what, delay) {
    window.clearTimeout(this.#timers.get(what));
    this.#timers.set(
      what,
      window.setTimeout(() => document.getElementById(what)?.dispatchEvent(new CustomEvent(what)), delay),
    );
  }

  /** @param {Event} event */
  #typed = (event) => {
    const name = event.target instanceof HTMLElement ? event.target.getAttribute("name") : null;
    if (!name) return;
    if (CHECKED_BY.has(name)) this.#ask("check", AT_ONCE.has(name) ? 250 : 700);
    if (EARLIER_BY.has(name)) this.#ask("earlier", 350);
    if (name === "lon" || name === "lat" || name === "datum") this.#mark();
  };

  /** Shows on the map what was typed as numbers; only WGS-84 can be drawn without asking the server. */
  #mark() {
    const [lon, lat] = [Number(this.#value("lon")), Number(this.#value("lat"))];
    const datum = this.#value("datum") || "wgs84";
    if (datum !== "wgs84" || !this.#value("lon") || !this.#value("lat") || Number.isNaN(lon) || Number.isNaN(lat)) return;
    this.querySelector("x-map")?.dispatchEvent(new CustomEvent("x-map:mark", { detail: { lon, lat } }));
  }

  /**
   * @param {number} lon
   * @param {number} lat
   * @param {number} precision
   */
  #place(lon, lat, precision) {
    this.#set("lon", lon.toFixed(6));
    this.#set("lat", lat.toFixed(6));
    this.#set("datum", "wgs84");
    if (precision > 0) this.#set("precision_m", String(precision));
    this.#ask("check", 0);
    this.#ask("earlier", 0);
  }

  /** @param {Event} event */
  #picked = (event) => {
    const { lon, lat } = /** @type {CustomEvent<{ lon: number, lat: number }>} */ (event).detail;
    this.#place(lon, lat, 50);
  };

  get #options() {
    return /** @type {HTMLElement[]} */ ([...this.querySelectorAll("#places [role=option]")]);
  }

  /** @param {Event} event */
  #pick = (event) => {
    const option = event.target instanceof Element ? event.target.closest("#places [role=option]") : null;
    if (option instanceof HTMLElement) this.#choose(option);
  };

  /** @param {HTMLElement} option */
  #choose(option) {
    this.#set("address", option.dataset.address ?? option.textContent?.trim() ?? "");
    this.#close();
    const [lon, lat] = [Number(option.dataset.lon), Number(option.dataset.lat)];
    this.#place(lon, lat, Number(option.dataset.precision ?? 0));
    this.#mark();
  }

  #close() {
    this.querySelector("#places")?.replaceChildren();
    this.#field("address")?.setAttribute("aria-expanded", "false");
    this.#field("address")?.removeAttribute("aria-activedescendant");
  }

  /** @param {Event} event */
  #listed = (event) => {
    if (!(event.target instanceof Element) || event.target.id !== "address") return;
    if (document.activeElement !== event.target) return this.#close();
    event.target.setAttribute("aria-expanded", String(this.#options.length > 0));
  };

  /** @param {FocusEvent} event */
  #left = (event) => {
    if (event.target === this.#field("address")) window.setTimeout(() => this.#close(), 200);
  };

  /** @param {KeyboardEvent} event */
  #walk = (event) => {
    const input = this.#field("address");
    const options = this.#options;
    if (event.target !== input || !input || options.length === 0 || event.isComposing) return;
    const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "Escape") this.#close();
    else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) this.#choose(options[Math.max(at, 0)]);
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const next = options[(at + (event.key === "ArrowDown" ? 1 : -1) + options.length) % options.length];
      for (const option of options) option.setAttribute("aria-selected", String(option === next));
      input.setAttribute("aria-activedescendant", next.id);
      next.scrollIntoView({ block: "nearest" });
    } else return;
    event.preventDefault();
  };
}

customElements.define("x-intake", Intake);
