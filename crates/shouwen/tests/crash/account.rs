//! The reckoning: what was acknowledged against what is on record.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use domain::access::Scope;
use domain::clock::{ClockKind, Rung};
use domain::complaint::Complaint;
use domain::journal::{Entry, Event};
use domain::person::{Viewer, Who};
use domain::time::Timestamp;
use store::{ListQuery, Store};

use crate::common::tickets::Acknowledged;
use crate::stage::{Stage, within};

/// How long the nodes may take to let everything happen that has come due.
const PATIENCE: Duration = Duration::from_mins(5);
/// Longer than any ladder of a complaint that was only taken in.
const AFTERWARDS_SECONDS: i64 = 60 * 86_400;

/// What stands on record.
pub struct Record {
    pub complaints: Vec<(Complaint, Vec<Entry>)>,
    pub rungs: usize,
}

/// Lets every limit pass, ends the nodes and reads everything.
pub fn of(stage: &mut Stage) -> Record {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let store = runtime.block_on(Store::open(&stage.house.location)).unwrap();
    if let Some(warp) = &mut stage.warp {
        warp.past_all(AFTERWARDS_SECONDS);
        let now = Timestamp::from_micros(warp.now_micros());
        let ticked = || runtime.block_on(store.due_ticks(now, None, 1)).unwrap().complaints.is_empty();
        assert!(within(PATIENCE, ticked), "what has come due happens");
    }
    stage.end();
    let complaints = runtime.block_on(read(&store));
    runtime.block_on(store.close());
    let rungs = complaints.iter().map(|(complaint, entries)| fired_once_and_in_order(complaint, entries)).sum();
    let report = stage.house.json("verify", ["verify"]);
    assert_eq!(report["problems"], serde_json::json!([]));
    assert_eq!(report["complaints"], complaints.len());
    if stage.warp.is_some() {
        let clocks: usize = complaints.iter().map(|(complaint, _)| complaint.clocks.len()).sum();
        assert_eq!(rungs, clocks * Rung::ALL.len(), "every rung of every clock, once");
    }
    Record { complaints, rungs }
}

async fn read(store: &Store) -> Vec<(Complaint, Vec<Entry>)> {
    let scope = Scope::of(&Viewer { branch: store.branch(), who: Who::House });
    let mut all = Vec::new();
    let mut query = ListQuery { limit: 500, ..ListQuery::default() };
    loop {
        let page = store.all_complaints(&scope, &query).await.unwrap();
        for complaint in page.rows {
            let entries = store.entries(&scope, complaint.id).await.unwrap();
            all.push((complaint, entries));
        }
        match page.next {
            Some(next) => query.after = Some(next),
            None => return all,
        }
    }
}

/// None missing, none twice.
pub fn holds(record: &Record, acknowledged: &Acknowledged) {
    let mut ids: HashMap<&str, Vec<String>> = HashMap::new();
    for (complaint, _) in &record.complaints {
        let upstream = complaint.upstream.as_ref().expect("all came from upstream");
        ids.entry(&upstream.number).or_default().push(complaint.id.0.to_string());
    }
    let twice: Vec<_> = ids.iter().filter(|(_, ids)| ids.len() > 1).collect();
    assert!(twice.is_empty(), "there twice: {twice:?}");
    for (number, id) in acknowledged {
        assert_eq!(ids.get(number.as_str()), Some(&vec![id.clone()]), "{number} was acknowledged");
    }
}

/// How many rungs fired: each once, the lower before the higher, and nothing before what precedes it on record.
fn fired_once_and_in_order(complaint: &Complaint, entries: &[Entry]) -> usize {
    let named = &complaint.number;
    let times: Vec<Timestamp> = entries.iter().map(|entry| entry.at).collect();
    assert!(times.is_sorted(), "{named}: the journal never runs backwards: {times:?}");
    let sequences: Vec<u64> = entries.iter().map(|entry| entry.sequence).collect();
    assert!(sequences.iter().copied().eq(1..=complaint.version), "{named}: {sequences:?}");
    let mut fired: HashMap<ClockKind, Vec<(Rung, Timestamp)>> = HashMap::new();
    for entry in entries {
        for event in &entry.events {
            if let Event::RungFired { kind, rung, reached, .. } = event {
                assert!(*reached <= entry.at, "{named}: no rung fires before it is reached");
                fired.entry(*kind).or_default().push((*rung, *reached));
            }
        }
    }
    for (kind, rungs) in &fired {
        let different: BTreeSet<Rung> = rungs.iter().map(|(rung, _)| *rung).collect();
        assert_eq!(different.len(), rungs.len(), "{named}: {kind:?}: each rung once: {rungs:?}");
        assert!(rungs.is_sorted(), "{named}: {kind:?}: in order: {rungs:?}");
        assert!(rungs.is_sorted_by_key(|(_, reached)| *reached), "{named}: {kind:?}: {rungs:?}");
    }
    fired.values().map(Vec::len).sum()
}
