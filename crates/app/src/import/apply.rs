//! Writing what was parsed: the store answers for each row, nothing is imported twice.

use std::collections::HashSet;
use std::time::Duration;

use domain::check::{Bilingual, ElementKind};
use domain::complaint::{Intake, UpstreamNumber};
use domain::time::Timestamp;
use ran::fact::{Alarm, Interference, Outage};
use serde::Serialize;

pub use alone::{ApplyError, OUTLASTS};
use plan::Terms;

use super::report::say;
use super::{At, InventoryItem, Kind, Located, Parsed, ParsedFile};
use crate::desk::{Desk, DeskError};

mod alone;
mod facts;
mod plan;

/// The kind whose first inventory is being written: killed on its way and run again, it is still the first.
const FIRST_INVENTORY: &str = "first_inventory_under_way";
/// Of which date the first inventory of a kind is by its own word, where it says so.
const FIRST_OF: &str = "first_inventory_of_";
/// The duties of those who compare with what is there before they write; facts keyed by their sources need none.
const INVENTORY_DUTY: &str = "import_inventory";
const ALARMS_DUTY: &str = "import_alarms";
/// Numbers looked up in one go.
const NUMBERS_AT_ONCE: usize = 1_000;
/// Complaints received in one go.
const BATCH: usize = 200;

/// How to apply a parsed file.
#[derive(Debug, Clone, Copy, Default)]
pub struct ApplyOptions {
    /// Say what would happen, write nothing.
    pub dry_run: bool,
    /// The file is the whole inventory: what it does not list was removed.
    pub full_snapshot: bool,
    /// From when an inventory holds; its own version date, else now, where absent.
    pub valid_from: Option<Timestamp>,
    /// How long another import of the same is waited for; [`OUTLASTS`] one that was killed.
    pub patience: Duration,
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was not known.
    Added,
    /// It differs from what was known.
    Changed,
    /// Its element stands more than 50 m from where it was.
    Moved,
    /// It says what was known, or repeats another row.
    Unchanged,
}

/// The closing summary. `accepted` + `rejected` = `rows`; `added` + `changed` + `moved` + `unchanged` = `accepted`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Summary {
    /// Rows that count: neither blank nor headings.
    pub rows: u64,
    /// Rows that stand.
    pub accepted: u64,
    /// Rows refused with a reason.
    pub rejected: u64,
    /// Not known before.
    pub added: u64,
    /// Different from before, at the same place.
    pub changed: u64,
    /// Moved by more than 50 m.
    pub moved: u64,
    /// As known before.
    pub unchanged: u64,
    /// Elements a full snapshot no longer lists; not rows of the file.
    pub removed: u64,
}

impl Summary {
    fn count(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Added => self.added += 1,
            Outcome::Changed => self.changed += 1,
            Outcome::Moved => self.moved += 1,
            Outcome::Unchanged => self.unchanged += 1,
        }
    }

    /// Closes the account: accepted rows that named nothing of their own left everything as it was.
    fn close<T>(mut self, parsed: &Parsed<T>) -> Self {
        self.rows = parsed.rows();
        self.accepted = parsed.accepted;
        self.rejected = parsed.rejects.len() as u64;
        self.unchanged = self.accepted - self.added - self.changed - self.moved;
        self
    }
}

/// Applies a parsed file through the desk and takes the change up into the network. Rows the desk refuses join the
/// rejected ones in `file`. `progress` is told how many rows are written. Inventories are applied one at a time, and so are
/// alarms.
pub async fn apply(
    desk: &Desk,
    kind: Kind,
    file: &mut ParsedFile,
    options: &ApplyOptions,
    progress: &mut (dyn FnMut(u64) + Send),
) -> Result<Summary, ApplyError> {
    let duty = match file {
        ParsedFile::Inventory(_) => Some(INVENTORY_DUTY),
        ParsedFile::Alarms(_) => Some(ALARMS_DUTY),
        ParsedFile::Outages(_) | ParsedFile::Interference(_) | ParsedFile::Complaints(_) => None,
    };
    let writing = write(desk, kind, file, options, progress);
    match duty.filter(|_| !options.dry_run) {
        Some(duty) => alone::alone(desk, duty, options.patience, writing).await,
        None => Ok(writing.await?),
    }
}

