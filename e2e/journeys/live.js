/**
 * The queue of one desk moves when another desk takes something in, without a reload; and no page of theirs asks outside.
 */
import assert from "node:assert/strict";
import { test } from "node:test";

import { at, desk } from "../lib/browser.js";
import { complete, inFrontOf, open, save, signIn, stations, takeIn } from "../lib/desk.js";
import { house, missing } from "../lib/house.js";

test("a second desk sees the queue and the case change without a reload", { skip: missing }, async () => {
  const { url, as } = await house();
  await at(url, {}, async (page) => {
    await signIn(page, as("handler"));
    const other = await desk(url, {});
    await signIn(other, as("handler"));
    await other.goto("/workbench?view=unassigned");
    await other.evaluate(() => Object.assign(window, { untouched: true }));

    const [broken] = await stations(page, "fault");
    const number = await takeIn(page, inFrontOf(broken, 200), { phone: "13800006789", description: "上网很慢，视频打不开。" });
    const row = other.locator("#queue .case-row", { hasText: number });
    await row.waitFor();

    await row.locator("a").first().click();
    await other.locator("#case .case__no", { hasText: number }).waitFor();
    const before = await other.locator("#timeline .event").count();
    await complete(await open(page, "contact"));
    await save(page);
    await other.waitForFunction((count) => document.querySelectorAll("#timeline .event").length > count, before);
    assert.equal(await other.evaluate(() => Reflect.get(window, "untouched")), true, "the page was never loaded again");
    other.clean();
    await other.context().close();
  });
});
