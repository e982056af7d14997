//! The 《重大投诉申告表》 filled in from the record, completed by people, and compared version with version: M8.

#[expect(dead_code, reason = "these tests open complaints of their own")]
mod common;

use common::now as start;
use domain::calendar::WorkingCalendar;
use domain::check::{Bilingual, Cause, Confidence, NetworkCheck, Service, Verdict};
use domain::complaint::{Channel, Communication, Complaint, Customer, Matter, Means, PersonRef, Reply};
use domain::contact::Sealed;
use domain::declaration::{
    Declaration, Interface, Need, Part, Piece, Report, Urgency, Value, changes, follow_up, missing, prefill,
};
use domain::flow::{self, Flow, Opening};
use domain::grade::{Facts, Grade, suggest};
use domain::id::{BranchId, ComplaintId, ComplaintNumber, PersonId};
use domain::journal::{Entry, Event};
use domain::person::{Actor, Person, Role, Viewer, Who};
use domain::place::{LonLat, Place, Setting};
use domain::time::Timestamp;
use proptest::prelude::*;
use uuid::Uuid;

const DESCRIPTION: &str = "全楼无信号，回拨13800001234；客户要求：两天内恢复。再不解决找媒体曝光";

fn opened(description: &str, address: &str) -> (Complaint, Entry) {
    let name = "周晓".to_owned();
    let person = Person {
        id: PersonId(Uuid::from_u128(3)),
        sign_in: "zhou".into(),
        name: name.clone(),
        role: Role::AccountManager,
        department: "集团客户部".into(),
        organisation: None,
        active: true,
    };
    let viewer = Viewer { branch: BranchId(Uuid::from_u128(1)), who: Who::Person(person) };
    let calendar = WorkingCalendar::china();
    let context = common::context(&calendar, &viewer);
    let facts =
        Facts { channel: Channel::Counter, upstream: false, text: description, level: "A类", repeats: 0, nearby: 0 };
    let sealed = |masked: &str| Some(Sealed { cipher: "c".into(), digest: "d".into(), masked: masked.into() });
    let opening = Opening {
        id: ComplaintId(Uuid::from_u128(7)),
        branch: viewer.branch,
        number: ComplaintNumber::new(jiff::civil::date(2026, 3, 4), 1),
        matter: Matter {
            title: String::new(),
            description: description.into(),
            phenomenon: "语音→无信号".into(),
            channel: Channel::Counter,
            level: "A类".into(),
            service: Service::Voice,
            technology: None,
            occurred: None,
            complained: start(),
            serving_cell: None,
            wanted_by: None,
        },
        place: Place { point: None, precision_metres: None, setting: Setting::Indoor, address: address.into() },
        customer: Customer { phone: sealed("138****1234"), name: sealed("王**") },
        upstream: None,
        first_owner: PersonRef { id: None, name },
        flow: Some(Flow::Ordinary),
        grade: Some(Grade::Major),
        suggestion: suggest(facts, domain::policy::Policy::standard()),
        document: None,
        split_from: None,
        check: None,
    };
    let decision = flow::open(opening, &context);
    (decision.complaint, decision.entry)
}

fn entry(sequence: u64, events: Vec<Event>) -> Entry {
    let complaint = ComplaintId(Uuid::from_u128(7));
    Entry { complaint, sequence, at: start().plus_seconds(600 * sequence as i64), actor: Actor::House, events }
}

fn worked_on(first: Entry) -> Vec<Entry> {
    let talked = Communication {
        means: Means::Visit,
        reached: true,
        took_place: start().plus_seconds(3_600),
        record_due: start().plus_seconds(9_000),
        summary: "到现场\n说明原因，客户改留 139 0000 5678".into(),
    };
    let missed =
        Communication { means: Means::Call, reached: false, summary: "三次无人接听".into(), ..talked.clone() };
    let reply =
        Reply { text: "三日内复测".into(), at: start().plus_seconds(8_000), by: "周晓".into(), direct: false };
    vec![
        first,
        entry(2, vec![Event::Transferred { department: "网络部".into(), reason: "抢修".into() }]),
        entry(3, vec![Event::CommunicationRecorded { communication: missed }]),
        entry(4, vec![Event::CommunicationRecorded { communication: talked }]),
        entry(5, vec![Event::FedBack { from: "网络部".into(), result: "油机已到位".into() }]),
        entry(6, vec![Event::Replied { reply }]),
    ]
}

fn check(evidence: Vec<Bilingual>) -> NetworkCheck {
    NetworkCheck {
        place: LonLat::new(113.26, 23.12).expect("a place"),
        precision_m: None,
        setting: Setting::Indoor,
        at: start(),
        service: Service::Voice,
        inventory: 1,
        candidates: Vec::new(),
        omitted: 0,
        verdict: Verdict {
            cause: Cause::Outage,
            confidence: Confidence::High,
            element: None,
            evidence,
            unknown: vec![Bilingual::new("没有干扰数据。", "no interference data.")],
        },
        reply: Bilingual::new("", ""),
    }
}

