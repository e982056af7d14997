//! M3: what cannot be mended now closes with a dated plan, and its place stays open as a problem location 黑点.

mod common;

use common::{TODAY, branch, context, now, person, place, received};
use domain::calendar::WorkingCalendar;
use domain::complaint::{Attribution, Closure, Complaint, Duty, Means, Plan, Resolution, SpotChoice};
use domain::flow::{self, Action, Flow, Part, Refusal, State};
use domain::id::{SpotId, SpotNumber, TokenId};
use domain::person::{Role, Viewer, Who};
use domain::spot::{self, ActionKind, Joining, ProblemLocation, Radius, Status};
use jiff::civil::{Date, date};
use uuid::Uuid;

fn machine() -> Viewer {
    Viewer { branch: branch(), who: Who::Machine { token: TokenId(Uuid::nil()), name: "eoms".into() } }
}

/// A complaint answered and ready to close.
fn answered(number: u32) -> Complaint {
    let (calendar, handler) = (WorkingCalendar::china(), person(Role::Handler));
    let contact = Action::Contact { means: Means::Call, reached: true, took_place: now(), summary: "已说明".into() };
    let actions = [Action::Accept, contact, Action::Reply { text: "此处规划新站".into() }];
    let complaint = received(number, Flow::Ordinary);
    flow::decide(&complaint, &actions, &context(&calendar, &handler)).expect("answered").complaint
}

fn plan(expected: Date) -> Plan {
    Plan { measure: "新建室分".into(), site: Some("示例小区".into()), expected, spot: SpotChoice::Nearest }
}

fn close(viewer: &Viewer, resolution: Resolution, plan: Option<Plan>) -> Result<Complaint, Refusal> {
    let close = Action::Close {
        cause: None,
        attribution: Some(Attribution::Coverage),
        resolution: Some(resolution),
        plan,
        remark: String::new(),
    };
    let calendar = WorkingCalendar::china();
    flow::decide(&answered(1), &[close], &context(&calendar, viewer)).map(|decision| decision.complaint)
}

#[test]
fn m3_a_promise_closes_only_with_a_plan_and_the_refusal_names_it() {
    let handler = person(Role::Handler);
    for resolution in [Resolution::Scheduled, Resolution::Planned] {
        let Err(Refusal::Missing { parts, .. }) = close(&handler, resolution, None) else { panic!("not refused") };
        assert_eq!(parts, [Part::Plan]);
        let refused = close(&handler, resolution, None).expect_err("refused").message();
        assert!(refused.zh.contains("预期解决日期") && refused.en.contains("expected"), "{refused:?}");
        let silent = Plan { measure: " ".into(), ..plan(date(2026, 9, 1)) };
        assert!(matches!(close(&handler, resolution, Some(silent)), Err(Refusal::Missing { .. })), "and a measure");
        let closed = close(&handler, resolution, Some(plan(date(2026, 9, 1)))).expect("closed");
        assert_eq!(closed.closure.and_then(|closure| closure.plan), Some(plan(date(2026, 9, 1))));
    }
}

#[test]
fn m3_what_promises_nothing_closes_without_a_plan_and_keeps_none() {
    for resolution in Resolution::ALL.into_iter().filter(|resolution| !resolution.promises()) {
        let closed = close(&person(Role::Handler), resolution, Some(plan(date(2026, 9, 1)))).expect("closed");
        assert_eq!(closed.closure.expect("closed").plan, None, "{resolution:?}");
    }
}

#[test]
fn m3_the_day_promised_is_after_today_and_within_five_years() {
    let closes = |expected| close(&person(Role::Handler), Resolution::Planned, Some(plan(expected)));
    for senseless in [date(2025, 12, 31), TODAY, date(2031, 3, 5)] {
        let refused = closes(senseless).expect_err("refused");
        assert!(matches!(refused, Refusal::Senseless { .. }), "{senseless}: {refused:?}");
        assert!(refused.message().zh.contains("五年"), "{refused:?}");
    }
    for sensible in [date(2026, 3, 5), date(2031, 3, 4)] {
        assert!(closes(sensible).is_ok(), "{sensible}");
    }
}

#[test]
fn m9_a_machine_that_promises_without_a_plan_leaves_a_duty_a_later_plan_makes_good() {
    let closed = close(&machine(), Resolution::Planned, None).expect("not refused");
    assert_eq!((closed.state, closed.duties.as_slice()), (State::Closed, &[Duty::Plan][..]));
    let (calendar, handler) = (WorkingCalendar::china(), person(Role::Handler));
    let again = [
        Action::Reopen { reason: "补方案".into() },
        Action::Reply { text: "已规划".into() },
        Action::Close {
            cause: None,
            attribution: Some(Attribution::Coverage),
            resolution: Some(Resolution::Planned),
            plan: Some(plan(date(2026, 9, 1))),
            remark: String::new(),
        },
    ];
    let closed = flow::decide(&closed, &again, &context(&calendar, &handler)).expect("closed").complaint;
    assert_eq!(closed.duties, []);
}

#[test]
fn m6_a_closing_of_before_plans_reads_as_one_without() {
    let old = r#"{"attribution":"fault","resolution":"planned","remark":"","at":"2026-03-04T01:15:00Z"}"#;
    let closure: Closure = serde_json::from_str(old).expect("an old closing");
    assert_eq!(closure.plan, None);
    assert_eq!(serde_json::to_string(&closure).expect("text"), old, "and is written as it was");
}

fn opened(complaint: &Complaint) -> spot::Decision {
    let opening = spot::Opening {
        id: SpotId(Uuid::from_u128(9)),
        branch: branch(),
        number: SpotNumber::new(TODAY, 1),
        name: "示例路".into(),
        place: place(),
        cause: Some(Attribution::Coverage),
    };
    let plan = plan(date(2026, 9, 1));
    spot::open(opening, Joining { complaint, plan: &plan }, &person(Role::Handler), now())
}

