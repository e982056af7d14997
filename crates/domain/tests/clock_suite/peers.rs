//! Mistakes that users of other desks have reported about clocks, each as a test of ours: product and number say where.

use domain::calendar::{Budget, HalfDay, Session, WeekHours, WorkingCalendar, format_instant, parse_instant};
use domain::clock::{Clock, ClockKind, ClockState, PauseRefused, Rung};
use domain::complaint::{Channel, Complaint, Customer, PersonRef};
use domain::flow::{self, Action, Context, Flow, Opening, Party, State};
use domain::grade::{Facts, Grade, suggest};
use domain::id::{BranchId, ComplaintId, ComplaintNumber, PersonId};
use domain::journal::Event;
use domain::person::{Person, Role, Viewer, Who};
use domain::time::Timestamp;
use jiff::civil::{Time, date, time};
use uuid::Uuid;

use crate::common::context;
use crate::reference::{OFFICE, ROUND, Reference, SEASONS, instant};

fn at(text: &str) -> Timestamp {
    parse_instant(text, WorkingCalendar::china().zone()).unwrap()
}

fn shown(at: Timestamp) -> String {
    format_instant(at, WorkingCalendar::china().zone())[..16].replace('T', " ")
}

/// When that limit is due, as people read it.
fn due(calendar: &WorkingCalendar, start: &str, budget: &str) -> String {
    shown(calendar.due_at(at(start), &budget.parse().unwrap(), HalfDay::Hours))
}

fn sessions(times: &[(i8, i8)]) -> Vec<Session> {
    let hour = |hour: i8| time(hour % 24, 0, 0, 0);
    times.iter().map(|(from, until)| Session::new(hour(*from), hour(*until)).unwrap()).collect()
}

/// The same hours from Monday to Friday.
fn weekdays(times: &[(i8, i8)]) -> WorkingCalendar {
    WorkingCalendar::china().with_hours(WeekHours::weekdays(&sessions(times)).unwrap())
}

fn viewer(role: Role) -> Viewer {
    let person = Person {
        id: PersonId(Uuid::from_u128(1)),
        sign_in: "li.min".into(),
        name: "李敏".into(),
        role,
        department: "网优".into(),
        organisation: None,
        active: true,
    };
    Viewer { branch: BranchId(Uuid::nil()), who: Who::Person(person) }
}

fn house() -> Viewer {
    Viewer { branch: BranchId(Uuid::nil()), who: Who::House }
}

fn opened(flow: Flow, now: &str, calendar: &WorkingCalendar) -> Complaint {
    let by = viewer(Role::Handler);
    let facts = Facts { channel: Channel::Phone, upstream: false, text: "", level: "", repeats: 0, nearby: 0 };
    let opening = Opening {
        id: ComplaintId(Uuid::from_u128(7)),
        branch: by.branch,
        number: ComplaintNumber::new(date(2026, 3, 4), 1),
        matter: serde_json::from_value(serde_json::json!({
            "description": "家里没信号", "channel": "phone", "complained": at(now),
        }))
        .unwrap(),
        place: serde_json::from_value(serde_json::json!({
            "point": null, "precision_metres": null, "setting": "indoor", "address": "示例路",
        }))
        .unwrap(),
        customer: Customer::default(),
        upstream: None,
        first_owner: PersonRef { id: None, name: "李敏".into() },
        suggestion: suggest(facts, domain::policy::Policy::standard()),
        flow: Some(flow),
        grade: None,
        check: None,
        document: None,
        split_from: None,
    };
    flow::open(opening, &Context { now: at(now), ..context(calendar, &by) }).complaint
}

fn act(complaint: &Complaint, now: &str, calendar: &WorkingCalendar, actions: &[Action]) -> Complaint {
    let by = viewer(Role::TeamLeader);
    let context = Context { now: at(now), ..context(calendar, &by) };
    flow::decide(complaint, actions, &context).unwrap().complaint
}

