//! A move that is stopped anywhere goes on when it is run again (M6).

use rstest::rstest;
use store::testing::{Engine, fresh_location};
use store::{Error, Ground, Location, Stage, Store};

use crate::common::{Story, act, handler, id, note, scope};
use domain::flow::Action;

async fn lived_in(store: &Store) {
    let commits = (0..12).map(|number| Story::new(number).received(store.branch()));
    assert!(store.commit_all(commits.collect()).await.iter().all(Result::is_ok));
    let complaint = store.complaint(&scope(store.branch()), id(3)).await.unwrap().unwrap();
    let accepted = act(&complaint, &handler(store.branch()), &[Action::Accept], complaint.changed.plus_seconds(7));
    store.commit(accepted).await.unwrap();
}

/// Moves and is gone at once when that stage is reached, as after `kill -9`: nothing is tidied up.
async fn stopped_at(store: &Store, target: &Location, last: Stage) {
    let (store, target) = (store.clone(), target.clone());
    let moving = tokio::spawn(async move {
        let key = [("data_key", vec![1])];
        store.move_to(&target, &key, &mut |stage, _| assert_ne!(stage, last, "stopped here")).await
    });
    assert!(moving.await.unwrap_err().is_panic(), "it came as far as {last:?}");
}

#[rstest]
#[case(Engine::Sqlite, Engine::Postgres)]
#[case(Engine::Postgres, Engine::Sqlite)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m6_a_move_stopped_after_any_stage_goes_on(#[case] from: Engine, #[case] to: Engine) {
    let store = store_or_skip!(from);
    lived_in(&store).await;
    for (last, ground) in [
        (Stage::Reading, Ground::Vacant),
        (Stage::Writing, Ground::Vacant),
        (Stage::Comparing, Ground::Unproven),
        (Stage::Verifying, Ground::Unproven),
    ] {
        let (target, _place) = fresh_location(to).await.unwrap();
        stopped_at(&store, &target, last).await;
        assert_eq!(store.ground(&target).await.unwrap(), ground, "stopped at {last:?}");
        let mut stages = Vec::new();
        let moved = store
            .move_to(&target, &[("data_key", vec![2])], &mut |stage, rows| {
                if rows == 0 {
                    stages.push(stage);
                }
            })
            .await
            .unwrap();
        assert_eq!(moved.resumed, ground == Ground::Unproven, "stopped at {last:?}");
        assert_eq!(stages.contains(&Stage::Writing), !moved.resumed, "what is there is compared, not written");
        assert_eq!((moved.tables["complaint"], moved.tables["journal"]), (12, 13));
        let there = Store::open(&target).await.unwrap();
        assert!(!there.is_unproven().await.unwrap());
        assert_eq!(there.secret("data_key").await.unwrap(), Some(vec![2]), "the key of the run that ended");
        assert_eq!(there.verify().await.unwrap().problems, []);
        // Once more: nothing to do, and it says so.
        let again = store.move_to(&target, &[], &mut |_, _| {}).await.unwrap();
        assert!(again.resumed && again.tables == moved.tables);
    }
}

#[rstest]
#[case(Engine::Sqlite, Engine::Postgres)]
#[case(Engine::Postgres, Engine::Sqlite)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m6_an_unproven_target_behind_its_source_is_written_anew(#[case] from: Engine, #[case] to: Engine) {
    let store = store_or_skip!(from);
    lived_in(&store).await;
    let (target, _place) = fresh_location(to).await.unwrap();
    stopped_at(&store, &target, Stage::Verifying).await;
    let complaint = store.complaint(&scope(store.branch()), id(5)).await.unwrap().unwrap();
    store.commit(note(&complaint, "搬迁中断之后")).await.unwrap();
    let moved = store.move_to(&target, &[], &mut |_, _| {}).await.unwrap();
    assert!(!moved.resumed);
    assert_eq!(moved.tables["journal"], 14, "with what was written since");
}

#[rstest]
#[case(Engine::Sqlite, Engine::Postgres)]
#[case(Engine::Postgres, Engine::Sqlite)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m6_a_branch_that_is_in_use_is_never_overwritten(#[case] from: Engine, #[case] to: Engine) {
    let store = store_or_skip!(from);
    lived_in(&store).await;
    let (target, _place) = fresh_location(to).await.unwrap();
    store.move_to(&target, &[], &mut |_, _| {}).await.unwrap();
    let there = Store::open(&target).await.unwrap();
    let complaint = there.complaint(&scope(store.branch()), id(5)).await.unwrap().unwrap();
    there.commit(note(&complaint, "新库投入使用")).await.unwrap();
    there.close().await;
    let answer = store.move_to(&target, &[], &mut |_, _| {}).await;
    assert!(matches!(&answer, Err(Error::Refused(reason)) if reason.en.contains("may be in service")), "{answer:?}");
    let there = Store::open(&target).await.unwrap();
    assert_eq!(there.entries(&scope(store.branch()), id(5)).await.unwrap().len(), 2, "what was done there stands");
    // Nor is somebody else's branch.
    let (other, _kept) = fresh_location(to).await.unwrap();
    let stranger = Store::open(&other).await.unwrap();
    lived_in(&stranger).await;
    assert!(matches!(store.move_to(&other, &[], &mut |_, _| {}).await, Err(Error::Refused(_))));
}
