//! What waits on whom, and what the board counts, on both engines (M10, M12, M13).

use std::sync::Arc;

use app::clock::HandClock;
use app::desk::{Desk, NewPerson, Todo};
use domain::clock::ClockKind;
use domain::complaint::{Complaint, Intake, Matter};
use domain::flow::{Action, Departure, Flow, PaperKind, Party, State};
use domain::grade::Grade;
use domain::id::PersonId;
use domain::person::{Role, Viewer};
use domain::time::Timestamp;
use rstest::rstest;
use store::testing::{Engine, Place as Lies, fresh_location};
use store::{Filter, Lateness, QueueQuery, View};

use crate::common::{call, enter, now, somebody};

struct House {
    desk: Arc<Desk>,
    clock: Arc<HandClock>,
    _place: Lies,
}

impl House {
    async fn on(engine: Engine) -> Option<Self> {
        let (location, place) = fresh_location(engine).await?;
        let clock = Arc::new(HandClock::at(now()));
        Some(Self { desk: Desk::open(&location, clock.clone()).await.expect("the desk opens"), clock, _place: place })
    }

    fn now(&self) -> Timestamp {
        self.desk.now()
    }

    fn forward(&self, seconds: i64) {
        self.clock.set(self.now().plus_seconds(seconds));
    }

    async fn hire(&self, sign_in: &str, role: Role, department: &str) -> Viewer {
        let organisation = (role == Role::Contractor).then(|| department.to_owned());
        enter(&self.desk, NewPerson { department: department.into(), organisation, ..somebody(sign_in, role) }).await
    }

    async fn receive(&self, by: &Viewer, flow: Flow, text: &str) -> Complaint {
        let plain = call(text);
        let intake = Intake {
            matter: Matter { complained: self.now(), ..plain.matter },
            flow: Some(flow),
            // Spoken to within half an hour: the most urgent of all.
            grade: (flow == Flow::Major).then_some(Grade::Major),
            ..call(text)
        };
        self.desk.receive(by, intake).await.expect("received").complaint
    }

    async fn act(&self, by: &Viewer, complaint: &Complaint, action: Action) -> Complaint {
        self.desk.act_all(by, complaint.id, None, vec![action], None).await.expect("the action is allowed")
    }

    /// What waits on somebody: the words it began with, and what was asked.
    async fn home(&self, of: &Viewer) -> Vec<(String, Option<ClockKind>)> {
        let (todos, more) = self.desk.waiting_on(of, 50).await.expect("read");
        assert!(!more);
        todos.into_iter().map(|Todo { row, asked }| (row.headline, asked)).collect()
    }
}

fn id(of: &Viewer) -> PersonId {
    of.person().expect("a person").id
}

fn just(text: &str) -> Vec<(String, Option<ClockKind>)> {
    vec![(text.to_owned(), None)]
}

