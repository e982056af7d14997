//! What is left to the store, and that it is never narrower than the filter.

use super::*;
use crate::api::query;
use crate::api::time;
use crate::api::tmf621::attributes::TICKET;

fn narrowed(raw: &str) -> Option<Narrowed> {
    Narrowed::of(&query::parse(raw, &TICKET).expect(raw).filter)
}

const FIRST: &str = "2026-05-01T00:00:00Z";
const SECOND: &str = "2026-05-02T00:00:00Z";

#[test]
fn s5_what_the_store_can_judge_is_left_to_it_and_nothing_else() {
    for (raw, exact) in [
        ("", true),
        ("status=acknowledged", true),
        ("status=inProgress", true),
        ("status=acknowledged,inProgress", true),
        ("status.ne=closed&status.regex=e", true),
        ("grade=major&flow=work_order", true),
        ("grade=major,critical", true),
        ("creationDate.gte=2026-05-01&creationDate.lt=2026-05-02", true),
        ("creationDate=2026-05-01&status=closed", true),
        ("creationDate.gt=2026-05-01,2026-05-02", true),
        ("externalId=GD-1&complaintNumber=TS-1", true),
        ("creationDate=2026-05-01,2026-05-02", false),
        ("creationDate.ne=2026-05-01", false),
        ("creationDate.regex=2026", false),
        ("externalId=GD-1,GD-2", false),
        ("externalId=GD-1&externalId.regex=GD", false),
        ("complaintNumber.gt=TS-1", false),
        ("severity=Minor", false),
        ("status=closed&severity=Minor", false),
        ("statusChange.status=closed", false),
        ("contactNumber=138****1234", false),
    ] {
        assert_eq!(narrowed(raw).map(|narrowed| narrowed.exact), Some(exact), "{raw}");
    }
}

#[test]
fn s5_what_nothing_can_be_is_not_looked_for() {
    for raw in [
        "status=unheardOf",
        "status=closed&status.ne=closed",
        "grade=foo",
        "flow=work-order",
        "creationDate.gt=9999-12-31",
        "externalId=%00",
        "complaintNumber=a%00b",
    ] {
        assert!(narrowed(raw).is_none(), "{raw}");
    }
}

#[test]
fn s5_what_the_store_looks_for_is_never_narrower_than_the_filter() {
    let span = |raw: String| {
        let filter = narrowed(&raw).expect(&raw).query.filter;
        (filter.from, filter.to)
    };
    let at = |text: &str| time::parse(text).expect(text);
    let behind = |text: &str| Some(Timestamp::from_micros(at(text).as_micros() + MILLISECOND));
    let (first, second) = (Some(at(FIRST)), Some(at(SECOND)));
    assert_eq!(span(String::new()), (None, None));
    assert_eq!(span(format!("creationDate.gt={FIRST}&creationDate.lte={SECOND}")), (behind(FIRST), behind(SECOND)));
    assert_eq!(span(format!("creationDate.gte={FIRST}&creationDate.lt={SECOND}")), (first, second));
    assert_eq!(span(format!("creationDate={SECOND},{FIRST}")), (first, behind(SECOND)));
    assert_eq!(span(format!("creationDate.gte={SECOND}&creationDate.gte={FIRST}")), (first, None));
    assert_eq!(span(format!("creationDate.ne={FIRST}")), (None, None));
    assert_eq!(span("creationDate.lte=9999-12-31".into()), (None, None));
}

#[test]
fn s5_instants_between_milliseconds_are_cut_as_the_ticket_cuts_them() {
    const AT: i64 = 1_777_593_600_000_000;
    for wanted in [AT, AT + 1, AT + 500, AT + 999, AT + 1_000, -1, 0, 1] {
        for (name, holds) in [
            ("gt", (|shown, wanted| shown > wanted) as fn(i64, i64) -> bool),
            ("gte", |shown, wanted| shown >= wanted),
            ("lt", |shown, wanted| shown < wanted),
            ("lte", |shown, wanted| shown <= wanted),
            ("eq", |shown, wanted| shown == wanted),
        ] {
            let raw = format!("creationDate.{name}={}", time::show(Timestamp::from_micros(wanted)));
            let store::Filter { from, to, .. } = narrowed(&raw).expect(&raw).query.filter;
            for received in (wanted - 2_002..wanted + 2_002).map(Timestamp::from_micros) {
                let found = from.is_none_or(|from| received >= from) && to.is_none_or(|to| received < to);
                let shown = time::parse(&time::show_own(received)).expect("a time").as_micros();
                assert_eq!(found, holds(shown, wanted), "{raw} {received}");
            }
        }
    }
}
