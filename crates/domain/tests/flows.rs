//! Random walks over both flows hold the invariants of design §3: M4, M6, M12, M14.

#[expect(dead_code, reason = "these tests open complaints of their own")]
mod common;

use common::{branch, now as start, person};
use domain::calendar::WorkingCalendar;
use domain::clock::{ClockKind, ClockState, Rung};
use domain::complaint::{
    Attribution, Channel, Complaint, Customer, Matter, Means, PersonRef, RejectionGround, Resolution, UpstreamNumber,
};
use domain::flow::{self, Action, ActionKind, Context, Flow, Opening, Party, Refusal, State};
use domain::grade::{Facts, Grade, suggest};
use domain::id::{ComplaintId, ComplaintNumber, TokenId};
use domain::journal::{Entry, Event};
use domain::person::{Role, Viewer, Who};
use domain::place::{Place, Setting};
use domain::policy::Policy;
use domain::time::Timestamp;
use proptest::prelude::*;
use uuid::Uuid;

fn machine() -> Viewer {
    Viewer { branch: branch(), who: Who::Machine { token: TokenId(Uuid::nil()), name: "eoms".into() } }
}

fn opened(flow: Flow, calendar: &WorkingCalendar) -> (Complaint, Entry) {
    opened_until(flow, calendar, None)
}

fn opened_until(flow: Flow, calendar: &WorkingCalendar, wanted_by: Option<Timestamp>) -> (Complaint, Entry) {
    let viewer = person(Role::Handler);
    let context = common::context(calendar, &viewer);
    let facts = Facts { channel: Channel::Phone, upstream: false, text: "", level: "", repeats: 0, nearby: 0 };
    let decision = flow::open(
        Opening {
            id: ComplaintId(Uuid::from_u128(7)),
            branch: branch(),
            number: ComplaintNumber::new(jiff::civil::date(2026, 3, 4), 1),
            matter: Matter {
                title: String::new(),
                description: "家里没信号".into(),
                phenomenon: String::new(),
                channel: Channel::Phone,
                level: String::new(),
                service: domain::check::Service::Voice,
                technology: None,
                occurred: None,
                complained: start(),
                serving_cell: None,
                wanted_by,
            },
            place: Place { point: None, precision_metres: None, setting: Setting::Indoor, address: "示例路".into() },
            customer: Customer::default(),
            upstream: Some(UpstreamNumber { client: "eoms".into(), number: "1".into() }),
            first_owner: PersonRef { id: viewer.person().map(|person| person.id), name: "handler".into() },
            suggestion: suggest(facts, Policy::standard()),
            flow: Some(flow),
            grade: None,
            check: None,
            document: None,
            split_from: None,
        },
        &context,
    );
    (decision.complaint, decision.entry)
}

fn viewers() -> Vec<Viewer> {
    Role::ALL.into_iter().map(person).chain([machine()]).collect()
}

fn actions(reason: &str, at: Timestamp) -> Vec<Action> {
    let text = || reason.to_owned();
    let other = PersonRef { id: None, name: "别人".into() };
    vec![
        Action::Accept,
        Action::Contact { means: Means::Call, reached: true, took_place: at, summary: text() },
        Action::Contact { means: Means::Call, reached: false, took_place: at, summary: text() },
        Action::Note { text: text() },
        Action::Transfer { department: "无线中心".into(), reason: text() },
        Action::TakeOver,
        Action::Outsource { organisation: "维护甲".into(), task: text() },
        Action::Feedback { result: text() },
        Action::Suspend { waits_on: Party::Customer, until: Some(at.plus_seconds(5 * 86_400)), reason: text() },
        Action::Suspend { waits_on: Party::Others, until: None, reason: text() },
        Action::Resume { reason: text() },
        Action::Reply { text: text() },
        Action::DirectReply { text: text() },
        Action::Close {
            cause: None,
            attribution: Some(Attribution::Fault),
            resolution: Some(Resolution::Solved),
            plan: None,
            remark: text(),
        },
        Action::Close { cause: None, attribution: None, resolution: None, plan: None, remark: text() },
        Action::Reopen { reason: text() },
        Action::RejectBack { ground: Some(RejectionGround::Misdirected), reason: text() },
        Action::Withdraw { reason: text() },
        Action::Assign { handler: other, reason: text() },
        Action::Regrade { grade: Grade::Major, reason: text() },
        Action::Regrade { grade: Grade::Ordinary, reason: text() },
        Action::ChangeFlow { flow: Flow::WorkOrder, reason: text() },
        Action::ChangeFlow { flow: Flow::Ordinary, reason: text() },
    ]
}

