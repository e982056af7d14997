//! Loading the complaints of years: each is told from its first entry to its last as the flows decide it, and written with its
//! whole history at once.

use std::collections::{HashMap, VecDeque};

use domain::flow;
use domain::id::ComplaintNumber;
use domain::person::Viewer;
use domain::time::Timestamp;
use rayon::prelude::*;
use store::{History, prepare_histories};
use tokio::task::JoinHandle;

use super::complaints::DemoComplaint;
use super::compose::{Progress, Step, pass_time};
use super::years::{Years, without_plan};
use crate::desk::{Desk, DeskError};

/// Complaints to one durable transaction: each waits for the disk, and writes the same pages of every index again.
const TOGETHER: usize = 500;
/// So many transactions wait or are written while the next complaints are told: a server writes two of them at a time.
const AHEAD: usize = 2;

/// Loads all of them, the oldest first; a server makes its indexes once all are there: a composing that was cut short is thrown away.
pub(super) async fn load(
    desk: &Desk,
    years: &Years,
    viewers: &HashMap<String, Viewer>,
    now: Timestamp,
    progress: Progress<'_>,
) -> Result<(), DeskError> {
    // Before anything is being written: who gives out numbers would wait for who writes.
    for day in years.days() {
        let (most, noon) = years.most_on(day);
        desk.reserve_numbers(noon, most).await?;
    }
    let aside = desk.store().begin_loading().await?;
    tell(desk, years, viewers, now, progress).await?;
    progress(Step { zh: "建立索引", en: "making the indexes", done: 0, of: 1 });
    desk.store().end_loading(aside).await?;
    progress(Step { zh: "建立索引", en: "making the indexes", done: 1, of: 1 });
    Ok(())
}

/// Tells the next ones while those before them are written.
async fn tell(
    desk: &Desk,
    years: &Years,
    viewers: &HashMap<String, Viewer>,
    now: Timestamp,
    progress: Progress<'_>,
) -> Result<(), DeskError> {
    let of = u64::from(years.count());
    let mut done = 0;
    let mut days = years.days();
    let mut told: Vec<(DemoComplaint, ComplaintNumber)> = Vec::new();
    let mut writing: VecDeque<JoinHandle<store::Result<usize>>> = VecDeque::new();
    let mut more = true;
    loop {
        while more && told.len() < TOGETHER {
            match days.next() {
                Some(day) => {
                    for complaint in years.on(day) {
                        let number = desk.fresh_number(complaint.at).await?;
                        told.push((complaint, number));
                    }
                }
                None => more = false,
            }
        }
        let next: Vec<_> = told.drain(..told.len().min(TOGETHER)).collect();
        if writing.len() >= AHEAD || next.is_empty() {
            let Some(first) = writing.pop_front() else { return Ok(()) };
            done += first.await.map_err(|_| DeskError::Transient)?? as u64;
            progress(Step { zh: "讲述往年投诉", en: "telling the years before", done, of });
        }
        if next.is_empty() {
            continue;
        }
        let lived = |(complaint, number)| live(desk, viewers, complaint, number, now);
        let histories: Result<Vec<History>, DeskError> = next.into_par_iter().map(lived).collect();
        let (store, ready) = (desk.store().clone(), prepare_histories(histories?));
        writing.push_back(tokio::spawn(async move { store.add_histories(&ready).await.map(|()| ready.len()) }));
    }
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
