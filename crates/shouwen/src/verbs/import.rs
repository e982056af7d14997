//! `shouwen import`: inventory, facts and complaints from a file; wrong rows go to a reject file, the good ones stand (M1, M2).

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use app::import::{self, ApplyOptions, ImportOptions, Kind, Mapping, ParsedFile, Reject, Summary};
use domain::place::Datum;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::desk_of;
use crate::cli::{Common, Import, ImportKind};
use crate::say::{line, note, refuse, say, told};

/// As many refused rows are told one by one; the reject file has them all.
const TOLD: usize = 20;

impl From<ImportKind> for Kind {
    fn from(kind: ImportKind) -> Self {
        match kind {
            ImportKind::Cells => Self::Cells,
            ImportKind::Repeaters => Self::Repeaters,
            ImportKind::Alarms => Self::Alarms,
            ImportKind::Outages => Self::Outages,
            ImportKind::Interference => Self::Interference,
            ImportKind::Complaints => Self::Complaints,
        }
    }
}

/// Reads, writes, and closes with a summary.
pub async fn run(common: &Common, options: &Import) -> anyhow::Result<ExitCode> {
    let kind = Kind::from(options.kind);
    if options.datum.is_none() && matches!(kind, Kind::Cells | Kind::Repeaters) {
        return Err(undeclared());
    }
    let bytes = std::fs::read(&options.file).with_context(|| options.file.display().to_string())?;
    let mapping = options.map.as_deref().map(|path| mapping(path, kind)).transpose()?;
    let desk = desk_of(common).await?;
    let zone = desk.calendar().zone().clone();
    let bar = bar();
    let reading = ImportOptions { datum: options.datum.unwrap_or(Datum::Wgs84), zone, mapping };
    bar.set_message(say("读取", "reading"));
    let parsed = import::parse(kind, &bytes, &reading, &mut |rows| bar.set_position(rows));
    let mut parsed = parsed.map_err(|error| refuse(&error.told()))?;
    if options.datum.is_none() && has_points(&parsed) {
        return Err(undeclared());
    }
    if options.full_snapshot && matches!(&parsed, ParsedFile::Inventory(parsed) if parsed.items.is_empty()) {
        bail!(say(
            "--full-snapshot 的文件里没有一行可用的数据：照此会删去全部工参，没有写入任何内容",
            "the file of --full-snapshot holds no usable row: taken at its word it removes the whole inventory; nothing was stored"
        ))
    }
    bar.set_message(say("写入", "writing"));
    let how = ApplyOptions {
        dry_run: options.dry_run,
        full_snapshot: options.full_snapshot,
        valid_from: options.valid_from,
        patience: import::OUTLASTS,
    };
    let applied = import::apply(&desk, kind, &mut parsed, &how, &mut |rows| bar.set_position(rows)).await;
    let summary = applied.map_err(|error| refuse(&error.told()))?;
    bar.finish_and_clear();
    let reject_file = write_rejects(options, &parsed)?;
    if common.json {
        line(answer(&summary, &parsed, options, reject_file.as_deref()))?;
    } else {
        print(&summary, options)?;
    }
    remark(&parsed, options, reject_file.as_deref());
    desk.close().await;
    let failed = options.strict && summary.rejected > 0;
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn undeclared() -> anyhow::Error {
    anyhow::anyhow!(
        "{}",
        say(
            "必须用 --datum 声明坐标系：wgs84、gcj02 或 bd09（坐标系弄错会偏移数百米）",
            "declare the datum of the coordinates with --datum wgs84, gcj02 or bd09: the wrong one is hundreds of metres off"
        )
    )
}

fn has_points(parsed: &ParsedFile) -> bool {
    match parsed {
        ParsedFile::Inventory(parsed) => !parsed.items.is_empty(),
        ParsedFile::Complaints(parsed) => parsed.items.iter().any(|located| located.item.place.point.is_some()),
        ParsedFile::Alarms(_) | ParsedFile::Outages(_) | ParsedFile::Interference(_) => false,
    }
}

fn mapping(path: &Path, kind: Kind) -> anyhow::Result<Mapping> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    Mapping::parse(&text, kind).map_err(|error| refuse(&error.told())).with_context(|| path.display().to_string())
}

/// Drawn on stderr, and only where somebody watches.
fn bar() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    let style = ProgressStyle::with_template("{spinner} {msg} {human_pos} [{elapsed}]");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
    bar
}