fn invariants(complaint: &Complaint, owner: &PersonRef) {
    assert_eq!(&complaint.first_owner, owner, "M4: the first owner never changes");
    let running = complaint.clocks.iter().filter(|clock| clock.is_running()).count();
    if complaint.state.is_open() {
        assert!(running > 0, "an open complaint has a running clock: {:?}", complaint.state);
        assert_ne!(complaint.waits_on, Party::Nobody, "M12: somebody is waited on");
        assert!(complaint.flow.leads_on_from(complaint.state), "M3: there is a way on from {:?}", complaint.state);
    } else {
        assert_eq!(running, 0, "a closed record has no running clock");
        assert_eq!(complaint.waits_on, Party::Nobody);
    }
    if complaint.state == State::Closed {
        assert!(complaint.reply.is_some(), "M3: nothing closes without an answer");
    }
    for kind in domain::clock::ClockKind::ALL {
        let same = complaint.clocks.iter().filter(|clock| clock.kind == kind && clock.is_running()).count();
        assert!(same <= 1, "one clock of a kind runs at a time: {kind:?}");
    }
}

/// M5: every breach has been warned of and escalated, each rung once and in order.
fn ladders(complaint: &Complaint) {
    for clock in &complaint.clocks {
        let sorted = clock.fired.windows(2).all(|pair| pair[0] < pair[1]);
        assert!(sorted, "each rung once, in order: {clock:?}");
        let late = clock.stopped.is_some_and(|stopped| clock.state(stopped) == ClockState::MetLate);
        assert!(!late || clock.fired.contains(&Rung::Breach), "a limit met late was told of: {clock:?}");
    }
}

/// How long the record was open, from its states alone: an account beside the ledger's.
fn open_seconds(complaint: &Complaint, now: Timestamp) -> i64 {
    let ends = complaint.history.iter().skip(1).map(|step| step.at).chain([now]);
    let open = complaint.history.iter().zip(ends).filter(|(step, _)| step.to.is_open());
    open.map(|(step, end)| end.seconds_since(step.at)).sum()
}

#[test]
fn m5_a_clock_set_back_takes_no_record_back_and_fires_nothing_again() {
    let calendar = WorkingCalendar::china();
    let (complaint, _) = opened(Flow::Ordinary, &calendar);
    let viewer = person(Role::Handler);
    let ahead = Context { now: start().plus_seconds(2 * 86_400), ..common::context(&calendar, &viewer) };
    let ticked = flow::tick(&complaint, &ahead).expect("rungs fired");
    let back = Context { now: start(), ..ahead };
    assert_eq!(flow::tick(&ticked.complaint, &back), None);
    let noted = flow::decide(&ticked.complaint, &[Action::Note { text: "记".into() }], &back).expect("a note");
    assert_eq!((noted.entry.at, noted.complaint.changed), (ticked.entry.at, ticked.entry.at));
    let on_time = Context { now: start().plus_seconds(3 * 86_400), ..back };
    let again = flow::decide(&noted.complaint, &[Action::Note { text: "再记".into() }], &on_time).expect("a note");
    assert_eq!(again.entry.at, on_time.now);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn m4_m6_m12_a_random_walk_keeps_every_invariant_and_replays(
        work_order in any::<bool>(),
        steps in prop::collection::vec((0..16_usize, 0..23_usize, any::<bool>(), 1..200_000_i64), 1..40),
    ) {
        let calendar = WorkingCalendar::china();
        let (mut complaint, first) = opened(if work_order { Flow::WorkOrder } else { Flow::Ordinary }, &calendar);
        let owner = complaint.first_owner.clone();
        let mut journal = vec![first];
        let mut now = start();
        let viewers = viewers();
        let house = Viewer { branch: branch(), who: Who::House };
        for (viewer, action, said, seconds) in steps {
            now = now.plus_seconds(seconds);
            // The service ticks most of the time, and stands still now and then.
            if seconds % 3 != 0 {
                let context = Context { now, ..common::context(&calendar, &house) };
                if let Some(decision) = flow::tick(&complaint, &context) {
                    complaint = decision.complaint;
                    journal.push(decision.entry);
                    prop_assert!(flow::tick(&complaint, &context).is_none(), "M5: a rung fires once");
                }
                prop_assert!(complaint.next_tick().is_none_or(|at| at > now), "M5: nothing due is left");
            }
            let viewer = &viewers[viewer];
            let context = Context { now, ..common::context(&calendar, viewer) };
            let action = actions(if said { "已核实" } else { " " }, now).swap_remove(action);
            match flow::decide(&complaint, std::slice::from_ref(&action), &context) {
                Ok(decision) => {
                    complaint = decision.complaint;
                    journal.push(decision.entry);
                }
                Err(refusal) => {
                    let told = refusal.message();
                    prop_assert!(!told.zh.is_empty() && !told.en.is_empty());
                    if let Refusal::NotFromHere { allowed, .. } = refusal {
                        let possible: Vec<ActionKind> =
                            flow::possible(&complaint, viewer).iter().map(|row| row.action).collect();
                        prop_assert_eq!(allowed, possible);
                    }
                }
            }
            invariants(&complaint, &owner);
            prop_assert_eq!(complaint.ledger(now).open_seconds(), open_seconds(&complaint, now), "M12: it adds up");
        }
        ladders(&complaint);
        let text = serde_json::to_string(&journal).expect("JSON");
        let journal: Vec<Entry> = serde_json::from_str(&text).expect("the journal reads back");
        prop_assert_eq!(Complaint::replay(&journal).expect("replays"), complaint);
    }
}