/// The rungs a tick fires: `handling warning`, in order.
fn tick(complaint: &mut Complaint, now: &str, calendar: &WorkingCalendar) -> Vec<String> {
    let by = house();
    let context = Context { now: at(now), ..context(calendar, &by) };
    let Some(decision) = flow::tick(complaint, &context) else { return Vec::new() };
    *complaint = decision.complaint;
    let events = decision.entry.events.iter();
    let rung = |event: &Event| match event {
        Event::RungFired { kind, rung, .. } => Some(format!("{} {}", kind.as_str(), rung.as_str())),
        _ => None,
    };
    events.filter_map(rung).collect()
}

fn suspension(until: &str) -> Action {
    Action::Suspend { waits_on: Party::Customer, until: Some(at(until)), reason: "用户出差".into() }
}

fn closing() -> Vec<Action> {
    vec![
        Action::Reply { text: "已恢复".into() },
        Action::Close {
            cause: None,
            attribution: Some(domain::complaint::Attribution::Fault),
            resolution: Some(domain::complaint::Resolution::Solved),
            plan: None,
            remark: String::new(),
        },
    ]
}

fn called(now: &str) -> Action {
    Action::Contact {
        means: domain::complaint::Means::Call,
        reached: true,
        took_place: at(now),
        summary: "已联系".into(),
    }
}

#[test]
fn m5_zammad_3180_a_desk_around_the_clock_loses_nothing_at_midnight() {
    let calendar = ROUND.calendar();
    assert_eq!(due(&calendar, "2026-03-04 23:59", "PT2M/working"), "2026-03-05 00:01");
    assert_eq!(due(&calendar, "2026-03-04 22:00", "PT2H/working"), "2026-03-05 00:00");
    assert_eq!(calendar.working_seconds(at("2026-03-02 00:00"), at("2026-03-09 00:00")), 7 * 86_400);
    assert_eq!(due(&WorkingCalendar::china(), "2026-03-04 22:00", "PT42H"), "2026-03-06 16:00");
    let said = calendar.due(at("2026-03-04 22:00"), &"PT4H/working".parse().unwrap(), HalfDay::Hours).explanation;
    assert!(said.iter().any(|line| line.text.zh.contains("22:00–24:00 计 120 分钟")), "{said:?}");
}

#[test]
fn m5_zammad_390_a_night_start_counts_full_days_and_skips_the_holiday_between() {
    // Twelve hours a day: 48 h are four days, not six.
    let calendar = weekdays(&[(9, 21)]);
    assert_eq!(due(&calendar, "2026-03-02 23:00", "PT48H/working"), "2026-03-06 21:00");
    // The holiday is the published one and no other; every skipped day is named.
    let due = calendar.due(at("2026-04-02 23:00"), &"PT24H/working".parse().unwrap(), HalfDay::Hours);
    assert_eq!(shown(due.at), "2026-04-07 21:00");
    let skipped: Vec<_> = due.explanation.iter().filter(|line| line.text.zh.contains("清明节")).collect();
    assert_eq!(skipped.len(), 1);
}

#[test]
fn m5_zammad_4432_a_warning_of_working_time_never_comes_at_midnight() {
    for plan in [OFFICE, SEASONS] {
        let (calendar, reference) = (plan.calendar(), Reference::of(&plan));
        for start in reference.starts().step_by(97) {
            let budget = Budget::working_hours(4);
            let clock = Clock::with_budget(
                ClockKind::Triage,
                budget,
                instant(start),
                &calendar,
                HalfDay::Hours,
                domain::policy::Policy::standard(),
            );
            let minute = clock.warn.as_micros().div_euclid(60_000_000);
            let worked = reference.is_worked(minute) || reference.is_worked(minute - 1);
            assert!(worked, "{}: {clock:?} warns at {}", plan.name, clock.warn);
        }
    }
}

