//! `shouwen due`: a due time that explains itself.

use std::process::ExitCode;

use domain::calendar::{HalfDay, WorkingCalendar, format_instant};
use serde_json::json;

use crate::cli::{Common, Due, HalfDayOption};
use crate::say::{line, note, say, told};

/// Prints the due time; with `--explain` every line that led to it.
pub fn run(common: &Common, options: &Due) -> anyhow::Result<ExitCode> {
    let calendar = WorkingCalendar::china();
    let (start, budget) = (options.from, options.budget);
    let half_day = match options.half_day {
        HalfDayOption::Hours => HalfDay::Hours,
        HalfDayOption::Session => HalfDay::Session,
    };
    let due = calendar.due(start, &budget, half_day);
    let at = format_instant(due.at, calendar.zone());
    if common.json {
        let answer = json!({
            "due": at,
            "from": format_instant(start, calendar.zone()),
            "budget": budget.to_string(),
            "half_day": half_day,
            "explanation": due.explanation,
            "warnings": due.warnings,
        });
        line(answer)?;
        return Ok(ExitCode::SUCCESS);
    }
    line(at)?;
    if options.explain {
        for step in &due.explanation {
            line(format_args!("  {}", told(&step.text)))?;
        }
    }
    for warning in &due.warnings {
        note(format_args!("{}{}", say("注意：", "note: "), told(&warning.text)));
    }
    Ok(ExitCode::SUCCESS)
}
