//! M1, M2, M6, M12: the handler's day by the pages, and what happens to a stale edit.

use domain::person::Role;

use crate::house::{Browser, House};

const INTAKE: [(&str, &str); 8] = [
    ("key", "0190-a"),
    ("phone", "13800001234"),
    ("customer_name", "王小明"),
    ("description", "家里信号弱，回拨138-0000-1234"),
    ("address", "文三路 188 号"),
    ("lon", "104.06"),
    ("lat", "30.65"),
    ("setting", "indoor"),
];

#[tokio::test]
async fn m1_to_m6_a_complaint_is_taken_in_answered_and_closed_by_plain_forms() {
    let house = House::new().await;
    let handler = house.person(Role::Handler).await;
    let case = house.take_in(&handler, &INTAKE).await;
    assert_eq!(house.take_in(&handler, &INTAKE).await, case, "the same key is the same complaint");

    let page = house.get(&handler, &case).await;
    assert_eq!(page.status, 200);
    for expected in
        ["138****1234", "王**", "文三路 188 号", "class=\"verdict\"", "data-cause=\"unknown\"", "/act/accept"]
    {
        assert!(page.text.contains(expected), "{expected}");
    }
    for place in [&case, "/workbench?view=all", "/search", &format!("{case}/act/correct")] {
        let page = house.get(&handler, place).await;
        assert!(page.text.contains("138****1234"), "{place}");
        for clear in ["13800001234", "138-0000", "王小明"] {
            assert!(!page.text.contains(clear), "{place} shows {clear} (P-2, P-8)");
        }
    }

    assert_eq!(house.act(&handler, &case, "accept", &[]).await, 303);
    let talk = [("means", "call"), ("reached", "no"), ("took_place", "2026-03-04T09:10"), ("summary", "无人接听")];
    assert_eq!(
        house.act(&handler, &case, "reply", &[("text", "已核查")]).await,
        422,
        "nobody has spoken to the customer"
    );
    assert_eq!(house.act(&handler, &case, "contact", &talk).await, 303);
    assert_eq!(house.act(&handler, &case, "contact", &[("means", "call")]).await, 422);
    assert_eq!(house.act(&handler, &case, "reply", &[("text", "已核查")]).await, 303);
    assert_eq!(house.act(&handler, &case, "close", &[("attribution", "coverage")]).await, 422);
    let close = [
        ("attribution", "coverage"),
        ("resolution", "planned"),
        ("plan_measure", "新建室分"),
        ("plan_expected", "2026-09-01"),
    ];
    assert_eq!(house.act(&handler, &case, "close", &close).await, 303);
    let page = house.get(&handler, &case).await;
    for kind in ["received", "check", "accept", "contact_failed", "reply", "close"] {
        assert!(page.text.contains(&format!("data-kind=\"{kind}\"")), "{kind}");
    }
    assert_eq!(house.get(&handler, &format!("{case}/act/transfer")).await.status, 422, "not from here");
}

#[tokio::test]
async fn a_stale_correction_is_merged_and_never_lost() {
    let house = House::new().await;
    let (one, other) = (house.person(Role::Handler).await, house.person(Role::TeamLeader).await);
    let case = house.take_in(&one, &INTAKE).await;
    let form = house.get(&one, &format!("{case}/act/correct")).await;
    assert!(form.text.contains("回拨138****1234"), "masked in the form too");
    let correct = format!("{case}/act/correct");
    let first = [("version", "1"), ("description", "家里信号弱，回拨138****1234，只在卧室")];
    assert_eq!(house.post(&other, &correct, &first).await.status, 303);
    let second = [("version", "1"), ("description", "家里信号弱，晚上更厉害")];
    let merge = house.post(&one, &correct, &second).await;
    assert_eq!(merge.status, 409);
    for expected in ["只在卧室", "晚上更厉害", "data-field=\"description\"", "name=\"version\" value=\"2\""] {
        assert!(merge.text.contains(expected), "{expected}");
    }
    let merged = [("version", "2"), ("description", "家里信号弱，只在卧室，晚上更厉害")];
    assert_eq!(house.post(&one, &correct, &merged).await.status, 303);
    assert!(house.get(&one, &case).await.text.contains("只在卧室，晚上更厉害"));

    let stale = house.post(&one, &format!("{case}/act/note"), &[("version", "1"), ("text", "写了很久的备注")]).await;
    assert_eq!(stale.status, 409);
    assert!(stale.text.contains("写了很久的备注"), "what was typed stays");
}

