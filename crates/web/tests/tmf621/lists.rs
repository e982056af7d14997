//! Lists (tmf §5, §9.2–9.5).

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::{Answer, House, TICKETS};

async fn filled(house: &House, count: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for n in 0..count {
        house.later(61);
        let severity = ["Minor", "Major", "紧急"][n % 3];
        ids.push(house.fresh(json!({"externalId": format!("GD-{n}"), "severity": severity, "priority": n.to_string(), "name": format!("第{n}件")})).await);
    }
    ids
}

fn ids(answer: &Answer) -> Vec<String> {
    let list = answer.expect(200);
    list.as_array().expect("a list").iter().map(|item| item["id"].as_str().expect("id").to_owned()).collect()
}

fn counts(answer: &Answer) -> (usize, usize) {
    let number = |name: &str| answer.header(name).parse().expect(name);
    (number("x-total-count"), number("x-result-count"))
}

#[tokio::test]
async fn s5_an_empty_list_is_200_with_its_counts() {
    let house = House::new().await;
    for query in ["", "status=closed", "offset=50", "limit=0", "id=nothing"] {
        let answer = house.list(query).await;
        assert_eq!(answer.expect(200), json!([]));
        assert_eq!(counts(&answer), (0, 0), "{query}");
        assert!(answer.header("link").contains("rel=\"self\""));
    }
}

#[tokio::test]
async fn s5_counts_and_links_are_true_under_filter_offset_and_limit() {
    let house = House::new().await;
    let made = filled(&house, 23).await;
    for (filter, matching) in [
        ("", 23),
        ("severity=Minor&", 8),
        ("status=acknowledged&", 23),
        ("sort=creationDate&", 23),
        ("status=closed&", 0),
    ] {
        for offset in [0, 1, 7, 22, 23, 500] {
            for limit in [0, 1, 7, 23, 100] {
                let answer = house.list(&format!("{filter}offset={offset}&limit={limit}")).await;
                let here = limit.min(usize::saturating_sub(matching, offset));
                assert_eq!(counts(&answer), (matching, here), "{filter} {offset} {limit}");
                assert_eq!(ids(&answer).len(), here);
                let next = answer.header("link").contains("rel=\"next\"");
                assert_eq!(next, limit > 0 && offset + limit < matching, "{filter} {offset} {limit}");
            }
        }
    }
    let newest_first: Vec<_> = made.iter().rev().cloned().collect();
    assert_eq!(ids(&house.list("").await), newest_first);
}

/// The path of a link of an answer.
fn link(answer: &Answer, rel: &str) -> Option<String> {
    let end = format!(">; rel=\"{rel}\"");
    let link = answer.header("link").split(", ").find_map(|link| link.strip_suffix(&end).map(str::to_owned))?;
    Some(link.strip_prefix('<')?.strip_prefix(crate::harness::BASE).expect("ours").to_owned())
}

/// Rows that would stand before, among and behind those there are, in every order; some at an instant others have.
async fn added(house: &House, n: usize) {
    for (severity, name) in [("Major", "第0件"), ("紧急", "第5件"), ("Minor", "第9件")] {
        house
            .fresh(json!({"externalId": format!("N-{n}-{name}"), "severity": severity, "priority": "7", "name": name}))
            .await;
    }
    if n.is_multiple_of(2) {
        house.later(1);
    }
}

/// The orders a list is read in; the first three are the store's own.
const ORDERS: [&str; 8] = [
    "",
    "&status=acknowledged",
    "&sort=-creationDate",
    "&severity=Minor,Major,%E7%B4%A7%E6%80%A5",
    "&sort=creationDate",
    "&sort=%2Bseverity",
    "&sort=-priority,name",
    "&severity=Minor,Major,%E7%B4%A7%E6%80%A5&sort=name",
];

#[tokio::test]
async fn s9_5_following_next_reads_everything_once_while_rows_are_added() {
    for order in ORDERS {
        let house = House::new().await;
        let made: BTreeSet<_> = filled(&house, 17).await.into_iter().collect();
        let mut path = format!("{TICKETS}?limit=4{order}");
        let mut seen = Vec::new();
        loop {
            let answer = house.get(&path).await;
            let page = ids(&answer);
            assert!(page.len() <= 4);
            seen.extend(page);
            if seen.len() < 17 {
                added(&house, seen.len()).await;
            }
            let Some(next) = link(&answer, "next") else { break };
            path = next;
        }
        let distinct: BTreeSet<_> = seen.iter().cloned().collect();
        assert_eq!(seen.len(), distinct.len(), "nothing twice: {order}");
        assert!(made.is_subset(&distinct), "nothing left out: {order}");
    }
}

