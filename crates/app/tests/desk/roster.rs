//! The duty roster at the desk, on both engines: whom rungs reach, who becomes owner, and what others enter (M5, M8).

use app::desk::{NewAbsence, NewShift};
use domain::clock::Tell;
use domain::journal::Event;
use domain::person::{Role, Viewer};
use domain::roster::Skipped;
use rstest::rstest;
use store::testing::{Engine, fresh_location};

use crate::common::{call, enter, now, open, somebody};

fn away(of: &Viewer, deputy: Option<&Viewer>, hours: i64) -> NewAbsence {
    let id = |viewer: &Viewer| viewer.person().expect("a person").id;
    NewAbsence {
        person: id(of),
        from: now(),
        until: now().plus_seconds(hours * 3_600),
        reason: " 病假 ".into(),
        deputy: deputy.map(id),
    }
}

fn told(event: Event) -> Option<(Vec<Tell>, Vec<Skipped>)> {
    match event {
        Event::RungFired { tells, skipped, .. } => Some((tells, skipped)),
        _ => None,
    }
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m8_an_absent_handlers_rungs_go_to_the_deputy_and_the_record_says_so(#[case] engine: Engine) {
    let Some((location, _place)) = fresh_location(engine).await else { return };
    let desk = open(&location, now()).await;
    let (handler, deputy) =
        (enter(&desk, somebody("handler", Role::Handler)).await, enter(&desk, somebody("deputy", Role::Handler)).await);
    let (leader, second) = (
        enter(&desk, somebody("leader", Role::TeamLeader)).await,
        enter(&desk, somebody("second", Role::TeamLeader)).await,
    );
    let received = desk.receive(&handler, call("第1次打不通")).await.expect("received").complaint;
    // Another process enters it: this one takes it up with whatever else others did.
    let other = open(&location, now()).await;
    other.add_absence(&handler, away(&handler, Some(&deputy), 24)).await.expect("stored").expect("one's own");
    let on = NewShift {
        person: second.person().expect("a person").id,
        role: Role::TeamLeader,
        from: now(),
        until: now().plus_seconds(24 * 3_600),
    };
    other.add_shift(&leader, on).await.expect("stored").expect("a leader plans");
    desk.catch_up().await.expect("caught up");

    let later = open(&location, now().plus_seconds(11 * 3_600)).await;
    assert_eq!(later.tick().await.expect("ticked"), 1);
    let count = async |viewer: &Viewer| later.notices(viewer, 100).await.expect("read").len();
    assert_eq!(count(&handler).await, 0, "nobody is told who is away");
    assert_eq!((count(&deputy).await, count(&second).await, count(&leader).await), (6, 4, 0));
    let entries = later.entries(&leader, received.id).await.expect("read");
    let fired: Vec<_> = entries.into_iter().flat_map(|entry| entry.events).filter_map(told).collect();
    assert_eq!(fired.len(), 6);
    for (tells, skipped) in fired {
        assert!(
            tells.iter().all(|tell| matches!(tell, Tell::Person(_))),
            "the narrowed role is told by name: {tells:?}"
        );
        assert!(skipped.iter().any(|one| one.who == Tell::Person(received.first_owner.clone())), "{skipped:?}");
    }
    assert_eq!(later.store().verify().await.expect("read").problems, []);
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m4_what_a_machine_delivers_goes_to_handlers_who_are_there(#[case] engine: Engine) {
    let Some((location, _place)) = fresh_location(engine).await else { return };
    let desk = open(&location, now()).await;
    let (one, two, three) = (
        enter(&desk, somebody("one", Role::Handler)).await,
        enter(&desk, somebody("two", Role::Handler)).await,
        enter(&desk, somebody("three", Role::Handler)).await,
    );
    let leader = enter(&desk, somebody("leader", Role::TeamLeader)).await;
    let house = desk.house();
    let owners = async |number: u32| {
        let mut owners = Vec::new();
        for number in number..number + 6 {
            owners.push(
                desk.receive(&house, call(&format!("第{number}次打不通")))
                    .await
                    .expect("received")
                    .complaint
                    .first_owner
                    .name,
            );
        }
        owners.sort();
        owners.dedup();
        owners
    };
    assert_eq!(owners(0).await, ["one", "three", "two"]);
    desk.add_absence(&leader, away(&two, None, 24)).await.expect("stored").expect("entered");
    assert_eq!(owners(10).await, ["one", "three"]);
    let on = NewShift {
        person: one.person().expect("a person").id,
        role: Role::Handler,
        from: now(),
        until: now().plus_seconds(8 * 3_600),
    };
    desk.add_shift(&leader, on).await.expect("stored").expect("planned");
    assert_eq!(owners(20).await, ["one"], "the roster names who is on duty");
    desk.add_absence(&one, away(&one, None, 2)).await.expect("stored").expect("entered");
    desk.add_absence(&three, away(&three, None, 2)).await.expect("stored").expect("entered");
    assert_eq!(owners(30).await, ["one", "three", "two"], "where all are away, somebody owns it all the same");
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_enters_the_own_absence_and_leaders_everybodys(#[case] engine: Engine) {
    let Some((location, _place)) = fresh_location(engine).await else { return };
    let desk = open(&location, now()).await;
    let (handler, leader) = (
        enter(&desk, somebody("handler", Role::Handler)).await,
        enter(&desk, somebody("leader", Role::TeamLeader)).await,
    );
    let outside = enter(&desk, somebody("outside", Role::Contractor)).await;
    let refused = async |by: &Viewer, new: NewAbsence| {
        desk.add_absence(by, new).await.expect("answered").expect_err("refused").en
    };
    assert!(refused(&handler, away(&leader, None, 5)).await.contains("no such person"));
    assert!(refused(&handler, away(&handler, Some(&outside), 5)).await.contains("same house"));
    assert!(refused(&handler, away(&handler, Some(&handler), 5)).await.contains("oneself"));
    assert!(refused(&handler, away(&handler, None, -5)).await.contains("after the beginning"));
    let own = desk.add_absence(&handler, away(&handler, None, 5)).await.expect("answered").expect("entered");
    assert!(refused(&leader, away(&handler, None, 5)).await.contains("overlaps"));
    let leaders =
        desk.add_absence(&leader, away(&leader, Some(&handler), 5)).await.expect("answered").expect("entered");

    let (from, until) = (now(), now().plus_seconds(86_400));
    let seen = desk.planned(&handler, from, until).await.expect("read");
    let reason = |seen: &app::desk::Planned, id| {
        seen.absences.iter().find(|absence| absence.id == id).map(|absence| absence.reason.clone())
    };
    assert_eq!((reason(&seen, own).as_deref(), reason(&seen, leaders).as_deref()), (Some("病假"), Some("")));
    let seen = desk.planned(&leader, from, until).await.expect("read");
    assert_eq!(reason(&seen, own).as_deref(), Some("病假"));
    let seen = desk.planned(&outside, from, until).await.expect("read");
    assert_eq!((seen.people.len(), seen.absences.len()), (1, 0), "an outsider sees the own house");

    let gone = desk.remove_absence(&handler, leaders).await;
    assert!(matches!(gone, Err(app::desk::DeskError::NotFound)), "{gone:?}");
    desk.remove_absence(&leader, own).await.expect("taken away");
    assert!(desk.roster().absence(handler.person().expect("a person").id, now()).is_none());
    let shift = NewShift { person: handler.person().expect("a person").id, role: Role::Handler, from, until };
    assert!(matches!(desk.add_shift(&handler, shift).await, Err(app::desk::DeskError::Forbidden)));
}
