/**
 * What a person does at the desk, in the words of the trade.
 */
import assert from "node:assert/strict";

import { desk, keep } from "./browser.js";

/** @typedef {import("./browser.js").Watched} Page */
/** @typedef {{ id: string, name: string, site: string | null, lon: number, lat: number, azimuth: number | null, state: string }} Element */

/**
 * @param {Page} page
 * @param {import("./house.js").Person} person
 */
export async function signIn(page, { name, password }) {
  await page.goto("/sign-in");
  await page.fill("[name=name]", name);
  await page.fill("[name=password]", password);
  await page.locator("main form .btn--primary").click();
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
}

/**
 * The demo's broken stations, as the network map knows them.
 * @param {Page} page
 * @param {string} state
 * @returns {Promise<Element[]>}
 */
export async function stations(page, state) {
  const listing = await page.evaluate(async () => (await fetch("/network/elements.json")).json());
  return listing.elements.filter((/** @type {Element} */ element) => element.state === state);
}

/**
 * A place in front of a sector.
 * @param {Element} element
 * @param {number} metres
 */
export function inFrontOf({ lon, lat, azimuth }, metres) {
  const angle = ((azimuth ?? 0) * Math.PI) / 180;
  return { lon: lon + (metres * Math.sin(angle)) / (111_320 * Math.cos((lat * Math.PI) / 180)), lat: lat + (metres * Math.cos(angle)) / 111_320 };
}

/** @param {Page} page @param {string} selector */
export async function mapReady(page, selector) {
  await page.locator(selector).scrollIntoViewIfNeeded();
  await page.locator(`${selector}[data-ready]`).waitFor();
}

/**
 * Clicks a place on the intake map: once from far away, once more from near, as a person does.
 * @param {Page} page
 * @param {{ lon: number, lat: number }} place
 */
export async function clickOnMap(page, { lon, lat }) {
  await mapReady(page, "#intake-map");
  const map = page.locator("#intake-map");
  for (const _ of ["far", "near"]) {
    const checked = page.waitForResponse((response) => response.url().endsWith("/intake/check") && response.ok());
    const at = await map.evaluate((element, point) => /** @type {any} */ (element).pixel(point.lon, point.lat), { lon, lat });
    await map.locator("canvas").click({ position: { x: at.x, y: at.y } });
    await checked;
    await page.waitForTimeout(600); // the map comes closer
  }
  const [gotLon, gotLat] = [Number(await page.inputValue("[name=lon]")), Number(await page.inputValue("[name=lat]"))];
  assert.ok(Math.hypot(gotLon - lon, gotLat - lat) < 0.0005, `clicked ${lon},${lat}, got ${gotLon},${gotLat}`);
}

/**
 * Opens an action of the case and gives its form.
 * @param {Page} page
 * @param {string} action
 */
export async function open(page, action) {
  const button = page.locator(`#actions [href$="/act/${action}"]`).first();
  await button.waitFor({ state: "attached" });
  if (!(await button.isVisible())) await page.locator("#actions .actions__more summary").click();
  await button.click();
  const form = page.locator("#act form");
  await form.waitFor();
  return form;
}

/**
 * Saves the opened form and waits for the case to come back.
 * @param {Page} page
 */
export async function save(page) {
  const version = await page.locator("#case").getAttribute("data-version");
  await page.locator("#act form .btn--primary").click();
  await page.waitForFunction((before) => document.querySelector("#case")?.getAttribute("data-version") !== before, version);
}

/** @param {Page} page @param {string} kind */
export const events = (page, kind) => page.locator(`#timeline .event[data-kind="${kind}"]`);

/**
 * Fills a form: what is given by name, then something sensible into whatever is still required and empty.
 * @param {import("playwright-core").Locator} form
 * @param {Record<string, string>} [given]
 */
export async function complete(form, given = {}) {
  for (const [name, value] of Object.entries(given)) {
    const field = form.locator(`[name="${name}"]`);
    const type = await field.first().evaluate((element) => /** @type {HTMLInputElement} */ (element).type);
    if (type === "radio") await form.locator(`label:has([name="${name}"][value="${value}"])`).click();
    else if (type.startsWith("select")) await field.selectOption(value);
    else await field.fill(value);
  }
  for (const field of await form.locator(":is(input, textarea, select):required:not([type=radio], [type=hidden])").all()) {
    if ((await field.inputValue()) !== "") continue;
    const type = await field.evaluate((element) => /** @type {HTMLInputElement} */ (element).type);
    if (type.startsWith("select")) await field.selectOption({ index: 1 });
    else if (type === "datetime-local") await field.fill(localNow());
    else await field.fill("已按规程办理");
  }
}

