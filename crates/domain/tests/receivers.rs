//! M9, M12: what is sent to a department or an outside organisation lies where somebody sees it, and is theirs.

mod common;

use common::{context, person, received};
use domain::calendar::WorkingCalendar;
use domain::complaint::Complaint;
use domain::flow::{self, Action, ActionKind, Context, Flow, Refusal, Senseless, State};
use domain::id::PersonId;
use domain::person::{Person, Role, Viewer, Who};
use domain::roster::Roster;
use uuid::Uuid;

fn of_department(role: Role, department: &str) -> Viewer {
    let viewer = person(role);
    let own = viewer.person().expect("a person").clone();
    Viewer { who: Who::Person(Person { department: department.into(), ..own }), ..viewer }
}

fn roster(people: &[&Viewer]) -> Roster {
    let people = people.iter().enumerate().map(|(number, viewer)| {
        let person = viewer.person().expect("a person").clone();
        Person { id: PersonId(Uuid::from_u128(900 + number as u128)), ..person }
    });
    Roster::new(people.collect(), Vec::new(), Vec::new())
}

fn act(complaint: &Complaint, viewer: &Viewer, roster: &Roster, action: Action) -> Result<Complaint, Refusal> {
    let calendar = WorkingCalendar::china();
    let context = Context { roster, ..context(&calendar, viewer) };
    flow::decide(complaint, &[action], &context).map(|decision| decision.complaint)
}

fn transfer(department: &str) -> Action {
    Action::Transfer { department: department.into(), reason: "参数".into() }
}

fn outsource(organisation: &str) -> Action {
    Action::Outsource { organisation: organisation.into(), task: "上站".into() }
}

#[test]
fn m9_work_is_sent_only_to_an_organisation_somebody_sees_it_for() {
    let (handler, contractor) = (person(Role::Handler), person(Role::Contractor));
    let known = roster(&[&handler, &contractor]);
    let taken = act(&received(1, Flow::WorkOrder), &handler, &known, Action::Accept).expect("accepted");
    for unknown in ["维护丙", "维护甲 ", ""] {
        let refused = act(&taken, &handler, &known, outsource(unknown)).expect_err(unknown);
        let senseless = matches!(&refused, Refusal::Senseless { why: Senseless::NoSuchOrganisation, .. });
        assert!(senseless || unknown.is_empty(), "{refused:?}");
        assert!(unknown.is_empty() || refused.message().zh.contains("名单"), "it says what to do");
    }
    assert_eq!(act(&taken, &handler, &known, outsource("维护甲")).expect("sent").state, State::Outsourced);

    // Whoever has left sees nothing any more.
    let mut left = contractor.person().expect("a person").clone();
    left.active = false;
    let left = Viewer { who: Who::Person(left), ..contractor };
    assert!(act(&taken, &handler, &roster(&[&handler, &left]), outsource("维护甲")).is_err());
}

#[test]
fn m12_what_was_transferred_is_the_departments_own_to_take_over() {
    let (sender, theirs) = (of_department(Role::Handler, "处理班"), of_department(Role::Handler, "无线维护班"));
    let leader = of_department(Role::TeamLeader, "处理班");
    let all = roster(&[&sender, &theirs, &leader, &of_department(Role::Clerk, "综合部")]);
    let taken = act(&received(1, Flow::Ordinary), &sender, &all, Action::Accept).expect("accepted");
    for nobody_there in ["传输班", "综合部"] {
        let refused = act(&taken, &sender, &all, transfer(nobody_there));
        let senseless = matches!(&refused, Err(Refusal::Senseless { why: Senseless::NoSuchDepartment, .. }));
        assert!(senseless, "{nobody_there}: {refused:?}");
    }
    let sent = act(&taken, &sender, &all, transfer("无线维护班")).expect("sent");
    let takes = |viewer: &Viewer| flow::possible(&sent, viewer).iter().any(|row| row.action == ActionKind::TakeOver);
    assert!(takes(&theirs) && !takes(&sender) && !takes(&of_department(Role::ProjectManager, "规划部")));
    assert!(takes(&leader), "who leads sees to what was sent astray");
    for action in [Action::TakeOver, Action::Feedback { result: "已核实".into() }] {
        let refused = act(&sent, &sender, &all, action.clone());
        assert!(matches!(refused, Err(Refusal::NotYours { .. })), "{refused:?}");
        assert_eq!(act(&sent, &theirs, &all, action).expect("theirs").state, State::InProgress);
    }
}
