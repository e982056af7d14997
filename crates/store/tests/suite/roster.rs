//! The duty roster on both engines: what overlaps or runs backwards is refused, whoever enters it at the same moment.

use std::sync::atomic::{AtomicU64, Ordering};

use domain::id::{AbsenceId, RosterEntryId, ShiftId};
use domain::person::Actor;
use domain::person::Role;
use domain::roster::{Absence, Change, Planned, Shift, Signature};
use domain::time::Timestamp;
use rstest::rstest;
use store::testing::{Engine, TestStore};
use store::{Error, Store};
use uuid::Uuid;

use crate::common::{person, start};

fn hour(hours: i64) -> Timestamp {
    start().plus_seconds(hours * 3_600)
}

pub fn shift(number: u128, who: u128, role: Role, from: i64, until: i64) -> Shift {
    let id = ShiftId(Uuid::from_u128(number));
    Shift { id, person: person(who, role, None).id, role, from: hour(from), until: hour(until) }
}

fn absence(number: u128, who: u128, from: i64, until: i64) -> Absence {
    Absence {
        id: AbsenceId(Uuid::from_u128(number)),
        person: person(who, Role::Handler, None).id,
        from: hour(from),
        until: hour(until),
        reason: "体检".into(),
        deputy: Some(person(2, Role::Handler, None).id),
    }
}

/// The leader's, under a fresh id, an hour after the start.
pub fn signed() -> Signature {
    static NEXT: AtomicU64 = AtomicU64::new(1_000);
    let id = RosterEntryId(Uuid::from_u128(u128::from(NEXT.fetch_add(1, Ordering::Relaxed))));
    let leader = person(3, Role::TeamLeader, None);
    Signature { id, at: hour(1), by: Actor::Person { id: leader.id, name: leader.name } }
}

