//! What goes out is written with what it tells, goes out once, and comes back when its sender is killed (M8).

use domain::id::{OutboxId, PersonId};
use domain::person::{Role, Viewer, Who};
use domain::post::{Choice, Hour, Onward, PostKind, PostScope, PostState};
use domain::time::Timestamp;
use rstest::rstest;
use store::testing::{Engine, TestStore};
use store::{Attachment, Commit, Error, Outgoing, Store};
use uuid::Uuid;

use crate::common::{Story, handler, id, note, person, start, tick, viewer};

pub fn outgoing(number: u128, key: &str) -> Outgoing {
    let id = OutboxId(Uuid::from_u128(number));
    Outgoing {
        id,
        kind: PostKind::Mail,
        complaint: None,
        owner: Some(PersonId(Uuid::from_u128(1))),
        recipient: "chief@example.org".into(),
        subject: "重大投诉申告表".into(),
        body: "见附件".into(),
        message_id: format!("{id}@example.org"),
        attachments: Vec::new(),
        created: start().plus_seconds(number as i64),
        not_before: start(),
        unique_key: key.into(),
    }
}

fn laden(number: u128, key: &str) -> Outgoing {
    let file = |name: &str, bytes: &[u8]| Attachment {
        name: name.into(),
        media_type: "application/pdf".into(),
        bytes: bytes.to_vec(),
    };
    Outgoing {
        attachments: vec![file("申告表.pdf", b"%PDF-1"), file("图.pdf", &[0, 255])], ..outgoing(number, key)
    }
}

fn everything(store: &Store) -> PostScope {
    PostScope::of(&Viewer { branch: store.branch(), who: Who::House })
}

async fn all(store: &Store) -> Vec<store::Posted> {
    store.outgoing_list(&everything(store), None, None, 100).await.unwrap()
}

fn soon() -> Timestamp {
    start().plus_seconds(3_600)
}

