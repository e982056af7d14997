/**
 * M1, M2, M4, M6: the handler's main job on the demo city. A complaint goes in on the map, the network answers with the broken
 * station, somebody owns it, the customer is talked to and answered, the record is closed.
 */
import assert from "node:assert/strict";
import { test } from "node:test";

import { at, keep } from "../lib/browser.js";
import { clickOnMap, complete, events, inFrontOf, mapReady, open, save, signIn, stations } from "../lib/desk.js";
import { house, missing } from "../lib/house.js";

test("the handler takes in a complaint on the map, answers the customer and closes it", { skip: missing }, async () => {
  const { url, as } = await house();
  await at(url, {}, async (page) => {
    await signIn(page, as("handler"));
    const [broken] = await stations(page, "fault");
    assert.ok(broken, "the demo city plants a faulty station");

    await page.goto("/intake");
    await complete(page.locator("#intake"), { phone: "13800005678", description: "从今天早上开始，家里打不了电话也上不了网。" });
    await clickOnMap(page, inFrontOf(broken, 120));
    const verdict = page.locator("#check .verdict");
    await verdict.waitFor();
    assert.equal(await verdict.getAttribute("data-cause"), "fault");
    assert.ok((await verdict.innerText()).includes(broken.name), `the verdict names ${broken.name}: ${await verdict.innerText()}`);
    assert.ok((await page.locator("#suggestion .reasons li").count()) > 0, "flow and grade come with reasons");
    await keep(page, "handler-1-intake");
    await page.locator("#intake .page__tools .btn--primary").click();
    await page.waitForURL(/\/complaints\//);

    const kase = page.locator("#case");
    const owner = (await kase.locator(".case__owners dd").first().innerText()).trim();
    assert.equal(await kase.locator(".verdict").first().getAttribute("data-cause"), "fault");
    await mapReady(page, "#case-map");
    const first = page.locator("#case .candidates tbody tr").first();
    assert.equal(await first.getAttribute("data-element"), broken.id, "the faulty cell ranks first in front of it");
    await keep(page, "handler-2-case");

    if (await page.locator('#actions [href$="/act/accept"]').count()) {
      await open(page, "accept").then((form) => complete(form));
      await save(page);
    }
    await complete(await open(page, "contact"), { reached: "no", summary: "无人接听，半小时后再打。" });
    await save(page);
    await complete(await open(page, "contact"), { reached: "yes", summary: "告知附近基站故障，正在抢修，客户表示理解。" });
    await save(page);
    assert.ok((await page.locator('#timeline .event[data-kind^="contact"]').count()) >= 2, "failed attempts are on record too");

    const reply = await open(page, "reply");
    assert.notEqual(await reply.locator("textarea").first().inputValue(), "", "the reply starts from the check's draft");
    await complete(reply);
    await keep(page, "handler-3-reply");
    await save(page);
    assert.equal(await events(page, "reply").count(), 1);

    await complete(await open(page, "close"));
    await save(page);
    assert.equal(await events(page, "close").count(), 1);
    assert.equal((await kase.locator(".case__owners dd").first().innerText()).trim(), owner, "the first owner never changes (M4)");
    await keep(page, "handler-4-closed");
  });
});
