//! M12: each party sees its part of a complaint and no more.

mod common;

use common::{context, now, person, received};
use domain::access::Part;
use domain::calendar::WorkingCalendar;
use domain::clock::ClockKind;
use domain::complaint::{Complaint, Means};
use domain::flow::{self, Action, Context, Flow, PaperKind, Party};
use domain::journal::{Entry, Event};
use domain::person::{Person, Role, Viewer, Who};

/// A complaint and its journal, an hour between two acts.
struct Story {
    complaint: Complaint,
    entries: Vec<Entry>,
    hour: i64,
}

impl Story {
    fn new() -> Self {
        let complaint = received(1, Flow::WorkOrder);
        Self { complaint, entries: Vec::new(), hour: 0 }
    }

    fn act(&mut self, role: Role, action: Action) {
        self.hour += 1;
        let (calendar, viewer) = (WorkingCalendar::china(), person(role));
        let context = Context { now: now().plus_seconds(self.hour * 3_600), ..context(&calendar, &viewer) };
        let decision = flow::decide(&self.complaint, &[action], &context).expect("allowed");
        self.complaint = decision.complaint;
        self.entries.push(decision.entry);
    }

    fn clocks(&self, viewer: &Viewer) -> Vec<ClockKind> {
        let mut kinds: Vec<_> =
            Part::of(viewer, &self.complaint).clocks().into_iter().map(|clock| clock.kind).collect();
        kinds.sort_unstable();
        kinds
    }

    /// What the viewer reads of the journal, as it is stored.
    fn read(&self, viewer: &Viewer) -> String {
        let seen = Part::of(viewer, &self.complaint).entries(self.entries.clone());
        serde_json::to_string(&seen).expect("JSON")
    }
}

fn write(paper: PaperKind, text: &str) -> Action {
    Action::Write { paper, text: text.into() }
}

fn outsource(organisation: &str) -> Action {
    Action::Outsource { organisation: organisation.into(), task: format!("{organisation}上站") }
}

fn of_organisation(name: &str) -> Viewer {
    let contractor = person(Role::Contractor);
    let own = contractor.person().expect("a person").clone();
    Viewer { who: Who::Person(Person { organisation: Some(name.into()), ..own }), ..contractor }
}

/// Tested by the house, sent to 维护乙 in vain, then to 维护甲, which has done it.
fn tried_by_two() -> Story {
    let mut story = Story::new();
    story.act(Role::Handler, Action::Accept);
    story.act(Role::Handler, write(PaperKind::TestOrder, "内部测试要点"));
    story.act(Role::FieldTester, Action::Feedback { result: "内部测试结果".into() });
    story.act(Role::Handler, outsource("维护乙"));
    story.act(Role::Handler, Action::Resume { reason: "乙方未到".into() });
    story.act(Role::Handler, write(PaperKind::Dispute, "与维护乙的争议"));
    story.act(Role::TeamLeader, write(PaperKind::DisputeDecision, "乙方负责"));
    story.act(Role::Handler, outsource("维护甲"));
    story
}

#[test]
fn m12_an_outside_organisation_sees_the_clocks_of_its_own_orders_alone() {
    let mut story = tried_by_two();
    let contractor = of_organisation("维护甲");
    let own = [ClockKind::Arrival, ClockKind::OrderAcceptance, ClockKind::OrderFinish];
    assert_eq!(story.clocks(&contractor), own);
    let own_due = Part::of(&contractor, &story.complaint).next_due().map(|clock| clock.kind);
    assert_eq!(own_due, Some(ClockKind::OrderAcceptance), "not what the whole case waits for");
    for clock in Part::of(&contractor, &story.complaint).clocks() {
        assert_eq!(clock.started, now().plus_seconds(8 * 3_600), "{:?}: of the order before", clock.kind);
    }
    story.act(Role::TeamLeader, write(PaperKind::Supervision, "今天到场"));
    assert!(story.clocks(&contractor).contains(&ClockKind::Supervision), "what it is to answer");
    story.act(Role::Contractor, write(PaperKind::Arrival, ""));
    story.act(Role::Contractor, Action::Feedback { result: "已更换".into() });
    assert!(!story.clocks(&contractor).contains(&ClockKind::ResultAcceptance), "the judgement is the house's");
    assert_eq!(story.complaint.clocks.len(), story.clocks(&person(Role::Handler)).len());
    assert_eq!(story.complaint.clocks.len(), story.clocks(&person(Role::FieldTester)).len(), "the house's own people");
}

#[test]
fn m12_an_outside_organisation_reads_its_part_of_the_timeline() {
    let mut story = tried_by_two();
    let talk =
        Action::Contact { means: Means::Call, reached: true, took_place: now(), summary: "约明早九点".into() };
    story.act(Role::Handler, talk);
    story.act(Role::Handler, Action::AskExtension { until: now().plus_seconds(5 * 86_400), reason: "内部延期".into() });
    story.act(Role::Contractor, Action::Feedback { result: "已更换RRU".into() });
    story.act(Role::Handler, write(PaperKind::ResultAccepted, ""));
    story.act(Role::Handler, Action::Note { text: "内部备注".into() });
    let (theirs, others) = (story.read(&of_organisation("维护甲")), story.read(&of_organisation("维护乙")));
    for seen in ["维护甲上站", "约明早九点", "已更换RRU", "result_accepted"] {
        assert!(theirs.contains(seen), "{seen}");
    }
    let hidden = [
        "内部测试要点",
        "内部测试结果",
        "维护乙上站",
        "与维护乙的争议",
        "乙方负责",
        "内部延期",
        "内部备注",
        "handler_named",
    ];
    for hidden in hidden {
        assert!(!theirs.contains(hidden), "{hidden}");
        assert!(story.read(&person(Role::Handler)).contains(hidden), "{hidden}");
    }
    assert!(!others.contains("维护甲上站") && !others.contains("已更换RRU"));
}

#[test]
fn m12_a_rung_of_the_house_is_not_told_to_those_outside() {
    let mut story = tried_by_two();
    story.hour = 24 * 9;
    story.act(Role::Handler, Action::Note { text: "到期了".into() });
    let seen = Part::of(&of_organisation("维护甲"), &story.complaint).entries(story.entries.clone());
    let fired: Vec<ClockKind> = seen
        .iter()
        .flat_map(|entry| &entry.events)
        .filter_map(|event| if let Event::RungFired { kind, .. } = event { Some(*kind) } else { None })
        .collect();
    assert!(fired.contains(&ClockKind::OrderFinish) && !fired.contains(&ClockKind::Handling), "{fired:?}");
}

#[test]
fn m12_of_the_waiting_an_outside_organisation_sees_its_own_share() {
    let story = tried_by_two();
    let (theirs, house) = (of_organisation("维护甲"), person(Role::Handler));
    let seen = |viewer: &Viewer, party| Part::of(viewer, &story.complaint).sees_waiting(party);
    assert!(seen(&theirs, Party::Contractor) && !seen(&theirs, Party::Handler) && !seen(&theirs, Party::Customer));
    assert!(Party::ALL.into_iter().all(|party| seen(&house, party)));
    let orders = Part::of(&theirs, &story.complaint).orders().len();
    assert_eq!((orders, Part::of(&house, &story.complaint).orders().len()), (1, 3));
}