#[test]
fn m5_glpi_22678_a_warning_carried_over_to_the_next_day_follows_its_windows() {
    // The reported case, from 08:00 to 18:00 in one and in two windows: four hours from Monday 17:00, warned at three.
    let one = weekdays(&[(8, 18)]);
    let clock = Clock::with_budget(
        ClockKind::Triage,
        Budget::working_hours(4),
        at("2026-03-02 17:00"),
        &one,
        HalfDay::Hours,
        domain::policy::Policy::standard(),
    );
    assert_eq!((shown(clock.due), shown(clock.warn)), ("2026-03-03 11:00".into(), "2026-03-03 10:00".into()));
    let two = weekdays(&[(8, 9), (12, 18)]);
    let clock = Clock::with_budget(
        ClockKind::Triage,
        Budget::working_hours(4),
        at("2026-03-02 17:00"),
        &two,
        HalfDay::Hours,
        domain::policy::Policy::standard(),
    );
    assert_eq!((shown(clock.due), shown(clock.warn)), ("2026-03-03 14:00".into(), "2026-03-03 13:00".into()));
}

#[test]
fn m5_chatwoot_14009_frappe_2212_lunch_is_not_worked_and_a_weekday_has_several_windows() {
    let calendar = weekdays(&[(8, 10), (11, 12), (14, 15), (19, 20)]);
    assert_eq!(due(&calendar, "2026-03-04 08:00", "PT5H/working"), "2026-03-04 20:00");
    assert_eq!(due(&calendar, "2026-03-04 12:30", "PT30M/working"), "2026-03-04 14:30");
    assert_eq!(due(&calendar, "2026-03-04 09:30", "PT1H/working"), "2026-03-04 11:30");
    // Windows in the wrong order are put in order, overlapping ones are refused.
    let wrong = sessions(&[(14, 15), (8, 10)]);
    assert_eq!(WeekHours::weekdays(&wrong).unwrap().standard(), sessions(&[(8, 10), (14, 15)]));
    assert!(WeekHours::weekdays(&sessions(&[(8, 12), (11, 15)])).is_err());
}

#[test]
fn m5_znuny_half_past_eight_can_be_said() {
    let calendar = WorkingCalendar::china();
    assert_eq!(due(&calendar, "2026-03-04 08:00", "PT30M/working"), "2026-03-04 09:00");
    assert_eq!(due(&calendar, "2026-03-04 17:15", "PT30M/working"), "2026-03-05 08:45");
}

#[test]
fn m5_itop_a_night_counts_only_where_the_limit_says_so() {
    let calendar = WorkingCalendar::china();
    assert_eq!(due(&calendar, "2026-03-04 17:00", "PT2H"), "2026-03-04 19:00");
    assert_eq!(due(&calendar, "2026-03-04 17:00", "PT2H/working"), "2026-03-05 10:00");
}

#[test]
fn m5_osticket_1168_2131_4166_4969_what_comes_in_at_night_or_on_a_weekend_is_not_late_by_morning() {
    let calendar = WorkingCalendar::china();
    for start in ["2026-03-06 17:30", "2026-03-06 23:00", "2026-03-07 12:00", "2026-03-08 23:59"] {
        assert_eq!(due(&calendar, start, "PT2H/working"), "2026-03-09 10:30", "{start}");
    }
}

#[test]
fn m5_osticket_6739_a_week_of_a_single_day_is_a_week() {
    for weekday in 0..7 {
        let week = std::array::from_fn(|day| if day == weekday { sessions(&[(8, 17)]) } else { Vec::new() });
        let calendar = WorkingCalendar::china().with_hours(WeekHours::new(week).unwrap());
        let start = at("2026-06-01 00:00").plus_seconds(weekday as i64 * 86_400);
        let due = calendar.due_at(start, &Budget::working_hours(18), HalfDay::Hours);
        // Nine hours this week, nine the next.
        assert_eq!(due, start.plus_seconds(7 * 86_400 + 17 * 3_600), "weekday {weekday}");
    }
}

