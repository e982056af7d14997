//! M3: a closing with a plan and its place are written as one; the place keeps its entries, its complaints and who was told.

use domain::access::Scope;
use domain::complaint::Complaint;
use domain::person::{Role, Viewer};
use domain::place::LonLat;
use domain::spot::{self, ProblemLocation, Status};
use jiff::civil::{Date, date};
use rstest::rstest;
use store::testing::{Engine, TestStore};
use store::{Commit, Error, SpotQuery, SpotWrite};

use crate::common::{Story, handler, id, note, person, planned, scope, spot_id, start, viewer, write};

const TODAY: Date = date(2026, 3, 4);

async fn received(store: &TestStore, number: u32) -> Complaint {
    let commit = Story::new(number).received(store.branch());
    store.commit(commit.clone()).await.unwrap();
    commit.complaint
}

async fn spot(store: &TestStore, number: u32) -> Option<ProblemLocation> {
    store.problem_location(&scope(store.branch()), spot_id(number)).await.unwrap()
}

async fn does(store: &TestStore, spot: &ProblemLocation, action: spot::Action) -> SpotWrite {
    let entries = store.problem_location_entries(&scope(store.branch()), spot.id).await.unwrap();
    let at = spot.changed.plus_seconds(60);
    write(spot::decide(spot, &action, &entries, &handler(store.branch()), TODAY, at).unwrap())
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m3_a_closing_and_its_place_are_written_together_or_not_at_all(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    let (first, second) = (received(&store, 1).await, received(&store, 2).await);
    let scope = scope(store.branch());
    store.commit(planned(&first, Err(1))).await.unwrap();
    let opened = spot(&store, 1).await.unwrap();
    assert_eq!((opened.version, opened.members.len(), opened.status), (1, 1, Status::Open));
    assert_eq!(store.problem_location_of(&scope, first.id).await.unwrap().as_ref(), Some(&opened));

    // Somebody else wrote to the place meanwhile: the closing is not kept without it.
    let moved = spot::Action::MoveDate { expected: date(2027, 1, 1), reason: "设备到货晚".into() };
    store.write_location(does(&store, &opened, moved).await, &[]).await.unwrap();
    let stale = store.commit(planned(&second, Ok(&opened))).await;
    assert!(matches!(stale, Err(Error::Conflict)), "{stale:?}");
    assert_eq!(store.complaint(&scope, second.id).await.unwrap(), Some(second.clone()), "still open");
    assert_eq!(store.problem_location_of(&scope, second.id).await.unwrap(), None);

    // And a place is not changed by a closing that came too late.
    let now = spot(&store, 1).await.unwrap();
    store.commit(note(&second, "先到")).await.unwrap();
    let late = store.commit(planned(&second, Ok(&now))).await;
    assert!(matches!(late, Err(Error::Conflict)), "{late:?}");
    assert_eq!(spot(&store, 1).await, Some(now.clone()));

    let second = store.complaint(&scope, second.id).await.unwrap().unwrap();
    store.commit(planned(&second, Ok(&now))).await.unwrap();
    let both = spot(&store, 1).await.unwrap();
    assert_eq!((both.version, both.members.len(), both.expected), (3, 2, date(2027, 1, 1)));
    let listed = store.problem_location_complaints(&scope, both.id, 10).await.unwrap();
    assert_eq!(listed.iter().map(|row| row.id).collect::<Vec<_>>(), [id(2), id(1)], "newest first");
    let entries = store.problem_location_entries(&scope, both.id).await.unwrap();
    assert_eq!(ProblemLocation::replay(&entries).as_ref(), Ok(&both), "its entries explain it");
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m3_closings_that_share_a_commit_each_find_their_place(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    let complaints = [received(&store, 1).await, received(&store, 2).await, received(&store, 3).await];
    let first = planned(&complaints[0], Err(1));
    let opened = first.spots[0].spot.clone();
    let second = planned(&complaints[1], Ok(&opened));
    // The third is decided on what the first left: the second was quicker.
    let third = planned(&complaints[2], Ok(&opened));
    let answers = store.commit_all(vec![first, second, third]).await;
    assert!(matches!(answers[..], [Ok(()), Ok(()), Err(Error::Conflict)]), "{answers:?}");
    assert_eq!(spot(&store, 1).await.unwrap().members.len(), 2);
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m3_a_complaint_belongs_to_one_place_at_most(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    let complaint = received(&store, 1).await;
    store.commit(planned(&complaint, Err(1))).await.unwrap();
    let scope = scope(store.branch());
    let (closed, former) = (store.complaint(&scope, id(1)).await.unwrap().unwrap(), spot(&store, 1).await.unwrap());
    let viewer = handler(store.branch());
    let other = planned(&complaint, Err(2)).spots.remove(0);
    let left = write(spot::leave(&former, &closed, &viewer, closed.changed));
    let commit = Commit { spots: vec![left, other], ..note(&closed, "换到另一处") };
    store.commit(commit).await.unwrap();
    assert_eq!(store.problem_location_of(&scope, id(1)).await.unwrap().map(|spot| spot.id), Some(spot_id(2)));
    assert_eq!(spot(&store, 1).await.unwrap().members, []);
    assert_eq!(store.verify().await.unwrap().problems, []);
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m3_open_ones_come_first_and_are_found_around_a_place(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    for number in 1..=3 {
        let complaint = received(&store, number).await;
        store.commit(planned(&complaint, Err(number))).await.unwrap();
    }
    let first = spot(&store, 1).await.unwrap();
    store.write_location(does(&store, &first, spot::Action::Solve { text: "已开通".into() }).await, &[]).await.unwrap();
    let second = spot(&store, 2).await.unwrap();
    let moved = spot::Action::MoveDate { expected: date(2026, 12, 1), reason: "延后".into() };
    store.write_location(does(&store, &second, moved).await, &[]).await.unwrap();
    let scope = scope(store.branch());
    let mut seen = Vec::new();
    let mut query = SpotQuery { limit: 1, ..SpotQuery::default() };
    loop {
        let page = store.problem_locations(&scope, &query).await.unwrap();
        seen.extend(page.rows.iter().map(|spot| spot.id));
        query.after = page.next;
        if query.after.is_none() {
            break;
        }
    }
    assert_eq!(seen, [spot_id(3), spot_id(2), spot_id(1)], "open by the day expected, then the settled");
    let solved = SpotQuery { status: Some(Status::Solved), limit: 9, after: None };
    let solved = store.problem_locations(&scope, &solved).await.unwrap().rows;
    assert_eq!(solved.iter().map(|spot| spot.id).collect::<Vec<_>>(), [spot_id(1)]);

    // A thousandth of a degree apart, ninety-six metres; the first is settled.
    let here = LonLat::new(104.061, 30.65).unwrap();
    let around = async |metres| store.open_locations_around(&scope, here, metres).await.unwrap();
    let near: Vec<_> = around(250.0).await.into_iter().map(|(spot, metres)| (spot.id, metres.round())).collect();
    assert_eq!(near, [(spot_id(2), 96.0), (spot_id(3), 191.0)]);
    assert_eq!(around(150.0).await.len(), 1);
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m13_first_owners_are_told_of_what_their_customers_wait_for(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    let mut story = Story::new(1);
    story.owner = person(5, Role::Handler, None);
    let received = story.received(store.branch());
    store.commit(received.clone()).await.unwrap();
    store.commit(planned(&received.complaint, Err(1))).await.unwrap();
    let opened = spot(&store, 1).await.unwrap();
    let progress = spot::Action::Progress { text: "已立项".into(), corrects: None };
    let progress = does(&store, &opened, progress).await;
    store.write_location(progress.clone(), &[]).await.unwrap();
    let moved = spot::Action::MoveDate { expected: date(2027, 1, 1), reason: "设备到货晚".into() };
    store.write_location(does(&store, &progress.spot, moved).await, &[]).await.unwrap();
    let (scope, owner) = (scope(store.branch()), person(5, Role::Handler, None));
    store.add_person(&owner, "$argon2id$", start()).await.unwrap();
    let told = store.location_notices(&scope, &owner, 10).await.unwrap();
    assert_eq!(told.iter().map(|notice| (notice.entry.sequence, notice.seen)).collect::<Vec<_>>(), [(3, false)]);
    assert_eq!(store.problem_location_owners(spot_id(1)).await.unwrap(), [owner.id]);
    assert_eq!(store.unseen_location_notices(&scope, &owner, 99).await.unwrap(), 1);
    store.see_notices(owner.id, told[0].told).await.unwrap();
    assert_eq!(store.unseen_location_notices(&scope, &owner, 99).await.unwrap(), 0);
    let other = person(6, Role::Handler, None);
    assert_eq!(store.location_notices(&scope, &other, 10).await.unwrap(), []);
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m9_an_outside_organisation_and_the_administrator_see_no_place(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    let complaint = received(&store, 1).await;
    store.commit(planned(&complaint, Err(1))).await.unwrap();
    let point = LonLat::new(104.061, 30.65).unwrap();
    for stranger in [person(7, Role::Contractor, Some("维护甲")), person(8, Role::Administrator, None)] {
        let viewer: Viewer = viewer(store.branch(), stranger);
        let scope = Scope::of(&viewer);
        assert_eq!(store.problem_location(&scope, spot_id(1)).await.unwrap(), None);
        assert_eq!(store.problem_location_of(&scope, id(1)).await.unwrap(), None);
        assert_eq!(store.problem_location_entries(&scope, spot_id(1)).await.unwrap(), []);
        assert_eq!(store.problem_location_complaints(&scope, spot_id(1), 9).await.unwrap(), []);
        assert_eq!(store.open_locations_around(&scope, point, 500.0).await.unwrap(), []);
        let query = SpotQuery { limit: 9, ..SpotQuery::default() };
        assert_eq!(store.problem_locations(&scope, &query).await.unwrap().rows, []);
    }
}