/// A complaint taken in, and a note on it that is to go out.
async fn told(store: &TestStore) -> Commit {
    let received = Story::new(0).received(store.branch());
    let mut noted = note(&received.complaint, "已上报");
    noted.outbox = vec![
        Outgoing { complaint: Some(id(0)), ..laden(1, "form") },
        Outgoing { complaint: Some(id(0)), kind: PostKind::Webhook, ..outgoing(2, "hook") },
    ];
    store.commit(received).await.unwrap();
    noted
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m8_what_goes_out_is_written_with_what_it_tells_or_not_at_all(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    let noted = told(&store).await;
    store.commit(noted.clone()).await.unwrap();
    assert_eq!(all(&store).await.len(), 2);

    // Somebody was quicker: the stale command leaves nothing behind, neither does one among many.
    let mut stale = noted.clone();
    stale.outbox = vec![outgoing(3, "stale")];
    assert!(matches!(store.commit(stale.clone()).await, Err(Error::Conflict)));
    let other = Story::new(1).received(store.branch());
    let answers = store.commit_all(vec![stale, other]).await;
    assert!(answers[0].is_err() && answers[1].is_ok());
    assert_eq!(all(&store).await.len(), 2);

    let of_it = store.outgoing_of(&everything(&store), id(0), 10).await.unwrap();
    assert_eq!(of_it.iter().map(|one| one.kind).collect::<Vec<_>>(), [PostKind::Webhook, PostKind::Mail]);
    let (posted, body, files) = store.outgoing(&everything(&store), of_it[1].id).await.unwrap().unwrap();
    assert_eq!((posted.state, body.as_str()), (PostState::Waiting, "见附件"));
    let names: Vec<_> = files.iter().map(|file| (file.ordinal, file.name.as_str(), file.bytes)).collect();
    assert_eq!(names, [(1, "申告表.pdf", 6), (2, "图.pdf", 2)]);
    let file = store.outgoing_file(&everything(&store), posted.id, 2).await.unwrap().unwrap();
    assert_eq!(file.bytes, [0, 255]);
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m5_what_many_commands_of_one_tick_send_goes_out_all_of_it(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    let received: Vec<_> = (0..3).map(|number| Story::new(number).received(store.branch())).collect();
    let told: Vec<_> = received
        .iter()
        .zip(1_u128..)
        .map(|(one, number)| Commit {
            outbox: vec![outgoing(number, &format!("notice {number}"))],
            ..tick(&one.complaint, start().plus_seconds(7 * 86_400))
        })
        .collect();
    assert!(store.commit_all(received).await.iter().all(Result::is_ok));
    assert!(store.commit_all(told).await.iter().all(Result::is_ok));
    assert_eq!(all(&store).await.len(), 3);
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m8_a_key_goes_out_once(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    store.enqueue(&[laden(1, "form"), outgoing(2, "other")]).await.unwrap();
    store.enqueue(&[laden(3, "form"), outgoing(4, "other"), outgoing(5, "third")]).await.unwrap();
    let ids: Vec<_> = all(&store).await.iter().map(|one| one.id.0.as_u128()).collect();
    assert_eq!(ids, [5, 2, 1]);
    assert_eq!(store.last_outgoing("o").await.unwrap(), Some(("other".to_owned(), start().plus_seconds(2))));
    assert_eq!(store.last_outgoing("digest:").await.unwrap(), None);
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn m8_many_senders_get_each_mail_once(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    let many: Vec<_> = (1..=120).map(|number| outgoing(number, &number.to_string())).collect();
    store.enqueue(&many).await.unwrap();
    let senders = (0..6).map(|_| {
        let store = store.store();
        tokio::spawn(async move {
            let mut mine = Vec::new();
            loop {
                let claimed = store.claim_outgoing(start(), soon(), 7).await.unwrap();
                if claimed.is_empty() {
                    return mine;
                }
                mine.extend(claimed.into_iter().map(|one| one.posted.id));
            }
        })
    });
    let mut claimed = Vec::new();
    for sender in senders.collect::<Vec<_>>() {
        claimed.extend(sender.await.unwrap());
    }
    claimed.sort();
    assert_eq!(claimed, many.iter().map(|one| one.id).collect::<Vec<_>>());
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m8_a_killed_senders_mail_comes_back_with_the_same_message_id(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    store.enqueue(&[laden(1, "form")]).await.unwrap();
    assert_eq!(store.claim_outgoing(start().plus_seconds(-1), soon(), 9).await.unwrap(), [], "not before its time");
    let first = store.claim_outgoing(start(), soon(), 9).await.unwrap();
    assert_eq!(first[0].attachments[0].bytes, b"%PDF-1");
    assert_eq!(store.claim_outgoing(soon().plus_seconds(-1), soon(), 9).await.unwrap(), [], "held");
    let again = store.claim_outgoing(soon(), soon().plus_seconds(60), 9).await.unwrap();
    assert_eq!(again[0].posted.message_id, first[0].posted.message_id);
    assert_eq!((first[0].posted.attempts, again[0].posted.attempts), (1, 2));

    // The first sender was only slow: what it says no longer counts.
    let sent = Onward::Stands(PostState::Sent, None);
    assert!(matches!(store.settle_outgoing(&first[0].posted, &sent, soon()).await, Err(Error::Conflict)));
    let later = Onward::Again(soon().plus_seconds(600), "451 later".into());
    store.settle_outgoing(&again[0].posted, &later, soon()).await.unwrap();
    let [waiting] = all(&store).await.try_into().unwrap();
    assert_eq!((waiting.state, waiting.last_error.as_deref()), (PostState::Waiting, Some("451 later")));
    assert_eq!(store.claim_outgoing(soon().plus_seconds(599), soon(), 9).await.unwrap(), []);
    let third = store.claim_outgoing(soon().plus_seconds(600), soon().plus_seconds(900), 9).await.unwrap();
    store.settle_outgoing(&third[0].posted, &sent, soon().plus_seconds(601)).await.unwrap();
    let [sent] = all(&store).await.try_into().unwrap();
    assert_eq!((sent.state, sent.settled), (PostState::Sent, Some(soon().plus_seconds(601))));
    assert_eq!(sent.last_error, None);
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m8_what_came_back_is_its_owners_task_until_somebody_acts(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    store.enqueue(&[outgoing(1, "a"), outgoing(2, "b")]).await.unwrap();
    let owner = PersonId(Uuid::from_u128(1));
    let now = soon();
    for one in store.claim_outgoing(start(), now, 9).await.unwrap() {
        store.settle_outgoing(&one.posted, &Onward::Stands(PostState::Sent, None), now).await.unwrap();
    }
    let message = |number: u128| outgoing(number, "").message_id;
    assert!(store.delay_outgoing(&message(1), "4.4.1 late").await.unwrap());
    assert!(store.report_outgoing(&message(1), PostState::Delivered, None, now).await.unwrap());
    assert!(store.report_outgoing(&message(2), PostState::Bounced, Some("550 5.1.1 unknown"), now).await.unwrap());
    assert!(!store.report_outgoing(&message(2), PostState::Delivered, None, now).await.unwrap(), "a bounce stands");
    assert!(!store.report_outgoing("nobody@example.org", PostState::Bounced, None, now).await.unwrap());

    let [task] = store.troubled_outgoing(owner, 9).await.unwrap().try_into().unwrap();
    assert_eq!((task.id.0.as_u128(), task.last_error.as_deref()), (2, Some("550 5.1.1 unknown")));
    let own = PostScope::of(&handler(store.branch()));
    let foreign = PostScope::of(&viewer(store.branch(), person(2, Role::Handler, None)));
    assert!(matches!(store.retry_outgoing(&foreign, task.id, now).await, Err(Error::NotFound)));
    assert_eq!(store.outgoing_list(&foreign, None, None, 9).await.unwrap(), []);
    assert!(store.outgoing(&foreign, task.id).await.unwrap().is_none());
    store.put_aside_outgoing(&own, task.id, now).await.unwrap();
    assert_eq!(store.troubled_outgoing(owner, 9).await.unwrap(), []);
    store.retry_outgoing(&own, task.id, now).await.unwrap();
    let [again] = store.claim_outgoing(now, now.plus_seconds(60), 9).await.unwrap().try_into().unwrap();
    assert_eq!((again.posted.id, again.posted.attempts), (task.id, 1));
    let delivered = OutboxId(Uuid::from_u128(1));
    assert!(matches!(store.retry_outgoing(&own, delivered, now).await, Err(Error::NotFound)), "it has arrived");
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m8_the_list_is_paged_newest_first(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    let many: Vec<_> = (1..=25).map(|number| outgoing(number, &number.to_string())).collect();
    store.enqueue(&many).await.unwrap();
    let (mut before, mut seen) = (None, Vec::new());
    loop {
        let page = store.outgoing_list(&everything(&store), Some(PostState::Waiting), before, 10).await.unwrap();
        let Some(last) = page.last() else { break };
        before = Some((last.created, last.id));
        seen.extend(page.iter().map(|one| one.id.0.as_u128()));
    }
    assert_eq!(seen, (1..=25).rev().collect::<Vec<_>>());
    assert_eq!(store.outgoing_list(&everything(&store), Some(PostState::Failed), None, 9).await.unwrap(), []);
}

#[rstest]
#[case(Engine::Sqlite, Engine::Postgres)]
#[case(Engine::Postgres, Engine::Sqlite)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m8_a_backup_carries_the_outbox_and_how_people_are_told(#[case] from: Engine, #[case] to: Engine) {
    let store = store_or_skip!(from);
    let noted = told(&store).await;
    store.commit(noted).await.unwrap();
    let somebody = person(1, Role::Handler, None);
    store.add_person(&somebody, "$argon2id$", start()).await.unwrap();
    let choice = Choice { digest: Hour::try_from(8).ok(), ..Choice::default() };
    store.put_mail(somebody.id, Some("li@example.org")).await.unwrap();
    store.put_choice(somebody.id, &choice).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shouwen.backup");
    store.backup(&file, Vec::new(), &mut |_, _| {}).await.unwrap();
    let Some((location, _kept)) = store::testing::fresh_location(to).await else { return };
    Store::restore(&file, &location, &[], &mut |_, _| {}).await.unwrap();
    let other = Store::open(&location).await.unwrap();
    assert_eq!(all(&other).await, all(&store).await);
    let file = other.outgoing_file(&everything(&other), OutboxId(Uuid::from_u128(1)), 1).await.unwrap().unwrap();
    assert_eq!(file.bytes, b"%PDF-1");
    let reaches = other.reaches().await.unwrap();
    assert_eq!(reaches, store.reaches().await.unwrap());
    assert_eq!(reaches[0].1, store::Reach { mail: Some("li@example.org".into()), choice });
    other.put_mail(somebody.id, None).await.unwrap();
    assert_eq!(other.reaches().await.unwrap()[0].1.choice, choice, "the address goes, the choice stays");
    assert_eq!(other.verify().await.unwrap().problems, []);
}