#[tokio::test]
async fn a_form_that_names_no_version_overwrites_nothing() {
    let house = House::new().await;
    let handler = house.person(Role::Handler).await;
    let case = house.take_in(&handler, &INTAKE).await;
    for version in [None, Some(("version", "")), Some(("version", "latest"))] {
        let mut sent = vec![("text", "写了很久的备注"), ("key", "0190-n")];
        sent.extend(version);
        let answer = house.post(&handler, &format!("{case}/act/note"), &sent).await;
        assert_eq!(answer.status, 409, "{version:?}");
        assert!(answer.text.contains("写了很久的备注"), "what was typed stays");
        assert_eq!(answer.between("name=\"version\" value=\"", "\""), "1", "against the state that is shown");
    }
    let blind = [("description", "别的内容")];
    assert_eq!(house.post(&handler, &format!("{case}/act/correct"), &blind).await.status, 409);
    let page = house.get(&handler, &case).await;
    assert!(!page.text.contains("别的内容") && !page.text.contains("写了很久的备注"));
}

#[tokio::test]
async fn a_form_overtaken_by_the_closing_keeps_what_was_typed_and_one_sent_twice_is_done() {
    let house = House::new().await;
    let handler = house.person(Role::Handler).await;
    let case = house.take_in(&handler, &INTAKE).await;
    let withdraw = [("version", "1"), ("key", "0190-w"), ("reason", "客户自行撤诉")];
    for _ in ["first", "again"] {
        assert_eq!(house.post(&handler, &format!("{case}/act/withdraw"), &withdraw).await.status, 303);
    }
    let late = [("version", "1"), ("key", "0190-l"), ("reason", "写了很久的原因")];
    let answer = house.post(&handler, &format!("{case}/act/accept"), &late[..2]).await;
    assert_eq!(answer.status, 409, "it could be accepted when the form was opened");
    let answer = house.post(&handler, &format!("{case}/act/reject_back"), &late).await;
    assert_eq!(answer.status, 409);
    assert!(answer.text.contains("写了很久的原因"));
    let never = [("version", "2"), ("reason", "原因")];
    assert_eq!(house.post(&handler, &format!("{case}/act/reject_back"), &never).await.status, 422, "not even then");
}

#[tokio::test]
async fn who_may_not_act_is_refused_before_a_form_is_made_of_it() {
    let house = House::new().await;
    let (handler, contractor) = (house.person(Role::Handler).await, house.person(Role::Contractor).await);
    let form = [("flow", "work_order"), ("description", "慢"), ("address", "文三路 1 号")];
    let ours = house.take_in(&handler, &form).await;
    let outsource = [("version", "2"), ("organisation", "维护甲"), ("task", "上门测试")];
    assert_eq!(house.post(&handler, &format!("{ours}/act/accept"), &[("version", "1")]).await.status, 303);
    assert_eq!(house.post(&handler, &format!("{ours}/act/outsource"), &outsource).await.status, 303);
    assert_eq!(house.get(&contractor, &ours).await.status, 200, "the contractor's own order");
    for version in [&[][..], &[("version", "1")], &[("version", "2")], &[("version", "3")]] {
        for action in ["assign", "correct", "unmask"] {
            let answer = house.post(&contractor, &format!("{ours}/act/{action}"), version).await;
            assert_eq!(answer.status, 422, "{action} {version:?}");
            assert!(
                !answer.text.contains("<form id=\"act-") && !answer.text.contains("<select"),
                "{action} lists nobody"
            );
        }
    }
}

