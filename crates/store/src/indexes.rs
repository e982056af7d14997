//! Indexes are made once every row is there: sorting them all at once is a fraction of the work of finding each its place.

use sqlx::{AssertSqlSafe, SqlSafeStr};

use crate::db::{Db, Dialect, Tx};
use crate::{Result, Store};

/// Those that a filling searches meanwhile stay: `complaint_search` numbers its rows by its index.
const OF_SQLITE: &str = "SELECT name, sql AS made FROM sqlite_schema \
                         WHERE type = 'index' AND sql IS NOT NULL AND tbl_name <> 'complaint_search' ORDER BY name";
/// Those that are not of a key.
const OF_POSTGRES: &str = "SELECT i.indexname::text AS name, i.indexdef AS made FROM pg_indexes i \
                           WHERE i.schemaname = current_schema() AND NOT EXISTS (SELECT 1 FROM pg_constraint c \
                           WHERE c.conindid = format('%I.%I', i.schemaname, i.indexname)::regclass) ORDER BY i.indexname";

/// Pages of 4 KiB an SQLite file's log holds before they go into the file: what SQLite does by itself, and while years are loaded.
const LOG_PAGES: u32 = 1_000;
const LOADING_LOG_PAGES: u32 = 65_536;

#[derive(sqlx::FromRow)]
struct Index {
    name: String,
    /// The statement that makes it, from the engine's own catalogue.
    made: String,
}

/// Indexes that a database had and has no more.
#[must_use = "who took them away makes them again"]
pub struct SetAside(Vec<Index>);

impl Store {
    /// Makes ready for the histories of years. A server does without indexes meanwhile: this is for a store that is thrown away
    /// where loading is cut short, for its lists are slow until [`Store::end_loading`]. A file keeps its own, for making them again
    /// would fill a log as large as they are; their pages, written anew by commit after commit, go from the log into the file more
    /// rarely.
    pub async fn begin_loading(&self) -> Result<SetAside> {
        if self.db().dialect() == Dialect::Sqlite {
            self.db().empty_log_behind(LOADING_LOG_PAGES).await?;
            return Ok(SetAside(Vec::new()));
        }
        let mut tx = self.db().write_unhurried().await?;
        let aside = set_aside(&mut tx).await?;
        tx.commit().await?;
        Ok(aside)
    }

    /// Makes the indexes again, those of words beside all others, for it takes as long over either; empties a file's log.
    pub async fn end_loading(&self, SetAside(all): SetAside) -> Result<()> {
        if self.db().dialect() == Dialect::Sqlite {
            return self.db().empty_log_behind(LOG_PAGES).await;
        }
        let (words, others) = all.into_iter().partition(|index| index.made.contains(" USING gin "));
        let made = async |aside: SetAside| {
            let mut tx = self.db().write_unhurried().await?;
            aside.made(&mut tx).await?;
            tx.commit().await
        };
        futures::try_join!(made(SetAside(words)), made(SetAside(others)))?;
        let mut tx = self.db().write_unhurried().await?;
        counted(&mut tx).await?;
        tx.commit().await?;
        settled(self.db()).await
    }
}

/// Has a server that was filled note which pages everybody sees: until then lists look up row by row what they count over an index
/// alone, and it gets to that by itself minutes later.
pub(crate) async fn settled(db: &Db) -> Result<()> {
    db.vacuumed("VACUUM complaint, notice, asked").await
}

/// Has a server count what it plans by, once it was filled: its own time for that may be a minute away.
pub(crate) async fn counted(tx: &mut Tx) -> Result<()> {
    if tx.dialect() == Dialect::Postgres {
        tx.script("ANALYZE".into_sql_str()).await?;
    }
    Ok(())
}

/// Takes away all that can wait.
pub(crate) async fn set_aside(tx: &mut Tx) -> Result<SetAside> {
    let indexes: Vec<Index> = tx.all(of(tx.dialect())).await?;
    for index in &indexes {
        tx.script(AssertSqlSafe(format!("DROP INDEX {}", index.name)).into_sql_str()).await?;
    }
    Ok(SetAside(indexes))
}

const fn of(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => OF_SQLITE,
        Dialect::Postgres => OF_POSTGRES,
    }
}

impl SetAside {
    /// Makes every one again.
    pub(crate) async fn made(self, tx: &mut Tx) -> Result<()> {
        if tx.dialect() == Dialect::Postgres {
            tx.script("SET LOCAL maintenance_work_mem = '256MB'".into_sql_str()).await?;
        }
        for index in self.0 {
            tx.script(AssertSqlSafe(index.made).into_sql_str()).await?;
        }
        Ok(())
    }