async fn staffed(store: &TestStore) {
    for number in 1..=3 {
        store.add_person(&person(number, Role::Handler, None), "hash", start()).await.unwrap();
    }
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m5_shifts_and_absences_are_kept_found_by_their_time_and_taken_away(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    staffed(&store).await;
    let (day, night) = (shift(1, 1, Role::Handler, 0, 9), shift(2, 2, Role::Handler, 9, 24));
    store.add_shift(&night, &signed()).await.unwrap();
    store.add_shift(&day, &signed()).await.unwrap();
    store.add_absence(&absence(3, 3, 0, 48), &signed()).await.unwrap();
    assert_eq!(store.shifts(hour(0), hour(24)).await.unwrap(), [day.clone(), night.clone()]);
    assert_eq!(
        store.shifts(hour(9), hour(10)).await.unwrap(),
        std::slice::from_ref(&night),
        "the day's shift is over by then"
    );
    assert_eq!(store.shifts(hour(24), hour(48)).await.unwrap(), []);
    assert_eq!(store.absences(hour(47), hour(400)).await.unwrap(), [absence(3, 3, 0, 48)]);
    assert_eq!(store.shift(day.id).await.unwrap(), Some(day.clone()));
    assert_eq!(store.absence(AbsenceId(Uuid::from_u128(3))).await.unwrap(), Some(absence(3, 3, 0, 48)));
    store.remove_shift(day.id, &signed()).await.unwrap();
    assert!(matches!(store.remove_shift(day.id, &signed()).await, Err(Error::NotFound)));
    store.remove_absence(AbsenceId(Uuid::from_u128(3)), &signed()).await.unwrap();
    assert_eq!(store.shifts(hour(0), hour(24)).await.unwrap(), [night]);
    assert_eq!(store.absences(hour(0), hour(400)).await.unwrap(), []);
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m5_what_overlaps_or_runs_backwards_is_refused_with_what_to_do(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    staffed(&store).await;
    let said = |answer: Result<(), Error>| match answer {
        Err(Error::Refused(why)) => why.en,
        other => panic!("{other:?}"),
    };
    store.add_shift(&shift(1, 1, Role::Handler, 0, 9), &signed()).await.unwrap();
    assert!(said(store.add_shift(&shift(2, 1, Role::Handler, 8, 12), &signed()).await).contains("overlaps"));
    assert!(
        said(store.add_shift(&shift(3, 1, Role::Handler, 12, 12), &signed()).await).contains("after the beginning")
    );
    assert!(said(store.add_shift(&shift(4, 1, Role::Handler, 12, 8), &signed()).await).contains("after the beginning"));
    assert!(said(store.add_shift(&shift(5, 9, Role::Handler, 0, 9), &signed()).await).contains("no such person"));
    store.add_shift(&shift(6, 1, Role::Handler, 9, 12), &signed()).await.expect("one after the other is no overlap");
    store.add_shift(&shift(7, 1, Role::Triage, 0, 9), &signed()).await.expect("nor is another role at the same time");
    store.add_shift(&shift(8, 2, Role::Handler, 0, 9), &signed()).await.expect("nor somebody else");
    store.add_absence(&absence(9, 1, 0, 9), &signed()).await.unwrap();
    assert!(said(store.add_absence(&absence(10, 1, 0, 1), &signed()).await).contains("overlaps"));
    assert!(said(store.add_absence(&absence(11, 1, 20, 10), &signed()).await).contains("after the beginning"));
    assert!(said(store.add_absence(&absence(12, 2, 0, 9), &signed()).await).contains("oneself"));
    assert_eq!(store.shifts(hour(0), hour(24)).await.unwrap().len(), 4);
    assert_eq!(store.absences(hour(0), hour(24)).await.unwrap().len(), 1);
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_enter_the_same_hours_at_once_one_succeeds(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    staffed(&store).await;
    let both = (0..6_u128).map(|number| {
        let store: Store = (*store).clone();
        tokio::spawn(async move { store.add_shift(&shift(10 + number, 1, Role::Handler, 0, 9), &signed()).await })
    });
    let answers = futures::future::join_all(both).await;
    let done = answers.into_iter().filter(|answer| matches!(answer, Ok(Ok(())))).count();
    assert_eq!(done, 1);
    assert_eq!(store.shifts(hour(0), hour(9)).await.unwrap().len(), 1);
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_roster_travels_with_a_backup(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    staffed(&store).await;
    store.add_shift(&shift(1, 1, Role::Handler, 0, 9), &signed()).await.unwrap();
    store.add_absence(&absence(2, 3, 0, 48), &signed()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shouwen.backup");
    store.backup(&file, Vec::new(), &mut |_, _| {}).await.unwrap();
    let (location, _place) = store::testing::fresh_location(engine).await.unwrap();
    Store::restore(&file, &location, &[], &mut |_, _| {}).await.unwrap();
    let restored = Store::open(&location).await.unwrap();
    assert_eq!(restored.shifts(hour(0), hour(24)).await.unwrap(), store.shifts(hour(0), hour(24)).await.unwrap());
    assert_eq!(restored.absences(hour(0), hour(24)).await.unwrap(), [absence(2, 3, 0, 48)]);
    assert_eq!(restored.roster_entries(9).await.unwrap(), store.roster_entries(9).await.unwrap());
    assert_eq!(restored.roster_entries(9).await.unwrap().len(), 2);
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m5_who_entered_what_and_who_took_it_away_is_on_record(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    staffed(&store).await;
    let (on, away) = (shift(1, 1, Role::Handler, 0, 9), absence(2, 3, 0, 48));
    let at = |hours: i64| Signature { at: hour(hours), ..signed() };
    store.add_shift(&on, &at(1)).await.unwrap();
    store.add_absence(&away, &at(2)).await.unwrap();
    assert!(store.add_shift(&shift(3, 1, Role::Handler, 1, 2), &at(3)).await.is_err());
    store.remove_shift(on.id, &at(4)).await.unwrap();
    assert!(matches!(store.remove_shift(on.id, &at(5)).await, Err(Error::NotFound)));

    let entries = store.roster_entries(9).await.unwrap();
    let told: Vec<_> = entries.iter().map(|entry| (entry.at, entry.change, entry.planned.clone())).collect();
    let expected = [
        (hour(4), Change::Removed, Planned::from(&on)),
        (hour(2), Change::Entered, Planned::from(&away)),
        (hour(1), Change::Entered, Planned::from(&on)),
    ];
    assert_eq!(told, expected, "what was refused or there no more is not on record");
    assert!(entries.iter().all(|entry| entry.by == signed().by));
    assert_eq!(store.roster_entries(1).await.unwrap().len(), 1);
    let entered = store.roster_entered(&[away.id.0, Uuid::from_u128(77)]).await.unwrap();
    assert_eq!(entered.iter().map(|entry| entry.at).collect::<Vec<_>>(), [hour(2)]);
    assert_eq!(store.roster_entered(&[]).await.unwrap(), []);
}
