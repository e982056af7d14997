/**
 * M8: a major complaint by the people who do it, one after the other: the declaration 《重大投诉申告表》 is refused while something is
 * missing, reviewed, mended, approved, mailed; resources are mobilised, the chief decides, the customer hears of it, the record closes.
 */
import assert from "node:assert/strict";
import { test } from "node:test";

import { keep, keepNarrow } from "../lib/browser.js";
import { act, callIn, events, fromHome, open, refused, save, standing, together, top } from "../lib/desk.js";
import { house, missing } from "../lib/house.js";

const CALL = {
  phone: "13800101010",
  customer_name: "周晓岚",
  level: "政企关键人",
  description: "整栋楼三天没有信号，客服只让重启手机，再不解决就找媒体曝光。",
  address: "滨江路 8 号金融大厦",
  lon: "105.4213",
  lat: "31.8807",
};

const PEOPLE = { account: "account_manager", area: "area_supervisor", face: "interface_admin", chief: "branch_chief" };

test("a major complaint goes from the account manager to the chief and back to the customer", { skip: missing }, async () => {
  await together(await house(), PEOPLE, async ({ account, area, face, chief }) => {
    // 受理: the rules grade it, and say why.
    const { path, number } = await callIn(account, CALL);
    const tags = account.locator("#case .case__no");
    assert.equal(await tags.locator(".grade").getAttribute("data-grade"), "major");
    assert.equal(await tags.locator(".flow").getAttribute("data-flow"), "major");
    assert.match(await account.locator("#timeline").innerText(), /曝光/, "the reason of the grade is on record");
    await act(account, path, "accept");
    assert.equal(await standing(account), "申告表编制中");
    await act(account, path, "contact", { reached: "yes", summary: "已致电客户，说明正在核查，客户要求三天内恢复。" });
    await top(account);
    await keep(account, "major-1-taken-in");

    // 申告表: what is missing is marked, and a placeholder fills nothing.
    await account.locator("#case .case__no a[href$='/declaration']").click();
    const lacking = account.locator(".declaration [data-missing]");
    const blanks = await lacking.count();
    assert.ok(blanks > 0, "parts nobody has written yet are marked");
    assert.equal(await account.locator(".page--declaration .notice .badge").count(), blanks, "and named on top");
    await keep(account, "major-2-declaration-missing");
    const said = await refused(account, path, "submit_declaration", { claim: "待补充", resources: "无" });
    assert.match(said, /必填|填写|缺/);
    const wrong = account.locator("#act .field[data-invalid]");
    assert.deepEqual(await wrong.locator("textarea").evaluateAll((all) => all.map((one) => one.getAttribute("name"))), ["claim", "resources"]);
    await wrong.first().scrollIntoViewIfNeeded();
    await keep(account, "major-3-refused");
    await account.locator("#act [name=claim]").fill("三天内恢复室内信号。");
    await account.locator("#act [name=resources]").fill("已请网络优化中心派车载应急基站。");
    await save(account);
    assert.equal(await standing(account), "申告表审核中");

    // 打印与邮件: the sheet is a PDF, and the mail that carries it is kept.
    const sheet = await account.request.get(`${path}/declaration.pdf`);
    assert.equal(sheet.headers()["content-type"], "application/pdf");
    assert.equal((await sheet.body()).subarray(0, 5).toString(), "%PDF-");
    await account.goto("/mails");
    await account.locator("#mails tbody tr", { hasText: number }).first().waitFor();
    await keep(account, "major-4-mails");
    await account.locator("#mails tbody tr", { hasText: number }).first().locator("a").click();
    const kept = account.locator('.page--mail [data-state="kept"]');
    for (let looks = 0; looks < 40 && (await kept.count()) === 0; looks++) {
      await account.waitForTimeout(500);
      await account.reload();
    }
    assert.equal(await kept.count(), 1, "without a mail server it is kept here");
    const file = account.locator(".page--mail a[download]").first();
    assert.match(await file.innerText(), /\.pdf$/);
    const attached = await account.request.get((await file.getAttribute("href")) ?? "");
    assert.equal((await attached.body()).subarray(0, 5).toString(), "%PDF-", "the attachment is the sheet");
    await keep(account, "major-5-mail");

    // 审核退回: the area supervisor finds it at home and returns it with remarks.
    await fromHome(area, number);
    assert.equal(await area.locator('#actions [href$="/act/submit_declaration"]').count(), 0, "who reviews does not write");
    await open(area, "return_declaration").then((form) => form.locator("textarea").fill("调配资源请写明数量和到位时间。"));
    await keep(area, "major-6-return");
    await save(area);
    assert.equal(await standing(area), "申告表编制中");

    // 修改后再报: what changed is seen beside what stood there.
    await fromHome(account, number);
    assert.match(await account.locator("#timeline").innerText(), /请写明数量和到位时间/);
    await act(account, path, "submit_declaration", { resources: "已请网络优化中心派车载应急基站一台，今日 18 时到位。" });
    await area.goto(`${path}/declaration`);
    assert.ok((await area.locator(".declaration ins").allInnerTexts()).join("").includes("一台"), "added words are marked");
    await area.locator(".declaration ins").first().scrollIntoViewIfNeeded();
    await keep(area, "major-7-changes");
    await act(area, path, "approve_declaration");
    assert.equal(await standing(area), "界面调配中");

    // 界面管理员: nothing reaches the chief before it is on record what was mobilised.
    await fromHome(face, number);
    assert.match(await refused(face, path, "escalate", { text: "界面资源不足。" }), /调配/);
    await act(face, path, "mobilise", { resources: "应急基站一台，抢修人员四名", result: "大厦业主不同意进场，室分无法施工。" });
    // 续报: a report with a clock of its own; the next one is due from there on.
    await act(face, path, "report_progress", { text: "第一次续报：应急基站已到位，业主仍不同意进场，继续协调。" });
    assert.match(await face.locator("#timeline").innerText(), /续报[\s\S]*应急基站已到位/);
    const running = face.locator("#clocks > .clocks .clock-card", { hasText: "进展告知" });
    assert.equal(await running.count(), 1, "the clock of the next report runs");
    await top(face);
    await keep(face, "major-8-progress-report");
    await keepNarrow(face, "major-8-progress-report");
    await act(face, path, "escalate", { text: "业主协调超出界面权限，请总管出面。" });
    await top(face);
    await keep(face, "major-8-escalated");

    // 总管决定.
    await fromHome(chief, number);
    assert.match(await chief.locator("#timeline").innerText(), /业主不同意进场/, "the record is there for whoever decides");
    await act(chief, path, "decide", { text: "由分公司出面协调业主，明日进场施工，客户先发放上网卡。" });
    await top(chief);
    await keep(chief, "major-9-decided");

    // 告知、答复、终报、归档: the customer first, and no closing without the last report.
    await fromHome(account, number);
    assert.match(await refused(account, path, "reply", { text: "明日进场施工。" }), /告知|沟通|客户/);
    await act(account, path, "contact", { reached: "yes", summary: "告知客户分公司的决定，客户接受。" });
    await act(account, path, "reply", { text: "明日进场施工，三天内恢复，期间使用上网卡。" });
    assert.match(await refused(account, path, "close", { attribution: "coverage", resolution: "solved" }), /终报/);
    // 终报 has a clock from the answer on; written, it stands on record and the clock with it.
    const last = account.locator("#clocks > .clocks .clock-card", { hasText: "终报" });
    await account.goto(path);
    assert.equal(await last.count(), 1, "the final report is owed");
    const report = await open(account, "report_final");
    await report.locator("textarea").fill("室分已开通，客户确认信号恢复。");
    await keep(account, "major-10-final-report");
    await save(account);
    assert.equal(await last.count(), 0, "and then no more");
    assert.match(await account.locator("#timeline").innerText(), /终报[\s\S]*客户确认信号恢复/);
    await act(account, path, "close", { attribution: "coverage", resolution: "solved" });
    assert.equal(await events(account, "close").count(), 1);
    await top(account);
    await keep(account, "major-11-closed");
    await keepNarrow(account, "major-11-closed");
    await top(account, "#timeline");
    await keep(account, "major-12-timeline");
  });
});
