use super::*;
use crate::grade::{Facts, suggest};

/// The shipped text with one passage replaced, which must be there.
fn with(from: &str, to: &str) -> String {
    assert!(DEFAULT_TEXT.contains(from), "{from}");
    DEFAULT_TEXT.replacen(from, to, 1)
}

/// On which line a passage stands.
fn line_of(text: &str, passage: &str) -> usize {
    text[..text.find(passage).expect("the passage")].matches('\n').count() + 1
}

fn problems(text: &str) -> Vec<Problem> {
    Policy::read(text).expect_err("it is refused")
}

fn told(text: &str) -> String {
    problems(text).iter().map(|problem| problem.told().en + "\n").collect()
}

#[test]
fn m5_the_shipped_file_gives_every_clock_what_the_tables_said() {
    let (elapsed, half_days) = (Budget::hours, Budget::HalfDays);
    let work = Budget::working_hours;
    let (minutes, days) = (Budget::minutes(30), Budget::days(15));
    #[rustfmt::skip]
    let rows = [
        (ClockKind::Acceptance, minutes, Some(elapsed(2)), None, 75, false),
        (ClockKind::FirstContact, work(2), None, Some(minutes), 75, false),
        (ClockKind::Triage, work(4), None, None, 75, false),
        (ClockKind::CommunicationRecord, Budget::HALF_DAY, None, None, 75, false),
        (ClockKind::Declaration, Budget::HALF_DAY, None, None, 75, false),
        (ClockKind::Handling, elapsed(42), None, None, 80, true),
        (ClockKind::Arrival, half_days(2), None, None, 75, true),
        (ClockKind::Progress, elapsed(48), None, Some(work(4)), 75, false),
        (ClockKind::Reply, elapsed(48), None, None, 75, true),
        (ClockKind::CallBack, elapsed(24), None, None, 75, false),
        (ClockKind::Archive, half_days(6), None, None, 75, false),
        (ClockKind::Upstream, elapsed(48), None, None, 80, false),
        (ClockKind::Appeal, days, None, None, 66, false),
    ];
    for (kind, limit, off_duty, major, warn_percent, pausable) in rows {
        let term = Policy::standard().term(kind);
        assert_eq!(
            (term.limit, term.off_duty, term.major, term.warn_percent, term.pausable),
            (limit, off_duty, major, warn_percent, pausable),
            "{kind:?}"
        );
        assert!(!term.source.is_empty());
    }
}

#[test]
fn m5_the_ladder_is_the_common_one_where_a_clock_has_none_of_its_own() {
    let (policy, lead) = (Policy::standard(), Holder::Role(Role::TeamLeader));
    assert_eq!(policy.holders(ClockKind::Handling, Rung::Breach), [Holder::Handler, Holder::Owner, lead]);
    assert_eq!(policy.holders(ClockKind::Acceptance, Rung::Breach), [Holder::Owner, lead]);
    assert_eq!(policy.holders(ClockKind::Acceptance, Rung::Warning), [Holder::Handler]);
    let top = [Holder::Owner, lead, Holder::Role(Role::Director)];
    for kind in ClockKind::ALL {
        assert_eq!(policy.holders(kind, Rung::Escalation), top);
    }
}

#[test]
fn every_kind_of_clock_has_its_table_in_the_shipped_file() {
    for kind in ClockKind::ALL {
        let table = format!("[clocks.{}]", kind.as_str());
        assert!(DEFAULT_TEXT.contains(&table), "policy/default.toml has no table {table}");
    }
}

#[test]
fn m14_of_two_rules_on_one_count_the_higher_one_speaks() {
    let facts =
        Facts { channel: Channel::Phone, upstream: false, text: "网速慢", level: "", repeats: 4, nearby: 12 };
    let reasons = suggest(facts, Policy::standard()).reasons;
    let zh: Vec<&str> = reasons.iter().map(|reason| reason.zh.as_str()).collect();
    assert_eq!(
        zh,
        ["同一地点24小时内已有12件", "同一号码30天内第5次投诉", "达到重大等级，走重大投诉流程：半个工作日内提交申告表"]
    );
}

#[test]
fn a_rule_added_to_the_file_raises_the_grade() {
    let rule = "[[grading]]\ngrade = \"critical\"\nwords = [\"抢险\"]\nreason = { zh = \"抢险：{hit}\", en = \"rescue: {hit}\" }\n\n[[grading]]";
    let policy = Policy::read(&with("[[grading]]", rule)).expect("a policy");
    let facts =
        Facts {
            channel: Channel::Phone, upstream: false, text: "抢险现场无信号", level: "", repeats: 0, nearby: 0
        };
    let suggestion = suggest(facts, &policy);
    assert_eq!(suggestion.grade, Grade::Critical);
    assert_eq!(suggestion.reasons[0].en, "rescue: 抢险");
    assert_eq!(suggest(facts, Policy::standard()).grade, Grade::Ordinary);
}

