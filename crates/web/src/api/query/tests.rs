//! Filters, sorting and fields over three tickets, each rule of tmf §5.

use serde_json::{Map, Value, json};

use super::*;
use crate::api::tmf621::attributes::TICKET;

fn items() -> Vec<Map<String, Value>> {
    [
        json!({"id": "1", "href": "h1", "status": "acknowledged", "severity": "Minor", "priority": "3", "name": "a,b",
            "description": "高铁站 上网慢", "creationDate": "2026-05-01T02:00:00.120Z", "place": {"longitude": 104.05, "indoor": true},
            "relatedParty": [{"id": "p1", "role": "customer", "name": "王**"}, {"id": "p2", "role": "handler"}]}),
        json!({"id": "2", "href": "h2", "status": "inProgress", "severity": "Major", "priority": "10", "name": "x",
            "description": "文三路 掉线", "creationDate": "2026-05-01T03:00:00Z", "place": {"longitude": 104.1},
            "relatedParty": [{"id": "p3", "role": "customer"}]}),
        json!({"id": "3", "href": "h3", "status": "closed", "severity": "Minor", "priority": "2", "description": "a;b",
            "creationDate": "2026-05-02T02:00:00Z"}),
    ]
    .into_iter()
    .map(|item| item.as_object().expect("an object").clone())
    .collect()
}

/// The ids a query lets through, in its order.
fn ids(raw: &str) -> String {
    let query = parse(raw, &TICKET).unwrap_or_else(|error| panic!("{raw}: {error}"));
    let mut items: Vec<_> = items().into_iter().filter(|item| query.filter.fits(item)).collect();
    let created = |item: &Map<String, Value>| crate::api::time::parse(item["creationDate"].as_str().expect("a time"));
    items.sort_by_key(|item| query.sort.rank(item, created(item).expect("a time")));
    items.iter().map(|item| item["id"].as_str().expect("id")).collect()
}

#[test]
fn s5_equality_and_several_attributes_are_and() {
    assert_eq!(ids("severity=Minor"), "31");
    assert_eq!(ids("severity=Minor&status=closed"), "3");
    assert_eq!(ids("id=2"), "2");
    assert_eq!(ids("description=%E6%96%87%E4%B8%89%E8%B7%AF+%E6%8E%89%E7%BA%BF"), "2");
    assert_eq!(ids("description=文三路 掉线"), "2");
    assert_eq!(ids("status=unheardOf"), "");
}

#[test]
fn s5_the_three_ors() {
    assert_eq!(ids("status=closed&status=inProgress"), "32");
    assert_eq!(ids("status=closed,inProgress"), "32");
    assert_eq!(ids("status=closed%2CinProgress"), "32");
    assert_eq!(ids("status=closed;status=inProgress"), "32");
    assert_eq!(ids("status=closed%3Bstatus%3DinProgress"), "32");
}

#[test]
fn s5_every_operator_as_suffix_and_as_sign() {
    for (suffix, sign, expected) in [
        ("creationDate.gt=2026-05-01T03:00:00Z", "creationDate%3E2026-05-01T03:00:00Z", "3"),
        ("creationDate.gte=2026-05-01T03:00:00Z", "creationDate%3E%3D2026-05-01T03:00:00Z", "32"),
        ("creationDate.lt=2026-05-01T03:00:00Z", "creationDate%3C2026-05-01T03:00:00Z", "1"),
        ("creationDate.lte=2026-05-01T03:00:00Z", "creationDate%3C%3D2026-05-01T03:00:00Z", "21"),
        ("severity.eq=Major", "severity%3D%3DMajor", "2"),
        ("severity.ne=Major", "severity!=Major", "31"),
        ("description.regex=%5E.%2B%E6%85%A2%24", "description%3D~%5E.%2B%E6%85%A2%24", "1"),
    ] {
        assert_eq!(ids(suffix), expected, "{suffix}");
        assert_eq!(ids(sign), expected, "{sign}");
    }
    assert_eq!(ids("creationDate%3E=2026-05-01T03:00:00Z"), "32");
    assert_eq!(ids("creationDate.gt=2026-05-01T02:30:00Z&creationDate.lt=2026-05-02T00:00:00Z"), "2");
    assert_eq!(ids("status.ne=closed,inProgress"), "1");
}

#[test]
fn s5_nested_names_match_any_member() {
    assert_eq!(ids("relatedParty.id=p2"), "1");
    assert_eq!(ids("relatedParty.role=customer"), "21");
    assert_eq!(ids("relatedParty.name.ne=王**"), "32");
    assert_eq!(ids("place.indoor=true"), "1");
}

