//! What a PostgreSQL server does by itself, but too late for a branch that has just begun or a campaign that pours in.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::Result;
use crate::db::{Db, Dialect};

/// Between two looks after the server while somebody writes.
const PAUSE: Duration = Duration::from_millis(200);

/// Looks after the server behind the writers' backs.
#[derive(Debug, Clone)]
pub(super) struct Care {
    db: Db,
    last: Arc<Mutex<Instant>>,
}

impl Care {
    /// For a server; an embedded store needs none.
    pub(super) fn new(db: &Db) -> Option<Self> {
        (db.dialect() == Dialect::Postgres).then(|| Self { db: db.clone(), last: Arc::new(Mutex::new(Instant::now())) })
    }

    /// Something was written: time to look, unless somebody looks already or has just done so.
    pub(super) fn remind(&self) {
        let Ok(mut last) = Arc::clone(&self.last).try_lock_owned() else { return };
        if last.elapsed() < PAUSE {
            return;
        }
        let db = self.db.clone();
        tokio::spawn(async move {
            // Neither step changes what is on record, and the next look tries again.
            let _ = analyse_once(&db).await;
            let _ = sort_words_in(&db).await;
            *last = Instant::now();
        });
    }
}

/// New words wait in a list that the intake which fills it would have to sort in, for a tenth of a second.
async fn sort_words_in(db: &Db) -> Result<()> {
    db.all::<(i64,)>("SELECT gin_clean_pending_list('complaint_search_words')").await.map(|_| ())
}

/// While its statistics speak of an empty table, and they do for a minute, the planner takes any index that begins with
/// the branch for as good as the key, and reads all of it for every row that refers to a complaint.
async fn analyse_once(db: &Db) -> Result<()> {
    // Too small a sample would leave both ways as good.
    let grown = "SELECT CAST(1 AS BIGINT) FROM pg_class WHERE oid = CAST('complaint' AS regclass) AND reltuples < 300 \
                 AND pg_relation_size(oid) > 1000000";
    if db.one::<(i64,)>(grown).await?.is_some() {
        let mut tx = db.write_unhurried().await?;
        tx.exec("ANALYZE complaint, complaint_head, complaint_record").await?;
        tx.commit().await?;
    }
    Ok(())
}
