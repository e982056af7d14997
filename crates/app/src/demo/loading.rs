//! Loading the complaints of years: each is told from its first entry to its last as the flows decide it, and written with its
//! whole history at once.

use std::collections::HashMap;
use std::sync::Arc;

use domain::flow;
use domain::id::ComplaintNumber;
use domain::person::Viewer;
use domain::time::Timestamp;
use rayon::prelude::*;
use store::{History, PreparedHistory, prepare_histories};

use super::complaints::DemoComplaint;
use super::compose::{Progress, Step, pass_time};
use super::years::{Years, without_plan};
use crate::desk::{Desk, DeskError};

/// Complaints to one durable transaction: each waits for the disk, and writes the same pages of every index again.
const TOGETHER: usize = 2_000;

/// Loads all of them, the oldest first, and makes the indexes once all are there: a composing that was cut short is thrown away.
pub(super) async fn load(
    desk: &Desk,
    years: Arc<Years>,
    viewers: &HashMap<String, Viewer>,
    now: Timestamp,
    progress: Progress<'_>,
) -> Result<(), DeskError> {
    let aside = desk.store().set_indexes_aside().await?;
    tell(desk, years, viewers, now, progress).await?;
    progress(Step { zh: "建立索引", en: "making the indexes", done: 0, of: 1 });
    desk.store().make_indexes(aside).await?;
    progress(Step { zh: "建立索引", en: "making the indexes", done: 1, of: 1 });
    Ok(())
}

/// The next ones are told while those before them are written.
async fn tell(
    desk: &Desk,
    years: Arc<Years>,
    viewers: &HashMap<String, Viewer>,
    now: Timestamp,
    progress: Progress<'_>,
) -> Result<(), DeskError> {
    let of = u64::from(years.count());
    let (mut days, mut done) = (years.days(), 0);
    let mut told: Vec<(DemoComplaint, ComplaintNumber)> = Vec::with_capacity(2 * TOGETHER);
    let mut ready: Vec<PreparedHistory> = Vec::new();
    let mut more = true;
    while more || !told.is_empty() || !ready.is_empty() {
        // Before anything is being written: who gives out numbers would wait for who writes.
        while more && told.len() < TOGETHER {
            match days.next() {
                Some(day) => told.extend(numbered(desk, years.on(day)).await?),
                None => more = false,
            }
        }
        done += ready.len() as u64;
        let (store, written) = (desk.store().clone(), std::mem::take(&mut ready));
        let writing = tokio::spawn(async move { store.add_histories(&written).await });
        let next: Vec<_> = told.drain(..told.len().min(TOGETHER)).collect();
        let lived = |(complaint, number)| live(desk, viewers, complaint, number, now);
        let histories: Result<Vec<History>, DeskError> = next.into_par_iter().map(lived).collect();
        let histories = histories.map(prepare_histories);
        writing.await.map_err(|_| DeskError::Transient)??;
        ready = histories?;
        progress(Step { zh: "讲述往年投诉", en: "telling the years before", done, of });
    }
    Ok(())
}

/// Each with a number of its day.
async fn numbered(
    desk: &Desk,
    complaints: Vec<DemoComplaint>,
) -> Result<Vec<(DemoComplaint, ComplaintNumber)>, DeskError> {
    let mut by_day: Vec<(jiff::civil::Date, Vec<DemoComplaint>)> = Vec::new();
    for complaint in complaints {
        let day = desk.day_of(complaint.at);
        match by_day.last_mut().filter(|(last, _)| *last == day) {
            Some((_, there)) => there.push(complaint),
            None => by_day.push((day, vec![complaint])),
        }
    }
    let mut all = Vec::new();
    for (day, complaints) in by_day {
        let first = desk.store().reserve_numbers(day, complaints.len() as u32).await?;
        all.extend(complaints.into_iter().zip(first..).map(|(one, number)| (one, ComplaintNumber::new(day, number))));
    }
    Ok(all)
}

/// One complaint from its arrival to now, as the flows decide it.
fn live(
    desk: &Desk,
    viewers: &HashMap<String, Viewer>,
    complaint: DemoComplaint,
    number: ComplaintNumber,
    now: Timestamp,
) -> Result<History, DeskError> {
    let (rules, roster) = (desk.rules(), desk.roster());
    let DemoComplaint { intake, at, by, steps } = complaint;
    let evidence = desk.weigh(&intake, at);
    let received = desk.prepare_numbered(&viewers[&by], intake, evidence, number, at);
    let mut history = History {
        complaint: received.complaint,
        entries: vec![received.entry],
        evidence: received.evidence,
        search: received.search.unwrap_or_default(),
    };
    for (at, who, action) in steps {
        pass_time(desk, &mut history.complaint, at, |_, entry, _| history.entries.push(entry));
        let context = rules.context(&viewers[&who], &roster, at);
        let decided = flow::decide(&history.complaint, &[without_plan(action)], &context)?;
        history.complaint = decided.complaint;
        history.entries.push(decided.entry);
    }
    pass_time(desk, &mut history.complaint, now, |_, entry, _| history.entries.push(entry));
    Ok(history)
}
