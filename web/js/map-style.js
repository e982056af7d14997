/**
 * How the map looks: a plain ground, the invented city's streets, sectors coloured by state. Colours come from the style sheet,
 * so that light and dark follow it; text is drawn locally (no glyph server), which is why the style names no `glyphs`.
 */

const probe = document.createElement("i");

/**
 * A colour of the style sheet as numbers MapLibre understands.
 * @param {string} name
 */
function colour(name) {
  probe.hidden = true;
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

/** Cause or state → custom property. */
const TONES = /** @type {const} */ ({
  fault: "--fault",
  outage: "--outage",
  relocation: "--relocation",
  interference: "--interference",
  weak_coverage: "--weak",
  planned_work: "--planned",
  unknown: "--ink-3",
});

/** @typedef {import("maplibre-gl").StyleSpecification} Style */
/** @typedef {import("maplibre-gl").ExpressionSpecification} Expression */

const FONT = ["sans-serif"];
/** @type {import("maplibre-gl").GeoJSONSourceSpecification} */
const EMPTY = { type: "geojson", data: { type: "FeatureCollection", features: [] } };
const english = document.documentElement.lang.startsWith("en");
const NAME = /** @type {Expression} */ (english ? ["coalesce", ["get", "name_en"], ["get", "name"], ""] : ["coalesce", ["get", "name"], ""]);

/** @param {string} clear */
function byState(clear) {
  const pairs = Object.entries(TONES).flatMap(([state, name]) => [state, colour(name)]);
  return /** @type {Expression} */ (/** @type {unknown} */ (["match", ["get", "state"], ...pairs, clear]));
}

/** @param {...string} kinds */
const ofKind = (...kinds) => /** @type {Expression} */ (/** @type {unknown} */ (["match", ["get", "kind"], kinds, true, false]));

const LIT = /** @type {Expression} */ (["boolean", ["feature-state", "lit"], false]);

/**
 * The whole style for the present theme.
 * @returns {Style}
 */
export function style() {
  const [ground, well, line, line2, ink, ink2, ink3, accent, sheet] = ["--well", "--paper", "--line", "--line-2", "--ink", "--ink-2", "--ink-3", "--accent", "--sheet"].map(colour);
  const state = byState(accent);
  /** @param {string} text */
  const label = (text) => ({ "text-color": text, "text-halo-color": ground, "text-halo-width": 1.4 });
  return {
    version: 8,
    sources: { base: EMPTY, grid: EMPTY, links: EMPTY, elements: { ...EMPTY, promoteId: "key" }, place: EMPTY },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": ground } },
      { id: "district", type: "line", source: "base", filter: ofKind("district"), paint: { "line-color": line2, "line-width": 1, "line-dasharray": [4, 3] } },
      { id: "water", type: "fill", source: "base", filter: ofKind("water"), paint: { "fill-color": colour("--accent-soft") } },
      { id: "park", type: "fill", source: "base", filter: ofKind("park"), paint: { "fill-color": colour("--ok-soft"), "fill-opacity": 0.7 } },
      {
        id: "road",
        type: "line",
        source: "base",
        filter: ofKind("road"),
        layout: { "line-cap": "round", "line-join": "round" },
        paint: {
          "line-color": ["match", ["get", "class"], "trunk", line2, line],
          "line-width": ["interpolate", ["exponential", 1.6], ["zoom"], 9, ["match", ["get", "class"], "trunk", 1.6, "main", 0.9, 0.3], 16, ["match", ["get", "class"], "trunk", 12, "main", 8, 4]],
        },
      },
      { id: "grid", type: "line", source: "grid", paint: { "line-color": ink3, "line-opacity": 0.22, "line-width": 0.6 } },
      {
        id: "grid-label",
        type: "symbol",
        source: "grid",
        layout: { "symbol-placement": "line", "symbol-spacing": 2000, "text-field": ["get", "label"], "text-font": FONT, "text-size": 10, "text-keep-upright": true },
        paint: label(ink3),
      },
      {
        id: "sector",
        type: "fill",
        source: "elements",
        paint: { "fill-color": state, "fill-opacity": ["case", LIT, 0.75, ["match", ["get", "state"], "clear", 0.16, "unknown", 0.1, 0.5]] },
      },
      {
        id: "sector-line",
        type: "line",
        source: "elements",
        paint: { "line-color": state, "line-width": ["case", LIT, 2.5, ["match", ["get", "state"], "clear", 0.7, "unknown", 0.7, 1.6]], "line-opacity": ["match", ["get", "state"], "clear", 0.45, "unknown", 0.6, 0.95] },
      },
      {
        id: "link",
        type: "line",
        source: "links",
        filter: ["all", ["==", ["geometry-type"], "LineString"], ["<=", ["get", "rank"], 15]],
        paint: { "line-color": ["case", ["==", ["get", "state"], "clear"], ink2, state], "line-width": ["case", ["<=", ["get", "rank"], 3], 1.4, 0.6], "line-opacity": ["case", ["<=", ["get", "rank"], 3], 0.8, 0.35], "line-dasharray": [3, 2] },
      },
      { id: "precision", type: "fill", source: "place", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": colour("--seal"), "fill-opacity": 0.1, "fill-outline-color": colour("--seal") } },
      {
        id: "road-label",
        type: "symbol",
        source: "base",
        minzoom: 12.5,
        filter: ofKind("road"),
        layout: { "symbol-placement": "line", "text-field": NAME, "text-font": FONT, "text-size": 11, "symbol-spacing": 320, "text-max-angle": 30 },
        paint: label(ink3),
      },
      {
        id: "place-label",
        type: "symbol",
        source: "base",
        filter: ofKind("landmark", "water-name", "park-name"),
        minzoom: 12,
        layout: { "text-field": NAME, "text-font": FONT, "text-size": 11, "text-padding": 6 },
        paint: label(ink2),
      },
      {
        id: "district-label",
        type: "symbol",
        source: "base",
        maxzoom: 13.5,
        filter: ofKind("district-name"),
        layout: { "text-field": NAME, "text-font": FONT, "text-size": 14, "text-letter-spacing": 0.12 },
        paint: label(ink2),
      },
      {
        id: "rank",
        type: "symbol",
        source: "links",
        filter: ["all", ["==", ["geometry-type"], "Point"], ["<=", ["get", "rank"], 12]],
        layout: { "text-field": ["get", "label"], "text-font": FONT, "text-size": 12, "text-allow-overlap": true, "symbol-sort-key": ["get", "rank"] },
        paint: { "text-color": ink, "text-halo-color": sheet, "text-halo-width": 3 },
      },
      { id: "place", type: "circle", source: "place", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-radius": 7, "circle-color": colour("--seal"), "circle-stroke-color": well, "circle-stroke-width": 2.5 } },
    ],
  };
}
