/**
 * Every page at both widths, in both languages and both themes: nothing asked outside, nothing refused, nothing wider than the
 * screen, the invented city named as such. A screenshot of each lies in test-results/.
 */
import assert from "node:assert/strict";
import { test } from "node:test";

import { at, keep } from "../lib/browser.js";
import { mapReady, signIn } from "../lib/desk.js";
import { house, missing } from "../lib/house.js";

/** A page, the map on it, and what it answers to whom: a door one may not open is refused, and that page must look right too. */
const PAGES = /** @type {{ name: string, path: string, map?: string, handler: number, administrator: number }[]} */ ([
  { name: "home", path: "/home", handler: 200, administrator: 200 },
  { name: "board", path: "/board", handler: 403, administrator: 403 },
  { name: "workbench", path: "/workbench", handler: 200, administrator: 403 },
  { name: "intake", path: "/intake", map: "#intake-map", handler: 200, administrator: 403 },
  { name: "search", path: "/search", handler: 200, administrator: 403 },
  { name: "notices", path: "/notices", handler: 200, administrator: 403 },
  { name: "network", path: "/network", map: "#network-map", handler: 200, administrator: 403 },
  { name: "locations", path: "/locations", handler: 200, administrator: 403 },
  { name: "exports", path: "/exports", handler: 200, administrator: 403 },
  { name: "people", path: "/people", handler: 403, administrator: 200 },
  { name: "roster", path: "/roster", handler: 200, administrator: 200 },
  { name: "about", path: "/about", handler: 200, administrator: 200 },
  { name: "flow", path: "/flows/major?at=reviewing", handler: 200, administrator: 200 },
  { name: "policies", path: "/policies", handler: 403, administrator: 200 },
  { name: "mails", path: "/mails", handler: 200, administrator: 200 },
  { name: "telling", path: "/telling", handler: 200, administrator: 200 },
]);

const LOOKS = /** @type {import("../lib/browser.js").Look[]} */ (
  [1440, 390].flatMap((width) => [
    { width, lang: "zh", theme: "light" },
    { width, lang: "en", theme: "dark" },
    { width, lang: "zh", theme: "dark" },
    { width, lang: "en", theme: "light" },
  ])
);

/** @param {import("../lib/browser.js").Watched} page @param {string} name */
async function look(page, name) {
  const { wide, invented, lang } = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    invented: document.querySelector(".demo-banner") !== null,
    lang: document.documentElement.lang,
  }));
  assert.ok(wide <= 0, `${name} is ${wide} px wider than the screen`);
  assert.ok(invented, `${name} says that the city is invented`);
  await keep(page, name);
  return lang;
}

/**
 * @param {import("../lib/browser.js").Watched} page
 * @param {"handler" | "administrator"} role
 * @param {string} suffix
 * @param {"zh" | "en"} [lang]
 */
async function every(page, role, suffix, lang = "zh") {
  page.expecting(/status of 403/);
  for (const { name, path, map, ...status } of PAGES) {
    const answer = await page.goto(path);
    assert.equal(answer?.status(), status[role], `${path} for the ${role}`);
    if (map && status[role] === 200) await mapReady(page, map);
    assert.ok((await look(page, `${name}-${suffix}`)).startsWith(lang), `${name} is in ${lang}`);
  }
}

/** Whoever leads has the most doors and the longest lists: neither runs out of the screen. @param {import("../lib/browser.js").Watched} page @param {string} selector */
async function inSight(page, selector) {
  const [box, screen] = [await page.locator(selector).boundingBox(), page.viewportSize()];
  assert.ok(box && screen && box.x >= 0 && box.x + box.width <= screen.width, `${selector} is cut off at a side`);
  assert.ok(box.y + box.height <= screen.height, `${selector} ends below the screen`);
}

for (const { width, lang, theme } of LOOKS) {
  test(`every page at ${width} px, ${lang}, ${theme}`, { skip: missing }, async () => {
    const { url, as } = await house();
    await at(url, { width, lang, theme }, async (page) => {
      const suffix = `${width}-${lang}-${theme}`;
      await page.goto("/sign-in");
      assert.ok((await look(page, `sign-in-${suffix}`)).startsWith(lang ?? "zh"));
      await signIn(page, as("handler"));
      await every(page, "handler", suffix, lang);
      await page.goto("/workbench");
      const href = await page.locator("#queue .case-row__link").first().getAttribute("href");
      await page.goto(href ?? "");
      if (await page.locator("#case-map").count()) await mapReady(page, "#case-map");
      await page.locator("#case .case__no").scrollIntoViewIfNeeded();
      await look(page, `complaint-${suffix}`);
      await page.goto("/locations");
      await page.locator("#main tbody a").first().click();
      await page.locator(".page--location .timeline .event").first().waitFor();
      await page.locator(".spot-actions summary").nth(2).click();
      await look(page, `location-${suffix}`);
      page.expecting(/status of 404/);
      const gone = await page.goto("/complaints/00000000-0000-7000-8000-000000000000");
      assert.equal(gone?.status(), 404);
      await look(page, `error-${suffix}`);
    });
    await at(url, { width, lang, theme }, async (page) => {
      await signIn(page, as("team_leader"));
      await page.goto("/board");
      await page.locator("#board").waitFor();
      await look(page, `board-leader-${width}-${lang}-${theme}`);
      await page.goto("/workbench?view=all");
      await page.goto((await page.locator("#queue .case-row__link").first().getAttribute("href")) ?? "");
      await page.locator("#actions .actions__more summary").click();
      await look(page, `more-${width}-${lang}-${theme}`);
      await inSight(page, "#actions .actions__more .menu__list");
      await inSight(page, ".rail__me summary");
    });
    await at(url, { width, lang, theme }, async (page) => {
      await signIn(page, as("administrator"));
      await every(page, "administrator", `administrator-${width}-${lang}-${theme}`, lang);
    });
  });
}