#[test]
fn each_fault_is_refused_on_its_line_with_what_is_allowed() {
    let cases = [
        ("limit = \"PT42H\"", "limit = \"-PT42H\"", "negative"),
        ("limit = \"PT42H\"", "limit = \"PT0S\"", "no time at all"),
        ("limit = \"PT42H\"", "limit = \"soon\"", "half-day"),
        ("limit = \"PT42H\"", "limit = \"P401D\"", "longer than 400 days"),
        ("limit = \"PT42H\"", "limit = \"1000-half-days\"", "longer than 400 days"),
        ("limit = \"PT42H\"", "limit = 42", "must be a string"),
        ("limit = \"PT30M\"", "limit = \"PT43H\"", "shorter than that of handling"),
        ("off_duty = \"PT2H\"", "off_duty = \"P3D\"", "shorter than that of handling"),
        ("warn_percent = 75", "warn_percent = 0", "from 1 to 99"),
        ("warn_percent = 75", "warn_percent = 100", "at or after the due time"),
        ("warn_percent = 75", "warn_percent = -5", "must be from"),
        ("warn_percent = 75", "warn_percent = \"75\"", "must be a whole number"),
        ("warn_percent = 75", "warning = 75", "unknown key `clocks.acceptance.warning`"),
        ("pausable = false", "pausable = \"no\"", "true or false"),
        ("source = \"M7\"", "source = \"\"", "is empty"),
        ("[clocks.triage]", "[clocks.triages]", "unknown clock `triages`; known: acceptance, first_contact"),
        ("warning = [\"handler\"]", "warning = [\"boss\"]", "unknown holder or role `boss`; known: handler, owner"),
        ("warning = [\"handler\"]", "warning = []", "name at least one"),
        ("warning = [\"handler\"]", "warning = [\"owner\", \"owner\"]", "names `owner` twice"),
        ("warning = [\"handler\"]", "warnings = [\"handler\"]", "unknown rung `warnings`; known: warning, breach"),
        ("half_day = \"hours\"", "half_day = \"morning\"", "unknown half day `morning`; known: hours, session"),
        ("half_day = \"hours\"", "half_dya = \"hours\"", "unknown key `half_dya`"),
        ("# valid_from = 2026-12-01", "valid_from = \"next week\"", "written like 2026-12-01"),
        ("# valid_from = 2026-12-01", "valid_from = 0026-12-01", "between the years 2000 and 2100"),
        ("grade = \"critical\"", "grade = \"catastrophic\"", "unknown grade `catastrophic`"),
        ("grade = \"critical\"", "grade = \"ordinary\"", "rules only raise"),
        ("channels = [\"regulator\"]", "channels = [\"pigeon\"]", "unknown channel `pigeon`; known: phone"),
        ("nearby = 10", "nearby = 0", "must be from 1"),
        ("repeats = 3", "repeats = -3", "must be from 1"),
        ("channels = [\"media\"]", "words = []", "name at least one"),
        ("channels = [\"media\"]", "words = [\" \"]", "is empty"),
        ("states = [\"in_progress\"]", "states = [\"in_limbo\"]", "unknown state `in_limbo`; known: received"),
        ("flows = [\"ordinary\", \"work_order\"]", "flows = [\"express\"]", "unknown flow `express`; known: ordinary"),
        ("administrator = \"interface_admin\"", "administrator = \"king\"", "unknown role `king`; known: triage"),
        ("name = \"hotline\"", "name = \"group\"", "names `group` twice"),
        ("name = \"hotline\"", "name = \"Hot Line\"", "lower-case letters"),
        ("name = \"lift\"", "name = \"car_park\"", "names `car_park` twice"),
        ("name = \"fault\"\n", "name = \"fate\"\n", "unknown cause `fate`"),
        ("from = \"21:00\"", "from = \"25:00\"", "no time of day"),
        ("solved = true", "solved = 1", "true or false"),
        ("limit = \"PT42H\"", "limit = \"PT42H", "not TOML"),
        ("limit = \"PT42H\"", "limit = \"PT42H\"\nlimit = \"PT41H\" # again", "not TOML: duplicate key"),
        ("[quiet_hours]", "[quiet_hours", "not TOML"),
    ];
    for (from, to, says) in cases {
        let text = with(from, to);
        let line = line_of(DEFAULT_TEXT, from) + to.trim_end().matches('\n').count();
        let found = told(&text);
        let expected = found.lines().find(|told| told.contains(says)).unwrap_or_else(|| panic!("{to}: {found}"));
        assert!(expected.starts_with(&format!("line {line}: ")), "{to} is on line {line}: {found}");
        assert!(problems(&text).iter().all(|problem| problem.line == line), "the fault and nothing besides: {found}");
        for problem in problems(&text) {
            assert!(problem.told().zh.starts_with(&format!("第 {} 行：", problem.line)), "{problem:?}");
            assert!(!problem.what.zh.is_ascii() && problem.what.zh != problem.what.en, "{problem:?}");
        }
    }
}