#[test]
fn s5_quotes_are_taken_off_and_hold_commas() {
    assert_eq!(ids("severity=%22Major%22"), "2");
    assert_eq!(ids("name='x'"), "2");
    assert_eq!(ids("name=%22a,b%22"), "1");
    assert_eq!(ids("name=a,b"), "1");
    assert_eq!(ids("description=a;b"), "3");
}

#[test]
fn s5_times_compare_as_instants_and_numbers_as_numbers() {
    assert_eq!(ids("creationDate=2026-05-01T11:00:00%2B08:00"), "2");
    assert_eq!(ids("creationDate=2026-05-01T11:00:00+08:00"), "2");
    assert_eq!(ids("creationDate=2026-05-01T02:00:00.120Z"), "1");
    assert_eq!(ids("place.longitude=104.10"), "2");
    assert_eq!(ids("place.longitude.lt=104.1"), "1");
    assert_eq!(ids("priority.gt=2"), "21");
}

#[test]
fn s5_unknown_attributes_and_bad_values_are_refused() {
    let long = format!("name.regex={}", "a".repeat(300));
    for bad in [
        "colour=red",
        "place.colour=red",
        "status.foo=1",
        "status",
        "=x",
        "severity.id=1",
        "creationDate.gt=yesterday",
        "place.longitude=east",
        "place.longitude=NaN",
        "place.indoor=maybe",
        "name.regex=(",
        "name.regex=a{1000}{1000}",
        &long,
        "limit=-1",
        "offset=x",
        "limit=",
        "sort=colour",
        "sort=id,id,id,id,id,id,id,id,id",
        "after=1",
        "before=x",
        "after=%5B%5D",
        "after=%5Bnull,%22id%22%5D",
        "after=%5B1,2,%22id%22%5D",
        "sort=name&after=%5B1,%22id%22%5D",
        "after=%5B1,%22id%22%5D&before=%5B1,%22id%22%5D",
        "name=%zz",
        "name=%ff",
    ] {
        assert!(parse(bad, &TICKET).is_err(), "{bad}");
    }
}

#[test]
fn s5_newest_first_and_any_other_order() {
    assert_eq!(ids(""), "321");
    assert_eq!(ids("sort=creationDate"), "123");
    assert_eq!(ids("sort=-creationDate"), "321");
    assert_eq!(ids("sort=+priority"), "312");
    assert_eq!(ids("sort=%2Bpriority"), "312");
    assert_eq!(ids("sort=severity,-creationDate"), "231");
    assert_eq!(ids("sort=-severity,creationDate"), "132");
    assert_eq!(ids("sort=place.longitude"), "123");
    assert_eq!(ids("sort=-place.longitude"), "213");
}

#[test]
fn s9_5_a_link_holds_a_place_in_the_order_it_was_made_for() {
    for raw in ["", "sort=-creationDate", "sort=name", "sort=-place.longitude,creationDate", "sort=place.indoor"] {
        let query = parse(raw, &TICKET).expect(raw);
        for item in items() {
            let rank = query.sort.rank(&item, domain::time::Timestamp::from_micros(1_777_777_777_123_456));
            let carried = crate::guard::escaped(&rank.text());
            let read = parse(&format!("{raw}&after={carried}"), &TICKET).expect("a page").page;
            assert_eq!(read.edge, Edge::After(rank.clone()), "{raw}");
            let read = parse(&format!("before={carried}&{raw}"), &TICKET).expect("a page").page;
            assert_eq!(read.edge, Edge::Before(rank), "{raw}");
        }
    }
}

#[test]
fn s5_fields_keep_exactly_the_named_keys() {
    let item = items().remove(0);
    let keys = |raw: &str, always: &[&str]| {
        let fields = fields(raw).expect("fields");
        let map = select(item.clone(), fields.as_deref(), always);
        let mut keys: Vec<_> = map.keys().cloned().collect();
        keys.sort();
        keys.join(" ")
    };
    assert_eq!(keys("fields=severity,status", &[]), "severity status");
    assert_eq!(keys("fields=severity,status", &["id", "href"]), "href id severity status");
    assert_eq!(keys("fields=nothing", &[]), "");
    assert_eq!(keys("fields=name&fields=status", &[]), "name status");
    assert_eq!(select(item.clone(), fields("").expect("none").as_deref(), &[]).len(), item.len());
}

#[test]
fn s5_the_texts_asked_for_are_each_alternative_and_the_whole() {
    assert_eq!(parse("status=a,b", &TICKET).expect("query").filter.equals("status").expect("texts"), ["a", "b", "a,b"]);
}
