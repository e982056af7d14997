//! M12, M13: everybody's home and the supervision board, as a browser without script meets them.

use domain::person::Role;

use crate::house::{Browser, House};

const INTAKE: [(&str, &str); 2] = [("description", "家里信号弱"), ("address", "文三路 188 号")];

async fn act(house: &House, browser: &Browser, case: &str, action: &str, fields: &[(&str, &str)]) {
    let page = house.get(browser, case).await;
    let version = page.between("data-version=\"", "\"").to_owned();
    let mut sent = vec![("version", version.as_str())];
    sent.extend(fields);
    let answer = house.post(browser, &format!("{case}/act/{action}"), &sent).await;
    assert_eq!(answer.status, 303, "{action}: {}", answer.text);
}

/// Every figure of the board with the address behind it.
fn figures(page: &str) -> Vec<(String, usize)> {
    let links = page.split("class=\"figure\" href=\"").skip(1);
    links
        .map(|link| {
            let (path, rest) = link.split_once('"').expect("an address");
            let count = rest.split_once("<b>").and_then(|(_, rest)| rest.split_once("</b>")).expect("a figure").0;
            (path.replace("&#38;", "&"), count.parse().expect("a number"))
        })
        .collect()
}

#[tokio::test]
async fn m12_after_sign_in_each_role_lands_on_what_waits_on_it() {
    let house = House::new().await;
    let handler = house.person(Role::Handler).await;
    let triage = house.person(Role::Triage).await;
    let admin = house.person(Role::Administrator).await;
    let case = house.take_in(&handler, &INTAKE).await;
    assert_eq!(house.get(&handler, "/").await.header("location"), "/home");
    assert!(house.get(&triage, "/home").await.text.contains(&case), "nobody has taken it up");
    act(&house, &handler, &case, "accept", &[]).await;
    assert!(house.get(&handler, "/home").await.text.contains(&case));
    let page = house.get(&triage, "/home").await;
    assert!(!page.text.contains(&case) && page.text.contains("现在没有等您办的事"));
    let page = house.get(&admin, "/home").await;
    assert!(!page.text.contains("/complaints/") && page.text.contains("href=\"/people\""), "no complaints, but people");
}

#[tokio::test]
async fn m13_every_figure_of_the_board_leads_to_what_it_counts_also_by_person_and_party() {
    let house = House::new().await;
    let (handler, leader) = (house.person(Role::Handler).await, house.person(Role::TeamLeader).await);
    for _ in 0..3 {
        house.take_in(&handler, &INTAKE).await;
    }
    let case = house.take_in(&handler, &INTAKE).await;
    act(&house, &handler, &case, "accept", &[]).await;
    house.clock.set("2026-03-04T04:00:00Z".parse().expect("an instant"));
    let board = house.get(&leader, "/board").await;
    assert_eq!(board.status, 200);
    let counts: Vec<usize> = figures(&board.text).iter().map(|(_, count)| *count).collect();
    assert!(counts[1] > 0 && counts[3] == 4 && counts[4] == 3, "{counts:?}");
    let tables = board.between("class=\"board__loads\"", "class=\"board__lists\"");
    let of_tables = tables.split("href=\"").skip(1).filter_map(|link| {
        let (path, rest) = link.split_once("\">")?;
        let count = rest.trim_start_matches("<b>").split('<').next()?.parse().ok()?;
        Some((path.replace("&#38;", "&"), count))
    });
    let of_tables: Vec<(String, usize)> = of_tables.collect();
    assert!(of_tables.len() > 6, "{of_tables:?}");
    for (path, count) in figures(&board.text).into_iter().chain(of_tables) {
        let list = house.get(&leader, &path).await;
        assert_eq!(list.status, 200, "{path}");
        assert_eq!(list.text.matches("class=\"board-row\"").count(), count, "{path}");
    }
    for nonsense in ["/board/cases", "/board/cases?by=party&of=x", "/board/cases?by=owner&of=x"] {
        assert_eq!(house.get(&leader, nonsense).await.status, 400, "{nonsense}");
    }
    assert_eq!(house.get(&handler, "/board").await.status, 403);
}

#[tokio::test]
async fn m13_a_case_is_supervised_from_the_board_and_leads_back_to_it() {
    let house = House::new().await;
    let (handler, chief) = (house.person(Role::Handler).await, house.person(Role::BranchChief).await);
    let case = house.take_in(&handler, &INTAKE).await;
    let board = house.get(&chief, "/board").await;
    assert!(board.text.contains(&format!("{case}/act/supervise?back=board")));
    let form = house.get(&chief, &format!("{case}/act/supervise?back=board")).await;
    assert!(form.text.contains("name=\"back\" value=\"board\""));
    let supervise = format!("{case}/act/supervise");
    let version = form.between("name=\"version\" value=\"", "\"");
    let blank = house.post(&chief, &supervise, &[("version", version), ("back", "board"), ("text", "")]).await;
    assert_eq!(blank.status, 422);
    assert!(blank.text.contains("name=\"back\" value=\"board\""), "the form knows where it was opened");
    let sent = [("version", version), ("back", "board"), ("text", "今天之内答复")];
    let done = house.post(&chief, &supervise, &sent).await;
    assert_eq!((done.status, done.header("location")), (303, "/board"));
    let list = house.get(&chief, "/board/cases?by=asked&of=supervision").await;
    assert!(list.text.contains(&case));
    let stranger = house.get(&chief, &format!("{supervise}?back=https://elsewhere.example")).await;
    assert!(!stranger.text.contains("name=\"back\""), "it leads to pages of the house only");
}

#[tokio::test]
async fn m7_forms_offer_the_policys_templates_and_trees_and_keep_what_was_chosen() {
    let house = House::new().await;
    let handler = house.person(Role::Handler).await;
    let intake = house.get(&handler, "/intake").await;
    assert!(intake.text.contains("<option value=\"语音→掉话\">"), "the tree of phenomena");
    let case = house.take_in(&handler, &INTAKE).await;
    act(&house, &handler, &case, "accept", &[]).await;
    let form = house.get(&handler, &format!("{case}/act/reply")).await;
    for quoted in ["故障已修复", "您好，影响您使用的设备故障已经修复", "规则"] {
        assert!(form.text.contains(quoted), "{quoted}");
    }
    let talk = [("means", "call"), ("reached", "yes"), ("took_place", "2026-03-04T09:10"), ("summary", "已说明")];
    act(&house, &handler, &case, "contact", &talk).await;
    act(&house, &handler, &case, "reply", &[("text", "已恢复")]).await;
    let form = house.get(&handler, &format!("{case}/act/close")).await;
    assert!(form.text.contains("<optgroup label=\"故障\">") && form.text.contains("value=\"fault/power\""));
    let wrong = [
        ("version", form.between("name=\"version\" value=\"", "\"")),
        ("attribution", "fault/sim"),
        ("resolution", "solved"),
    ];
    assert_eq!(house.post(&handler, &format!("{case}/act/close"), &wrong).await.status, 422, "no such leaf there");
    act(&house, &handler, &case, "close", &[("attribution", "fault/power"), ("resolution", "solved")]).await;
    assert!(house.get(&handler, &case).await.text.contains("故障 → 停电"), "the timeline names the leaf");
}