#[test]
fn m5_osticket_6847_a_window_closed_every_day_is_no_holiday() {
    let calendar = weekdays(&[(9, 13), (14, 18)]);
    assert_eq!(due(&calendar, "2026-03-04 12:00", "PT2H/working"), "2026-03-04 15:00");
    assert_eq!(due(&calendar, "2026-03-04 17:00", "PT2H/working"), "2026-03-05 10:00");
}

#[test]
fn m5_glpi_467_zendesk_biz_103_a_make_up_saturday_is_worked() {
    let calendar = WorkingCalendar::china();
    assert_eq!(due(&calendar, "2026-02-13 17:00", "PT1H/working"), "2026-02-14 09:00");
    assert_eq!(due(&calendar, "2026-10-10 09:00", "PT1H/working"), "2026-10-10 10:00");
}

#[test]
fn m5_osticket_a_run_of_local_days_is_one_line() {
    let calendar = WorkingCalendar::china().with_local_days("off 2026-08-19..2026-08-21 台风停工/typhoon").unwrap();
    assert_eq!(due(&calendar, "2026-08-18 17:00", "PT1H/working"), "2026-08-24 09:00");
}

#[test]
fn m5_glpi_8129_a_limit_over_years_costs_no_more_than_one_over_days() {
    // A hundred thousand times over eleven years: day by day they would take minutes.
    let calendar = WorkingCalendar::china();
    let (from, to) = (at("2015-01-01 00:00"), at("2026-06-01 00:00"));
    let sum: i64 = (0..100_000).map(|shift| calendar.working_seconds(from.plus_seconds(shift), to)).sum();
    assert!(sum > 0);
}

#[test]
fn m5_glpi_9082_a_due_time_moved_by_a_pause_stays_in_working_hours() {
    let calendar = WorkingCalendar::china();
    let mut clock = Clock::with_budget(
        ClockKind::Arrival,
        Budget::working_hours(7),
        at("2026-03-04 14:00"),
        &calendar,
        HalfDay::Hours,
        domain::policy::Policy::standard(),
    );
    assert_eq!(shown(clock.due), "2026-03-05 12:00");
    clock.pause(at("2026-03-04 16:00"), at("2026-03-05 17:00"), "等物业").unwrap();
    clock.resume(at("2026-03-05 11:00"), &calendar).unwrap();
    assert_eq!(shown(clock.due), "2026-03-06 09:00");
}

#[test]
fn m5_glpi_10594_frappe_2449_a_pause_over_nights_and_weekends_gives_back_working_time_only() {
    let calendar = WorkingCalendar::china();
    let started = |start| {
        Clock::with_budget(
            ClockKind::Arrival,
            Budget::working_hours(7),
            at(start),
            &calendar,
            HalfDay::Hours,
            domain::policy::Policy::standard(),
        )
    };
    let mut weekend = started("2026-03-06 14:00");
    let before = weekend.due;
    weekend.pause(at("2026-03-06 17:30"), at("2026-03-09 08:30"), "等物业").unwrap();
    weekend.resume(at("2026-03-09 08:30"), &calendar).unwrap();
    assert_eq!(weekend.due, before, "nobody worked meanwhile");
    let mut night = started("2026-03-04 08:30");
    night.pause(at("2026-03-04 17:00"), at("2026-03-05 12:00"), "等物业").unwrap();
    night.resume(at("2026-03-05 09:00"), &calendar).unwrap();
    assert_eq!(shown(night.due), "2026-03-05 09:30", "half an hour was left");
}