    /// Makes those again that refuse a second row of the same key, and no others: nobody will look anything up there.
    pub(crate) async fn those_that_refuse(mut self, tx: &mut Tx) -> Result<()> {
        self.0.retain(|index| index.made.starts_with("CREATE UNIQUE "));
        self.made(tx).await
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::Location;
    use crate::testing::{Engine, TestStore};

    async fn there(tx: &mut Tx) -> Vec<(String, String)> {
        let all: Vec<Index> = tx.all(of(tx.dialect())).await.unwrap();
        all.into_iter().map(|index| (index.name, index.made)).collect()
    }

    #[rstest]
    #[case(Engine::Sqlite)]
    #[case(Engine::Postgres)]
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_store_that_was_loaded_has_every_index(#[case] engine: Engine) {
        let Some(store) = TestStore::on(engine).await else { return };
        let before = there(&mut store.db().write().await.unwrap()).await;
        let aside = store.begin_loading().await.unwrap();
        let meanwhile = there(&mut store.db().write().await.unwrap()).await;
        assert_eq!(meanwhile.is_empty(), engine == Engine::Postgres, "{meanwhile:?}");
        store.end_loading(aside).await.unwrap();
        assert_eq!(there(&mut store.db().write().await.unwrap()).await, before);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn m6_a_server_that_was_filled_knows_which_pages_everybody_sees() {
        const DURABLE: &str = "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = on', \
            current_database()); END $$";
        const FILLED: &str = "INSERT INTO notice (branch_id, complaint_id, seq, clock, rung, audience, reached, told) SELECT \
            branch_id, branch_id, seq, 'accept', 'warning', 'handler', 1, 1 FROM branch, generate_series(1, 500) AS seq";
        const PAGES: &str = "SELECT CAST(relpages AS BIGINT), CAST(relallvisible AS BIGINT) FROM pg_class \
            WHERE oid = CAST('notice' AS regclass)";
        let Some(made) = TestStore::on(Engine::Postgres).await else { return };
        // The tests' server acknowledges before it is durable, and is sure of nothing until then.
        made.db().exec(DURABLE).await.unwrap();
        let store = crate::Store::open(made.location()).await.unwrap();
        let aside = store.begin_loading().await.unwrap();
        store.db().exec(FILLED).await.unwrap();
        store.end_loading(aside).await.unwrap();
        let (pages, visible): (i64, i64) = store.db().one(PAGES).await.unwrap().unwrap();
        assert!(pages > 1 && visible == pages, "{visible} of {pages}");
    }

    #[tokio::test]
    async fn while_years_are_loaded_the_log_of_a_file_grows_and_is_emptied_behind_them() {
        let Some(store) = TestStore::on(Engine::Sqlite).await else { return };
        let log = async || {
            let pages: Option<(i64,)> =
                store.db().write().await.unwrap().one("PRAGMA wal_autocheckpoint").await.unwrap();
            let Location::Directory(directory) = store.location() else { panic!("a file") };
            (pages.map(|(pages,)| pages as u32), directory.join("shouwen.db-wal").metadata().unwrap().len())
        };
        let aside = store.begin_loading().await.unwrap();
        store.put_setting("theme", &serde_json::json!("dark")).await.unwrap();
        let (pages, bytes) = log().await;
        assert_eq!(pages, Some(LOADING_LOG_PAGES));
        assert!(bytes > 0);
        store.end_loading(aside).await.unwrap();
        assert_eq!(log().await, (Some(LOG_PAGES), 0));
    }

    #[rstest]
    #[case(Engine::Sqlite)]
    #[case(Engine::Postgres)]
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn m6_after_a_restore_every_index_is_there_again(#[case] engine: Engine) {
        let Some(store) = TestStore::on(engine).await else { return };
        let mut tx = store.db().write().await.unwrap();
        let before = there(&mut tx).await;
        let aside = set_aside(&mut tx).await.unwrap();
        assert!(before.iter().any(|(name, _)| name == "queue_mine"), "{before:?}");
        assert_eq!(there(&mut tx).await, []);
        aside.made(&mut tx).await.unwrap();
        assert_eq!(there(&mut tx).await, before);
        set_aside(&mut tx).await.unwrap().those_that_refuse(&mut tx).await.unwrap();
        let strict = there(&mut tx).await;
        assert!(strict.iter().any(|(name, _)| name == "complaint_number"), "{strict:?}");
        assert!(strict.iter().all(|(_, made)| made.contains("UNIQUE")), "{strict:?}");
    }
}
