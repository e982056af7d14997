//! Half working days, exactly: the table of domain.md §13 in both definitions, and the answers that would be wrong.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::path::Path;

use domain::calendar::{
    Budget, DayKind, Due, HalfDay, Part, Session, WeekHours, WorkingCalendar, format_instant, parse_instant,
};
use jiff::civil::{Date, date, time};

/// start | A | B, all local; B carries its date where it differs from A's.
const TABLE: &str = "
2026-03-04 08:30 | 2026-03-04 12:00 | 2026-03-04 17:30
2026-03-04 09:15 | 2026-03-04 14:45 | 2026-03-04 17:30
2026-03-04 11:40 | 2026-03-04 17:10 | 2026-03-04 17:30
2026-03-04 12:00 | 2026-03-04 17:30 | 2026-03-04 17:30
2026-03-04 12:30 | 2026-03-04 17:30 | 2026-03-04 17:30
2026-03-04 14:00 | 2026-03-04 17:30 | 2026-03-05 12:00
2026-03-04 17:30 | 2026-03-05 12:00 | 2026-03-05 12:00
2026-03-06 16:00 | 2026-03-09 10:30 | 2026-03-09 12:00
2026-01-01 09:00 | 2026-01-04 12:00 | 2026-01-04 12:00
2026-01-04 09:00 | 2026-01-04 14:30 | 2026-01-04 17:30
2026-02-13 16:00 | 2026-02-14 10:30 | 2026-02-14 12:00
2026-02-13 16:40 | 2026-02-14 11:10 | 2026-02-14 12:00
2026-02-14 17:00 | 2026-02-24 11:30 | 2026-02-24 12:00
2026-02-15 09:00 | 2026-02-24 12:00 | 2026-02-24 12:00
2026-02-28 15:00 | 2026-03-02 09:30 | 2026-03-02 12:00
2026-05-08 16:00 | 2026-05-09 10:30 | 2026-05-09 12:00
2026-09-18 17:00 | 2026-09-20 11:30 | 2026-09-20 12:00
2026-09-30 15:00 | 2026-10-08 09:30 | 2026-10-08 12:00
2026-09-30 17:10 | 2026-10-08 11:40 | 2026-10-08 12:00
2026-10-10 08:00 | 2026-10-10 12:00 | 2026-10-10 12:00
2025-01-01 10:00 | 2025-01-02 12:00 | 2025-01-02 12:00
2025-01-27 16:30 | 2025-02-05 11:00 | 2025-02-05 12:00
2025-10-11 14:00 | 2025-10-11 17:30 | 2025-10-13 12:00
2024-02-09 15:00 | 2024-02-18 09:30 | 2024-02-18 12:00
2024-09-14 17:00 | 2024-09-18 11:30 | 2024-09-18 12:00
";

fn due(calendar: &WorkingCalendar, start: &str, budget: &str, half_day: HalfDay) -> Due {
    calendar.due(parse_instant(start, calendar.zone()).unwrap(), &budget.parse().unwrap(), half_day)
}

/// A due time as people read it: `2026-03-04 14:45`.
fn at(calendar: &WorkingCalendar, due: &Due) -> String {
    format_instant(due.at, calendar.zone())[..16].replace('T', " ")
}

#[test]
fn m7_half_a_working_day_is_exact_on_every_vector() {
    let china = WorkingCalendar::china();
    let rows: Vec<_> = TABLE.trim().lines().collect();
    assert_eq!(rows.len(), 25);
    for row in rows {
        let [start, hours, session] = row.split(" | ").collect::<Vec<_>>()[..] else { panic!("{row}") };
        let (a, b) = (due(&china, start, "half-day", HalfDay::Hours), due(&china, start, "half-day", HalfDay::Session));
        assert_eq!((at(&china, &a).as_str(), at(&china, &b).as_str()), (hours, session), "{row}");
        assert!(a.warnings.is_empty() && b.warnings.is_empty(), "{row}");
    }
}