#[tokio::test]
async fn m9_an_order_and_a_transfer_go_where_somebody_sees_them() {
    let house = House::new().await;
    let (handler, contractor) = (house.person(Role::Handler).await, house.person(Role::Contractor).await);
    let form = [("flow", "work_order"), ("description", "慢"), ("address", "文三路 1 号")];
    let case = house.take_in(&handler, &form).await;
    assert_eq!(house.act(&handler, &case, "accept", &[]).await, 303);
    let form = house.get(&handler, &format!("{case}/act/outsource")).await;
    let offered = form.between("<select id=\"act-organisation\"", "</select>");
    assert!(offered.contains("<option value=\"维护甲\"") && !offered.contains("网优中心"), "{offered}");
    let form = house.get(&handler, &format!("{case}/act/transfer")).await;
    let offered = form.between("<select id=\"act-department\"", "</select>");
    assert!(offered.contains("网优中心") && !offered.contains("维护甲"), "{offered}");
    for (action, field, other) in [("outsource", "organisation", "task"), ("transfer", "department", "reason")] {
        let sent = [("version", "2"), (field, "没有这家"), (other, "上门测试")];
        let wrong = house.post(&handler, &format!("{case}/act/{action}"), &sent).await;
        assert_eq!(wrong.status, 422, "{action}");
        let said = wrong.between(&format!("id=\"act-{field}-error\">"), "<");
        assert!(said.contains("请从名单中选择"), "{said}");
        assert!(wrong.text.contains("上门测试"), "what was typed stays");
    }
    assert_eq!(house.get(&contractor, &case).await.status, 404);
    assert_eq!(house.act(&handler, &case, "outsource", &[("organisation", "维护甲"), ("task", "上门")]).await, 303);
    assert_eq!(house.get(&contractor, &case).await.status, 200);
}

#[tokio::test]
async fn m1_what_is_typed_over_a_known_number_or_form_is_kept_and_the_known_complaint_named() {
    let house = House::new().await;
    let handler = house.person(Role::Handler).await;
    let typed = [
        ("upstream_number", "UP-7"),
        ("description", "家里信号弱"),
        ("address", "文三路 188 号"),
        ("phone", "13800001234"),
    ];
    let send = async |key: &str, changed: &[(&str, &str)]| {
        let mut form = vec![("key", key)];
        form.extend(typed.iter().map(|(name, value)| {
            (*name, changed.iter().find(|(changed, _)| changed == name).map_or(*value, |(_, value)| *value))
        }));
        house.post(&handler, "/intake", &form).await
    };
    let first = send("0190-a", &[]).await;
    let case = first.header("location").to_owned();
    assert_eq!(first.status, 303);
    for key in ["0190-a", "0190-b"] {
        let again = send(key, &[]).await;
        assert_eq!((again.status, again.header("location")), (303, case.as_str()), "the same again is no conflict");
    }
    for (name, value) in [("description", "换了一家，办公室没信号"), ("address", "文一西路"), ("phone", "13800001235")]
    {
        let other = send("0190-c", &[(name, value)]).await;
        assert_eq!(other.status, 409, "{name}");
        assert!(other.text.contains(value) && other.text.contains(&format!("href=\"{case}\"")), "{name}");
        assert!(other.text.contains("上游单号已经受理过"));
    }
    let form = send("0190-a", &[("upstream_number", ""), ("description", "改了内容的旧表单")]).await;
    assert_eq!(form.status, 409);
    assert!(form.text.contains("改了内容的旧表单") && form.text.contains("这张表单先前已受理"));
    let key = form.between("name=\"key\" value=\"", "\"").to_owned();
    assert_ne!(key, "0190-a");
    let own = send(&key, &[("upstream_number", ""), ("description", "改了内容的旧表单")]).await;
    assert_eq!(own.status, 303);
    assert_ne!(own.header("location"), case, "saved again it is a complaint of its own");
}

#[tokio::test]
async fn p2_a_masked_value_is_shown_with_a_reason_and_on_record_only() {
    let house = House::new().await;
    let handler = house.person(Role::Handler).await;
    let case = house.take_in(&handler, &INTAKE).await;
    let unmask = format!("{case}/act/unmask");
    assert_eq!(house.post(&handler, &unmask, &[("field", "phone"), ("reason", " ")]).await.status, 422);
    let shown = house.post(&handler, &unmask, &[("field", "phone"), ("reason", "需要回拨")]).await;
    assert_eq!(shown.status, 200);
    assert!(shown.text.contains("13800001234"));
    let after = house.get(&handler, &case).await;
    assert!(!after.text.contains("13800001234") && after.text.contains("需要回拨"));
}

