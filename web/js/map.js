/**
 * `<x-map data-mode="case | pick | network" data-base data-src>` and `<x-evidence for data-json>`.
 *
 * MapLibre on a plain ground: no tiles, no glyph server, no address outside. The library is fetched only when a map comes into
 * view; where WebGL is missing the element says so and the form beside it keeps working.
 */
import { drawn, links, named, placeFeatures, sectors, spacing } from "./evidence.js";
import { canDraw, dress, library } from "./map-library.js";
import { around, graticule } from "./sector.js";
import { words } from "./words.js";

/**
 * @typedef {import("maplibre-gl").Map} MapLibreMap
 * @typedef {import("maplibre-gl").GeoJSONSource} Source
 * @typedef {import("./evidence.js").Check} Check
 * @typedef {import("./evidence.js").Drawn} Drawn
 * @typedef {{ id: string, name: string, lon: number, lat: number, azimuth: number | null, beam: number | null, state: string, note?: string | null }} Listed
 * @typedef {{ truncated: boolean, bbox: [number, number, number, number] | null, elements: Listed[] }} Listing
 */

/** Sectors are drawn between these lengths on the ground, metres. */
const SECTOR = { least: 60, most: 900 };
/** From far away sectors shrink, so that a whole city stays readable. */
const pixels = (/** @type {number} */ zoom) => Math.min(Math.max((zoom - 9) * 6, 7), 32);
/** The zoom at which a click names a building. */
const CLOSE = 14.5;
const EARTH = 40_075_016;

class NetworkMap extends HTMLElement {
  /** @type {MapLibreMap | null} */
  #map = null;
  /** @type {Check | null} */
  #check = null;
  /** @type {Drawn[]} */
  #elements = [];
  /** @type {{ lon: number, lat: number } | null} */
  #place = null;
  #size = 0;
  #truncated = false;
  #framed = false;
  #timer = 0;
  #tip = Object.assign(document.createElement("div"), { className: "map__tip", hidden: true });
  #count = Object.assign(document.createElement("p"), { className: "map__count", hidden: true });
  /** @type {IntersectionObserver | null} */
  #seen = null;