#[test]
fn m8_the_form_is_filled_from_the_record() {
    let (complaint, first) = opened(DESCRIPTION, "滨江路 8 号");
    let calendar = WorkingCalendar::china();
    let evidence = check(vec![Bilingual::new("滨江基站 08:50 起停电退服", "Binjiang is out since 08:50")]);
    let form = prefill(&complaint, &worked_on(first), Some(&evidence), start(), &calendar);

    assert_eq!(form.report_title(), "首报");
    assert_eq!(form.interface.as_ref().map(Interface::as_str), Some("渠道服务厅"));
    assert_eq!(form.urgency, Some(Urgency::Urgent));
    assert_eq!(form.value(Part::NextReport).said(calendar.zone()), "2026-03-04 11:15");
    assert_eq!(form.customer, "客户：王**，138****1234（A类）\n首问责任人：周晓");
    assert_eq!(form.scope, "地点：滨江路 8 号");
    assert_eq!(form.claim, "两天内恢复");
    assert_eq!(
        form.source_tracing,
        "网络核查（2026-03-04 09:15）：停闭或退服，把握大。\n1. 滨江基站 08:50 起停电退服\n尚不掌握：没有干扰数据。"
    );
    assert_eq!(form.resources, "2026-03-04 09:35 转派网络部：抢修\n2026-03-04 10:05 网络部反馈：油机已到位");
    assert_eq!(
        form.communication,
        "2026-03-04 10:15 电话，未联系上：三次无人接听\n\
         2026-03-04 10:15 上门，已联系上：到现场 说明原因，客户改留 139****5678"
    );
    assert_eq!(form.promised, "2026-03-04 11:28 答复客户：三日内复测");
    assert!(form.risk.contains("曝光") && !form.risk.contains("流程"), "{}", form.risk);
    assert_eq!(missing(&form), [], "everything the mission names was on record");
}

#[test]
fn m8_what_the_record_does_not_say_is_missing() {
    let (mut complaint, first) = opened("无", "");
    complaint.customer = Customer::default();
    let form = prefill(&complaint, &[first], None, start(), &WorkingCalendar::china());
    let lacking = [Part::Customer, Part::Scope, Part::Claim, Part::SourceTracing, Part::Resources, Part::Communication];
    assert_eq!(missing(&form), lacking);
}

#[test]
fn p8_a_phone_never_gets_onto_the_form() {
    let (complaint, first) = opened(DESCRIPTION, "滨江路 8 号");
    let calendar = WorkingCalendar::china();
    let mut form = prefill(&complaint, &worked_on(first), None, start(), &calendar);
    form.write(Part::Proposal, "请联系 138 0000 1234", calendar.zone()).expect("words");
    let text = serde_json::to_string(&form).expect("JSON");
    assert!(!text.contains("13800001234") && !text.contains("0000 "), "{text}");
    assert_eq!(form.proposal, "请联系 138****1234");
}

#[test]
fn m8_a_progress_report_keeps_what_was_written_and_adds_what_happened_since() {
    let (complaint, first) = opened(DESCRIPTION, "滨江路 8 号");
    let calendar = WorkingCalendar::china();
    let mut entries = worked_on(first);
    let later = entries.split_off(4);
    let mut sent = prefill(&complaint, &entries, None, start(), &calendar);
    sent.problem = "按客户原话改写".into();
    sent.resources.push_str("\n另调油机一台");
    entries.extend(later);
    let now = start().plus_seconds(7_200);
    let fresh = prefill(&complaint, &entries, None, now, &calendar);

    let progress = follow_up(&sent, Report::Progress, &fresh, now, &calendar);
    assert_eq!(progress.report_title(), "续报（第2号）");
    assert_eq!(progress.problem, "按客户原话改写");
    assert_eq!(
        progress.resources,
        "2026-03-04 09:35 转派网络部：抢修\n另调油机一台\n2026-03-04 10:05 网络部反馈：油机已到位"
    );
    assert_eq!(progress.value(Part::NextReport).said(calendar.zone()), "2026-03-04 17:15", "four working hours on");
    assert!(missing(&progress).contains(&Part::Proposal));

    let last = follow_up(&progress, Report::Final, &fresh, now, &calendar);
    assert_eq!((last.report_title().as_str(), last.next_report), ("终报（第3号）", None));
    assert!(!missing(&last).contains(&Part::NextReport));
}

#[test]
fn m8_what_is_typed_in_is_read_or_refused_with_a_reason() {
    let calendar = WorkingCalendar::china();
    let mut form = Declaration::default();
    form.write(Part::NextReport, "2026-03-04 14:00", calendar.zone()).expect("a time");
    form.write(Part::Urgency, "非常紧急", calendar.zone()).expect("an urgency");
    form.write(Part::Interface, " 热线 ", calendar.zone()).expect("an interface");
    assert_eq!(form.next_report, Some("2026-03-04T06:00:00Z".parse().expect("an instant")));
    assert_eq!(
        (form.urgency, form.value(Part::Interface).said(calendar.zone())),
        (Some(Urgency::VeryUrgent), "热线".into())
    );

    let long = "长".repeat(Declaration::LONGEST + 1);
    for (part, typed, says) in [
        (Part::NextReport, "明天", "不是时间"),
        (Part::Urgency, "马上", "没有这种紧急程度"),
        (Part::Interface, &long[..300], "界面名称"),
        (Part::Problem, long.as_str(), "投诉问题"),
    ] {
        let refused = form.write(part, typed, calendar.zone()).expect_err(typed);
        assert!(refused.told().zh.contains(says), "{}", refused.told().zh);
    }
}

