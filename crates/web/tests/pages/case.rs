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

async fn act(house: &House, browser: &Browser, case: &str, action: &str, fields: &[(&str, &str)]) -> u16 {
    let form = house.get(browser, &format!("{case}/act/{action}")).await;
    assert_eq!(form.status, 200, "{action}: {}", form.text);
    let version = form.between("name=\"version\" value=\"", "\"").to_owned();
    let mut sent = vec![("version", version.as_str())];
    sent.extend(fields);
    house.post(browser, &format!("{case}/act/{action}"), &sent).await.status
}

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

    assert_eq!(act(&house, &handler, &case, "accept", &[]).await, 303);
    let talk = [("means", "call"), ("reached", "no"), ("took_place", "2026-03-04T09:10"), ("summary", "无人接听")];
    assert_eq!(
        act(&house, &handler, &case, "reply", &[("text", "已核查")]).await,
        422,
        "nobody has spoken to the customer"
    );
    assert_eq!(act(&house, &handler, &case, "contact", &talk).await, 303);
    assert_eq!(act(&house, &handler, &case, "contact", &[("means", "call")]).await, 422);
    assert_eq!(act(&house, &handler, &case, "reply", &[("text", "已核查")]).await, 303);
    assert_eq!(act(&house, &handler, &case, "close", &[("attribution", "coverage")]).await, 422);
    let close = [("attribution", "coverage"), ("resolution", "planned")];
    assert_eq!(act(&house, &handler, &case, "close", &close).await, 303);
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
}