  connectedCallback() {
    this.addEventListener("changed", this.#refetch);
    this.addEventListener("x-map:mark", this.#marked);
    document.addEventListener("mouseover", this.#hovered);
    document.addEventListener("click", this.#rowClicked);
    this.#seen = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && this.#start(), { rootMargin: "200px" });
    this.#seen.observe(this);
  }

  disconnectedCallback() {
    document.removeEventListener("mouseover", this.#hovered);
    document.removeEventListener("click", this.#rowClicked);
    this.#seen?.disconnect();
    window.clearTimeout(this.#timer);
    this.#map?.remove();
    this.#map = null;
    this.querySelector(".map__canvas")?.remove();
    this.removeAttribute("data-ready");
  }

  /** The check to show, or null to show none. */
  set check(/** @type {Check | null} */ check) {
    this.#check = check;
    if (check) this.#place = check.place;
    if (this.dataset.mode === "case") this.#elements = check ? drawn(check) : [];
    this.#draw();
    this.#frame();
  }

  /**
   * Where a point is drawn, in pixels of the element.
   * @param {number} lon
   * @param {number} lat
   */
  pixel(lon, lat) {
    return this.#map?.project([lon, lat]) ?? null;
  }

  async #start() {
    this.#seen?.disconnect();
    if (this.#map) return;
    if (!canDraw()) return this.#refuse();
    const { Map: MapLibre, NavigationControl, ScaleControl, setWorkerUrl } = await library();
    const [{ style }] = await Promise.all([import("./map-style.js"), dress()]);
    if (!this.isConnected) return;
    setWorkerUrl(new URL("../vendor/maplibre-gl-worker.mjs", import.meta.url).href);
    const container = Object.assign(document.createElement("div"), { className: "map__canvas" });
    this.append(container, this.#tip, this.#count);
    const map = new MapLibre({
      container,
      style: style(),
      center: this.#place ? [this.#place.lon, this.#place.lat] : [0, 0],
      zoom: this.#place ? CLOSE : 1,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      maxPitch: 0,
      fadeDuration: 0,
      cooperativeGestures: false,
      locale: { "Map.Title": this.dataset.label ?? "", "NavigationControl.ZoomIn": "+", "NavigationControl.ZoomOut": "−" },
    });
    this.#map = map;
    map.touchZoomRotate.disableRotation();
    map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    map.addControl(new ScaleControl({ maxWidth: 110 }), "bottom-left");
    map.on("load", () => this.#loaded(style));
    map.on("moveend", this.#moved);
    map.on("mousemove", this.#pointed);
    map.on("mouseout", () => this.#light(null));
    map.on("click", (event) => this.#picked(event.lngLat));
    container.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || this.dataset.mode !== "pick") return;
      event.preventDefault();
      this.#picked(map.getCenter());
    });
  }

  /** @param {() => import("maplibre-gl").StyleSpecification} style */
  async #loaded(style) {
    const dark = window.matchMedia("(prefers-color-scheme: dark)");
    const themed = () => {
      const theme = document.documentElement.dataset.theme;
      this.toggleAttribute("data-dark", theme ? theme === "dark" : dark.matches);
    };
    themed();
    dark.addEventListener("change", () => {
      themed();
      this.#map?.setStyle(style(), { diff: false });
      this.#map?.once("styledata", () => {
        this.#size = 0;
        this.#background();
        this.#draw();
        this.#moved();
      });
    });
    await Promise.all([this.#background(), this.#fetch()]);
    this.#frame();
    this.#draw();
    this.#moved();
    this.#map?.once("idle", () => this.setAttribute("data-ready", ""));
    this.#map?.triggerRepaint();
  }

  #refuse() {
    const note = this.querySelector(".map__fallback") ?? this.appendChild(Object.assign(document.createElement("p"), { className: "map__fallback" }));
    note.textContent = words.mapFailed;
    this.setAttribute("data-failed", "");
  }

  /** @param {string} id */
  #source(id) {
    return /** @type {Source | undefined} */ (this.#map?.getSource(id));
  }

  async #background() {
    const url = this.dataset.base;
    if (!url) return;
    const answer = await fetch(url);
    if (answer.status !== 200) return;
    const base = await answer.json();
    if (!this.#framed && Array.isArray(base.bbox)) this.#fit([[base.bbox[0], base.bbox[1]], [base.bbox[2], base.bbox[3]]]);
    this.#source("base")?.setData(named(base));
  }

  async #fetch() {
    const url = this.dataset.src;
    if (!url) return;
    const address = new URL(url, location.href);
    if (this.#truncated && this.#map) address.searchParams.set("bbox", this.#map.getBounds().toArray().flat().map((each) => each.toFixed(5)).join(","));
    const answer = await fetch(address);
    if (!answer.ok) return this.#say(words.mapData);
    /** @type {Listing} */
    const listing = await answer.json();
    if (!this.#truncated && !this.#framed && !this.#place && listing.bbox) this.#fit([[listing.bbox[0], listing.bbox[1]], [listing.bbox[2], listing.bbox[3]]]);
    this.#truncated = listing.truncated;
    this.#elements = listing.elements.map((each) => ({ key: each.id, id: each.id, name: each.name, note: each.note ?? "", state: each.state, at: [each.lon, each.lat], azimuth: each.azimuth, beam: each.beam }));
    // What is broken lies on top of what is not.
    this.#elements.sort((one, other) => Number(one.state !== "clear") - Number(other.state !== "clear"));
    this.#say(listing.truncated ? words.mapTruncated(listing.elements.length) : "");
    this.#size = 0;
    this.#resize();
  }

  /** @param {string} text */
  #say(text) {
    this.#count.textContent = text;
    this.#count.hidden = text === "";
  }

  #refetch = () => {
    if (this.#map) this.#fetch();
  };

  #moved = () => {
    const bounds = this.#map?.getBounds();
    if (!bounds) return;
    this.#source("grid")?.setData(graticule({ west: bounds.getWest(), south: bounds.getSouth(), east: bounds.getEast(), north: bounds.getNorth() }));
    this.#resize();
    if (!this.#truncated) return;
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#fetch(), 300);
  };

  /** Redraws the sectors when the scale has changed enough to be seen. */
  #resize() {
    if (!this.#map) return;
    const perPixel = (EARTH * Math.cos((this.#map.getCenter().lat * Math.PI) / 180)) / (512 * 2 ** this.#map.getZoom());
    const metres = Math.min(Math.max(perPixel * pixels(this.#map.getZoom()), SECTOR.least), SECTOR.most);
    if (this.#size && Math.abs(Math.log(metres / this.#size)) < 0.25) return;
    this.#size = metres;
    this.#source("elements")?.setData(sectors(this.#elements, metres, this.dataset.mode === "case" ? Infinity : spacing(this.#elements)));
    this.dataset.drawn = String(this.#elements.length);
  }

  #draw() {
    if (!this.#map?.getSource("links")) return;
    const none = { type: /** @type {const} */ ("FeatureCollection"), features: [] };
    this.#source("links")?.setData(this.#check ? links(this.#check) : none);
    this.#source("place")?.setData(this.#place ? placeFeatures(this.#place, this.#check?.precision_m ?? null) : none);
    this.#size = 0;
    this.#resize();
  }

  /** @param {[[number, number], [number, number]]} box */
  #fit(box) {
    this.#map?.fitBounds(box, { padding: 24, animate: false, maxZoom: 16 });
  }

  /** Shows the place with its strongest candidates. */
  #frame() {
    if (!this.#map || !this.#check || this.dataset.mode !== "case") return;
    const { place, candidates } = this.#check;
    /** @type {[number, number][]} */
    const points = [[place.lon, place.lat]];
    // Sites rather than cells: three cells of one mast would show that mast alone.
    const sites = new Map(candidates.map(({ position }) => [`${position.lon},${position.lat}`, position]));
    for (const { lon, lat } of [...sites.values()].slice(0, 6)) points.push([lon, lat]);
    this.#framed = true;
    this.#fit(around(points, 150));
  }

  /** @param {{ lng: number, lat: number }} at */
  #picked(at) {
    if (this.dataset.mode !== "pick") return;
    this.#mark({ lon: at.lng, lat: at.lat });
    // From far away one pixel is a whole street: come closer, so that the next click can be exact.
    if (this.#map && this.#map.getZoom() < CLOSE) this.#map.easeTo({ center: [at.lng, at.lat], zoom: CLOSE, duration: 400 });
    this.dispatchEvent(new CustomEvent("x-map:picked", { bubbles: true, detail: { lon: at.lng, lat: at.lat } }));
  }

  /** @param {{ lon: number, lat: number }} place */
  #mark(place) {
    this.#place = place;
    this.#check = null;
    this.#draw();
  }

  /** @param {Event} event */
  #marked = (event) => {
    const { detail } = /** @type {CustomEvent<{ lon: number, lat: number }>} */ (event);
    this.#mark(detail);
    this.#framed = true;
    this.#map?.jumpTo({ center: [detail.lon, detail.lat], zoom: Math.max(this.#map.getZoom(), CLOSE) });
  };

  /** @param {import("maplibre-gl").MapMouseEvent} event */
  #pointed = (event) => {
    const [found] = this.#map?.queryRenderedFeatures(event.point, { layers: ["sector"] }) ?? [];
    this.#light(found ? String(found.properties.id) : null);
    this.#tip.hidden = !found;
    if (!found) return;
    this.#tip.replaceChildren(Object.assign(document.createElement("b"), { textContent: found.properties.name }), this.#describe(String(found.properties.id), String(found.properties.note ?? "")));
    const left = Math.min(event.point.x + 12, this.clientWidth - this.#tip.offsetWidth - 4);
    this.#tip.style.left = `${Math.max(left, 4)}px`;
    this.#tip.style.top = `${Math.min(event.point.y + 12, this.clientHeight - this.#tip.offsetHeight - 4)}px`;
  };

  /**
   * @param {string} id
   * @param {string} note
   */
  #describe(id, note) {
    const candidate = this.#check?.candidates.find((each) => each.id === id);
    const parts = [id, note];
    if (candidate) parts.push(words.mapRank(candidate.rank), words.mapMetres(Math.round(candidate.distance_m)), words.mapDbm(Math.round(candidate.predicted_dbm)));
    return parts.filter(Boolean).join(" · ");
  }

  /** @type {string | null} */
  #lit = null;

  /** Lights an element on the map and its row beside it. @param {string | null} id */
  #light(id) {
    if (id === this.#lit || !this.#map?.getSource("elements")) return;
    if (this.#lit) this.#map.setFeatureState({ source: "elements", id: this.#lit }, { lit: false });
    if (id) this.#map.setFeatureState({ source: "elements", id }, { lit: true });
    else this.#tip.hidden = true;
    this.#lit = id;
    for (const row of document.querySelectorAll("tr[data-element]")) row.classList.toggle("is-lit", row.getAttribute("data-element") === id);
  }

  /** @param {MouseEvent} event */
  #hovered = (event) => {
    const row = event.target instanceof Element ? event.target.closest("tr[data-element]") : null;
    if (row) this.#light(row.getAttribute("data-element"));
    else if (this.#lit && event.target instanceof Node && !this.contains(event.target)) this.#light(null);
  };

  /** @param {MouseEvent} event */
  #rowClicked = (event) => {
    const row = event.target instanceof Element ? event.target.closest("tr[data-element][data-lon][data-lat]") : null;
    if (!(row instanceof HTMLElement) || this.dataset.mode !== "network") return;
    this.#map?.flyTo({ center: [Number(row.dataset.lon), Number(row.dataset.lat)], zoom: 15, duration: 500 });
    this.#light(row.dataset.element ?? null);
  };
}

class Evidence extends HTMLElement {
  static observedAttributes = ["data-json"];

  connectedCallback() {
    this.#show();
  }

  attributeChangedCallback() {
    if (this.isConnected) this.#show();
  }

  #show() {
    queueMicrotask(() => {
      const map = document.getElementById(this.getAttribute("for") ?? "");
      if (map instanceof NetworkMap && this.dataset.json) map.check = JSON.parse(this.dataset.json);
    });
  }
}

customElements.define("x-map", NetworkMap);
customElements.define("x-evidence", Evidence);