#[test]
fn m8_a_form_reads_back_from_json_and_an_unknown_part_is_refused() {
    let (complaint, first) = opened(DESCRIPTION, "滨江路 8 号");
    let form = prefill(&complaint, &worked_on(first), None, start(), &WorkingCalendar::china());
    let text = serde_json::to_string(&form).expect("JSON");
    assert_eq!(serde_json::from_str::<Declaration>(&text).expect("a form"), form);
    let more = text.replacen('{', r#"{"remarks":"","#, 1);
    assert!(serde_json::from_str::<Declaration>(&more).is_err());
    assert!(serde_json::from_str::<Declaration>(&text.replace("\"渠道服务厅\"", "\" \"")).is_err());
}

fn forms() -> impl Strategy<Value = Declaration> {
    let words = proptest::collection::vec("[无信号 a-c，\n]{0,12}", 10);
    (words, 0..3_usize, proptest::option::of(0..3_usize), proptest::option::of(0..i64::from(u32::MAX))).prop_map(
        |(words, report, urgency, at)| {
            let zone = jiff::tz::TimeZone::UTC;
            let mut form = Declaration { report: Report::ALL[report], ordinal: 1, ..Declaration::default() };
            form.urgency = urgency.map(|urgency| Urgency::ALL[urgency]);
            form.next_report = at.map(|at| Timestamp::from_micros(at * 1_000_000));
            let holding_words =
                Part::ALL.into_iter().filter(|part| matches!(form.clone().value(*part), Value::Words(_)));
            for (part, words) in holding_words.collect::<Vec<_>>().into_iter().zip(&words) {
                form.write(part, words, &zone).expect("words");
            }
            form
        },
    )
}

proptest! {
    #[test]
    fn m8_prefill_never_panics_whatever_people_wrote(
        texts in proptest::collection::vec("\\PC*", 6), micros in any::<i64>(), when in any::<i64>(),
    ) {
        let (mut complaint, first) = opened(&texts[0], &texts[1]);
        complaint.matter.title = texts[2].clone();
        complaint.matter.occurred = Some(Timestamp::from_micros(micros));
        let talked = Communication {
            means: Means::Mail,
            reached: true,
            took_place: Timestamp::from_micros(micros),
            record_due: start(),
            summary: texts[3].clone(),
        };
        let entries = [
            first,
            entry(2, vec![Event::CommunicationRecorded { communication: talked }]),
            entry(3, vec![Event::FedBack { from: texts[4].clone(), result: texts[5].clone() }]),
        ];
        let evidence = check(vec![Bilingual::new(texts[5].clone(), "")]);
        let now = Timestamp::from_micros(when);
        let form = prefill(&complaint, &entries, Some(&evidence), now, &WorkingCalendar::china());
        let next = follow_up(&form, Report::Progress, &form, now, &WorkingCalendar::china());
        prop_assert_eq!(changes(&form, &form), []);
        prop_assert!(missing(&next).len() <= Part::ALL.len());
    }

    #[test]
    fn m8_a_form_compared_with_itself_changed_nothing(form in forms()) {
        prop_assert_eq!(changes(&form, &form), []);
    }

    #[test]
    fn m8_the_pieces_of_a_change_give_both_versions(before in forms(), after in forms()) {
        for change in changes(&before, &after) {
            prop_assert_ne!(change.before, change.after);
            let (Value::Words(before), Value::Words(after)) = (change.before, change.after) else { continue };
            let (mut former, mut present) = (String::new(), String::new());
            for piece in &change.pieces {
                let (Piece::Kept(words) | Piece::Removed(words) | Piece::Added(words)) = piece;
                if !matches!(piece, Piece::Added(_)) {
                    former.push_str(words);
                }
                if !matches!(piece, Piece::Removed(_)) {
                    present.push_str(words);
                }
            }
            prop_assert_eq!((former.as_str(), present.as_str()), (before, after));
        }
    }

    #[test]
    fn m8_what_is_missing_shrinks_as_parts_are_filled(mut form in forms()) {
        let mut lacking = missing(&form);
        while let Some(part) = lacking.first().copied() {
            prop_assert_eq!(part.need(form.report), Need::Required);
            let typed = match part {
                Part::NextReport => "2026-03-04 14:00",
                Part::Urgency => "urgent",
                _ => "已写明",
            };
            form.write(part, typed, &jiff::tz::TimeZone::UTC).expect("an answer");
            let now = missing(&form);
            prop_assert_eq!(&now[..], &lacking[1..]);
            lacking = now;
        }
    }
}
