/**
 * Two people correct the same complaint: the later one is told, sees both texts, and nothing of either is lost.
 */
import assert from "node:assert/strict";
import { test } from "node:test";

import { at, desk, keep } from "../lib/browser.js";
import { complete, inFrontOf, open, save, signIn, stations, takeIn } from "../lib/desk.js";
import { house, missing } from "../lib/house.js";

test("a stale edit gets the merge view, never a lost update", { skip: missing }, async () => {
  const { url, as } = await house();
  await at(url, {}, async (page) => {
    await signIn(page, as("handler"));
    const [broken] = await stations(page, "fault");
    await takeIn(page, inFrontOf(broken, 250), { phone: "13800007890", description: "电话断断续续。" });
    const form = await open(page, "correct");
    await form.locator("[name=description]").fill("电话断断续续，晚上更厉害。");

    const other = await desk(url, {});
    await signIn(other, as("handler"));
    await other.goto(new URL(page.url()).pathname);
    await complete(await open(other, "correct"), { description: "电话断断续续，只在卧室。" });
    await save(other);
    other.clean();
    await other.context().close();

    page.expecting(/status of 409/);
    await page.locator("#act form .btn--primary").click();
    const merge = page.locator("#case.case--merge .merge");
    await merge.waitFor();
    const row = merge.locator('.merge__row[data-field="description"]');
    assert.match(await row.locator('[data-side="theirs"]').innerText(), /只在卧室/);
    assert.match(await row.locator('[data-side="mine"]').innerText(), /晚上更厉害/);
    await keep(page, "merge");
    await row.locator('[data-side="theirs"]').click();
    assert.match(await row.locator("[name=description]").inputValue(), /只在卧室/);
    await row.locator("[name=description]").fill("电话断断续续，只在卧室，晚上更厉害。");
    await merge.locator(".btn--primary").click();
    await page.locator("#case:not(.case--merge) .said", { hasText: "只在卧室，晚上更厉害" }).waitFor();
  });
});