#[tokio::test]
async fn s9_5_following_prev_leads_back_over_the_same_pages_while_rows_are_added() {
    for order in ORDERS {
        let house = House::new().await;
        filled(&house, 11).await;
        let mut answer = house.get(&format!("{TICKETS}?limit=4{order}")).await;
        let mut there = vec![ids(&answer)];
        while let Some(next) = link(&answer, "next").filter(|_| there.len() < 3) {
            answer = house.get(&next).await;
            there.push(ids(&answer));
        }
        let mut back = vec![ids(&answer)];
        while let Some(prev) = link(&answer, "prev") {
            if back.len() < 4 {
                house.later(1);
                added(&house, back.len()).await;
            }
            answer = house.get(&prev).await;
            assert!(link(&answer, "next").is_some(), "{order}");
            back.push(ids(&answer));
        }
        let all = back.concat();
        let distinct: BTreeSet<_> = all.iter().collect();
        assert_eq!(all.len(), distinct.len(), "nothing twice: {order}");
        assert!(there.concat().iter().all(|id| distinct.contains(id)), "nothing left out: {order}");
    }
}

#[tokio::test]
async fn s9_5_a_link_that_leads_nowhere_is_400() {
    let house = House::new().await;
    filled(&house, 3).await;
    for bad in ["after=x", "before=%5B1%5D", "after=%5B1,%22no%20ticket%22%5D", "sort=name&after=%5B5,%22id%22%5D"] {
        assert_eq!(house.list(bad).await.expect(400)["code"], "28", "{bad}");
    }
}

#[tokio::test]
async fn s5_far_past_the_end_of_a_sorted_list_its_counts_are_true() {
    let house = House::new().await;
    filled(&house, 5).await;
    for sort in ["", "sort=name&", "sort=-severity&status.ne=closed&"] {
        for offset in ["5", "1000000", "99999999999999999999"] {
            let answer = house.list(&format!("{sort}offset={offset}")).await;
            assert_eq!((ids(&answer).len(), counts(&answer)), (0, (5, 0)), "{sort} {offset}");
            assert!(link(&answer, "next").is_none() && link(&answer, "prev").is_some());
        }
    }
}

#[tokio::test]
async fn s5_bad_queries_are_400() {
    let house = House::new().await;
    for bad in [
        "offset=-1",
        "limit=x",
        "limit=1.5",
        "offset=",
        "colour=red",
        "creationDate=x",
        "place.longitude=x",
        "name.regex=(",
        "sort=colour",
        "relatedParty.colour=1",
    ] {
        let error = house.list(bad).await.expect(400);
        assert_eq!(error["code"], "28", "{bad}");
    }
    assert_eq!(counts(&house.list("limit=5000").await), (0, 0), "more than the maximum means the maximum");
}