async fn write(
    desk: &Desk,
    kind: Kind,
    file: &mut ParsedFile,
    options: &ApplyOptions,
    progress: &mut (dyn FnMut(u64) + Send),
) -> Result<Summary, DeskError> {
    let summary = match file {
        ParsedFile::Inventory(parsed) => inventory(desk, kind, parsed, options, progress).await?,
        ParsedFile::Alarms(parsed) => alarms(desk, parsed, options).await?,
        ParsedFile::Outages(parsed) => outages(desk, parsed, options).await?,
        ParsedFile::Interference(parsed) => interference(desk, parsed, options).await?,
        ParsedFile::Complaints(parsed) => return complaints(desk, parsed, options, progress).await,
    };
    let touched = summary.added + summary.changed + summary.moved + summary.removed > 0;
    if touched && !options.dry_run {
        desk.follow_network().await?;
    }
    Ok(summary)
}

async fn inventory(
    desk: &Desk,
    kind: Kind,
    parsed: &Parsed<InventoryItem>,
    options: &ApplyOptions,
    progress: &mut (dyn FnMut(u64) + Send),
) -> Result<Summary, DeskError> {
    let element_kind = if kind == Kind::Repeaters { ElementKind::Repeater } else { ElementKind::Cell };
    let stored = desk.store().inventory().await?;
    let first = stored.iter().all(|version| version.element.kind != element_kind)
        || desk.store().setting(FIRST_INVENTORY).await?.is_some_and(|under_way| under_way == kind.as_str());
    let spared = named_in_rejects(parsed);
    let of = format!("{FIRST_OF}{}", kind.as_str());
    let known = desk.store().setting(&of).await?.and_then(|value| serde_json::from_value(value).ok());
    let terms = Terms { options, first, first_of: known.filter(|_| !first), now: desk.now() };
    let plan = plan::plan(element_kind, stored, &parsed.items, &spared, &terms);
    if !options.dry_run && !plan.changes.is_empty() {
        if first {
            desk.store().put_setting(FIRST_INVENTORY, &kind.as_str().into()).await?;
            let stated = options.valid_from.or_else(|| parsed.items.iter().filter_map(|one| one.item.version).max());
            desk.store().put_setting(&of, &serde_json::json!(stated)).await?;
        }
        desk.store().inventory_apply(&plan.changes, |done| progress(done as u64)).await?;
        if first {
            desk.store().put_setting(FIRST_INVENTORY, &serde_json::Value::Null).await?;
        }
    }
    let mut summary = Summary { removed: plan.removed, ..Summary::default() };
    for outcome in plan.outcomes {
        summary.count(outcome);
    }
    Ok(summary.close(parsed))
}

/// Everything that stands in refused rows: an element that is listed, if wrongly, was not removed.
fn named_in_rejects(parsed: &Parsed<InventoryItem>) -> HashSet<&str> {
    let row = |at: At| parsed.source.sheets.get(at.sheet as usize)?.rows.get(at.index as usize);
    parsed.rejects.iter().filter_map(|reject| row(reject.at)).flat_map(|row| row.cells.iter()).map(str::trim).collect()
}

async fn alarms(desk: &Desk, parsed: &mut Parsed<Alarm>, options: &ApplyOptions) -> Result<Summary, DeskError> {
    let known = desk.store().alarms().await?;
    let (rows, repeated) = facts::told_together(std::mem::take(&mut parsed.items), known.clone());
    let outcomes = if options.dry_run {
        facts::compared(known, &rows, |alarm| alarm.id.clone())
    } else {
        facts::written(desk.store().alarms_put(&rows).await?)
    };
    Ok(facts::summary(outcomes, repeated).close(parsed))
}

async fn outages(desk: &Desk, parsed: &mut Parsed<Outage>, options: &ApplyOptions) -> Result<Summary, DeskError> {
    let known = if options.dry_run { desk.store().outages().await? } else { Vec::new() };
    let (rows, repeated) = facts::last_of_each(std::mem::take(&mut parsed.items), |outage| outage.id.clone());
    let outcomes = if options.dry_run {
        facts::compared(known, &rows, |outage| outage.id.clone())
    } else {
        facts::written(desk.store().outages_put(&rows).await?)
    };
    Ok(facts::summary(outcomes, repeated).close(parsed))
}

