//! `shouwen due` through the program: M5, M7.

mod common;

use common::run;
use serde_json::Value;

/// start | half a day by hours | by sessions; local times of the branch.
const VECTORS: &str = "
2026-03-04T08:30 | 2026-03-04T12:00 | 2026-03-04T17:30
2026-03-04T09:15 | 2026-03-04T14:45 | 2026-03-04T17:30
2026-03-04T11:40 | 2026-03-04T17:10 | 2026-03-04T17:30
2026-03-04T12:00 | 2026-03-04T17:30 | 2026-03-04T17:30
2026-03-04T12:30 | 2026-03-04T17:30 | 2026-03-04T17:30
2026-03-04T14:00 | 2026-03-04T17:30 | 2026-03-05T12:00
2026-03-04T17:30 | 2026-03-05T12:00 | 2026-03-05T12:00
2026-03-06T16:00 | 2026-03-09T10:30 | 2026-03-09T12:00
2026-01-01T09:00 | 2026-01-04T12:00 | 2026-01-04T12:00
2026-01-04T09:00 | 2026-01-04T14:30 | 2026-01-04T17:30
2026-02-13T16:00 | 2026-02-14T10:30 | 2026-02-14T12:00
2026-02-13T16:40 | 2026-02-14T11:10 | 2026-02-14T12:00
2026-02-14T17:00 | 2026-02-24T11:30 | 2026-02-24T12:00
2026-02-15T09:00 | 2026-02-24T12:00 | 2026-02-24T12:00
2026-02-28T15:00 | 2026-03-02T09:30 | 2026-03-02T12:00
2026-05-08T16:00 | 2026-05-09T10:30 | 2026-05-09T12:00
2026-09-18T17:00 | 2026-09-20T11:30 | 2026-09-20T12:00
2026-09-30T15:00 | 2026-10-08T09:30 | 2026-10-08T12:00
2026-09-30T17:10 | 2026-10-08T11:40 | 2026-10-08T12:00
2026-10-10T08:00 | 2026-10-10T12:00 | 2026-10-10T12:00
2025-01-01T10:00 | 2025-01-02T12:00 | 2025-01-02T12:00
2025-01-27T16:30 | 2025-02-05T11:00 | 2025-02-05T12:00
2025-10-11T14:00 | 2025-10-11T17:30 | 2025-10-13T12:00
2024-02-09T15:00 | 2024-02-18T09:30 | 2024-02-18T12:00
2024-09-14T17:00 | 2024-09-18T11:30 | 2024-09-18T12:00
";

fn due(from: &str, budget: &str, half_day: &str) -> Value {
    let answer = run(["due", "--json", "--from", from, "--budget", budget, "--half-day", half_day]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    answer.json("due")
}

#[test]
fn m7_every_vector_is_exact_in_both_definitions() {
    for row in VECTORS.trim().lines() {
        let [start, hours, session] = row.split(" | ").collect::<Vec<_>>()[..] else { panic!("{row}") };
        for (half_day, expected) in [("hours", hours), ("session", session)] {
            for from in [start.to_owned(), start.replace('T', " "), format!("{start}:00+08:00")] {
                let answer = due(&from, "half-day", half_day);
                assert_eq!(answer["due"], format!("{expected}:00+08:00"), "{from} {half_day}");
                assert_eq!(answer["warnings"], serde_json::json!([]), "{from}");
            }
        }
    }
}

#[test]
fn m7_what_was_counted_adds_up_to_the_budget() {
    for (budget, seconds) in [("half-day", 12_600), ("3-half-days", 37_800), ("PT5H/working", 18_000)] {
        let answer = due("2026-02-13 16:40", budget, "hours");
        let lines = answer["explanation"].as_array().expect("lines");
        let counted = lines.iter().filter(|line| line["part"] == "counted").filter_map(|line| line["seconds"].as_i64());
        assert_eq!(counted.sum::<i64>(), seconds, "{budget}: {answer:#}");
    }
}

#[test]
fn m5_elapsed_time_and_calendar_days_ask_no_calendar() {
    assert_eq!(due("2026-02-13 16:40", "PT48H", "hours")["due"], "2026-02-15T16:40:00+08:00");
    assert_eq!(due("2026-02-13 16:40", "P15D", "hours")["due"], "2026-02-28T16:40:00+08:00");
    assert_eq!(due("2030-02-13 16:40", "PT48H", "hours")["warnings"], serde_json::json!([]));
}

#[test]
fn m5_a_year_that_is_not_loaded_is_warned_of_wherever_the_limit_touches_it() {
    for (from, year) in [("2026-12-31 16:30", 2027), ("2014-12-30 09:00", 2014), ("2031-05-06 09:00", 2031)] {
        assert_eq!(due(from, "half-day", "hours")["warnings"][0]["year"], year, "{from}");
    }
    let plain = run(["due", "--from", "2031-05-06 09:00", "--budget", "half-day"]);
    assert_eq!(plain.code, Some(0));
    assert_eq!(plain.out, "2031-05-06T14:30:00+08:00\n", "the answer stands alone");
    assert!(plain.err.contains("2031"), "the warning goes to standard error: {plain:?}");
}

#[test]
fn m5_another_offset_is_the_same_instant() {
    assert_eq!(due("2026-03-04T01:15:00Z", "half-day", "hours")["due"], "2026-03-04T14:45:00+08:00");
    assert_eq!(due("2026-03-03T20:15:00-05:00", "half-day", "hours")["due"], "2026-03-04T14:45:00+08:00");
}

#[test]
fn what_is_no_time_and_no_budget_is_refused_with_a_reason() {
    for (from, budget) in [
        ("2026-03-04", "half-day"),
        ("yesterday", "half-day"),
        ("2026-02-30 09:00", "half-day"),
        ("", "half-day"),
        ("2026-03-04 09:00", "half"),
        ("2026-03-04 09:00", "-PT1H"),
        ("2026-03-04 09:00", "PT0S"),
        ("2026-03-04 09:00", "P1M"),
        ("2026-03-04 09:00", "P99999999999D"),
        ("2026-03-04 09:00", "0-half-days"),
        ("2026-03-04 09:00", ""),
    ] {
        let answer = run(["due", "--json", &format!("--from={from}"), &format!("--budget={budget}")]);
        assert_eq!(answer.code, Some(2), "{from:?} {budget:?}: {answer:?}");
        let named = if budget == "half-day" { "--from" } else { "--budget" };
        assert!(answer.out.is_empty() && answer.err.contains(named), "it says which option: {answer:?}");
    }
}
