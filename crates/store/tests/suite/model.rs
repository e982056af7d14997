//! Random commands against a plain model in memory: both engines answer and remember what the model does.

use std::collections::{BTreeMap, BTreeSet};

use domain::complaint::Complaint;
use domain::journal::Entry;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rstest::rstest;
use store::testing::{Engine, TestStore};
use store::{Duplicate, Error, ListQuery, QueueQuery, View};

use crate::common::{Story, id, note, scope};

#[derive(Debug, Clone)]
enum Command {
    Receive { number: u32, upstream: Option<u8>, submission: Option<u8> },
    Note { number: u32, behind: u64, submission: Option<u8> },
    Several(Vec<(u32, Option<u8>)>),
}

#[derive(Default)]
struct Model {
    complaints: BTreeMap<u32, (Complaint, Vec<Entry>)>,
    versions: BTreeMap<(u32, u64), Complaint>,
    upstream: BTreeSet<u8>,
    submissions: BTreeSet<u8>,
}

fn command() -> impl Strategy<Value = Command> {
    let key = || prop::option::of(0..12_u8);
    prop_oneof![
        3 => (0..12_u32, key(), key())
            .prop_map(|(number, upstream, submission)| Command::Receive { number, upstream, submission }),
        4 => (0..12_u32, 0..3_u64, key())
            .prop_map(|(number, behind, submission)| Command::Note { number, behind, submission }),
        1 => prop::collection::vec((0..12_u32, key()), 1..6).prop_map(Command::Several),
    ]
}

fn told(answer: Result<(), Error>) -> &'static str {
    match answer {
        Ok(()) => "done",
        Err(Error::Conflict) => "conflict",
        Err(Error::Duplicate(Duplicate::Submission)) => "submission",
        Err(Error::Duplicate(_)) => "duplicate",
        Err(Error::NotFound) => "not found",
        Err(other) => panic!("{other}"),
    }
}

fn story(number: u32, upstream: Option<u8>, submission: Option<u8>) -> Story {
    let mut story = Story::new(number);
    story.upstream = upstream.map(|number| number.to_string());
    story.submission = submission.map(|key| key.to_string());
    story
}

impl Model {
    fn receive(
        &mut self,
        commit: &store::Commit,
        number: u32,
        upstream: Option<u8>,
        submission: Option<u8>,
    ) -> &'static str {
        if submission.is_some_and(|key| self.submissions.contains(&key)) {
            return "submission";
        }
        if self.complaints.contains_key(&number) || upstream.is_some_and(|number| self.upstream.contains(&number)) {
            return "duplicate";
        }
        self.upstream.extend(upstream);
        self.submissions.extend(submission);
        self.complaints.insert(number, (commit.complaint.clone(), vec![commit.entry.clone()]));
        self.versions.insert((number, 1), commit.complaint.clone());
        "done"
    }

    fn note(&mut self, commit: &store::Commit, number: u32, submission: Option<u8>) -> &'static str {
        let repeated = submission.is_some_and(|key| self.submissions.contains(&key));
        let Some((complaint, entries)) = self.complaints.get_mut(&number) else {
            return if repeated { "submission" } else { "not found" };
        };
        if repeated {
            return "submission";
        }
        if complaint.version + 1 != commit.complaint.version {
            return "conflict";
        }
        *complaint = commit.complaint.clone();
        entries.push(commit.entry.clone());
        self.submissions.extend(submission);
        self.versions.insert((number, complaint.version), complaint.clone());
        "done"
    }

    async fn step(&mut self, store: &TestStore, command: Command) {
        match command {
            Command::Receive { number, upstream, submission } => {
                let commit = story(number, upstream, submission).received(store.branch());
                let answer = told(store.commit(commit.clone()).await);
                assert_eq!(answer, self.receive(&commit, number, upstream, submission));
            }
            Command::Note { number, behind, submission } => {
                let nobody = Story::new(number).received(store.branch()).complaint;
                let latest = self.complaints.get(&number).map_or(1, |(complaint, _)| complaint.version);
                let seen = latest.saturating_sub(behind).max(1);
                let mut commit = note(self.versions.get(&(number, seen)).unwrap_or(&nobody), "记");
                commit.submission = submission.map(|key| key.to_string());
                let answer = told(store.commit(commit.clone()).await);
                assert_eq!(answer, self.note(&commit, number, submission));
            }
            Command::Several(several) => {
                let commits: Vec<_> =
                    several.iter().map(|(number, key)| story(*number, *key, None).received(store.branch())).collect();
                let answers = store.commit_all(commits.clone()).await;
                for ((commit, (number, key)), answer) in commits.iter().zip(several).zip(answers) {
                    assert_eq!(told(answer), self.receive(commit, number, key, None));
                }
            }
        }
    }

    async fn compare(&self, store: &TestStore) {
        let scope = scope(store.branch());
        let all = ListQuery { limit: 100, ..ListQuery::default() };
        assert_eq!(store.count_complaints(&scope, &all).await.unwrap(), self.complaints.len() as u64);
        for (number, (complaint, entries)) in &self.complaints {
            assert_eq!(store.complaint(&scope, id(*number)).await.unwrap().as_ref(), Some(complaint));
            assert_eq!(&store.entries(&scope, id(*number)).await.unwrap(), entries);
        }
        let open = QueueQuery { view: View::Open, filter: store::Filter::default(), after: None, limit: 100 };
        let queue: Vec<_> = store.queue(&scope, &open).await.unwrap().rows.into_iter().map(|row| row.id).collect();
        let mut expected: Vec<_> =
            self.complaints.values().map(|(one, _)| (one.next_due().unwrap().due, one.id)).collect();
        expected.sort();
        assert_eq!(queue, expected.into_iter().map(|(_, id)| id).collect::<Vec<_>>());
        assert_eq!(store.verify().await.unwrap().problems, []);
    }
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
fn m1_m6_the_store_answers_and_remembers_as_the_model_does(#[case] engine: Engine) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let mut runner = TestRunner::new(Config { cases: 8, failure_persistence: None, ..Config::default() });
    let commands = prop::collection::vec(command(), 1..25);
    runner
        .run(&commands, |commands| {
            runtime.block_on(async {
                let Some(store) = TestStore::on(engine).await else { return };
                let mut model = Model::default();
                for command in commands {
                    model.step(&store, command).await;
                }
                model.compare(&store).await;
            });
            Ok(())
        })
        .unwrap();
}