#[test]
fn m14_lowering_a_grade_needs_a_supervisor() {
    let calendar = WorkingCalendar::china();
    let (complaint, _) = opened(Flow::Ordinary, &calendar);
    let raise = Action::Regrade { grade: Grade::Major, reason: "媒体".into() };
    let lower = Action::Regrade { grade: Grade::Ordinary, reason: "核实后".into() };
    let (handler, leader) = (person(Role::Handler), person(Role::TeamLeader));
    let context = |viewer| common::context(&calendar, viewer);
    let raised = flow::decide(&complaint, &[raise], &context(&handler)).expect("anybody at the desk may raise");
    let refused = flow::decide(&raised.complaint, std::slice::from_ref(&lower), &context(&handler));
    assert!(matches!(refused, Err(Refusal::Senseless { .. })));
    assert!(flow::decide(&raised.complaint, &[lower], &context(&leader)).is_ok());
}

#[test]
fn m9_a_person_is_refused_without_parts_and_a_machine_leaves_a_duty() {
    let calendar = WorkingCalendar::china();
    let (complaint, _) = opened(Flow::WorkOrder, &calendar);
    let (handler, machine) = (person(Role::Handler), machine());
    let context = |viewer| common::context(&calendar, viewer);
    let accepted = flow::decide(&complaint, &[Action::Accept], &context(&handler)).expect("accepts").complaint;
    let reply = [Action::Reply { text: String::new() }];
    assert!(matches!(flow::decide(&accepted, &reply, &context(&handler)), Err(Refusal::Missing { .. })));
    let answered = flow::decide(&accepted, &reply, &context(&machine)).expect("not refused").complaint;
    assert_eq!(answered.state, State::Answered);
    assert_eq!(answered.duties.len(), 2, "the words and the talk are still owed");
}

#[test]
fn m9_several_actions_are_one_entry_or_none() {
    let calendar = WorkingCalendar::china();
    let (complaint, _) = opened(Flow::WorkOrder, &calendar);
    let handler = person(Role::Handler);
    let context = common::context(&calendar, &handler);
    let both = [Action::Accept, Action::Note { text: "已看".into() }];
    assert_eq!(flow::decide(&complaint, &both, &context).expect("both").complaint.version, 2);
    let bad = [
        Action::Accept,
        Action::Close { cause: None, attribution: None, resolution: None, plan: None, remark: String::new() },
    ];
    assert!(flow::decide(&complaint, &bad, &context).is_err());
}

#[test]
fn m9_an_outsourced_complaint_stays_in_a_flow_that_takes_it_back() {
    let calendar = WorkingCalendar::china();
    let (complaint, _) = opened(Flow::WorkOrder, &calendar);
    let handler = person(Role::Handler);
    let context = common::context(&calendar, &handler);
    let sent = [Action::Accept, Action::Outsource { organisation: "维护甲".into(), task: "修复退服".into() }];
    let sent = flow::decide(&complaint, &sent, &context).expect("sent").complaint;
    let change = |flow| [Action::ChangeFlow { flow, reason: "普通投诉".into() }];
    let refused = flow::decide(&sent, &change(Flow::Ordinary), &context).expect_err("no way back from there");
    assert!(refused.message().en.contains("take the work back first"), "{refused:?}");
    let back = flow::decide(&sent, &[Action::Resume { reason: String::new() }], &context).expect("back").complaint;
    assert!(flow::decide(&back, &change(Flow::Ordinary), &context).is_ok());
}

