/**
 * Geometry of what is drawn: a sector from azimuth and beam, a ring, a graticule. Small areas, so degrees are scaled locally.
 */

/** @typedef {[number, number]} Position */

const METRES_PER_DEGREE = 111_320;

/**
 * The point that lies `metres` from another in a direction.
 * @param {Position} from
 * @param {number} bearing degrees clockwise from north
 * @param {number} metres
 * @returns {Position}
 */
export function offset([lon, lat], bearing, metres) {
  const angle = (bearing * Math.PI) / 180;
  const north = (metres * Math.cos(angle)) / METRES_PER_DEGREE;
  const east = (metres * Math.sin(angle)) / (METRES_PER_DEGREE * Math.cos((lat * Math.PI) / 180));
  return [lon + east, lat + north];
}

/**
 * A wedge along the azimuth; a full disc for omnidirectional elements.
 * @param {Position} at
 * @param {number | null | undefined} azimuth
 * @param {number | null | undefined} beam
 * @param {number} metres
 */
export function sector(at, azimuth, beam, metres) {
  if (azimuth === null || azimuth === undefined) return disc(at, metres * 0.55);
  const width = Math.min(Math.max(beam ?? 65, 20), 120);
  const steps = Math.max(4, Math.round(width / 12));
  /** @type {Position[]} */
  const ring = [at];
  for (let step = 0; step <= steps; step += 1) ring.push(offset(at, azimuth - width / 2 + (width * step) / steps, metres));
  ring.push(at);
  return { type: /** @type {const} */ ("Polygon"), coordinates: [ring] };
}

/**
 * @param {Position} at
 * @param {number} metres
 */
export function disc(at, metres) {
  const ring = Array.from({ length: 33 }, (_, step) => offset(at, (step * 360) / 32, metres));
  return { type: /** @type {const} */ ("Polygon"), coordinates: [ring] };
}

/**
 * Meridians and parallels for what is in view, at a step that gives four to eight lines.
 * @param {{ west: number, south: number, east: number, north: number }} view
 */
export function graticule({ west, south, east, north }) {
  const span = Math.max(east - west, 1e-6);
  const step = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30].find((each) => span / each <= 7) ?? 30;
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  const features = [];
  for (let lon = Math.ceil(west / step) * step; lon <= east; lon += step) {
    features.push(line([[lon, south], [lon, north]], `${lon.toFixed(digits)}°E`));
  }
  for (let lat = Math.ceil(south / step) * step; lat <= north; lat += step) {
    features.push(line([[west, lat], [east, lat]], `${lat.toFixed(digits)}°N`));
  }
  return { type: /** @type {const} */ ("FeatureCollection"), features };
}

/**
 * @param {Position[]} coordinates
 * @param {string} label
 */
function line(coordinates, label) {
  return { type: /** @type {const} */ ("Feature"), properties: { label }, geometry: { type: /** @type {const} */ ("LineString"), coordinates } };
}

/**
 * The smallest box around points, with a margin in metres.
 * @param {Position[]} points
 * @param {number} margin
 * @returns {[Position, Position]}
 */
export function around(points, margin) {
  const lons = points.map(([lon]) => lon);
  const lats = points.map(([, lat]) => lat);
  return [
    offset([Math.min(...lons), Math.min(...lats)], 225, margin),
    offset([Math.max(...lons), Math.max(...lats)], 45, margin),
  ];
}