/** Now, as a `datetime-local` field of the branch wants it. */
export function localNow() {
  return new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 16);
}

/**
 * Takes in a complaint at a place and gives its number.
 * @param {Page} page
 * @param {{ lon: number, lat: number }} place
 * @param {Record<string, string>} matter
 */
export async function takeIn(page, place, matter) {
  await page.goto("/intake");
  await complete(page.locator("#intake"), matter);
  await clickOnMap(page, place);
  await page.locator("#check .verdict").waitFor();
  await page.locator("#intake .page__tools .btn--primary").click();
  await page.waitForURL(/\/complaints\//);
  return (await page.locator("#case .case__no .mono").first().innerText()).trim();
}

/**
 * Several people, each signed in at a desk of their own; every page is to stay clean.
 * @template {string} Name
 * @param {import("./house.js").House} house
 * @param {Record<Name, string>} roles whom one calls what, and as what they sign in
 * @param {(people: Record<Name, Page>) => Promise<void>} journey
 */
export async function together({ url, as }, roles, journey) {
  const people = /** @type {Record<Name, Page>} */ ({});
  const pages = () => /** @type {[string, Page][]} */ (Object.entries(people));
  try {
    for (const [name, role] of /** @type {[Name, string][]} */ (Object.entries(roles))) {
      people[name] = await desk(url);
      await signIn(people[name], as(role));
    }
    await journey(people);
    for (const [, page] of pages()) page.clean();
  } catch (error) {
    for (const [name, page] of pages()) {
      await keep(page, `failed-${name}`).catch(() => undefined);
      if (page.faults.length > 0 && error instanceof Error) error.message += `\n${name}: ${page.faults.join("\n")}`;
    }
    throw error;
  } finally {
    for (const [, page] of pages()) await page.context().close();
  }
}

/**
 * Takes a complaint in by the form alone, without the map, and gives its path and number.
 * @param {Page} page
 * @param {Record<string, string>} matter
 * @param {{ flow?: string }} [choice] the flow, where it is another than the one suggested
 */
export async function callIn(page, matter, { flow } = {}) {
  await page.goto("/intake");
  await complete(page.locator("#intake"), matter);
  await page.locator("[name=description]").blur();
  await page.locator("#check .verdict").waitFor();
  if (flow) await page.locator(`#suggestion label:has([name=flow][value=${flow}])`).click();
  await page.locator("#intake .page__tools .btn--primary").click();
  await page.waitForURL(/\/complaints\//);
  const number = (await page.locator("#case .case__no .mono").first().innerText()).trim();
  return { path: new URL(page.url()).pathname, number };
}

/**
 * Takes the next step: opens the case anew, fills the action's form and saves it.
 * @param {Page} page
 * @param {string} path
 * @param {string} action
 * @param {Record<string, string>} [given]
 */
export async function act(page, path, action, given = {}) {
  await page.goto(path);
  await complete(await open(page, action), given);
  await save(page);
}

/**
 * Tries a step that the rules refuse, and gives what they say.
 * @param {Page} page
 * @param {string} path
 * @param {string} action
 * @param {Record<string, string>} [given]
 */
export async function refused(page, path, action, given = {}) {
  page.expecting(/status of 422/);
  await page.goto(path);
  const form = await open(page, action);
  await complete(form, given);
  const answer = page.waitForResponse((response) => response.url().endsWith(`/act/${action}`) && response.request().method() === "POST");
  await form.locator(".btn--primary").click();
  assert.equal((await answer).status(), 422);
  const said = page.locator("#act :is(.notice, .field__error)");
  await said.first().waitFor();
  return (await said.allInnerTexts()).join("\n");
}

/**
 * What waits on somebody stands on their home; from there the case is opened.
 * @param {Page} page
 * @param {string} number
 */
export async function fromHome(page, number) {
  await page.goto("/home");
  await page.locator("#home tbody tr", { hasText: number }).first().locator("a").first().click();
  await page.locator("#case .case__no", { hasText: number }).waitFor();
}

/**
 * Looks from the top, the way a picture is best read.
 * @param {Page} page
 * @param {string} [selector]
 */
export async function top(page, selector = "#case") {
  await page.mouse.move(0, 0);
  await page.locator(selector).first().evaluate((element) => {
    element.scrollIntoView({ block: "start" });
    element.scrollTo(0, 0);
  });
}

/**
 * The state the case says it is in.
 * @param {Page} page
 */
export const standing = async (page) => (await page.locator("#case .case__no .badge").first().innerText()).trim();