/// Forms know minutes, results seconds.
#[test]
fn m9_a_talk_in_the_minute_of_the_result_tells_of_it_and_an_earlier_one_does_not() {
    let calendar = WorkingCalendar::china();
    let at = |seconds| start().plus_seconds(seconds);
    let act = |complaint: &Complaint, role, seconds, actions: &[Action]| {
        let viewer = person(role);
        let (now, calendar) = (at(seconds), &calendar);
        let context = Context { now, ..common::context(calendar, &viewer) };
        flow::decide(complaint, actions, &context).map(|decision| decision.complaint)
    };
    let (complaint, _) = opened(Flow::WorkOrder, &calendar);
    let sent = [Action::Accept, Action::Outsource { organisation: "维护甲".into(), task: "修复退服".into() }];
    let sent = act(&complaint, Role::Handler, 0, &sent).expect("sent");
    let result = [Action::Feedback { result: "已恢复".into() }];
    let back = act(&sent, Role::Contractor, 110, &result).expect("fed back");
    let told = |took_place| {
        let contact = Action::Contact { means: Means::Call, reached: true, took_place, summary: "已告知".into() };
        act(&back, Role::Handler, 180, &[contact, Action::DirectReply { text: "已恢复".into() }])
    };
    assert_eq!(told(at(60)).expect("told").state, State::Answered);
    assert!(matches!(told(at(0)), Err(Refusal::Missing { .. })));
}

#[test]
fn m9_a_contractor_without_an_organisation_may_do_nothing() {
    let calendar = WorkingCalendar::china();
    let (complaint, _) = opened(Flow::WorkOrder, &calendar);
    let handler = person(Role::Handler);
    let mut stranger = person(Role::Contractor);
    if let Who::Person(person) = &mut stranger.who {
        person.organisation = None;
    }
    let context = |viewer| common::context(&calendar, viewer);
    let sent = [Action::Accept, Action::Outsource { organisation: "维护甲".into(), task: "修复退服".into() }];
    let sent = flow::decide(&complaint, &sent, &context(&handler)).expect("sent").complaint;
    for complaint in [complaint, sent] {
        assert!(flow::possible(&complaint, &stranger).is_empty(), "in {:?}", complaint.state);
        let refused = flow::decide(&complaint, &[Action::Note { text: "看看".into() }], &context(&stranger));
        assert!(matches!(refused, Err(Refusal::NotYours { .. })));
    }
}

#[test]
fn m4_after_a_transfer_nobody_took_over_the_first_owner_is_waited_on() {
    let calendar = WorkingCalendar::china();
    let (complaint, _) = opened(Flow::Ordinary, &calendar);
    let (leader, house) = (person(Role::TeamLeader), Viewer { branch: branch(), who: Who::House });
    let context = |viewer, now| Context { now, ..common::context(&calendar, viewer) };
    let until = start().plus_seconds(86_400);
    let actions = [
        Action::Accept,
        Action::Transfer { department: "无线中心".into(), reason: "需要路测".into() },
        Action::Suspend { waits_on: Party::Customer, until: Some(until), reason: "用户出差".into() },
    ];
    let asleep = flow::decide(&complaint, &actions, &context(&leader, start())).expect("suspended").complaint;
    assert_eq!(asleep.handler, None);
    let woken = flow::tick(&asleep, &context(&house, until)).expect("it wakes").complaint;
    let resumed = [Action::Resume { reason: String::new() }];
    let resumed = flow::decide(&asleep, &resumed, &context(&leader, start())).expect("it goes on").complaint;
    for back in [woken, resumed] {
        assert_eq!((back.waits_on, back.handler), (Party::Handler, Some(complaint.first_owner.clone())));
    }
}