async fn interference(
    desk: &Desk,
    parsed: &mut Parsed<Interference>,
    options: &ApplyOptions,
) -> Result<Summary, DeskError> {
    let key = |noise: &Interference| format!("{:?} {}", noise.target, noise.from);
    let known = if options.dry_run { desk.store().interference().await? } else { Vec::new() };
    let (rows, repeated) = facts::last_of_each(std::mem::take(&mut parsed.items), key);
    let outcomes = if options.dry_run {
        facts::compared(known, &rows, key)
    } else {
        facts::written(desk.store().interference_put(&rows).await?)
    };
    Ok(facts::summary(outcomes, repeated).close(parsed))
}

async fn complaints(
    desk: &Desk,
    parsed: &mut Parsed<Intake>,
    options: &ApplyOptions,
    progress: &mut (dyn FnMut(u64) + Send),
) -> Result<Summary, DeskError> {
    let mut summary = Summary::default();
    let mut done = 0;
    let known = numbered(desk, &parsed.items).await?;
    let again = |intake: &Intake| {
        let number = intake.upstream.as_ref().map(|upstream| upstream.number.as_str());
        number.is_some_and(|number| known.contains(number))
    };
    let (repeats, items): (Vec<_>, Vec<_>) =
        std::mem::take(&mut parsed.items).into_iter().partition(|located| again(&located.item));
    summary.unchanged = repeats.len() as u64;
    done += summary.unchanged;
    let mut items = items.into_iter().peekable();
    let mut seen = HashSet::new();
    while items.peek().is_some() {
        let (places, intakes): (Vec<At>, Vec<Intake>) =
            items.by_ref().take(BATCH).map(|Located { at, item }| (at, item)).unzip();
        done += places.len() as u64;
        if options.dry_run {
            for intake in &intakes {
                let submitted = match &intake.submission {
                    Some(key) if intake.upstream.is_none() => desk.by_submission(&desk.house(), key).await?.is_some(),
                    Some(_) | None => false,
                };
                let fresh = seen.insert(key_of(intake)) && !submitted;
                summary.count(if fresh { Outcome::Added } else { Outcome::Unchanged });
            }
        } else {
            let received = desk.receive_many(&desk.house(), intakes, desk.now()).await?;
            for (at, outcome) in places.into_iter().zip(received) {
                match outcome {
                    Ok(crate::desk::Outcome::Added(_)) => summary.count(Outcome::Added),
                    Ok(crate::desk::Outcome::Repeated) => summary.count(Outcome::Unchanged),
                    // Nothing is wrong with the row: the same import goes on later.
                    Err(error @ (DeskError::Transient | DeskError::Full(_))) => return Err(error),
                    Err(error) => parsed.refuse(at, refused(&error)),
                }
            }
        }
        progress(done);
    }
    Ok(summary.close(parsed))
}

fn key_of(intake: &Intake) -> String {
    let number = intake.upstream.as_ref().map(|upstream| upstream.number.clone());
    number.or_else(|| intake.submission.clone()).unwrap_or_default()
}

/// The file's numbers that are on record already, by whichever door they came (M1).
async fn numbered(desk: &Desk, items: &[Located<Intake>]) -> Result<HashSet<String>, DeskError> {
    let mine: Vec<&UpstreamNumber> = items.iter().filter_map(|located| located.item.upstream.as_ref()).collect();
    let mut known = HashSet::new();
    for chunk in mine.chunks(NUMBERS_AT_ONCE) {
        let numbers: Vec<&str> = chunk.iter().map(|upstream| upstream.number.as_str()).collect();
        // A spreadsheet's numbers are anybody's: whoever numbered alike, it is the same complaint.
        let found = desk.store().numbered(desk.store().branch(), &numbers).await?;
        known.extend(found.into_iter().map(|(upstream, _)| upstream.number));
    }
    Ok(known)
}

fn refused(error: &DeskError) -> Bilingual {
    let told = error.told();
    say(format!("受理台拒绝：{}", told.zh), format!("the desk refused it: {}", told.en))
}
