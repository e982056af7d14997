//! Several people on one complaint at the same moment, at one node or two: whatever was acknowledged stands in the journal, in its place
//! and once, and what was not stands nowhere (M1).

use domain::complaint::{Complaint, Matter, Means};
use domain::flow::{Action, State};
use domain::journal::Event;
use domain::person::{Role, Viewer};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rstest::rstest;
use store::testing::{Engine, TestStore};
use store::{Duplicate, Error, Store};

use crate::common::{Story, act, id, person, scope, tick, viewer};

/// What somebody does next.
#[derive(Debug, Clone)]
struct Step {
    what: What,
    /// Lets others go first so often.
    waits: u8,
    /// Whether the complaint is read again before, or written upon as it was last seen.
    looks: bool,
    /// How often it is read again and sent anew when somebody else was quicker.
    insists: u8,
    /// Whether the very same command is sent a second time, as by a browser that heard no answer.
    twice: bool,
}

#[derive(Debug, Clone, Copy)]
enum What {
    Note,
    /// What the customer was told, whoever tells it first.
    Reply,
    /// The words of the complaint put right.
    Correct,
    /// Notes written as one command with others' first complaints, as an import does.
    Among,
    Tick,
}

/// A write that was acknowledged: what it says, and as which version.
type Acknowledged = (String, u64);

fn step() -> impl Strategy<Value = Step> {
    let what = prop_oneof![
        6 => Just(What::Note),
        2 => Just(What::Correct),
        1 => Just(What::Reply),
        2 => Just(What::Among),
        1 => Just(What::Tick)
    ];
    (what, 0..4_u8, any::<bool>(), 0..4_u8, prop::bool::weighted(0.2))
        .prop_map(|(what, waits, looks, insists, twice)| Step { what, waits, looks, insists, twice })
}

fn people() -> impl Strategy<Value = Vec<Vec<Step>>> {
    prop::collection::vec(prop::collection::vec(step(), 1..8), 2..5)
}

/// Somebody at a node.
struct Somebody {
    store: Store,
    viewer: Viewer,
    name: usize,
}

impl Somebody {
    async fn works(self, steps: Vec<Step>) -> Vec<Acknowledged> {
        let scope = scope(self.store.branch());
        let read = async || self.store.complaint(&scope, id(0)).await.unwrap().unwrap();
        let (mut seen, mut acknowledged) = (read().await, Vec::new());
        for (count, step) in steps.into_iter().enumerate() {
            for _ in 0..step.waits {
                tokio::task::yield_now().await;
            }
            if step.looks {
                seen = read().await;
            }
            let words = format!("{}写的第{count}条", self.name);
            for _ in 0..=step.insists {
                match self.writes(&seen, &step, &words).await {
                    Some(version) => {
                        acknowledged.extend(version.map(|version| (words.clone(), version)));
                        break;
                    }
                    None => seen = read().await,
                }
            }
        }
        acknowledged
    }

    /// The version it was acknowledged as, nothing where that was nothing to be told of; `None` when somebody was quicker.
    async fn writes(&self, seen: &Complaint, step: &Step, words: &str) -> Option<Option<u64>> {
        let at = seen.changed.plus_seconds(60);
        let mut commit = match step.what {
            // Far ahead: whoever comes first fires what is due, and leaves nothing to the others.
            What::Tick
                if seen
                    .clocks
                    .iter()
                    .any(|clock| clock.is_running() && clock.fired.is_empty() && clock.paused().is_none()) =>
            {
                tick(seen, seen.changed.plus_seconds(30 * 86_400))
            }
            What::Tick => return Some(None),
            What::Reply if seen.reply.is_some() => return Some(None),
            What::Reply => act(seen, &self.viewer, &replying(seen, words), at),
            What::Correct => act(seen, &self.viewer, &[correcting(seen, words)], at),
            What::Note | What::Among => act(seen, &self.viewer, &[Action::Note { text: words.into() }], at),
        };
        commit.submission = Some(words.into());
        let version = commit.complaint.version;
        let answer = match step.what {
            What::Note | What::Reply | What::Correct | What::Tick => self.store.commit(commit.clone()).await,
            What::Among => {
                let number = 1_000 + self.name as u32 * 100 + version as u32;
                let other = Story::new(number).received(self.store.branch());
                self.store.commit_all(vec![other, commit.clone()]).await.pop().unwrap()
            }
        };
        let told = match answer {
            Ok(()) => Some(Some(version)),
            Err(Error::Conflict) => None,
            Err(other) => panic!("{other}"),
        };
        if step.twice && told.is_some() {
            let again = self.store.commit(commit).await;
            assert!(matches!(again, Err(Error::Duplicate(Duplicate::Submission))), "{again:?}");
        }
        told.map(|version| version.filter(|_| !matches!(step.what, What::Tick)))
    }
}

