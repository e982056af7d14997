/**
 * The desk by keyboard alone: lists, search, going places, the intake's address list.
 */
import assert from "node:assert/strict";
import { test } from "node:test";

import { at } from "../lib/browser.js";
import { open, signIn } from "../lib/desk.js";
import { house, missing } from "../lib/house.js";

test("a handler walks the queue and opens a case by keys", { skip: missing }, async () => {
  const { url, as } = await house();
  await at(url, {}, async (page) => {
    await signIn(page, as("handler"));
    await page.goto("/workbench");
    await page.locator("x-keys").waitFor({ state: "attached" });
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("k");
    const number = await page.locator(".case-row.is-cursor .mono").first().innerText();
    assert.ok(await page.locator(".case-row.is-cursor .case-row__link").evaluate((link) => link === document.activeElement), "the focus is where the mark is");
    await page.keyboard.press("Enter");
    await page.locator("#case .case__no", { hasText: number.trim() }).waitFor();
    assert.equal(await page.locator(".case-row[aria-current]").count(), 1);

    await page.keyboard.press("?");
    await page.locator("dialog.keys").waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("/");
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("name")), "q");
    await page.keyboard.press("Escape");
    await page.keyboard.press("g");
    await page.keyboard.press("i");
    await page.waitForURL(/\/intake/);
  });
});

test("the cursor is put at the first wrong field, once", { skip: missing }, async () => {
  const { url, as } = await house();
  await at(url, {}, async (page) => {
    await signIn(page, as("handler"));
    await page.goto("/workbench?view=open");
    await page.locator("#queue .case-row a").first().click();
    await page.locator("#case .case__no").waitFor();
    const form = await open(page, "note");
    await form.locator("[name=text]").fill("   ");
    page.expecting(/status of 422/);
    await page.locator("#act form .btn--primary").click();
    const wrong = page.locator("#act [name=text][aria-invalid=true]");
    await wrong.waitFor();
    await page.waitForFunction(() => document.activeElement?.getAttribute("name") === "text");
    // A refresh does not put it there again.
    await page.waitForFunction(() => !document.querySelector("#act [autofocus]"));
    assert.equal(await page.locator(`#${await wrong.getAttribute("aria-describedby")}`).count(), 1);
  });
});

test("an address of the gazetteer fills in the place and brings the check", { skip: missing }, async () => {
  const { url, as } = await house();
  await at(url, {}, async (page) => {
    await signIn(page, as("handler"));
    await page.goto("/intake");
    const base = await page.evaluate(async () => (await fetch("/network/base.json")).json());
    const landmark = base.features.find((/** @type {any} */ feature) => feature.properties.kind === "landmark").properties.name;
    await page.locator("#address").pressSequentially(landmark);
    await page.locator("#places [role=option]").first().waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.locator("#check .verdict").waitFor();
    assert.notEqual(await page.inputValue("[name=lon]"), "");
    assert.equal(await page.locator("#places li").count(), 0);
  });
});

test("without WebGL the map says so and the form keeps working", { skip: missing }, async () => {
  const { url, as } = await house();
  await at(url, {}, async (page) => {
    await page.addInitScript(() => Object.assign(HTMLCanvasElement.prototype, { getContext: () => null }));
    await signIn(page, as("handler"));
    await page.goto("/intake");
    const base = await page.evaluate(async () => (await fetch("/network/elements.json?limit=1")).json());
    await page.locator("#intake-map").scrollIntoViewIfNeeded();
    await page.locator("#intake-map[data-failed]").waitFor();
    await page.fill("[name=lon]", String(base.elements[0].lon));
    await page.fill("[name=lat]", String(base.elements[0].lat));
    await page.locator("#check .verdict").waitFor();
  });
});
