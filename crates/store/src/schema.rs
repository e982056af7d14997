//! The schema goes forward by itself, as a whole or not at all.

use domain::check::Bilingual;
use serde::Serialize;
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, SqlSafeStr};

use crate::db::Sql;
use crate::db::{Db, Dialect, args, retry};
use crate::opening::FILE;
use crate::{Error, Location, Result, Store};

mod board;

/// The step after which the rows that are there have to be filled in.
const BOARD: &str = "board";

/// A step as it is written down.
struct Step {
    name: &'static str,
    text: &'static str,
    /// What it does, in Chinese and English.
    does: (&'static str, &'static str),
}

/// Every step, oldest first. A step that was released never changes; a new one is a file and an entry here.
const STEPS: &[Step] = &[
    Step {
        name: "begin",
        text: include_str!("schema/001_begin.sql"),
        does: (
            "建立投诉、流水、证据、人员与网络各表",
            "makes the tables of complaints, journal, evidence, people and network",
        ),
    },
    Step {
        name: "pace of a server",
        text: include_str!("schema/002_server_pace.sql"),
        does: ("PostgreSQL 上改用更快的压缩", "lets PostgreSQL pack long texts faster"),
    },
    Step {
        name: "outbox",
        text: include_str!("schema/003_outbox.sql"),
        does: ("建立发件箱，不改已有数据", "makes the outbox; nothing on record changes"),
    },
    Step {
        name: "policy",
        text: include_str!("schema/004_policy.sql"),
        does: ("建立策略版本表，不改已有数据", "makes the table of policies; nothing on record changes"),
    },
    Step {
        name: "roster",
        text: include_str!("schema/005_roster.sql"),
        does: (
            "建立值班与请假表；为派过现场测试的投诉补记一列",
            "makes the duty roster; complaints once sent for a field test are marked so",
        ),
    },
    Step {
        name: "problem locations",
        text: include_str!("schema/006_problem_location.sql"),
        does: ("建立黑点各表，不改已有数据", "makes the tables of problem locations; nothing on record changes"),
    },
    Step {
        name: BOARD,
        text: include_str!("schema/007_board.sql"),
        does: (
            "为看板增加列和表，逐件重算未结投诉的列；件数多时需几分钟",
            "adds what the board reads, computed anew for every open complaint; with many it takes minutes",
        ),
    },
    Step {
        name: "record beside the lists",
        text: include_str!("schema/008_record.sql"),
        does: (
            "把投诉全文移到单独的表，列表各列留在原表；数据不变，需要与投诉全文一样大的空间",
            "moves the whole complaint to a table of its own beside the columns of lists; nothing it says changes, and as much \
             room as the whole complaints take is needed",
        ),
    },
    Step {
        name: "roster entries",
        text: include_str!("schema/009_roster_entry.sql"),
        does: (
            "建立值班表的变更记录，不改已有数据",
            "makes the record of who changed the roster; nothing on record changes",
        ),
    },
    Step {
        name: "head beside the record",
        text: include_str!("schema/010_head.sql"),
        does: (
            "把投诉的版本与下次到点移到单独的窄表；数据不变",
            "moves how far each complaint is to a narrow table of its own; nothing it says changes",
        ),
    },
    Step {
        name: "retention",
        text: include_str!("schema/011_retention.sql"),
        does: (
            "建立匿名化记录表，不改已有数据；到期投诉随后由服务分批匿名化",
            "makes the table of what is anonymised; nothing on record changes, the service takes what is due batch by batch",
        ),
    },
    Step {
        name: "exports",
        text: include_str!("schema/012_export.sql"),
        does: (
            "建立导出申请及其记录，不改已有数据",
            "makes the requests for exports and their record; nothing on record changes",
        ),
    },
    Step {
        name: "packed evidence",
        text: include_str!("schema/013_packed.sql"),
        does: (
            "证据改为压缩保存：已有证据原样重写一遍，需要与其一样大的空间；新证据占其七分之一",
            "keeps evidence packed: what there is is written anew as it is and needs as much room again, new evidence a seventh",
        ),
    },
    Step {
        name: "spans of words",
        text: include_str!("schema/014_spans.sql"),
        does: (
            "PostgreSQL 上把受理时段记入检索词，使检索先看最新的；检索表重写一遍，百万件需数分钟。SQLite 上不改数据",
            "on PostgreSQL enters spans of receipt among the words, so that searches look at the newest first: the words are \
             written anew, minutes for a million complaints; nothing changes on SQLite",
        ),
    },
    Step {
        name: "packed complaints",
        text: include_str!("schema/015_packed_complaints.sql"),
        does: (
            "投诉全文改为压缩保存：已有全文原样重写一遍，需要与其一样大的空间；以后每次写入占其三分之一",
            "keeps whole complaints packed: what there is is written anew as it is and needs as much room again, what is \
             written from now on takes a third",
        ),
    },
    Step {
        name: "journal by itself",
        text: include_str!("schema/016_journal_alone.sql"),
        does: (
            "PostgreSQL 上流水与提醒不再逐条回查投诉表，由写入语句和 verify 保证；不改已有数据。SQLite 上不变",
            "on PostgreSQL entries and notices are no longer looked up in the table of complaints one by one: the statement \
             that writes them and verify see to that; nothing on record changes, nothing at all on SQLite",
        ),
    },
];

