//! One store over two engines, SQLite and PostgreSQL: complaints with their journal and hash chain, search, people,
//! network facts, backup.
//!
//! The only room with SQL. It knows no rules: what is written was decided in `domain`. Invariants: a command is durable
//! as a whole before it is acknowledged, a stale write leaves nothing behind, a read of complaints needs a `Scope`, SQL
//! text is `&'static str` with bound values, and every table's key begins with the branch.

#![cfg_attr(test, expect(clippy::unwrap_used, reason = "a test says by panicking what went wrong"))]

#[cfg(test)]
extern crate self as store;

mod backup;
mod board;
mod commit;
mod complaints;
mod db;
mod distributed;
mod duty;
mod error;
mod examine;
mod exports;
mod figures;
mod indexes;
mod links;
mod network;
mod notices;
mod opening;
mod outbox;
mod packed;
mod people;
mod place;
#[cfg(test)]
mod plans;
mod policies;
mod queue;
mod reach;
mod relay;
mod retention;
mod roster;
mod schema;
mod search;
mod settings;
mod spots;
mod tables;
#[cfg(feature = "testing")]
pub mod testing;
mod values;
mod verify;

pub use backup::{Ground, Moved, Stage, Summary, Tell, reread};
pub use board::{Board, Departed, Heap, Load};
pub use commit::{Batch, Commit, EntryHash, Evidence, History, PreparedHistory, SearchTexts, prepare_histories};
pub use complaints::{ListQuery, Signal};
pub use error::{Duplicate, Error};
pub use examine::{Engine, Examined, examine};
pub use exports::ExportFile;
pub use figures::Sample;
pub use indexes::SetAside;
pub use network::{Applied, ElementChange, Ended};
pub use notices::{Due, DueComplaint, DueKey, Notice};
pub use opening::{Location, Store};
pub use outbox::{Attachment, AttachmentName, Claimed, Outgoing, Posted};
pub use people::{Session, Token};
pub use policies::PolicyVersion;
pub use queue::{Count, Counters, Cursor, Filter, Lateness, NotACursor, Page, QueueDue, QueueQuery, QueueRow, View};
pub use reach::Reach;
pub use relay::{Heard, Hearing};
pub use retention::{Kept, Old};
pub use schema::SchemaStep;
pub use search::SearchQuery;
pub use settings::GazetteerPlace;
pub use spots::{SpotNotice, SpotQuery, SpotWrite};
pub use verify::{Problem, Report};

/// What every call of the store answers.
pub type Result<T> = std::result::Result<T, Error>;
