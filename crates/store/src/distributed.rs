//! A distributed PostgreSQL: the schema keeps the rules of Citus from its first step (every key leads with `branch_id`); here
//! the tables are handed to it. The engine does the distributing.

use crate::db::Db;
use crate::tables::TABLES;
use crate::{Error, Location, Result, Store};

/// Tables of the branch that no backup carries.
const BESIDE: [&str; 1] = ["session"];

impl Store {
    /// Distributes every table by its branch, colocated, in the order in which they refer to each other; the statements. Only
    /// shows them where a plan is asked for. Tables that are distributed already are left alone; those of the machinery
    /// (`schema_step`, `schema_lock`) stay on the coordinator.
    ///
    /// Of a store that was brought forward. Refuses an engine without Citus, and changes nothing then.
    pub async fn distribute(location: &Location, plan: bool) -> Result<Vec<String>> {
        let Location::Postgres(url) = location else {
            return Err(Error::refused(
                "只有 PostgreSQL 可以分布：用 --database postgres://…。没有改动任何数据。",
                "only PostgreSQL can be distributed: give --database postgres://…. Nothing was changed.",
            ));
        };
        // Not brought forward: whoever is refused finds the store as it was.
        let db = Db::postgres(url).await?;
        let done = distribute(&db, plan).await;
        db.close().await;
        done
    }
}

async fn distribute(db: &Db, plan: bool) -> Result<Vec<String>> {
    let installed: Option<(String,)> =
        db.one("SELECT CAST(extversion AS text) FROM pg_extension WHERE extname = 'citus'").await?;
    if installed.is_none() {
        return Err(Error::refused(
            "这个库没有安装 Citus：先由库管理员执行 CREATE EXTENSION citus。没有改动任何数据。",
            "Citus is not installed in this database: its administrator runs CREATE EXTENSION citus first. Nothing was changed.",
        ));
    }
    let there: Vec<(String,)> =
        db.all("SELECT CAST(CAST(logicalrelid AS regclass) AS text) FROM pg_dist_partition").await?;
    let missing = tables().filter(|table| !there.iter().any(|(known,)| known == table));
    let statements: Vec<String> = missing.map(statement).collect();
    if !plan {
        let mut tx = db.write_unhurried().await?;
        for table in tables().filter(|table| !there.iter().any(|(known,)| known == table)) {
            tx.script(sqlx::SqlSafeStr::into_sql_str(sqlx::AssertSqlSafe(statement(table)))).await?;
        }
        tx.commit().await?;
    }
    Ok(statements)
}

/// What is referred to first.
fn tables() -> impl Iterator<Item = &'static str> {
    TABLES.iter().map(|table| table.name).chain(BESIDE)
}

fn statement(table: &str) -> String {
    match table {
        "branch" => "SELECT create_distributed_table('branch', 'branch_id')".to_owned(),
        table => format!("SELECT create_distributed_table('{table}', 'branch_id', colocate_with => 'branch')"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::testing::{Engine, TestStore};

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn every_table_of_the_branch_is_handed_over_after_what_it_refers_to() {
        let Some(store) = TestStore::on(Engine::Postgres).await else { return };
        let found: Vec<(String,)> = store
            .db()
            .all(
                "SELECT CAST(table_name AS text) FROM information_schema.columns \
                 WHERE table_schema = 'public' AND column_name = 'branch_id'",
            )
            .await
            .unwrap();
        let found: BTreeSet<&str> = found.iter().map(|(name,)| name.as_str()).collect();
        assert_eq!(found, tables().collect());
        let references: Vec<(String, String)> = store
            .db()
            .all(
                "SELECT CAST(conrelid::regclass AS text), CAST(confrelid::regclass AS text) FROM pg_constraint \
                 WHERE contype = 'f' AND conrelid <> confrelid",
            )
            .await
            .unwrap();
        let place = |name: &str| tables().position(|table| table == name).unwrap();
        for (from, to) in references {
            assert!(place(&to) < place(&from), "{from} refers to {to}");
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn an_engine_without_citus_is_refused() {
        for engine in [Engine::Sqlite, Engine::Postgres] {
            let Some(store) = TestStore::on(engine).await else { continue };
            assert!(matches!(Store::distribute(store.location(), false).await, Err(Error::Refused(_))));
        }
    }
}