fn does(
    spot: &ProblemLocation,
    action: &spot::Action,
    entries: &[spot::Entry],
) -> Result<spot::Decision, spot::Refusal> {
    spot::decide(spot, action, entries, &person(Role::Handler), TODAY, now())
}

#[test]
fn m3_complaints_belong_to_the_place_their_plan_is_for() {
    let (first, second) = (answered(1), answered(2));
    let opened = opened(&first);
    assert_eq!(opened.spot.number.as_str(), "HD-20260304-0001");
    assert_eq!(
        (opened.spot.status, opened.spot.expected, opened.spot.members.len()),
        (Status::Open, date(2026, 9, 1), 1)
    );
    let later = plan(date(2026, 10, 1));
    let joining = Joining { complaint: &second, plan: &later };
    let joined = spot::join(&opened.spot, joining, &person(Role::Handler), now());
    assert_eq!(joined.spot.members.len(), 2);
    assert_eq!(joined.spot.expected, date(2026, 9, 1), "a second promise moves no date by itself");
    let again = spot::join(&joined.spot, joining, &person(Role::Handler), now());
    assert_eq!(again.spot.members.len(), 2, "one complaint belongs once");
    let left = spot::leave(&again.spot, &first, &person(Role::Handler), now());
    assert_eq!(left.spot.members.iter().map(|member| member.complaint).collect::<Vec<_>>(), [second.id]);
    let entries = [opened.entry, joined.entry, again.entry, left.entry];
    let text = serde_json::to_string(&entries).expect("text");
    let read: Vec<spot::Entry> = serde_json::from_str(&text).expect("entries");
    assert_eq!(ProblemLocation::replay(&read).as_ref(), Ok(&left.spot), "its entries explain it");
}

#[test]
fn m3_a_problem_location_goes_its_way_from_open_to_settled_and_back() {
    let spot = opened(&answered(1)).spot;
    let start = spot::Action::Start { text: "物业已同意进场".into() };
    let building = does(&spot, &start, &[]).expect("started").spot;
    assert_eq!(building.status, Status::Building);
    assert_eq!(
        does(&building, &start, &[]).expect_err("once"),
        spot::Refusal::NotNow { action: ActionKind::Start, status: Status::Building }
    );
    let solved = does(&building, &spot::Action::Solve { text: "站点已开通".into() }, &[]).expect("solved").spot;
    let moved = spot::Action::MoveDate { expected: date(2027, 1, 1), reason: "设备到货晚".into() };
    assert!(does(&solved, &moved, &[]).is_err(), "what is settled promises nothing");
    let again = spot::Action::Reopen { expected: date(2026, 12, 1), reason: "客户反映仍无信号".into() };
    let again = does(&solved, &again, &[]).expect("open again").spot;
    assert_eq!((again.status, again.expected), (Status::Open, date(2026, 12, 1)));
    let given_up = spot::Action::GiveUp { reason: "业主拒绝建站".into() };
    assert_eq!(does(&again, &given_up, &[]).expect("given up").spot.status, Status::GivenUp);
}

#[test]
fn m3_a_date_moves_with_a_reason_and_to_a_day_that_can_be_expected() {
    let spot = opened(&answered(1)).spot;
    let moves = |expected, reason: &str| does(&spot, &spot::Action::MoveDate { expected, reason: reason.into() }, &[]);
    assert!(matches!(moves(date(2027, 1, 1), " "), Err(spot::Refusal::Missing { .. })));
    for senseless in [TODAY, date(2026, 9, 1), date(2040, 1, 1)] {
        assert_eq!(moves(senseless, "设备到货晚").expect_err("refused"), spot::Refusal::Date, "{senseless}");
    }
    let moved = moves(date(2027, 1, 1), "设备到货晚").expect("moved").spot;
    assert_eq!(moved.expected, date(2027, 1, 1));
    assert!(!moved.is_overdue(date(2027, 1, 1)) && moved.is_overdue(date(2027, 1, 2)));
}

#[test]
fn m3_a_correction_stands_beside_what_it_corrects() {
    let opened = opened(&answered(1));
    let progress = |text: &str, corrects| spot::Action::Progress { text: text.into(), corrects };
    let first = does(&opened.spot, &progress("已立项", None), &[]).expect("written");
    let entries = [opened.entry, first.entry.clone()];
    let second = does(&first.spot, &progress("尚未立项", Some(2)), &entries).expect("corrected");
    assert_eq!(second.entry.sequence, 3, "nothing is overwritten");
    for none in [1, 9] {
        let refused = does(&first.spot, &progress("尚未立项", Some(none)), &entries);
        assert_eq!(refused.expect_err("no progress there"), spot::Refusal::NothingToCorrect);
    }
}

#[test]
fn m14_handlers_and_leaders_change_a_problem_location_and_nobody_else() {
    let spot = opened(&answered(1)).spot;
    for role in Role::ALL {
        let may = matches!(
            role,
            Role::Handler
                | Role::TeamLeader
                | Role::Director
                | Role::ProjectManager
                | Role::DeputyManager
                | Role::Manager
        );
        let viewer = person(role);
        assert_eq!(!spot::possible(&spot, &viewer).is_empty(), may, "{role}");
        let action = spot::Action::Progress { text: "已立项".into(), corrects: None };
        assert_eq!(spot::decide(&spot, &action, &[], &viewer, TODAY, now()).is_ok(), may, "{role}");
    }
    assert!(Radius::try_from(19).is_err() && Radius::try_from(2_001).is_err() && Radius::try_from(20).is_ok());
}