#[test]
fn m7_the_known_wrong_answers_are_not_given() {
    let china = WorkingCalendar::china();
    let wrong = [
        // Make-up working days ignored.
        ("2026-02-13 16:40", "2026-02-24 11:10"),
        ("2026-05-08 16:00", "2026-05-11 10:30"),
        ("2026-09-18 17:00", "2026-09-21 11:30"),
        ("2026-10-10 08:00", "2026-10-12 12:00"),
        ("2026-01-01 09:00", "2026-01-05 12:00"),
        // Only weekends skipped.
        ("2026-02-13 16:40", "2026-02-16 11:10"),
        ("2026-09-30 15:00", "2026-10-01 09:30"),
        ("2026-01-01 09:00", "2026-01-01 14:30"),
        // Lunch counted.
        ("2026-03-04 11:40", "2026-03-04 15:10"),
    ];
    for (start, answer) in wrong {
        assert_ne!(at(&china, &due(&china, start, "half-day", HalfDay::Hours)), answer, "{start}");
    }
}

#[test]
fn m5_every_form_of_budget_has_its_due_time() {
    let china = WorkingCalendar::china();
    let cases = [
        ("2026-03-04 09:15", "2-half-days", HalfDay::Hours, "2026-03-05 09:15"),
        ("2026-03-04 09:15", "2-half-days", HalfDay::Session, "2026-03-05 12:00"),
        ("2026-03-04 12:30", "3-half-days", HalfDay::Session, "2026-03-05 17:30"),
        ("2026-03-04 09:15", "PT3H30M/working", HalfDay::Hours, "2026-03-04 14:45"),
        ("2026-03-04 09:15", "PT3H30M/working", HalfDay::Session, "2026-03-04 14:45"),
        ("2026-02-13 16:40", "PT48H", HalfDay::Hours, "2026-02-15 16:40"),
        ("2026-02-13 16:40", "P15D", HalfDay::Hours, "2026-02-28 16:40"),
        ("2026-02-13 16:40", "P1DT30M", HalfDay::Hours, "2026-02-14 17:10"),
    ];
    for (start, budget, half_day, expected) in cases {
        assert_eq!(at(&china, &due(&china, start, budget, half_day)), expected, "{start} {budget}");
    }
}

#[test]
fn m7_outside_the_loaded_years_weekdays_count_and_the_answer_says_so() {
    let china = WorkingCalendar::china();
    let cases = [
        // 2027-02-08 is inside the Spring Festival, whose notice is not out.
        ("2027-02-08 09:00", "half-day", "2027-02-08 14:30", vec![2027]),
        ("2014-10-02 16:00", "half-day", "2014-10-03 10:30", vec![2014]),
        ("2026-12-31 16:30", "half-day", "2027-01-01 11:00", vec![2027]),
        ("2026-12-31 08:30", "2-half-days", "2026-12-31 17:30", vec![]),
        ("2026-12-31 16:30", "PT48H", "2027-01-02 16:30", vec![]),
        ("2014-12-31 17:00", "half-day", "2015-01-04 11:30", vec![2014]),
    ];
    for (start, budget, expected, years) in cases {
        let due = due(&china, start, budget, HalfDay::Hours);
        assert_eq!(at(&china, &due), expected, "{start}");
        assert_eq!(due.warnings.iter().map(|warning| warning.year).collect::<Vec<_>>(), years, "{start}");
        for warning in due.warnings {
            let year = warning.year.to_string();
            assert!(warning.text.zh.contains(&year) && warning.text.en.contains(&year));
        }
    }
}

