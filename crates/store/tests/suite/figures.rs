//! What the store tells of itself: what lies in it, how it commits, whether it stands.

use domain::complaint::Means;
use domain::flow::{Action, Party};
use domain::person::Role;
use domain::post::{Onward, PostState};
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;
use rstest::rstest;
use store::testing::Engine;
use store::{Error, Sample, Store};

use crate::common::{Story, act, person, start, viewer};
use crate::outbox::outgoing;

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test]
async fn what_lies_in_the_store_is_counted(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    assert_eq!(store.sample(start()).await.unwrap(), Sample::default());
    let stories: Vec<_> = (0..5).map(|number| Story::new(number).received(store.branch())).collect();
    for story in &stories {
        store.commit(story.clone()).await.unwrap();
    }
    store.enqueue(&[outgoing(1, "a"), outgoing(2, "b")]).await.unwrap();
    let early = store.sample(start()).await.unwrap();
    assert_eq!((early.open, early.overdue, early.waiting, early.failed), (5, 0, 2, 0));
    assert_eq!(early.oldest_try, Some(start()));
    assert!(early.next_tick.is_some_and(|tick| tick > start()), "{early:?}");

    // Much later every limit was missed, but not of the one that stands still.
    let who = viewer(store.branch(), person(1, Role::Handler, None));
    let summary = String::from("已联系");
    let contact = Action::Contact { means: Means::Call, reached: true, took_place: start(), summary };
    let accepted = act(&stories[0].complaint, &who, &[Action::Accept, contact], start());
    store.commit(accepted.clone()).await.unwrap();
    let suspended = Action::Suspend { waits_on: Party::Customer, until: None, reason: "等用户".into() };
    let paused = act(&accepted.complaint, &who, &[suspended], start());
    store.commit(paused).await.unwrap();
    let late = store.sample(start().plus_seconds(300 * 86_400)).await.unwrap();
    assert_eq!((late.open, late.overdue), (5, 4), "{late:?}");

    let claimed = store.claim_outgoing(start(), start().plus_seconds(60), 1).await.unwrap();
    let failed = Onward::Stands(PostState::Failed, Some("550".into()));
    store.settle_outgoing(&claimed[0].posted, &failed, start()).await.unwrap();
    let after = store.sample(start()).await.unwrap();
    assert_eq!((after.waiting, after.failed), (1, 1));
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test]
async fn what_became_durable_is_counted_and_what_did_not_is_not(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    let stories: Vec<_> = (0..3).map(|number| Story::new(number).received(store.branch())).collect();
    for story in &stories {
        store.commit(story.clone()).await.unwrap();
    }
    assert!(matches!(store.commit(stories[0].clone()).await, Err(Error::Duplicate(_))));
    let (mut figures, mut text) = (Registry::default(), String::new());
    store.register(&mut figures);
    encode(&mut text, &figures).unwrap();
    assert!(text.contains("\nshouwen_commands_total 3\n"), "{text}");
    assert!(text.contains("\nshouwen_commit_commands_count 4\n"), "{text}");
    assert!(text.contains("\nshouwen_commit_seconds_count 4\n"), "{text}");
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test]
async fn a_store_stands_while_it_answers_and_its_schema_is_ours(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    assert!(store.stands().await.unwrap());
    let gone: Store = (*store).clone();
    gone.close().await;
    assert!(store.stands().await.is_err());
}