#[test]
fn a_clock_a_rung_or_a_cause_left_out_is_named() {
    let lift = |from: &str, to: &str| {
        let (begins, ends) = (DEFAULT_TEXT.find(from).expect("begins"), DEFAULT_TEXT.find(to).expect("ends"));
        format!("{}{}", &DEFAULT_TEXT[..begins], &DEFAULT_TEXT[ends..])
    };
    let without = lift("[clocks.appeal]", "# ── 升级阶梯");
    assert!(told(&without).contains("the clock `appeal` (appeal) is missing"), "{}", told(&without));
    let without = with("warning = [\"handler\"]\n", "");
    let line = line_of(&without, "\n[ladder]") + 1;
    assert!(told(&without).starts_with(&format!("line {line}: the rung `warning` is missing")), "{}", told(&without));
    let without = lift("[[causes]]\nname = \"third_party\"", "[[causes]]\nname = \"other\"");
    assert!(told(&without).contains("the cause `third_party` is missing"), "{}", told(&without));
}

#[test]
fn every_problem_is_told_and_not_the_first_alone() {
    let text = with("limit = \"PT42H\"", "limit = \"-PT1H\"").replace("[\"in_progress\"]", "[\"limbo\"]");
    let found = problems(&text.replace("nearby = 10", "nearby = 0"));
    assert_eq!(found.len(), 2 + text.matches("\"limbo\"").count(), "{found:#?}");
    assert!(found.is_sorted_by_key(|problem| problem.line));
    assert!(problems("").len() > 20, "an empty file lacks everything");
}

#[test]
fn a_version_stored_before_a_clock_was_known_takes_the_shipped_one() {
    let (begins, ends) = (DEFAULT_TEXT.find("[clocks.appeal]"), DEFAULT_TEXT.find("# ── 升级阶梯"));
    let (begins, ends) = (begins.expect("begins"), ends.expect("ends"));
    let text = format!("{}{}", &DEFAULT_TEXT[..begins], &DEFAULT_TEXT[ends..]);
    assert_eq!(&Policy::stored(&text).expect("filled"), Policy::standard());
    assert!(Policy::stored(&text.replace("PT42H", "-PT42H")).is_err());
}

#[test]
fn a_local_day_off_is_laid_over_the_national_calendar() {
    let day = "[[local_days]]\ndays = \"2026-08-20..2026-08-21\"\nworked = false\nreason = { zh = \"台风\", en = \"typhoon\" }\n\n[clocks.acceptance]";
    let policy = Policy::read(&with("[clocks.acceptance]", day)).expect("a policy");
    let calendar = policy.calendar(WorkingCalendar::china());
    let found = calendar.day(Date::constant(2026, 8, 21));
    assert_eq!(found.kind, crate::calendar::DayKind::LocalDayOff);
    assert_eq!(found.name.map(|name| name.en.as_str()), Some("typhoon"));
    let nonsense = with("[clocks.acceptance]", &day.replace("2026-08-20..", "2026-08-32.."));
    assert!(told(&nonsense).contains("not a date"), "{}", told(&nonsense));
}

#[test]
fn quiet_hours_go_over_midnight_and_not_for_the_gravest() {
    let quiet = Policy::standard().quiet_hours;
    let held = |hour, grade| quiet.hold_back(Time::constant(hour, 0, 0, 0), grade);
    assert!(held(21, Grade::Major) && held(3, Grade::Ordinary));
    assert!(!held(8, Grade::Ordinary) && !held(20, Grade::Ordinary) && !held(3, Grade::Critical));
}

#[test]
fn m7_templates_are_offered_where_they_fit() {
    let offered = |state| {
        let found = Policy::standard().templates_in(Flow::Ordinary, state);
        found.map(|template| template.leaf.name.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(offered(State::Received), ["received"]);
    assert!(offered(State::InProgress).len() > 3 && offered(State::Closed).is_empty());
}