fn replying(seen: &Complaint, words: &str) -> Vec<Action> {
    let accept = (seen.state == State::Received).then_some(Action::Accept);
    let contact =
        Action::Contact { means: Means::Call, reached: true, took_place: seen.changed, summary: "已联系".into() };
    accept.into_iter().chain([contact, Action::Reply { text: words.into() }]).collect()
}

fn correcting(seen: &Complaint, words: &str) -> Action {
    let matter = Matter { description: words.into(), ..seen.matter.clone() };
    Action::Correct {
        matter: Box::new(matter),
        place: Box::new(seen.place.clone()),
        customer: Box::new(seen.customer.clone()),
    }
}

/// What the journal holds of it, in order.
async fn written(store: &Store) -> Vec<Acknowledged> {
    let scope = scope(store.branch());
    let entries = store.entries(&scope, id(0)).await.unwrap();
    let complaint = store.complaint(&scope, id(0)).await.unwrap().unwrap();
    assert!(entries.iter().map(|entry| entry.sequence).eq(1..=complaint.version), "an unbroken row of entries");
    assert!(entries.is_sorted_by_key(|entry| entry.at));
    let corrected = entries.iter().flat_map(|entry| &entry.events).rev().find_map(|event| match event {
        Event::Corrected { matter, .. } => Some(&matter.description),
        _ => None,
    });
    assert!(corrected.is_none_or(|last| *last == complaint.matter.description), "it reads as it was last put right");
    let words = entries.iter().flat_map(|entry| entry.events.iter().map(move |event| (entry.sequence, event)));
    words
        .filter_map(|(sequence, event)| match event {
            Event::NoteAdded { text } => Some((text.clone(), sequence)),
            Event::Corrected { matter, .. } => Some((matter.description.clone(), sequence)),
            Event::Replied { reply } => Some((reply.text.clone(), sequence)),
            _ => None,
        })
        .collect()
}

async fn together(engine: Engine, scripts: Vec<Vec<Step>>) {
    let Some(store) = TestStore::on(engine).await else { return };
    store.commit(Story::new(0).received(store.branch())).await.unwrap();
    // A second node, as another process has one.
    let other = Store::open(store.location()).await.unwrap();
    let working = scripts.into_iter().enumerate().map(|(name, steps)| {
        let store = if name % 2 == 0 { store.store() } else { other.clone() };
        let viewer = viewer(store.branch(), person(name as u128 + 1, Role::Handler, None));
        tokio::spawn(Somebody { store, viewer, name }.works(steps))
    });
    let mut acknowledged = Vec::new();
    for somebody in working.collect::<Vec<_>>() {
        let own = somebody.await.unwrap();
        assert!(own.is_sorted_by_key(|(_, version)| *version), "in the order in which they were sent: {own:?}");
        acknowledged.extend(own);
    }
    acknowledged.sort_by_key(|(_, version)| *version);
    assert_eq!(written(&store).await, acknowledged, "what was acknowledged, and nothing else");
    assert_eq!(store.verify().await.unwrap().problems, []);
    other.close().await;
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
fn m1_whoever_writes_at_the_same_moment_no_acknowledged_write_disappears(#[case] engine: Engine) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    // Each makes a store: a sixteenth of as many as others have, 16 unless PROPTEST_CASES says otherwise.
    let cases = (Config::default().cases / 16).max(1);
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    runner
        .run(&people(), |scripts| {
            runtime.block_on(together(engine, scripts));
            Ok(())
        })
        .unwrap();
}