#[tokio::test]
async fn what_is_wrong_is_told_to_who_cannot_see_it_and_the_cursor_is_at_the_first() {
    let house = House::new().await;
    let handler = house.person(Role::Handler).await;
    let fine = house.get(&handler, "/intake").await;
    assert!(!fine.text.contains("aria-invalid") && fine.text.contains("id=\"in-phone\""));
    assert_eq!(fine.text.matches(" autofocus").count(), 1);
    let wrong = [("phone", "老王"), ("description", ""), ("lon", "200"), ("lat", "30")];
    let page = house.post(&handler, "/intake", &wrong).await;
    assert_eq!((page.status, page.text.matches(" autofocus").count()), (422, 1));
    let phone = page.between("<input id=\"in-phone\"", ">");
    assert!(phone.contains("aria-describedby=\"in-phone-error\" aria-invalid=\"true\" autofocus"), "{phone}");
    for (control, id) in [("textarea", "in-description"), ("input", "in-lon")] {
        let control = page.between(&format!("<{control} id=\"{id}\""), ">");
        assert!(control.contains(&format!("aria-describedby=\"{id}-error\" aria-invalid=\"true\"")), "{control}");
    }
    assert!(!page.between("<input id=\"in-lat\"", ">").contains("aria-"), "only what is wrong");

    let case = house.take_in(&handler, &INTAKE).await;
    let contact =
        [("version", "1"), ("means", ""), ("reached", ""), ("took_place", "2026-03-04T09:10"), ("summary", "x")];
    let page = house.post(&handler, &format!("{case}/act/contact"), &contact).await;
    assert_eq!((page.status, page.text.matches(" autofocus").count()), (422, 1));
    for field in ["means", "reached"] {
        let group = format!("role=\"radiogroup\" aria-describedby=\"act-{field}-error\" aria-invalid=\"true\"");
        assert!(page.text.contains(&group), "{field}");
        assert!(page.text.contains(&format!("id=\"act-{field}-error\"")), "{field}");
    }
    assert!(page.between("name=\"means\"", ">").contains("autofocus"));
}

#[tokio::test]
async fn every_page_renders_in_both_languages_without_inline_script_or_style() {
    let house = House::new().await;
    let (handler, admin) = (house.person(Role::Handler).await, house.person(Role::Administrator).await);
    let case = house.take_in(&handler, &INTAKE).await;
    for lang in ["zh", "en"] {
        let with =
            |browser: &Browser| Browser { cookie: format!("{}; lang={lang}", browser.cookie), ..browser.clone() };
        let (handler, admin) = (with(&handler), with(&admin));
        let mut paths: Vec<String> = ["/workbench", "/intake", "/search", "/search?q=信号", "/network", "/about"]
            .map(|path| path.replace("信号", "%E4%BF%A1%E5%8F%B7"))
            .into();
        paths.push(case.clone());
        paths.extend(
            ["contact", "correct", "reply", "recheck", "withdraw"].map(|action| format!("{case}/act/{action}")),
        );
        for path in &paths {
            renders(&house.get(&handler, path).await, path, lang);
        }
        renders(&house.get(&admin, "/people").await, "/people", lang);
        renders(&house.get(&admin, "/policies").await, "/policies", lang);
        assert_eq!(house.post(&handler, "/intake/check", &INTAKE).await.status, 200);
        let earlier = house.post(&handler, "/intake/earlier", &INTAKE).await;
        assert!(earlier.text.contains("TS-20260304-"), "{}", earlier.text);
    }
}

fn renders(answer: &crate::house::Answer, path: &str, lang: &str) {
    assert_eq!(answer.status, if path.ends_with("reply") { 422 } else { 200 }, "{path} in {lang}");
    let html = &answer.text;
    assert!(html.contains(if lang == "zh" { "<html lang=\"zh-CN\"" } else { "<html lang=\"en\"" }), "{path}");
    for inline in ["<script>", " style=\"", "hx-on", "javascript:", "<style"] {
        assert!(!html.contains(inline), "{path} holds {inline}");
    }
    for ids in html.split(" aria-describedby=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        for id in ids.split(' ') {
            assert!(html.contains(&format!(" id=\"{id}\"")), "{path} points to {id}, which is not there");
        }
    }
}

/// Whoever signs in beside a form that waits does not come to own what somebody else wrote.
#[tokio::test]
async fn m1_a_form_is_taken_in_as_its_writers_own_or_not_at_all() {
    let house = House::new().await;
    let (writer, other) = (house.person(Role::Handler).await, house.person(Role::TeamLeader).await);
    assert_eq!(house.get(&other, "/intake").await.status, 200, "who may take in complaints, too");
    let page = house.get(&writer, "/intake").await;
    let form = [
        ("key", page.between("name=\"key\" value=\"", "\"")),
        ("writer", page.between("name=\"writer\" value=\"", "\"")),
        ("description", "家里信号弱"),
        ("address", "文三路 188 号"),
    ];
    assert_eq!(house.post(&other, "/intake", &form).await.status, 403);
    assert_eq!(house.post(&writer, "/intake", &form).await.status, 303);
}
