//! Disputes 争议 of a complaint that somebody above decided: what the sides noted, and what was decided (M13).

use crate::flow::{Paper, PaperKind};
use crate::journal::{Entry, Event};

/// A dispute that was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecidedDispute {
    /// The journal entry that decided it.
    pub entry: u64,
    /// What the sides noted, in their order.
    pub sides: Vec<Paper>,
    /// 裁定.
    pub decision: Paper,
}

impl DecidedDispute {
    /// Those of a journal, oldest first.
    pub fn all(entries: &[Entry]) -> Vec<Self> {
        let (mut sides, mut decided) = (Vec::new(), Vec::new());
        for entry in entries {
            for event in &entry.events {
                let Event::PaperWritten { paper } = event else { continue };
                match paper.kind {
                    PaperKind::Dispute => sides.push(paper.clone()),
                    PaperKind::DisputeDecision => decided.push(Self {
                        entry: entry.sequence,
                        sides: std::mem::take(&mut sides),
                        decision: paper.clone(),
                    }),
                    _ => {}
                }
            }
        }
        decided
    }
}