#[test]
fn m5_frappe_1675_the_due_time_is_counted_anew_when_a_pause_ends() {
    let calendar = WorkingCalendar::china();
    let complaint = act(
        &opened(Flow::Ordinary, "2026-03-04 09:15", &calendar),
        "2026-03-04 09:20",
        &calendar,
        &[Action::Accept, suspension("2026-03-10 09:20")],
    );
    let due = |complaint: &Complaint| shown(complaint.running(ClockKind::Handling).unwrap().due);
    let resumed = act(&complaint, "2026-03-05 09:20", &calendar, &[Action::Resume { reason: "用户回来".into() }]);
    assert_eq!((due(&complaint), due(&resumed)), ("2026-03-06 03:15".into(), "2026-03-07 03:15".into()));
}

#[test]
fn m5_glpi_6902_15605_a_pause_is_kept_when_the_grade_changes() {
    let calendar = WorkingCalendar::china();
    let before = opened(Flow::WorkOrder, "2026-03-04 09:15", &calendar);
    let asleep = act(&before, "2026-03-04 10:00", &calendar, &[Action::Accept, suspension("2026-03-06 10:00")]);
    let mut regraded =
        act(&asleep, "2026-03-05 10:00", &calendar, &[Action::Regrade { grade: Grade::Major, reason: "媒体".into() }]);
    let handling = |complaint: &Complaint| complaint.running(ClockKind::Handling).unwrap().clone();
    assert_eq!(handling(&regraded), handling(&asleep), "still paused, since when and until when");
    assert_eq!(regraded.state, State::AwaitingCustomer);
    tick(&mut regraded, "2026-03-06 10:00", &calendar);
    assert_eq!(regraded.state, State::InProgress);
    assert_eq!(handling(&regraded).due.seconds_since(handling(&before).due), 2 * 86_400);
}

#[test]
fn m5_glpi_17186_a_limit_somebody_else_set_does_not_move_with_our_pauses() {
    let calendar = WorkingCalendar::china();
    let standing = |kind| domain::policy::Policy::standard().term(kind).pausable;
    assert!(!standing(ClockKind::Upstream) && !standing(ClockKind::Appeal));
    let upstream = Clock::until(
        ClockKind::Upstream,
        at("2026-03-04 09:00"),
        at("2026-03-06 09:00"),
        &calendar,
        domain::policy::Policy::standard(),
    );
    assert_eq!(shown(upstream.due), "2026-03-06 09:00");
}

#[test]
fn m5_zammad_188_a_reopened_complaint_has_a_clock_of_its_own() {
    let calendar = WorkingCalendar::china();
    let complaint = opened(Flow::Ordinary, "2026-03-04 09:15", &calendar);
    let mut done = vec![Action::Accept, called("2026-03-04 09:30")];
    done.extend(closing());
    let closed = act(&complaint, "2026-03-04 10:00", &calendar, &done);
    let mut reopened = act(&closed, "2026-03-20 10:00", &calendar, &[Action::Reopen { reason: "又断了".into() }]);
    let handling: Vec<&Clock> = reopened.clocks.iter().filter(|clock| clock.kind == ClockKind::Handling).collect();
    let [first, second] = handling[..] else { panic!("{handling:?}") };
    assert_eq!(first.state(at("2026-03-20 10:00")), ClockState::Met, "what was met stays met");
    assert_eq!((shown(second.started), shown(second.due)), ("2026-03-20 10:00".into(), "2026-03-22 04:00".into()));
    assert_eq!(tick(&mut reopened, "2026-03-20 10:01", &calendar), Vec::<String>::new(), "not late at once");
    assert_eq!(
        tick(&mut reopened, "2026-03-30 10:00", &calendar),
        ["handling warning", "handling breach", "handling escalation"],
        "and it has a ladder of its own"
    );
}

#[test]
fn m5_zammad_4353_what_is_done_is_not_escalated() {
    let calendar = WorkingCalendar::china();
    let complaint = opened(Flow::Ordinary, "2026-03-04 09:15", &calendar);
    let mut done = vec![Action::Accept, called("2026-03-04 09:30")];
    done.extend(closing());
    let mut closed = act(&complaint, "2026-03-04 10:00", &calendar, &done);
    assert_eq!(closed.next_tick(), None);
    assert_eq!(tick(&mut closed, "2027-03-04 10:00", &calendar), Vec::<String>::new());
    let withdrawn = [Action::Withdraw { reason: "用户撤诉".into() }];
    assert_eq!(act(&complaint, "2026-03-04 10:00", &calendar, &withdrawn).next_tick(), None);
}