#[test]
fn m5_a_due_time_explains_itself_in_both_languages() {
    let china = WorkingCalendar::china();
    let lines =
        |due: Due| due.explanation.into_iter().flat_map(|line| [line.text.zh, line.text.en]).collect::<Vec<_>>();
    insta::assert_snapshot!(lines(due(&china, "2026-02-14 17:00", "half-day", HalfDay::Hours)).join("\n"), @r"
        半个工作日，以日工作时间的一半为半日：3 小时 30 分钟
        half a working day, half the daily working time each: 3 h 30 min
        2026-02-14 周六（春节调休上班） 17:00–17:30 计 30 分钟
        2026-02-14 Sat (make-up working day for Spring Festival) 17:00–17:30: 30 min counted
        2026-02-15 至 2026-02-23 春节放假，跳过
        2026-02-15 to 2026-02-23: Spring Festival holiday, skipped
        2026-02-24 周二 08:30–11:30 计 180 分钟
        2026-02-24 Tue 08:30–11:30: 180 min counted
        到期：2026-02-24 11:30
        due: 2026-02-24 11:30
    ");
    insta::assert_snapshot!(lines(due(&china, "2026-03-06 09:15:30", "2-half-days", HalfDay::Session)).join("\n"), @r"
        半个工作日 × 2，按时段计：不计开始所在时段，至其后第 2 个时段结束
        2 × half a working day, by session: the one begun is not counted, up to the end of number 2 after it
        2026-03-06 周五 09:15:30–12:00 开始所在时段，不计
        2026-03-06 Fri 09:15:30–12:00: the session begun, not counted
        2026-03-06 周五 14:00–17:30 计 1 个时段
        2026-03-06 Fri 14:00–17:30: 1 session counted
        2026-03-07 至 2026-03-08 周末，跳过
        2026-03-07 to 2026-03-08: weekend, skipped
        2026-03-09 周一 08:30–12:00 计 1 个时段
        2026-03-09 Mon 08:30–12:00: 1 session counted
        到期：2026-03-09 12:00
        due: 2026-03-09 12:00
    ");
    insta::assert_snapshot!(lines(due(&china, "2026-01-01 09:00", "P15D", HalfDay::Hours)).join("\n"), @r"
        自然时间 15 个自然日（到同一时刻），夜间和节假日照计
        elapsed time, 15 calendar days, to the same time of day: nights and holidays count
        到期：2026-01-16 09:00
        due: 2026-01-16 09:00
    ");
}

#[test]
fn m5_the_seconds_counted_in_an_explanation_add_up_to_the_budget() {
    let china = WorkingCalendar::china();
    let due = due(&china, "2026-01-30 16:47:13", "PT40H/working", HalfDay::Hours);
    let counted = due.explanation.iter().filter(|line| line.part == Part::Counted).map(|line| line.seconds);
    assert_eq!(counted.sum::<i64>(), 40 * 3_600);
}

#[test]
fn m5_the_years_2024_to_2026_have_251_248_and_248_working_days() {
    let china = WorkingCalendar::china();
    for (year, expected) in [(2024, 251), (2025, 248), (2026, 248)] {
        let days = date(year, 1, 1).series(jiff::Span::new().days(1)).take_while(|day| day.year() == year);
        assert_eq!(days.filter(|day| !china.day(*day).sessions.is_empty()).count(), expected, "{year}");
    }
}

#[test]
fn m5_each_year_carries_its_source() {
    let china = WorkingCalendar::china();
    let years: Vec<_> = china.years().collect();
    assert_eq!(years.iter().map(|(year, _)| *year).collect::<Vec<_>>(), (2015..=2026).collect::<Vec<_>>());
    assert!(years.iter().all(|(_, sources)| !sources.is_empty() && sources.iter().all(|at| at.contains("www.gov.cn"))));
}

#[test]
fn m5_the_built_in_days_equal_the_published_ones() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/china_holidays");
    if !folder.exists() {
        eprintln!("skipped: the published holiday files are not beside this repository");
        return;
    }
    let china = WorkingCalendar::china();
    let mut published = std::collections::BTreeMap::new();
    for year in 2015..=2027 {
        let text = std::fs::read_to_string(folder.join(format!("{year}.json"))).unwrap();
        let file: serde_json::Value = serde_json::from_str(&text).unwrap();
        for day in file["days"].as_array().unwrap() {
            let date: Date = day["date"].as_str().unwrap().parse().unwrap();
            published.insert(date, (!day["isOffDay"].as_bool().unwrap(), day["name"].as_str().unwrap().to_owned()));
        }
        let sources = china.years().find(|(loaded, _)| *loaded == year).map_or(&[][..], |(_, sources)| sources);
        assert_eq!(serde_json::to_value(sources).unwrap(), file["papers"], "{year}");
    }
    for date in date(2014, 12, 1).series(jiff::Span::new().days(1)).take_while(|date| date.year() <= 2027) {
        let day = china.day(date);
        let weekend = date.weekday().to_monday_zero_offset() >= 5;
        match published.get(&date) {
            Some((worked, name)) => {
                assert_eq!(!day.sessions.is_empty(), *worked, "{date}");
                // One Monday of 2020 is published as worked after an extension was shortened: an ordinary day.
                let named = !*worked || weekend;
                assert_eq!(day.name.map(|known| known.zh.as_str()), named.then_some(name.as_str()), "{date}");
                assert!(day.name.is_none_or(|known| known.en.is_ascii()), "{date}");
            }
            None => assert_eq!(day.kind, if weekend { DayKind::Weekend } else { DayKind::Workday }, "{date}"),
        }
    }
}

#[test]
fn m5_a_typhoon_day_of_the_branch_wins_over_the_calendar_and_is_named() {
    let local = "# 台风\noff 2026-08-20..2026-08-21 台风停工/typhoon\nwork 2026-08-22 补班/made up for\n";
    let calendar = WorkingCalendar::china().with_local_days(local).unwrap();
    assert_eq!(calendar.day(date(2026, 8, 20)).kind, DayKind::LocalDayOff);
    assert_eq!(calendar.day(date(2026, 8, 22)).kind, DayKind::LocalWorkday);
    let due = due(&calendar, "2026-08-19 16:00", "half-day", HalfDay::Hours);
    assert_eq!(at(&calendar, &due), "2026-08-22 10:30");
    let skipped = due.explanation.iter().find(|line| line.part == Part::Skipped).unwrap();
    assert_eq!((skipped.first, skipped.last), (date(2026, 8, 20), date(2026, 8, 21)));
    assert_eq!(skipped.text.zh, "2026-08-20 至 2026-08-21 本单位放假：台风停工，跳过");
    assert_eq!(skipped.text.en, "2026-08-20 to 2026-08-21: branch closed: typhoon, skipped");
}

#[test]
fn m5_summer_and_winter_hours_change_the_half_day_on_their_day() {
    let day = |morning, afternoon| {
        let sessions = [(time(8, 30, 0, 0), morning), (afternoon, time(18, 0, 0, 0))];
        WeekHours::weekdays(&sessions.map(|(from, until)| Session::new(from, until).unwrap())).unwrap()
    };
    let (summer, winter) = (day(time(12, 0, 0, 0), time(15, 0, 0, 0)), day(time(12, 0, 0, 0), time(14, 0, 0, 0)));
    let calendar = WorkingCalendar::china().with_seasons(vec![((5, 1), summer), ((10, 1), winter)]).unwrap();
    let at = |start| at(&calendar, &due(&calendar, start, "half-day", HalfDay::Hours));
    // 6.5 hours a day in summer, 7.5 in winter.
    assert_eq!(at("2026-07-01 08:30"), "2026-07-01 11:45");
    assert_eq!(at("2026-12-01 08:30"), "2026-12-01 14:15");
}

#[test]
fn a_start_is_read_as_local_time_or_rfc_3339_and_a_date_alone_is_refused() {
    let china = WorkingCalendar::china();
    let zone = china.zone();
    let forms = [
        "2026-03-04 09:15",
        "2026-03-04T09:15",
        "2026-03-04T09:15:00",
        "2026-03-04T09:15:00+08:00",
        "2026-03-04T01:15:00Z",
        " 2026-03-03T20:15:00-05:00 ",
    ];
    for form in forms {
        let instant = parse_instant(form, zone).unwrap();
        assert_eq!(format_instant(instant, zone), "2026-03-04T09:15:00+08:00", "{form}");
    }
    let half = parse_instant("2026-03-04 09:15:00.5", zone).unwrap();
    assert_eq!(format_instant(half, zone), "2026-03-04T09:15:00.5+08:00");
    for text in
        ["", "2026-03-04", "09:15", "2026-02-29 09:15", "2026-03-04 25:00", "yesterday", "二〇二六年三月四日九点"]
    {
        assert!(parse_instant(text, zone).unwrap_err().to_string().contains("not a time"), "{text}");
    }
}

#[test]
fn the_last_days_of_the_calendar_do_not_panic() {
    let china = WorkingCalendar::china();
    for text in ["9999-12-30T21:59:59Z", "0001-01-01T00:00:00Z"] {
        let start = text.parse().unwrap();
        for budget in [Budget::HalfDays(40), Budget::days(3_000), Budget::hours(70_000)] {
            for half_day in [HalfDay::Hours, HalfDay::Session] {
                assert!(china.due(start, &budget, half_day).at >= start);
            }
        }
    }
}
