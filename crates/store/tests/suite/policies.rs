//! Versions of the policy and the open complaints they are counted through.

use domain::flow::Action;
use domain::time::Timestamp;
use jiff::civil::date;
use rstest::rstest;
use store::testing::Engine;
use store::{Error, PolicyVersion, Store};

use crate::common::{Story, act, handler, id};

fn version(number: u32) -> PolicyVersion {
    PolicyVersion {
        version: number,
        valid_from: date(2026, 3, 4),
        text: format!("# 第{number}版\n"),
        author: "经理".into(),
        note: "试".into(),
        imported: Timestamp::from_micros(1_000_000),
    }
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_version_is_kept_once_and_travels_with_a_backup(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    assert_eq!(store.newest_policy().await.unwrap(), 0);
    store.add_policy(&version(1)).await.unwrap();
    store.add_policy(&version(2)).await.unwrap();
    assert!(matches!(store.add_policy(&version(2)).await, Err(Error::Conflict)), "the number is taken");
    assert_eq!(store.newest_policy().await.unwrap(), 2);
    assert_eq!(store.policies().await.unwrap(), [version(1), version(2)]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shouwen.backup");
    let summary = store.backup(&file, Vec::new(), &mut |_, _| {}).await.unwrap();
    assert_eq!(summary.tables["policy_version"], 2);
    let (location, _place) = store::testing::fresh_location(Engine::Sqlite).await.unwrap();
    Store::restore(&file, &location, &[], &mut |_, _| {}).await.unwrap();
    let restored = Store::open(&location).await.unwrap();
    assert_eq!(restored.policies().await.unwrap(), [version(1), version(2)]);
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn open_complaints_are_walked_through_each_once(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    let stories: Vec<_> = (0..23).map(|number| Story::new(number).received(store.branch())).collect();
    let gone = Action::Withdraw { reason: "用户撤诉".into() };
    let leader = handler(store.branch());
    let withdrawn = act(&stories[7].complaint, &leader, &[gone], stories[7].complaint.received.plus_seconds(60));
    assert!(store.commit_all(stories).await.iter().all(Result::is_ok));
    store.commit(withdrawn).await.unwrap();
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let some = store.open_complaints(after, 5).await.unwrap();
        let Some(last) = some.last() else { break };
        after = Some(last.id);
        seen.extend(some.iter().map(|complaint| complaint.id));
    }
    let mut expected: Vec<_> = (0..23).filter(|number| *number != 7).map(id).collect();
    expected.sort();
    assert_eq!(seen, expected);
}