#[test]
fn m5_zammad_5177_a_shorter_clock_does_not_overrule_another() {
    let calendar = WorkingCalendar::china();
    let mut complaint = opened(Flow::Ordinary, "2026-03-04 09:15", &calendar);
    let due = |complaint: &Complaint, kind| shown(complaint.running(kind).unwrap().due);
    assert_eq!(due(&complaint, ClockKind::Acceptance), "2026-03-04 09:45");
    assert_eq!(due(&complaint, ClockKind::FirstContact), "2026-03-04 11:15");
    assert_eq!(due(&complaint, ClockKind::Handling), "2026-03-06 03:15");
    assert_eq!(tick(&mut complaint, "2026-03-04 10:00", &calendar), ["acceptance warning", "acceptance breach"]);
    assert_eq!(due(&complaint, ClockKind::FirstContact), "2026-03-04 11:15");
}

#[test]
fn m5_glpi_1996_5319_6898_after_a_weeks_standstill_each_rung_has_fired_once_up_to_the_last() {
    let calendar = WorkingCalendar::china();
    for flow in Flow::ALL {
        let complaint = opened(flow, "2026-03-04 09:15", &calendar);
        let running: Vec<Clock> = complaint.clocks.iter().filter(|clock| clock.is_running()).cloned().collect();
        let mut late = complaint.clone();
        let told = tick(&mut late, "2026-03-11 09:15", &calendar);
        let mut expected: Vec<_> = running
            .iter()
            .flat_map(|clock| Rung::ALL.map(|rung| (clock.rung_at(rung), clock.kind, rung)))
            .filter(|(reached, ..)| *reached <= at("2026-03-11 09:15"))
            .collect();
        expected.sort();
        let expected: Vec<_> =
            expected.iter().map(|(_, kind, rung)| format!("{} {}", kind.as_str(), rung.as_str())).collect();
        assert!(!told.is_empty());
        assert_eq!(told, expected, "{flow:?}");
        assert_eq!(tick(&mut late, "2026-03-11 09:15", &calendar), Vec::<String>::new(), "{flow:?}: never again");
        // Somebody who looked every minute was told of the same, in the same order.
        let (mut step, mut seen) = (complaint, Vec::new());
        while let Some(next) = step.next_tick().filter(|next| *next <= at("2026-03-11 09:15")) {
            let by = house();
            let context = Context { now: next, ..context(&calendar, &by) };
            let decision = flow::tick(&step, &context).unwrap();
            seen.extend(decision.entry.events.iter().filter_map(|event| match event {
                Event::RungFired { kind, rung, .. } => Some(format!("{} {}", kind.as_str(), rung.as_str())),
                _ => None,
            }));
            step = decision.complaint;
        }
        assert_eq!(seen, told, "{flow:?}");
    }
}

#[test]
fn m5_a_pause_cannot_mend_a_missed_limit_nor_last_for_ever() {
    let calendar = WorkingCalendar::china();
    let mut clock = Clock::start(
        ClockKind::Handling,
        Grade::Ordinary,
        at("2026-03-04 09:15"),
        &calendar,
        HalfDay::Hours,
        domain::policy::Policy::standard(),
    );
    let (late, end) = (clock.due.next(), clock.due.plus_seconds(3_600));
    assert_eq!(clock.pause(late, end, "等物业"), Err(PauseRefused::Overdue));
    let ever = clock.started.plus_seconds(31 * 86_400);
    assert_eq!(clock.pause(clock.started, ever, "等物业"), Err(PauseRefused::Unbounded));
    assert!(Session::new(Time::midnight(), Time::midnight()).is_ok());
}