#[tokio::test]
async fn s5_filters_find_what_they_name_and_nothing_else() {
    let house = House::new().await;
    let made = filled(&house, 9).await;
    let second = house.ticket(&made[1]).await;
    let created = second["creationDate"].as_str().expect("a time");
    let in_china = "2026-05-06T09:02:02.123+08:00";
    let find = |query: String| {
        let house = &house;
        async move { ids(&house.list(&query).await).into_iter().rev().collect::<Vec<_>>() }
    };
    let some = |range: &[usize]| range.iter().map(|n| made[*n].clone()).collect::<Vec<_>>();
    assert_eq!(find(format!("id={}", made[3])).await, some(&[3]));
    let both = find(format!("id={},{}", made[3], made[1])).await;
    assert_eq!(both, some(&[1, 3]));
    assert_eq!(find("externalId=GD-4".into()).await, some(&[4]));
    assert_eq!(find("externalId=GD-4&severity=Minor".into()).await, some(&[]));
    assert_eq!(
        find(format!("complaintNumber={}", second["complaintNumber"].as_str().expect("a number"))).await,
        some(&[1])
    );
    assert_eq!(find("severity=%E7%B4%A7%E6%80%A5".into()).await, some(&[2, 5, 8]));
    assert_eq!(find("severity=Minor&severity=Major".into()).await, some(&[0, 1, 3, 4, 6, 7]));
    assert_eq!(find("name=%22%E7%AC%AC5%E4%BB%B6%22".into()).await, some(&[5]));
    assert_eq!(find(format!("creationDate={created}")).await, some(&[1]));
    assert_eq!(find(format!("creationDate={in_china}")).await, some(&[1]), "a blank for the plus");
    assert_eq!(find(format!("creationDate.lte={}", in_china.replace('+', "%2B"))).await, some(&[0, 1]));
    assert_eq!(find(format!("creationDate%3E{created}&creationDate.lt=2026-05-06T01:04:00Z")).await, some(&[2]));
    for last in ["9999-12-31", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59.999%2B08:00"] {
        let all = find("creationDate.gte=2026-05-06".into()).await;
        assert_eq!(find(format!("creationDate.lte={last}")).await, all, "{last}: no end at all");
        assert!(find(format!("creationDate.gt={last}")).await.is_empty(), "{last}");
    }
    assert_eq!(find("name.regex=%5E%E7%AC%AC%5B02%5D".into()).await, some(&[0, 2]));
    assert_eq!(find("statusChange.status=acknowledged&priority.gt=6".into()).await, some(&[7, 8]));
    assert_eq!(find("severity.ne=Minor&priority.lt=3".into()).await, some(&[1, 2]));
    assert_eq!(find("%40type=NetworkComplaint&limit=2&offset=7".into()).await, some(&[0, 1]));
    house.patch(&made[2], &json!({"status": "inProgress"})).await.expect(200);
    assert_eq!(find("status=inProgress".into()).await, some(&[2]));
    assert_eq!(find("status=acknowledged,inProgress&priority.lt=3".into()).await, some(&[0, 1, 2]));
}

#[tokio::test]
async fn s5_fields_give_exact_keys_on_item_and_list() {
    let house = House::new().await;
    let id = house.fresh(json!({"name": "题"})).await;
    let keys = |value: &Value| value.as_object().expect("an object").keys().cloned().collect::<BTreeSet<_>>();
    let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    for (fields, item, list) in [
        ("name,status", &["name", "status"][..], &["name", "status", "id", "href"][..]),
        ("id", &["id"], &["id", "href"]),
        ("nothing", &[], &["id", "href"]),
        ("nothing,severity", &["severity"], &["severity", "id", "href"]),
        ("%40type", &["@type"], &["@type", "id", "href"]),
    ] {
        assert_eq!(
            keys(&house.get(&format!("{TICKETS}/{id}?fields={fields}")).await.expect(200)),
            named(item),
            "{fields}"
        );
        for more in ["", "&ticketType.ne=x&sort=severity", "&status=acknowledged"] {
            let answer = house.list(&format!("fields={fields}{more}")).await.expect(200);
            assert_eq!(keys(&answer[0]), named(list), "{fields}{more}");
        }
    }
}

#[tokio::test]
async fn s5_sorting_goes_both_ways_by_several_keys_with_stable_ties() {
    let house = House::new().await;
    let made = filled(&house, 6).await;
    let some = |order: &[usize]| order.iter().map(|n| made[*n].clone()).collect::<Vec<_>>();
    assert_eq!(ids(&house.list("sort=-priority").await), some(&[5, 4, 3, 2, 1, 0]));
    assert_eq!(ids(&house.list("sort=+priority").await), some(&[0, 1, 2, 3, 4, 5]));
    assert_eq!(ids(&house.list("sort=severity,-creationDate").await), some(&[4, 1, 3, 0, 5, 2]));
    let tied = ids(&house.list("sort=status").await);
    let mut by_id = made.clone();
    by_id.sort();
    assert_eq!(tied, by_id);
}

#[tokio::test]
async fn s9_15_every_listed_attribute_is_of_its_type() {
    let house = House::new().await;
    filled(&house, 3).await;
    for item in house.list("").await.expect(200).as_array().expect("a list") {
        for (name, value) in item.as_object().expect("an object") {
            let attribute = web::api::tmf621::attributes::TICKET.attribute(name).unwrap_or_else(|| panic!("{name}"));
            let clean = attribute.kind.clean(value, name, web::api::class::Unknown::Refuse).expect(name);
            assert_eq!(clean.as_ref(), Some(value), "{name}");
        }
    }
}
