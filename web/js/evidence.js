/**
 * A frozen network check as something to draw: the place, its candidates as sectors, a line to each.
 */
import { disc, sector } from "./sector.js";

/**
 * @typedef {{ kind: string, active: boolean, takes_service: boolean, title: string }} Fact
 * @typedef {{ id: string, name: string, kind: string, position: { lon: number, lat: number }, azimuth_deg: number | null,
 *   beam_width_deg: number | null, distance_m: number, predicted_dbm: number, rank: number, facts: Fact[] }} Candidate
 * @typedef {{ place: { lon: number, lat: number }, precision_m: number | null, candidates: Candidate[],
 *   verdict: { cause: string, element?: string } }} Check
 * @typedef {{ key: string, id: string, name: string, note: string, state: string, at: [number, number], azimuth: number | null,
 *   beam: number | null }} Drawn
 */

/** Fact kind → the state it puts an element in. */
const STATES = /** @type {Record<string, string>} */ ({
  alarm: "fault",
  outage: "outage",
  energy_saving: "outage",
  planned_work: "planned_work",
  relocation: "relocation",
  removal: "relocation",
  not_yet_in_service: "relocation",
  interference: "interference",
});

/**
 * @param {Candidate} candidate
 * @param {Check["verdict"]} verdict
 */
function stateOf(candidate, verdict) {
  if (verdict.element === candidate.id && verdict.cause !== "nothing_found") return verdict.cause;
  const active = candidate.facts.filter((fact) => fact.active);
  const worst = active.find((fact) => fact.takes_service) ?? active.find((fact) => fact.kind !== "alarm");
  return worst ? (STATES[worst.kind] ?? "unknown") : "clear";
}

/**
 * @param {Check} check
 * @returns {Drawn[]}
 */
export function drawn(check) {
  return check.candidates.map((candidate) => ({
    key: candidate.id,
    id: candidate.id,
    name: candidate.name,
    note: candidate.facts.filter((fact) => fact.active).map((fact) => fact.title).join("、"),
    state: stateOf(candidate, check.verdict),
    at: [candidate.position.lon, candidate.position.lat],
    azimuth: candidate.azimuth_deg,
    beam: candidate.beam_width_deg,
  }));
}

/**
 * Lines from the place to every candidate, and at each site the ranks of what stands there.
 * @param {Check} check
 */
export function links(check) {
  const from = [check.place.lon, check.place.lat];
  // The weakest first, so that the strongest lies on top.
  const ranked = check.candidates.toSorted((one, other) => other.rank - one.rank);
  const lines = ranked.map((candidate) => ({
    type: /** @type {const} */ ("Feature"),
    properties: { rank: candidate.rank, state: stateOf(candidate, check.verdict) },
    geometry: { type: /** @type {const} */ ("LineString"), coordinates: [from, [candidate.position.lon, candidate.position.lat]] },
  }));
  /** @type {Map<string, Candidate[]>} */
  const sites = new Map();
  for (const candidate of ranked.toReversed()) {
    const key = `${candidate.position.lon},${candidate.position.lat}`;
    sites.set(key, [...(sites.get(key) ?? []), candidate]);
  }
  const points = [...sites.values()].map(([best, ...others]) => ({
    type: /** @type {const} */ ("Feature"),
    properties: { rank: best.rank, label: [best, ...others].slice(0, 3).map(({ rank }) => rank).join(" ") },
    geometry: { type: /** @type {const} */ ("Point"), coordinates: [best.position.lon, best.position.lat] },
  }));
  return { type: /** @type {const} */ ("FeatureCollection"), features: [...lines, ...points] };
}

/**
 * The place itself and how precisely it is known.
 * @param {{ lon: number, lat: number }} place
 * @param {number | null} precision metres
 */
export function placeFeatures({ lon, lat }, precision) {
  const point = { type: /** @type {const} */ ("Feature"), properties: {}, geometry: { type: /** @type {const} */ ("Point"), coordinates: [lon, lat] } };
  const ring = precision ? [{ type: /** @type {const} */ ("Feature"), properties: {}, geometry: disc([lon, lat], precision) }] : [];
  return { type: /** @type {const} */ ("FeatureCollection"), features: [...ring, point] };
}

/**
 * Sectors at the size that reads well at this scale; where sites stand close, what is in order shrinks and what is broken does not.
 * @param {Drawn[]} elements
 * @param {number} metres
 * @param {number} spacing typical metres between sites
 */
export function sectors(elements, metres, spacing) {
  const calm = Math.min(metres, Math.max(spacing * 0.8, metres * 0.15));
  return {
    type: /** @type {const} */ ("FeatureCollection"),
    features: elements.map((element) => ({
      type: /** @type {const} */ ("Feature"),
      properties: { key: element.key, id: element.id, name: element.name, note: element.note, state: element.state },
      geometry: sector(element.at, element.azimuth, element.beam, element.state === "clear" ? calm : metres),
    })),
  };
}

/**
 * Metres between neighbouring sites if they were spread evenly over their box.
 * @param {Drawn[]} elements
 */
export function spacing(elements) {
  const sites = new Set(elements.map(({ at }) => at.join()));
  if (sites.size < 2) return Infinity;
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { at } of elements) {
    [west, east] = [Math.min(west, at[0]), Math.max(east, at[0])];
    [south, north] = [Math.min(south, at[1]), Math.max(north, at[1])];
  }
  const across = (east - west) * Math.cos((south * Math.PI) / 180) * 111_320;
  return Math.sqrt((across * (north - south) * 111_320) / sites.size);
}

/**
 * A base map with a point for each named area: a polygon would be named once in every tile it touches.
 * @param {GeoJSON.FeatureCollection} base
 * @returns {GeoJSON.FeatureCollection}
 */
export function named(base) {
  const names = base.features.flatMap((feature) => {
    if (feature.geometry.type !== "Polygon" || !feature.properties?.name) return [];
    const ring = feature.geometry.coordinates[0];
    const middle = [0, 1].map((axis) => (Math.min(...ring.map((at) => at[axis])) + Math.max(...ring.map((at) => at[axis]))) / 2);
    const properties = { ...feature.properties, kind: `${feature.properties.kind}-name` };
    return [{ type: /** @type {const} */ ("Feature"), properties, geometry: { type: /** @type {const} */ ("Point"), coordinates: middle } }];
  });
  return { type: "FeatureCollection", features: [...base.features, ...names] };
}
