//! Filters prove themselves against the whole list: what is answered is what a reader of all tickets would pick (tmf §5).

use std::collections::BTreeSet;

use domain::time::Timestamp;
use serde_json::{Value, json};
use web::api::time;

use crate::harness::{Answer, House};

/// Tickets in many states, grades and flows, received at any microsecond, some at the same, some within a millisecond.
async fn filled(house: &House) {
    let opening = house.desk.now().as_micros();
    let words = ["家里上网很慢", "再不解决就找媒体曝光", "高铁站打不通", "通话掉线"];
    let ways: [&[&str]; 8] = [
        &[],
        &["inProgress"],
        &["inProgress", "pending"],
        &["inProgress", "held"],
        &["inProgress", "resolved"],
        &["inProgress", "resolved", "closed"],
        &["rejected"],
        &["cancelled"],
    ];
    let apart = [0, 1, 499, 500, 60_000_000, 877, 123, 61_000_000];
    let mut at = opening;
    for n in 0..26 {
        at += apart[n % apart.len()];
        // Status changes have moved the clock on: a ticket is received when its turn is, not when the one before it closed.
        house.clock.set(Timestamp::from_micros(at));
        let mut more = json!({"description": words[n % words.len()], "name": format!("第{n}件")});
        // What upstream numbers is a work order; the others are of the desk's own flows.
        if n % 3 > 0 {
            more["externalId"] = format!("GD-{n}").into();
        }
        let id = house.fresh(more).await;
        for step in ways[(n * 5) % ways.len()] {
            house.patch(&id, &json!({"status": step})).await.expect(200);
        }
    }
}

fn items(answer: &Answer) -> Vec<Value> {
    answer.expect(200).as_array().expect("a list").clone()
}

/// The query of a link of an answer.
fn link(answer: &Answer, rel: &str) -> Option<String> {
    let end = format!(">; rel=\"{rel}\"");
    let link = answer.header("link").split(", ").find_map(|link| link.strip_suffix(&end).map(str::to_owned))?;
    link.split_once('?').map(|(_, query)| query.to_owned())
}

/// What a filter says of a ticket as it is shown.
type Says = Box<dyn Fn(&Value) -> bool>;

fn is(name: &'static str, text: &str) -> Says {
    let text = text.to_owned();
    Box::new(move |ticket| ticket[name] == *text)
}

fn not(says: Says) -> Says {
    Box::new(move |ticket| !says(ticket))
}

fn both(one: Says, two: Says) -> Says {
    Box::new(move |ticket| one(ticket) && two(ticket))
}

fn created(operator: &'static str, at: Timestamp) -> Says {
    Box::new(move |ticket| {
        let shown = time::parse(ticket["creationDate"].as_str().expect("a text")).expect("a time");
        match operator {
            "gt" => shown > at,
            "gte" => shown >= at,
            "lt" => shown < at,
            "lte" => shown <= at,
            "eq" => shown == at,
            "ne" => shown != at,
            other => panic!("{other}"),
        }
    })
}

/// Filters with what they say, over everything the tickets hold.
fn filters(all: &[Value]) -> Vec<(String, Says)> {
    let mut filters: Vec<(String, Says)> = vec![(String::new(), Box::new(|_| true))];
    let statuses = web::api::tmf621::status::Status::NAMES.iter().copied();
    for (name, values) in [
        ("status", statuses.chain(["unheardOf", "in_progress"]).collect::<Vec<_>>()),
        ("grade", vec!["ordinary", "significant", "major", "critical", "foo"]),
        ("flow", vec!["ordinary", "major", "work_order", "work-order", "task"]),
    ] {
        for value in values {
            filters.push((format!("{name}={value}"), is(name, value)));
            filters.push((format!("{name}.ne={value}"), not(is(name, value))));
        }
    }
    filters.push((
        "status=pending,held&grade.ne=critical".into(),
        both(
            not(is("grade", "critical")),
            Box::new(|ticket| ticket["status"] == "pending" || ticket["status"] == "held"),
        ),
    ));
    for n in [0, 3, 7, 12, 25] {
        let shown = all[n]["creationDate"].as_str().expect("a text");
        let millisecond = time::parse(shown).expect("a time").as_micros();
        for at in [millisecond - 1, millisecond, millisecond + 1, millisecond + 999, millisecond + 1_000] {
            let at = Timestamp::from_micros(at);
            for operator in ["gt", "gte", "lt", "lte", "eq", "ne"] {
                filters.push((format!("creationDate.{operator}={}", time::show(at)), created(operator, at)));
            }
        }
        let (from, to) = (Timestamp::from_micros(millisecond - 70_000_000), Timestamp::from_micros(millisecond + 1));
        filters.push((
            format!("creationDate.gte={}&creationDate.lt={}&status.ne=closed", time::show(from), time::show(to)),
            both(not(is("status", "closed")), both(created("gte", from), created("lt", to))),
        ));
        for name in ["complaintNumber", "externalId"] {
            let Some(value) = all[n][name].as_str() else { continue };
            filters.push((format!("{name}={value}"), is(name, value)));
            filters.push((format!("{name}={value}&flow=ordinary"), both(is(name, value), is("flow", "ordinary"))));
        }
    }
    filters
}

#[tokio::test]
async fn s5_a_filtered_list_is_the_whole_list_filtered_and_reads_the_same_both_ways() {
    let house = House::new().await;
    filled(&house).await;
    let all = items(&house.list("limit=1000").await);
    assert_eq!(all.len(), 26);
    for (name, many) in [("status", 8), ("grade", 2), ("flow", 2)] {
        let kinds: BTreeSet<_> = all.iter().map(|ticket| ticket[name].to_string()).collect();
        assert!(kinds.len() >= many, "{name} is worth filtering: {kinds:?}");
    }
    let ids = |list: &[Value]| list.iter().map(|ticket| ticket["id"].clone()).collect::<Vec<_>>();
    for (filter, says) in filters(&all) {
        let expected: Vec<_> = all.iter().filter(|ticket| says(ticket)).cloned().collect();
        let mut answer = house.list(&format!("{filter}&limit=7")).await;
        let mut pages = vec![items(&answer)];
        while let Some(next) = link(&answer, "next") {
            answer = house.list(&next).await;
            pages.push(items(&answer));
            assert_eq!(answer.header("x-total-count"), expected.len().to_string(), "{filter}");
        }
        assert_eq!(pages.concat(), expected, "{filter}");
        assert!(pages.len() <= expected.len() / 7 + 1, "{filter}: no page is empty or short");
        while let Some(prev) = link(&answer, "prev") {
            answer = house.list(&prev).await;
            pages.pop();
            assert_eq!(Some(&ids(&items(&answer))), pages.last().map(|page| ids(page)).as_ref(), "{filter}: {prev}");
            assert_eq!(answer.header("x-total-count"), expected.len().to_string(), "{filter}");
        }
        assert_eq!(pages.len(), 1, "{filter}: back at the beginning");
    }
}

#[tokio::test]
async fn s5_a_page_past_the_end_of_what_nothing_can_be_is_empty() {
    let house = House::new().await;
    filled(&house).await;
    for filter in ["grade=foo", "status=unheardOf&offset=9", "flow=work-order&sort=name", "externalId=%00"] {
        let answer = house.list(filter).await;
        assert_eq!((items(&answer).len(), answer.header("x-total-count")), (0, "0"), "{filter}");
    }
}