fn supervise() -> Action {
    Action::Write { paper: PaperKind::Supervision, text: "今天之内答复".into() }
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m12_a_home_shows_what_waits_on_that_person_and_nothing_else(#[case] engine: Engine) {
    let Some(house) = House::on(engine).await else { return };
    let handler = house.hire("handler", Role::Handler, "投诉处理班").await;
    let other = house.hire("other", Role::Handler, "网络优化中心").await;
    let triage = house.hire("triage", Role::Triage, "投诉受理班").await;
    let leader = house.hire("leader", Role::TeamLeader, "投诉处理班").await;
    let contractor = house.hire("contractor", Role::Contractor, "维护甲").await;
    let rival = house.hire("rival", Role::Contractor, "维护乙").await;
    let tester = house.hire("tester", Role::FieldTester, "测试组").await;
    let admin = house.hire("admin", Role::Administrator, "信息").await;

    let one = house.receive(&handler, Flow::WorkOrder, "甲").await;
    assert_eq!(house.home(&triage).await, just("甲"), "nobody has taken it up");
    let owner = if one.first_owner.id == Some(id(&handler)) { &handler } else { &other };
    assert_eq!(house.home(owner).await, just("甲"), "its first owner sees it, too");

    let one = house.act(&handler, &one, Action::Accept).await;
    assert_eq!(house.home(&handler).await, just("甲"));
    assert_eq!(house.home(&triage).await, []);
    assert_eq!(house.home(&other).await, []);

    // 外派: the organisation's, and nobody else's.
    let sent = Action::Outsource { organisation: "维护甲".into(), task: "查天馈".into() };
    let one = house.act(&handler, &one, sent).await;
    assert_eq!(house.home(&contractor).await, just("甲"));
    for somebody in [&rival, &handler, &tester, &admin] {
        assert_eq!(house.home(somebody).await, []);
    }

    // 督办 goes to whoever the case lies with; 延期 to those who decide.
    let one = house.act(&leader, &one, supervise()).await;
    let asked = ("甲".to_owned(), Some(ClockKind::Supervision));
    assert!(house.home(&contractor).await.contains(&asked) && house.home(&handler).await.contains(&asked));
    assert_eq!(house.home(&other).await, []);
    let answer = Action::Write { paper: PaperKind::SupervisionAnswer, text: "已到场".into() };
    let one = house.act(&handler, &one, answer).await;
    assert_eq!(house.home(&handler).await, []);
    let until = house.now().plus_seconds(7 * 86_400);
    let one = house.act(&handler, &one, Action::AskExtension { until, reason: "等备件".into() }).await;
    assert_eq!(house.home(&leader).await, [("甲".to_owned(), Some(ClockKind::Extension))]);
    let one = house.act(&leader, &one, Action::DecideExtension { granted: true, reason: "备件在途".into() }).await;
    assert_eq!(house.home(&leader).await, []);

    // Back, then 转派: whoever belongs to that department.
    let one = house.act(&contractor, &one, Action::Feedback { result: "天馈正常".into() }).await;
    assert_eq!(house.home(&handler).await, just("甲"));
    let moved = Action::Transfer { department: "网络优化中心".into(), reason: "参数".into() };
    let one = house.act(&handler, &one, moved).await;
    assert_eq!(house.home(&other).await, just("甲"));
    assert_eq!(house.home(&handler).await, []);

    // Suspended it waits on nobody of the house.
    let one = house.act(&other, &one, Action::TakeOver).await;
    let until = Some(house.now().plus_seconds(3 * 86_400));
    house.act(&other, &one, Action::Suspend { waits_on: Party::Customer, until, reason: "用户出差".into() }).await;
    assert_eq!(house.home(&other).await, []);
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m12_the_most_urgent_comes_first(#[case] engine: Engine) {
    let Some(house) = House::on(engine).await else { return };
    let handler = house.hire("handler", Role::Handler, "投诉处理班").await;
    for text in ["早", "晚"] {
        let complaint = house.receive(&handler, Flow::Ordinary, text).await;
        house.act(&handler, &complaint, Action::Accept).await;
        house.forward(60);
    }
    let urgent = house.receive(&handler, Flow::Major, "急").await;
    house.act(&handler, &urgent, Action::Accept).await;
    let words: Vec<String> = house.home(&handler).await.into_iter().map(|(text, _)| text).collect();
    let due = |text: &str| words.iter().position(|word| word == text).expect("listed");
    assert!(due("急") < due("早") && due("早") < due("晚"), "{words:?}");
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m13_the_board_counts_by_party_person_and_lateness_as_its_lists_do(#[case] engine: Engine) {
    let Some(house) = House::on(engine).await else { return };
    let handler = house.hire("handler", Role::Handler, "投诉处理班").await;
    let director = house.hire("director", Role::Director, "支撑室").await;
    for text in ["一", "二", "三"] {
        house.receive(&handler, Flow::Ordinary, text).await;
    }
    let taken = house.receive(&handler, Flow::WorkOrder, "四").await;
    let taken = house.act(&handler, &taken, Action::Accept).await;
    let taken = house.act(&director, &taken, supervise()).await;
    let taken = house.act(&handler, &taken, Action::Write { paper: PaperKind::Dispute, text: "不属我方".into() }).await;
    let gone = Departure { from: State::InProgress, to: State::Testing, reason: "抢修".into(), approver: None };
    house.act(&handler, &taken, Action::Depart(gone)).await;

    let board = house.desk.board(&director).await.expect("counted");
    assert_eq!((board.whole.open, board.more), (4, false));
    assert_eq!((board.by_party[&Party::Desk].open, board.by_party[&Party::Tester].open), (3, 1));
    assert_eq!((board.by_handler[&None].open, board.by_handler[&Some(id(&handler))].open), (3, 1));
    assert_eq!(board.by_owner[&taken.first_owner.id].open, 4);
    house.forward(3_600);
    let waited = house.desk.board(&director).await.expect("counted").by_party[&Party::Desk];
    assert_eq!((waited.waited, waited.longest, waited.waited_on_average()), (3 * 3_600, 3_600, 3_600));
    assert_eq!(board.asked[&ClockKind::Supervision].open, 1);
    assert_eq!(board.asked[&ClockKind::Dispute].open, 1);
    assert_eq!(board.asked[&ClockKind::ExceptionReview].open, 1);
    let departed = house.desk.departures(&director, 10).await.expect("counted");
    assert_eq!(departed.len(), 1);
    let one = &departed[0];
    assert_eq!((one.person, one.flow), (Some(id(&handler)), Flow::WorkOrder));
    assert_eq!((one.from, one.to, one.times), (State::InProgress, State::Testing, 1));

    // At every hour of a week each figure is the length of its list.
    let mut seen = [false; 3];
    for _ in 0..7 * 24 {
        house.forward(3_600);
        let board = house.desk.board(&director).await.expect("counted");
        for (at, (how, figure)) in [
            (Lateness::Soon, board.whole.soon),
            (Lateness::Overdue, board.whole.overdue),
            (Lateness::Severe, board.whole.severe),
        ]
        .into_iter()
        .enumerate()
        {
            let filter = Filter { late: Some((how, house.now())), ..Filter::default() };
            let query = QueueQuery { view: View::Open, filter, after: None, limit: 50 };
            let page = house.desk.queue(&director, &query).await.expect("listed");
            assert_eq!(page.rows.len(), figure as usize, "{how:?} {}", house.now());
            seen[at] |= figure > 0;
        }
        assert!(board.whole.severe <= board.whole.overdue);
    }
    assert_eq!(seen, [true; 3]);
    let longest = QueueQuery { view: View::Longest, filter: Filter::default(), after: None, limit: 2 };
    let page = house.desk.queue(&director, &longest).await.expect("listed");
    let next = QueueQuery { after: page.next, ..longest };
    let rest = house.desk.queue(&director, &next).await.expect("listed");
    let since: Vec<_> = page.rows.iter().chain(&rest.rows).map(|row| row.waits_since.expect("it waits")).collect();
    assert!(since.len() == 4 && since.is_sorted());
    let departed = QueueQuery { view: View::Departed(id(&handler)), filter: Filter::default(), after: None, limit: 5 };
    assert_eq!(house.desk.queue(&director, &departed).await.expect("listed").rows.len(), 1);
}