/// A step of the schema, and whether a store has taken it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SchemaStep {
    /// Its number, from 1.
    pub step: i64,
    /// Its stable name.
    pub name: &'static str,
    /// What it does.
    pub does: Bilingual,
    /// Whether the store has taken it.
    pub taken: bool,
}

impl Store {
    /// Every step this program knows, and which of them the store at a location has taken; nothing is changed there.
    ///
    /// Refuses a store that took others.
    pub async fn schema_of(location: &Location) -> Result<Vec<SchemaStep>> {
        let db = match location {
            Location::Directory(directory) => {
                let file = directory.join(FILE);
                if !file.exists() {
                    return Ok(steps(0));
                }
                Db::sqlite_untouched(&file).await?
            }
            Location::Postgres(url) => Db::postgres(url).await?,
        };
        let applied = match db.all::<Applied>(APPLIED).await {
            Ok(applied) => known(&applied),
            // Nobody has made a store there yet.
            Err(Error::Database(_)) => Ok(0),
            Err(error) => Err(error),
        };
        db.close().await;
        applied.map(steps)
    }
}

fn steps(applied: usize) -> Vec<SchemaStep> {
    let step = |(at, step): (usize, &Step)| SchemaStep {
        step: at as i64 + 1,
        name: step.name,
        does: Bilingual::new(step.does.0, step.does.1),
        taken: at < applied,
    };
    STEPS.iter().enumerate().map(step).collect()
}

/// How many steps this program knows.
pub(crate) const LATEST: i64 = STEPS.len() as i64;

/// The steps a store has taken.
const APPLIED: &str = "SELECT step, name, digest FROM schema_step ORDER BY step";

#[derive(sqlx::FromRow)]
struct Applied {
    step: i64,
    name: String,
    digest: Vec<u8>,
}

/// Brings the database to the latest schema in one transaction, under a lock row of its own.
pub(crate) async fn migrate(db: &Db) -> Result<()> {
    migrate_to(db, STEPS.len()).await
}

/// The same up to a step: what a store of an older version looked like.
pub(crate) async fn migrate_to(db: &Db, steps: usize) -> Result<()> {
    // Nothing is written to a store that has nothing to go forward to.
    if let Ok(applied) = db.all::<Applied>(APPLIED).await
        && known(&applied)? >= steps
    {
        return Ok(());
    }
    retry(|| async {
        match prepare(db).await {
            // Two processes that create the same table at once: the later one stumbles, then finds it there.
            Err(error @ (Error::Duplicate(_) | Error::Database(_))) => Err(Error::Transient(error.to_string())),
            done => done,
        }
    })
    .await?;
    retry(|| forward(db, steps)).await
}

/// How many steps the store has taken.
pub(crate) async fn taken(db: &Db) -> Result<i64> {
    Ok(known(&db.all::<Applied>(APPLIED).await?)? as i64)
}

/// The same where no store may be yet.
pub(crate) async fn taken_or_none(db: &Db) -> Result<i64> {
    match taken(db).await {
        // The table of steps is not there.
        Err(Error::Database(_)) => Ok(0),
        taken => taken,
    }
}

