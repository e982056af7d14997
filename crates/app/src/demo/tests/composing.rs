//! The city in a store: written by the desk's own ways, and ready to sign in.

use std::sync::Arc;

use domain::clock::Tell;
use domain::journal::Event;
use domain::roster::Skipped;
use store::testing::{Engine, fresh_location};

use super::*;
use crate::clock::HandClock;
use crate::desk::Desk;

/// Who was passed over when a rung fired, in the whole city.
async fn passed_over(desk: &Desk, viewer: &Viewer) -> Vec<Skipped> {
    let mut skipped = Vec::new();
    for complaint in desk.store().open_complaints(None, 10_000).await.expect("readable") {
        for event in desk.entries(viewer, complaint.id).await.expect("readable").into_iter().flat_map(|one| one.events)
        {
            if let Event::RungFired { skipped: passed, .. } = event {
                skipped.extend(passed);
            }
        }
    }
    skipped
}

#[tokio::test(flavor = "multi_thread")]
async fn m1_the_city_composes_into_an_empty_store_and_every_role_may_sign_in() {
    let now = present(PRESENTS[0]);
    let (location, _place) = fresh_location(Engine::Sqlite).await.expect("SQLite is always there");
    let desk = Desk::open(&location, Arc::new(HandClock::at(now))).await.expect("the desk opens");
    assert_eq!(sign_ins(&desk).await.expect("readable"), None);

    let mut told = Vec::new();
    let composed =
        compose(&desk, 1, now, Past::default(), &mut |step| told.push(step)).await.expect("the city composes");
    assert_eq!(composed.iter().map(|sign_in| sign_in.role).collect::<Vec<_>>(), Role::ALL);
    assert!(told.len() > 20 && told.iter().all(|step| step.done <= step.of));
    assert_eq!(sign_ins(&desk).await.expect("readable").as_ref(), Some(&composed));
    let handler = composed.iter().find(|sign_in| sign_in.role == Role::Handler).expect("a handler");
    let person = desk.sign_in(&handler.name, handler.password.clone()).await.expect("readable").expect("may sign in");

    let plan = Plan::invent(1, now);
    let viewer = Viewer { branch: desk.store().branch(), who: Who::Person(person) };
    let counts = desk.counts(&viewer).await.expect("counted");
    assert!(counts.mine.n > 5, "{counts:?}");
    let fault = plan.planted(Cause::Fault).expect("planted");
    let verdict = check_at(&desk.network(), fault, now).verdict;
    assert_eq!((verdict.cause, verdict.confidence), (Cause::Fault, Confidence::High));
    assert!(desk.base_map().await.expect("readable").is_some_and(|map| map["invented"] == true));
    let places = desk.store().places(&fault.place, 5).await.expect("readable");
    assert_eq!(places.first().map(|place| place.name.as_str()), Some(fault.place.as_str()));
    let roster = desk.roster();
    assert!(!roster.at_work(Role::Triage, now).is_empty());
    let away: Vec<_> = roster.people().iter().filter(|person| roster.absence(person.id, now).is_some()).collect();
    assert_eq!(away.len(), 1, "somebody is ill");
    let skipped = passed_over(&desk, &viewer).await;
    assert!(
        skipped.iter().any(|one| matches!(&one.who, Tell::Person(who) if who.id == Some(away[0].id))),
        "{skipped:?}"
    );
    let report = desk.store().verify().await.expect("readable");
    assert!(report.problems.is_empty() && report.complaints > 700, "{:?}", report.problems);

    let query = store::SpotQuery { limit: 50, ..store::SpotQuery::default() };
    let places = desk.locations(&viewer, &query).await.expect("readable").rows;
    assert_eq!((places.len(), report.locations), (12, 12), "a dozen problem locations");
    let today = desk.day_of(now);
    let stands = |status| places.iter().filter(|place| place.status == status).count();
    for status in domain::spot::Status::ALL {
        assert!(stands(status) > 0, "{status:?}");
    }
    assert!(places.iter().any(|place| place.members.len() > 1), "several complaints at one place");
    assert!(places.iter().any(|place| place.is_overdue(today)), "and one that is late");
}
