/**
 * The README's pictures: real pages of the demo city, made by `npm run pictures`, written to docs/pictures/.
 */
import { mkdirSync, writeFileSync } from "node:fs";

import { closeBrowser, desk } from "./lib/browser.js";
import { clickOnMap, complete, inFrontOf, mapReady, signIn, stations } from "./lib/desk.js";
import { close, house } from "./lib/house.js";
import { shrink } from "./lib/png.js";

const FOLDER = new URL("../docs/pictures/", import.meta.url);

/** @param {import("./lib/browser.js").Watched} page @param {string} name */
async function picture(page, name) {
  await page.mouse.move(0, 0);
  await page.waitForTimeout(400);
  const png = shrink(await page.screenshot());
  writeFileSync(new URL(`${name}.png`, FOLDER), png);
  console.log(`docs/pictures/${name}.png ${Math.round(png.length / 1024)} KB`);
}

/** The broken sector with the most neighbours: a village says less in a picture. @param {import("./lib/browser.js").Watched} page */
async function downtown(page) {
  const [broken, others] = [await stations(page, "fault"), await stations(page, "clear")];
  const near = (/** @type {any} */ one) => others.filter((other) => Math.hypot(other.lon - one.lon, other.lat - one.lat) < 0.008).length;
  return broken.filter(({ azimuth }) => azimuth !== null).toSorted((one, other) => near(other) - near(one))[0];
}

/** Takes a complaint in on the map. @param {import("./lib/browser.js").Watched} page */
async function intake(page) {
  const broken = await downtown(page);
  await page.goto("/intake");
  await complete(page.locator("#intake"), { phone: "13800005678", description: "从今天早上开始，家里打不了电话也上不了网，出了小区就好了。" });
  await clickOnMap(page, inFrontOf(broken, 120));
  await page.locator("#check .verdict").waitFor();
}

/** Opens the newest complaint of the queue. @param {import("./lib/browser.js").Watched} page */
async function newest(page) {
  await page.locator("#intake .page__tools .btn--primary").click();
  await page.waitForURL(/\/complaints\//);
  await mapReady(page, "#case-map");
}

/** @param {import("./lib/browser.js").Watched} page @param {string} selector */
const top = (page, selector) => page.locator(selector).evaluate((element) => element.scrollIntoView({ block: "start" }));

try {
  mkdirSync(FOLDER, { recursive: true });
  const { url, as } = await house();
  const handler = as("handler");

  const light = await desk(url, {});
  await signIn(light, handler);
  await intake(light);
  await light.evaluate(() => scrollTo(0, 0));
  await picture(light, "intake");
  await newest(light);
  await top(light, "#case .case__head");
  await picture(light, "complaint");
  await top(light, "#case .verdict");
  await picture(light, "check");

  const dark = await desk(url, { theme: "dark", lang: "en" });
  await signIn(dark, handler);
  await dark.goto("/network");
  await mapReady(dark, "#network-map");
  await picture(dark, "network-en-dark");
  await dark.goto(new URL(light.url()).pathname);
  await mapReady(dark, "#case-map");
  await top(dark, "#case .case__head");
  await picture(dark, "complaint-en-dark");

  const phone = await desk(url, { width: 390 });
  await signIn(phone, handler);
  await phone.goto("/workbench");
  await picture(phone, "phone");
} finally {
  await closeBrowser();
  await close();
}
