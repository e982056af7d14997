/**
 * M15: a task by the people who do it: drafted, revised by the leader, approved by the director, supervised by the project manager,
 * answered, summed up in a meeting; the archive refuses while something is missing.
 */
import assert from "node:assert/strict";
import { test } from "node:test";

import { keep, keepNarrow } from "../lib/browser.js";
import { act, callIn, complete, events, fromHome, open, refused, save, standing, together, top } from "../lib/desk.js";
import { house, missing } from "../lib/house.js";

const CALL = { phone: "13800303030", description: "市政府来函：新区政务中心要求保障开园当天的通信。", address: "新区大道 1 号", lon: "105.4613", lat: "31.9207" };
const PLAN = "一、派驻人员两名；二、扩容政务中心两个小区；三、每小时报告一次。";
const REVISED = "一、派驻人员四名；二、扩容政务中心两个小区并备应急车；三、每小时报告一次。";

const PEOPLE = { handler: "handler", leader: "team_leader", director: "director", project: "project_manager" };

test("a task goes from its draft through revision, approval, supervision and meeting to the archive", { skip: missing }, async () => {
  await together(await house(), PEOPLE, async ({ handler, leader, director, project }) => {
    const { path, number } = await callIn(handler, CALL, { flow: "task" });
    await act(handler, path, "accept");
    await act(handler, path, "submit_plan", { text: PLAN });

    // 组长修改: it begins with what was drafted.
    await fromHome(leader, number);
    const revision = await open(leader, "revise_plan");
    assert.equal(await revision.locator("textarea").inputValue(), PLAN);
    await complete(revision, { text: REVISED });
    await keep(leader, "task-1-revised");
    await save(leader);

    // 主任审批.
    await fromHome(director, number);
    assert.match(await director.locator("#timeline").innerText(), /备应急车/);
    await act(director, path, "approve_plan");
    assert.equal(await standing(director), "处理中");
    await top(director);
    await keep(director, "task-2-approved");

    await act(handler, path, "contact", { reached: "yes", summary: "向来函单位说明保障安排，对方同意。" });
    await act(handler, path, "reply", { text: "保障方案已批准，按方案执行。" });

    // 总结会 and 归档: what is missing is named, and may still be supplied.
    await fromHome(project, number);
    await act(project, path, "hold_meeting", { text: "开园当天无投诉；应急车调度可再提前。" });
    const said = await refused(handler, path, "close", { attribution: "coverage", resolution: "solved" });
    assert.match(said, /督办要点/, said);
    await keep(handler, "task-3-archive-refused");
    await act(project, path, "oversee", { text: "扩容完成时间、应急车到位时间、每小时报告。" });
    await act(handler, path, "close", { attribution: "coverage", resolution: "solved" });
    assert.equal(await events(handler, "close").count(), 1);
    await top(handler);
    await keep(handler, "task-4-closed");
    await keepNarrow(handler, "task-4-closed");
    await top(handler, "#timeline");
    await keep(handler, "task-5-timeline");
  });
});
