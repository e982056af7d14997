//! Whole histories written at once stand as if each command had been written by itself (M6).

use domain::flow::Action;
use rstest::rstest;
use store::testing::Engine;
use store::{Commit, History, SearchQuery, prepare_histories};

use crate::common::{Story, act, handler, id, note, scope, start, tick};

/// A complaint taken in, accepted, noted on, and told of when its limit was missed, as commands one by one.
fn commands(number: u32, branch: domain::id::BranchId) -> Vec<Commit> {
    let mut story = Story::new(number);
    if number == 3 {
        story.text = "高铁站短信收不到".into();
    }
    let received = story.received(branch);
    let accepted =
        act(&received.complaint, &handler(branch), &[Action::Accept], received.complaint.received.plus_seconds(60));
    let noted = note(&accepted.complaint, "已联系");
    let told = tick(&noted.complaint, start().plus_seconds(21 * 86_400));
    vec![received, accepted, noted, told]
}

fn history(commands: Vec<Commit>) -> History {
    let complaint = commands.last().unwrap().complaint.clone();
    let first = commands.first().unwrap().clone();
    History {
        complaint,
        entries: commands.into_iter().map(|commit| commit.entry).collect(),
        evidence: first.evidence,
        search: first.search.unwrap_or_default(),
    }
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m6_histories_at_once_are_what_their_commands_are_one_by_one(#[case] engine: Engine) {
    let (at_once, by_one) = (store_or_skip!(engine), store_or_skip!(engine));
    let histories = (0..70).map(|number| history(commands(number, at_once.branch()))).collect();
    at_once.add_histories(&prepare_histories(histories)).await.unwrap();
    for number in 0..70 {
        for commit in commands(number, by_one.branch()) {
            by_one.commit(commit).await.unwrap();
        }
    }
    let (at_once_sees, by_one_sees) = (scope(at_once.branch()), scope(by_one.branch()));
    for number in [0, 3, 69] {
        let (once, one) = (
            at_once.complaint(&at_once_sees, id(number)).await.unwrap().unwrap(),
            by_one.complaint(&by_one_sees, id(number)).await.unwrap().unwrap(),
        );
        assert_eq!(once, domain::complaint::Complaint { branch: once.branch, ..one });
        // The first entry names the branch, which is each store's own.
        assert_eq!(
            at_once.entries(&at_once_sees, id(number)).await.unwrap()[1..],
            by_one.entries(&by_one_sees, id(number)).await.unwrap()[1..]
        );
    }
    let words = SearchQuery { text: "高铁".into(), limit: 20, ..SearchQuery::default() };
    let found = at_once.search(&at_once_sees, &words).await.unwrap();
    assert_eq!(found.rows.iter().map(|row| row.id).collect::<Vec<_>>(), [id(3)]);
    for store in [&at_once, &by_one] {
        let report = store.verify().await.unwrap();
        assert_eq!((report.complaints, report.entries), (70, 280));
        assert_eq!(report.problems, []);
    }
    // A history whose number is taken leaves nothing of those beside it.
    let again = (69..72).map(|number| history(commands(number, at_once.branch()))).collect();
    at_once.add_histories(&prepare_histories(again)).await.unwrap_err();
    assert_eq!(at_once.complaint(&at_once_sees, id(71)).await.unwrap(), None);
}