#[test]
fn m7_a_call_nobody_answered_is_on_record_and_the_first_contact_still_owed() {
    let calendar = WorkingCalendar::china();
    let (complaint, _) = opened(Flow::Ordinary, &calendar);
    let handler = person(Role::Handler);
    let context = common::context(&calendar, &handler);
    let call = |reached| {
        [Action::Contact { means: Means::Call, reached, took_place: start(), summary: "无人接听".into() }]
    };
    let tried = flow::decide(&complaint, &call(false), &context).expect("recorded").complaint;
    assert_eq!(tried.attempts, 1);
    assert!(tried.running(ClockKind::FirstContact).is_some());
    let spoken = flow::decide(&tried, &call(true), &context).expect("recorded").complaint;
    assert!(spoken.running(ClockKind::FirstContact).is_none());
}

proptest! {
    #[test]
    fn m1_whatever_limit_upstream_sets_the_record_reads_back(seconds in prop_oneof![
        -10..10_i64, 0..100_000_i64, 3_000_000_000..300_000_000_000_i64,
    ]) {
        let calendar = WorkingCalendar::china();
        let (complaint, entry) = opened_until(Flow::WorkOrder, &calendar, Some(start().plus_seconds(seconds)));
        let written = serde_json::to_string(&(&complaint, &entry)).expect("JSON");
        prop_assert_eq!(serde_json::from_str::<(Complaint, Entry)>(&written).expect("reads back"), (complaint, entry));
    }
}

#[test]
fn m5_a_suspension_stops_our_clocks_wakes_by_itself_and_leaves_upstreams_running() {
    let calendar = WorkingCalendar::china();
    let upstream = start().plus_seconds(3 * 86_400);
    let (complaint, _) = opened_until(Flow::WorkOrder, &calendar, Some(upstream));
    let (handler, house) = (person(Role::Handler), Viewer { branch: branch(), who: Who::House });
    let context = |viewer, now| Context { now, ..common::context(&calendar, viewer) };
    let until = start().plus_seconds(2 * 86_400);
    let actions =
        [Action::Accept, Action::Suspend { waits_on: Party::Customer, until: Some(until), reason: "用户出差".into() }];
    let asleep = flow::decide(&complaint, &actions, &context(&handler, start())).expect("suspended").complaint;
    let handling = |complaint: &Complaint| complaint.running(ClockKind::Handling).expect("runs").clone();
    assert!(handling(&asleep).paused().is_some());
    assert!(asleep.running(ClockKind::Upstream).expect("runs").paused().is_none());
    assert_eq!(asleep.suspended_until, Some(until));

    let woken = flow::tick(&asleep, &context(&house, until.plus_seconds(3_600))).expect("it wakes").complaint;
    assert_eq!((woken.state, woken.waits_on, woken.suspended_until), (State::InProgress, Party::Handler, None));
    let moved = handling(&woken).due.seconds_since(handling(&complaint).due);
    assert_eq!(moved, 2 * 86_400, "what was left is left from the agreed end");

    let backwards = [Action::Suspend { waits_on: Party::Others, until: Some(start()), reason: "等物业".into() }];
    assert!(flow::decide(&woken, &backwards, &context(&handler, until.plus_seconds(7_200))).is_err());
}

#[test]
fn m5_after_a_weeks_standstill_each_rung_fires_once_in_order() {
    let calendar = WorkingCalendar::china();
    let (complaint, _) = opened(Flow::Ordinary, &calendar);
    let house = Viewer { branch: branch(), who: Who::House };
    let context = |now| Context { now, ..common::context(&calendar, &house) };
    let week = start().plus_seconds(7 * 86_400);
    let decision = flow::tick(&complaint, &context(week)).expect("much is due");
    let reached: Vec<_> = decision
        .entry
        .events
        .iter()
        .filter_map(|event| match event {
            Event::RungFired { kind, rung, reached, tells, .. } if !tells.is_empty() => Some((*reached, *kind, *rung)),
            _ => None,
        })
        .collect();
    assert_eq!(reached.len(), 9, "three clocks, three rungs: {reached:?}");
    assert!(reached.is_sorted() && reached.iter().all(|(at, ..)| *at <= week));
    assert!(flow::tick(&decision.complaint, &context(week.plus_seconds(7 * 86_400))).is_none());
    // Ticked at every rung's own instant, the same rungs fire.
    let (mut step, mut fired) = (complaint, Vec::new());
    while let Some(at) = step.next_tick().filter(|at| *at <= week) {
        let decision = flow::tick(&step, &context(at)).expect("due then");
        fired.extend(decision.entry.events.iter().filter_map(|event| match event {
            Event::RungFired { kind, rung, reached, .. } => Some((*reached, *kind, *rung)),
            _ => None,
        }));
        step = decision.complaint;
    }
    assert_eq!(fired, reached);
}
