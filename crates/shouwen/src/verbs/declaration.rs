//! `shouwen declaration`: the 《重大投诉申告表》 of a complaint as the record fills it in (M8).

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use app::desk::Desk;
use app::pdf::{self, Filed};
use domain::complaint::Complaint;
use domain::declaration::{Declaration, Part, missing};
use serde_json::{Value, json};

use super::desk_of;
use crate::cli::{self, Common};
use crate::say::{line, note, pick, refuse, say};

/// Prints the form, or writes it as PDF; what is still missing is said either way.
pub async fn run(common: &Common, options: &cli::Declaration) -> anyhow::Result<ExitCode> {
    let desk = desk_of(common).await?;
    let viewer = desk.house();
    let number = options.number.trim();
    let Some(complaint) = desk.by_number(&viewer, number).await? else {
        bail!(say(
            format!("没有编号为 {number} 的投诉；编号形如 TS-20261123-0042"),
            format!("there is no complaint {number}; numbers look like TS-20261123-0042"),
        ))
    };
    let declaration = desk.prefilled_declaration(&viewer, &complaint).await?;
    let lacking = missing(&declaration);
    let pages = match &options.out {
        Some(file) => Some(print(&desk, &complaint, &declaration, file).await?),
        None => None,
    };
    if common.json {
        let mut answer = answer(&complaint, &declaration, &lacking);
        if let (Some(file), Some(pages)) = (&options.out, pages) {
            answer["pdf"] = json!({"file": file.display().to_string(), "pages": pages});
        }
        line(answer)?;
    } else if options.out.is_none() {
        show(&desk, &complaint, &declaration)?;
    }
    if !lacking.is_empty() {
        let titles: Vec<_> = lacking.iter().map(|part| pick(part.title())).collect();
        let titles = titles.join(say("、", ", "));
        note(say(format!("还缺：{titles}"), format!("still missing: {titles}")));
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes the sheet, marked as a draft: nobody has handed it in. Answers its pages.
async fn print(desk: &Desk, complaint: &Complaint, declaration: &Declaration, file: &Path) -> anyhow::Result<usize> {
    let sheet = desk.declaration_sheet(complaint, Filed::Draft(declaration)).await?;
    let printed = pdf::print(sheet).await.map_err(|error| refuse(&error.told()))?;
    if !printed.unknown.is_empty() {
        let unknown: String = printed.unknown.iter().collect();
        note(say(format!("字库没有这些字，印成方框：{unknown}"), format!("no font has these characters: {unknown}")));
    }
    tokio::fs::write(file, printed.pdf).await.with_context(|| file.display().to_string())?;
    Ok(printed.pages)
}

fn answer(complaint: &Complaint, declaration: &Declaration, lacking: &[Part]) -> Value {
    let named = |part: &Part| {
        let (zh, en) = part.title();
        json!({"part": part.as_str(), "title": {"zh": zh, "en": en}})
    };
    json!({
        "number": complaint.number,
        "grade": complaint.grade,
        "declaration": declaration,
        "missing": lacking.iter().map(named).collect::<Vec<_>>(),
        "digest": pdf::digest(declaration),
    })
}

fn show(desk: &Desk, complaint: &Complaint, declaration: &Declaration) -> anyhow::Result<()> {
    let report = say(declaration.report_title(), declaration.report.title().1.to_owned());
    line(format_args!("{} {} · {report}", say("重大投诉申告表", "declaration of"), complaint.number))?;
    for part in Part::ALL {
        let value = declaration.value(part).said(desk.calendar().zone());
        let value = if value.is_empty() { "—".to_owned() } else { value.replace('\n', "\n  ") };
        line(format_args!("{}\n  {value}", pick(part.title())))?;
    }
    Ok(())
}
