/**
 * What the map draws says what the check says (M2): geometry and states, without a browser.
 */
import assert from "node:assert/strict";
import { test } from "node:test";

import { drawn, links, named, sectors, spacing } from "../../web/js/evidence.js";
import { graticule, offset, sector } from "../../web/js/sector.js";

const fact = (kind, more = {}) => ({ kind, active: true, takes_service: true, title: kind, ...more });
const candidate = (id, rank, facts = []) => ({
  id, name: id, kind: "cell", position: { lon: 114, lat: 30 + rank / 1000 }, azimuth_deg: 90, beam_width_deg: 65, distance_m: 100, predicted_dbm: -80, rank, facts,
});
const check = (candidates, verdict = { cause: "nothing_found" }) => ({ place: { lon: 114, lat: 30 }, precision_m: 50, candidates, verdict });

test("a sector opens along its azimuth and an omnidirectional element is a disc", () => {
  const [ring] = sector([114, 30], 90, 60, 100).coordinates;
  const arc = ring.slice(1, -1);
  assert.ok(arc.every(([lon]) => lon > 114), "east of the site");
  const metres = arc.map(([lon, lat]) => Math.hypot((lon - 114) * 111_320 * Math.cos(Math.PI / 6), (lat - 30) * 111_320));
  assert.ok(metres.every((each) => Math.abs(each - 100) < 1), "all as far as asked");
  assert.equal(sector([114, 30], null, null, 100).coordinates[0].length, 33);
});

test("a bearing and a distance come back as they were given", () => {
  const [lon, lat] = offset([114, 30], 180, 1113.2);
  assert.ok(Math.abs(lon - 114) < 1e-9 && Math.abs(lat - 29.99) < 1e-6);
});

test("an active fact colours its element, one that ended does not, and the verdict has the last word", () => {
  const states = (facts, verdict) => drawn(check([candidate("a", 1, facts)], verdict))[0].state;
  assert.equal(states([fact("alarm")]), "fault");
  assert.equal(states([fact("energy_saving")]), "outage");
  assert.equal(states([fact("removal")]), "relocation");
  assert.equal(states([fact("interference", { takes_service: false })]), "interference");
  assert.equal(states([fact("alarm", { takes_service: false })]), "clear", "an alarm that leaves the service alone");
  assert.equal(states([fact("alarm", { active: false })]), "clear");
  assert.equal(states([], { cause: "weak_coverage", element: "a" }), "weak_coverage");
});

test("the strongest candidate's line is drawn last, on top", () => {
  const lines = links(check([candidate("a", 1), candidate("b", 2), candidate("c", 3)])).features.filter(({ geometry }) => geometry.type === "LineString");
  assert.deepEqual(lines.map(({ properties }) => properties.rank), [3, 2, 1]);
});

test("cells of one site share one label with their ranks", () => {
  const here = { lon: 114.1, lat: 30.1 };
  const candidates = [candidate("a", 1), { ...candidate("b", 2), position: here }, { ...candidate("c", 3), position: here }];
  const points = links(check(candidates)).features.filter(({ geometry }) => geometry.type === "Point");
  assert.deepEqual(points.map(({ properties }) => properties.label), ["1", "2 3"]);
});

test("where sites stand close, what is in order shrinks and what is broken stays", () => {
  const elements = drawn(check([candidate("calm", 1), candidate("broken", 2, [fact("alarm")])]));
  assert.ok(spacing(elements) >= 0);
  const [calm, broken] = sectors(elements, 500, 100).features.map(({ geometry }) => Math.max(...geometry.coordinates[0].map(([lon]) => lon)));
  assert.ok(calm < broken);
});

test("the graticule has a handful of labelled lines at any scale", () => {
  for (const span of [0.003, 0.05, 0.7, 8]) {
    const { features } = graticule({ west: 114, south: 30, east: 114 + span, north: 30 + span });
    assert.ok(features.length >= 4 && features.length <= 18, `${span}: ${features.length}`);
    assert.ok(features.every(({ properties }) => /°[EN]$/.test(properties.label)));
  }
});

test("an area is named once, in its middle", () => {
  const base = { type: "FeatureCollection", features: [{ type: "Feature", properties: { kind: "district", name: "澄湖区" }, geometry: { type: "Polygon", coordinates: [[[0, 0], [2, 0], [2, 4], [0, 0]]] } }] };
  const [, point] = named(base).features;
  assert.deepEqual([point.properties.kind, point.geometry.coordinates], ["district-name", [1, 2]]);
});