/// Writes the refused rows beside the file, or where the options say; a dry run, too, so that they can be corrected before
/// anything is stored.
fn write_rejects(options: &Import, parsed: &ParsedFile) -> anyhow::Result<Option<PathBuf>> {
    if parsed.rejects().is_empty() {
        return Ok(None);
    }
    let name = options.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let path = options.reject_file.clone().unwrap_or_else(|| options.file.with_file_name(format!("{name}.rej.csv")));
    let mut content = Vec::new();
    parsed.write_rejects(&mut content, &name)?;
    if let Err(error) = std::fs::write(&path, &content) {
        if options.reject_file.is_some() {
            bail!("{}: {error}", path.display());
        }
        // The file's own directory may be read-only; the rows must not be lost for that.
        let here = PathBuf::from(format!("{name}.rej.csv"));
        std::fs::write(&here, &content).with_context(|| here.display().to_string())?;
        return Ok(Some(here));
    }
    Ok(Some(path))
}

fn answer(summary: &Summary, parsed: &ParsedFile, options: &Import, reject_file: Option<&Path>) -> Value {
    let mut answer = json!(summary);
    let rejects: Vec<Value> =
        parsed.rejects().iter().take(1_000).map(|reject| rejected(reject, parsed, options)).collect();
    let notes: Vec<Value> = parsed
        .notes()
        .iter()
        .map(|note| json!({"zh": note.text.zh, "en": note.text.en, "rows": note.rows, "first_row": note.first.row}))
        .collect();
    let skipped: Vec<&str> =
        parsed.sheets().iter().filter(|sheet| !sheet.recognised).map(|sheet| sheet.name.as_str()).collect();
    if let Some(object) = answer.as_object_mut() {
        object.insert("reject_file".into(), json!(reject_file.map(|path| path.display().to_string())));
        object.insert("dry_run".into(), json!(options.dry_run));
        object.insert("rejects".into(), json!(rejects));
        object.insert("notes".into(), json!(notes));
        object.insert("skipped_sheets".into(), json!(skipped));
    }
    answer
}

fn rejected(reject: &Reject, parsed: &ParsedFile, options: &Import) -> Value {
    json!({
        "file": options.file.display().to_string(),
        "sheet": sheet_of(reject, parsed),
        "row": reject.at.row,
        "column": reject.column,
        "value": reject.value,
        "reason": {"zh": reject.reason.zh, "en": reject.reason.en},
    })
}

fn sheet_of<'a>(reject: &Reject, parsed: &'a ParsedFile) -> &'a str {
    parsed.sheets().get(reject.at.sheet as usize).map_or("", |sheet| sheet.name.as_str())
}

fn print(summary: &Summary, options: &Import) -> anyhow::Result<()> {
    if options.dry_run {
        line(say("试运行，未存入任何内容", "dry run: nothing was stored"))?;
    }
    for (zh, en, count) in [
        ("行数", "rows", summary.rows),
        ("接受", "accepted", summary.accepted),
        ("拒绝", "rejected", summary.rejected),
        ("新增", "added", summary.added),
        ("变更", "changed", summary.changed),
        ("移动超过 50 米", "moved by more than 50 m", summary.moved),
        ("未变", "unchanged", summary.unchanged),
        ("移除", "removed", summary.removed),
    ] {
        line(format_args!("{count:>9}  {}", say(zh, en)))?;
    }
    Ok(())
}

/// Refused rows, remarks and skipped sheets, on stderr.
fn remark(parsed: &ParsedFile, options: &Import, reject_file: Option<&Path>) {
    for reject in parsed.rejects().iter().take(TOLD) {
        let sheet = sheet_of(reject, parsed);
        let place = if sheet.is_empty() { String::new() } else { format!("[{sheet}] ") };
        note(format_args!(
            "{}: {place}{} {}, {} “{}”: {}",
            options.file.display(),
            say("行", "row"),
            reject.at.row,
            reject.column,
            reject.value,
            told(&reject.reason)
        ));
    }
    let more = parsed.rejects().len().saturating_sub(TOLD);
    if more > 0 {
        note(say(format!("……另有 {more} 行"), format!("… and {more} more rows")));
    }
    for remark in parsed.notes() {
        let rows = say(
            format!("{} 行，首见第 {} 行", remark.rows, remark.first.row),
            format!("{} rows, first {}", remark.rows, remark.first.row),
        );
        note(format_args!("· {} ({rows})", told(&remark.text)));
    }
    for sheet in parsed.sheets().iter().filter(|sheet| !sheet.recognised) {
        note(say(
            format!("工作表“{}”不是此类数据，已跳过", sheet.name),
            format!("sheet \"{}\" holds no such data and was skipped", sheet.name),
        ));
    }
    if let Some(path) = reject_file {
        note(format_args!(
            "{}{}",
            say("被拒绝的行（改正后可再次导入）：", "rejected rows, to be corrected and imported again: "),
            path.display()
        ));
    }
}