async fn prepare(db: &Db) -> Result<()> {
    let mut tx = db.write_unhurried().await?;
    let text = translated(
        "CREATE TABLE IF NOT EXISTS schema_step (step {int} NOT NULL PRIMARY KEY, name {text} NOT NULL, digest {blob} \
         NOT NULL){strict};\n\
         CREATE TABLE IF NOT EXISTS schema_lock (id {int} NOT NULL PRIMARY KEY, taken {int} NOT NULL){strict};\n\
         INSERT INTO schema_lock (id, taken) VALUES (1, 0) ON CONFLICT (id) DO NOTHING;",
        db.dialect(),
    );
    tx.script(AssertSqlSafe(text).into_sql_str()).await?;
    tx.commit().await
}

async fn forward(db: &Db, steps: usize) -> Result<()> {
    let mut tx = db.write_unhurried().await?;
    tx.exec_one("UPDATE schema_lock SET taken = taken + 1 WHERE id = 1").await?;
    let applied = known(&tx.all::<Applied>(APPLIED).await?)?;
    for (at, Step { name, text, .. }) in STEPS.iter().enumerate().take(steps).skip(applied) {
        tx.script(AssertSqlSafe(translated(text, db.dialect())).into_sql_str()).await?;
        if *name == BOARD {
            board::fill(&mut tx).await?;
        }
        tx.exec(Sql::with(
            "INSERT INTO schema_step (step, name, digest) VALUES ($1, $2, $3)",
            args![at as i64 + 1, *name, digest(text)],
        ))
        .await?;
    }
    tx.commit().await
}

/// How many steps were taken; refuses a store that took others than this program knows.
fn known(applied: &[Applied]) -> Result<usize> {
    for (at, row) in applied.iter().enumerate() {
        let Some(Step { text, .. }) = STEPS.get(at) else {
            return Err(Error::refused(
                format!(
                    "这个库的结构步骤为 {}（{}），本程序只到 {LATEST}：它由更新的版本写成。没有改动任何数据，请用那个版本或更新的版本。",
                    row.step, row.name
                ),
                format!(
                    "this store has schema step {} ({}), this program knows {LATEST}: it was written by a newer \
                     version. Nothing was changed; use that version or a later one.",
                    row.step, row.name
                ),
            ));
        };
        if row.digest != digest(text) {
            return Err(Error::refused(
                format!("这个库的结构步骤 {}（{}）与本程序的不同，没有改动任何数据。", row.step, row.name),
                format!(
                    "schema step {} ({}) of this store is not the one this program knows. Nothing was changed.",
                    row.step, row.name
                ),
            ));
        }
    }
    Ok(applied.len())
}

fn digest(text: &str) -> Vec<u8> {
    Sha256::digest(text).to_vec()
}

/// A step in the engine's own types.
fn translated(text: &str, dialect: Dialect) -> String {
    let (own, other) = match dialect {
        Dialect::Sqlite => ("@sqlite ", "@postgres "),
        Dialect::Postgres => ("@postgres ", "@sqlite "),
    };
    let types: [(&str, &str); 7] = match dialect {
        Dialect::Sqlite => [
            ("{uuid}", "BLOB"),
            ("{int}", "INTEGER"),
            ("{bool}", "INTEGER"),
            ("{real}", "REAL"),
            ("{text}", "TEXT"),
            ("{blob}", "BLOB"),
            ("{strict}", " STRICT"),
        ],
        // Byte order, as SQLite compares, whatever the cluster's locale is.
        Dialect::Postgres => [
            ("{uuid}", "UUID"),
            ("{int}", "BIGINT"),
            ("{bool}", "BOOLEAN"),
            ("{real}", "DOUBLE PRECISION"),
            ("{text}", "TEXT COLLATE \"C\""),
            ("{blob}", "BYTEA"),
            ("{strict}", ""),
        ],
    };
    let mut out = String::with_capacity(text.len() * 2);
    for line in text.lines().filter(|line| !line.starts_with(other)) {
        out.push_str(line.strip_prefix(own).unwrap_or(line));
        out.push('\n');
    }
    for (token, ours) in types {
        out = out.replace(token, ours);
    }
    out
}
