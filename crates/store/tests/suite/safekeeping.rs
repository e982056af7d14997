//! Backup, restore and verification: what one can trust after a fire.

use std::path::Path;

use domain::flow::Action;
use rstest::rstest;
use sha2::Digest;
use sqlx::{AssertSqlSafe, Connection, Executor};
use store::testing::{Engine, fresh_location};
use store::{Error, Location, Store};

use crate::common::{Story, act, handler, id, network, note, person, planned, scope};

/// A store with a little of everything.
async fn lived_in(store: &Store) {
    let branch = store.branch();
    let commits = (0..25).map(|number| {
        let mut story = Story::new(number);
        story.submission = Some(format!("form-{number}"));
        story.upstream = (number % 2 == 0).then(|| format!("GD-{number}"));
        story.received(branch)
    });
    assert!(store.commit_all(commits.collect()).await.iter().all(Result::is_ok));
    for number in 0..5 {
        let complaint = store.complaint(&scope(branch), id(number)).await.unwrap().unwrap();
        let accepted = act(&complaint, &handler(branch), &[Action::Accept], complaint.changed.plus_seconds(7));
        let noted = note(&accepted.complaint, "引\"号与\n换行");
        store.commit(accepted).await.unwrap();
        store.commit(noted).await.unwrap();
    }
    let complaint = store.complaint(&scope(branch), id(9)).await.unwrap().unwrap();
    store.commit(planned(&complaint, Err(1))).await.unwrap();
    store.add_person(&person(1, domain::person::Role::Handler, None), "$argon2id$", Story::new(0).at).await.unwrap();
    store.put_secret("data_key", &[1, 2, 255]).await.unwrap();
    store.put_setting("demo", &serde_json::json!({"seed": 7})).await.unwrap();
    store.inventory_apply(&network::elements(20), |_| ()).await.unwrap();
    store.alarms_put(&network::alarms(30)).await.unwrap();
    store.reserve_numbers(jiff::civil::date(2026, 3, 4), 25).await.unwrap();
}

#[rstest]
#[case(Engine::Sqlite, Engine::Sqlite)]
#[case(Engine::Sqlite, Engine::Postgres)]
#[case(Engine::Postgres, Engine::Sqlite)]
#[case(Engine::Postgres, Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_restores_on_either_engine(#[case] from: Engine, #[case] to: Engine) {
    let store = store_or_skip!(from);
    lived_in(&store).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shouwen.backup");
    let summary = store.backup(&file, vec![("key".into(), vec![9, 8])], &mut |_, _| {}).await.unwrap();
    assert_eq!(summary.tables["complaint"], 25);
    assert_eq!(summary.tables["journal"], 36);
    let bytes = std::fs::read(&file).unwrap();
    assert_eq!(summary.sha256, hex::encode(sha2::Sha256::digest(&bytes)), "what sha256sum says of the file");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside the file");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }

    let (location, _kept) = fresh_location(to).await.unwrap();
    assert_eq!(Store::carried_by(&file).unwrap(), [("key".to_owned(), vec![9, 8])]);
    let secrets = [("other_key", vec![7])];
    assert_eq!(Store::restore(&file, &location, &secrets, &mut |_, _| {}).await.unwrap(), summary);
    let other = Store::open(&location).await.unwrap();
    assert_eq!(other.branch(), store.branch());
    let scope = scope(store.branch());
    for number in 0..25 {
        assert_eq!(
            other.complaint(&scope, id(number)).await.unwrap(),
            store.complaint(&scope, id(number)).await.unwrap()
        );
        assert_eq!(other.entries(&scope, id(number)).await.unwrap(), store.entries(&scope, id(number)).await.unwrap());
    }
    let search = store::SearchQuery { text: "掉线".into(), limit: 100, ..store::SearchQuery::default() };
    assert_eq!(other.search(&scope, &search).await.unwrap().rows.len(), 25, "words are found after a restore");
    assert_eq!(other.inventory().await.unwrap(), store.inventory().await.unwrap());
    assert_eq!(other.alarms().await.unwrap(), store.alarms().await.unwrap());
    assert_eq!(other.secret("data_key").await.unwrap(), Some(vec![1, 2, 255]));
    assert_eq!(other.secret("other_key").await.unwrap(), Some(vec![7]));
    let report = other.verify().await.unwrap();
    assert_eq!((report.complaints, report.locations, report.entries, report.evidence), (25, 1, 37, 25));
    assert_eq!(report.problems, []);

    let again = Store::restore(&file, &location, &[], &mut |_, _| {}).await;
    assert!(matches!(&again, Err(Error::Refused(reason)) if reason.en.contains("not empty")), "{again:?}");
    // And life goes on where it stopped.
    let complaint = other.complaint(&scope, id(3)).await.unwrap().unwrap();
    other.commit(note(&complaint, "恢复之后")).await.unwrap();
    assert_eq!(other.verify().await.unwrap().problems, []);
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_backup_is_refused_and_the_target_untouched(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    lived_in(&store).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shouwen.backup");
    store.backup(&file, Vec::new(), &mut |_, _| {}).await.unwrap();
    let good = std::fs::read(&file).unwrap();
    let target = folder.path().join("target");
    let refused = async |bytes: &[u8]| {
        std::fs::write(&file, bytes).unwrap();
        let answer = Store::restore(&file, &Location::Directory(target.clone()), &[], &mut |_, _| {}).await;
        assert!(matches!(answer, Err(Error::Refused(_))), "{answer:?}");
        assert!(!target.exists(), "the target was touched");
    };
    for place in [0, 4, 9, good.len() / 2, good.len() - 66, good.len() - 65, good.len() - 2, good.len() - 1] {
        let mut bytes = good.clone();
        bytes[place] ^= 0x20;
        refused(&bytes).await;
    }
    refused(&good[..good.len() - 100]).await;
    refused(&good[..good.len() - 1]).await;
    refused(b"").await;
    refused(b"not a backup").await;
    let mut longer = good.clone();
    longer.push(b'\n');
    refused(&longer).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_place_that_is_not_empty_is_refused_and_no_byte_of_it_changes() {
    let store = store_or_skip!(Engine::Sqlite);
    lived_in(&store).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shouwen.backup");
    store.backup(&file, Vec::new(), &mut |_, _| {}).await.unwrap();

    let used = folder.path().join("used");
    let location = Location::Directory(used.clone());
    let other = Store::open(&location).await.unwrap();
    other.put_setting("demo", &serde_json::json!(1)).await.unwrap();
    other.close().await;
    let bytes = || {
        let entries = std::fs::read_dir(&used).unwrap().map(|entry| entry.unwrap().path());
        let mut all: Vec<_> = entries.map(|path| (path.clone(), std::fs::read(path).unwrap())).collect();
        all.sort();
        all
    };
    let before = bytes();
    let refused = Store::restore(&file, &location, &[], &mut |_, _| {}).await;
    assert!(matches!(&refused, Err(Error::Refused(reason)) if reason.en.contains("rows in setting")), "{refused:?}");
    assert!(bytes() == before, "a refused target stays as it was");

    let strange = folder.path().join("strange");
    std::fs::create_dir(&strange).unwrap();
    std::fs::write(strange.join("年报.docx"), "x").unwrap();
    let refused = Store::restore(&file, &Location::Directory(strange.clone()), &[], &mut |_, _| {}).await;
    assert!(matches!(&refused, Err(Error::Refused(reason)) if reason.en.contains("年报.docx")), "{refused:?}");
    assert_eq!(std::fs::read_dir(&strange).unwrap().count(), 1);
}

/// Whoever copies a stopped branch's directory copies all of it with the one file.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m6_a_closed_store_leaves_nothing_beside_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::Directory(folder.path().join("branch"));
    for turn in 0..50 {
        let store = Store::open(&location).await.unwrap();
        store.put_setting("demo", &serde_json::json!(turn)).await.unwrap();
        store.close().await;
        let left = std::fs::read_dir(folder.path().join("branch")).unwrap().map(|entry| entry.unwrap().file_name());
        assert_eq!(left.collect::<Vec<_>>(), ["shouwen.db"], "turn {turn}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m6_a_place_whose_restore_was_killed_is_as_empty_as_before() {
    let store = store_or_skip!(Engine::Sqlite);
    lived_in(&store).await;
    let folder = tempfile::tempdir().unwrap();
    let backup = folder.path().join("shouwen.backup");
    store.backup(&backup, Vec::new(), &mut |_, _| {}).await.unwrap();

    // Half of it reaches the file before it is all written, as it does where there is more than memory holds.
    let (fills, killed) = (folder.path().join("fills"), folder.path().join("killed"));
    Store::open(&Location::Directory(fills.clone())).await.unwrap().close().await;
    let options = sqlite(&fills.join("shouwen.db")).journal_mode(sqlx::sqlite::SqliteJournalMode::Truncate);
    let mut filling = sqlx::SqliteConnection::connect_with(&options.pragma("cache_size", "5")).await.unwrap();
    filling.execute("BEGIN IMMEDIATE").await.unwrap();
    // The second table pushes all of the first one out of memory, its first page too.
    for filled in [
        "INSERT INTO setting (branch_id, name, body) SELECT (SELECT branch_id FROM branch), 'n' || i, hex(zeroblob(100)) FROM n",
        "INSERT INTO number_counter (branch_id, day, last) SELECT (SELECT branch_id FROM branch), 'n' || i, i FROM n",
    ] {
        let rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) ";
        filling.execute(AssertSqlSafe(format!("{rows}{filled}"))).await.unwrap();
    }
    std::fs::create_dir(&killed).unwrap();
    for name in ["shouwen.db", "shouwen.db-journal"] {
        std::fs::copy(fills.join(name), killed.join(name)).unwrap();
    }
    assert!(std::fs::metadata(killed.join("shouwen.db-journal")).unwrap().len() > 0);
    assert!(std::fs::metadata(killed.join("shouwen.db")).unwrap().len() > 500_000);

    let location = Location::Directory(killed.clone());
    Store::vacant(&location, &backup).await.unwrap();
    let left = std::fs::metadata(killed.join("shouwen.db-journal")).map_or(0, |journal| journal.len());
    assert_eq!(left, 0, "what was half written is taken back");
    Store::restore(&backup, &location, &[], &mut |_, _| {}).await.unwrap();
    assert_eq!(Store::open(&location).await.unwrap().verify().await.unwrap().problems, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_runs_while_complaints_come_in() {
    let store = store_or_skip!(Engine::Sqlite);
    lived_in(&store).await;
    let folder = tempfile::tempdir().unwrap();
    let writer = store.store();
    let intake = tokio::spawn(async move {
        for number in 100..200 {
            writer.commit(Story::new(number).received(writer.branch())).await.unwrap();
        }
    });
    let summary = store.backup(&folder.path().join("b"), Vec::new(), &mut |_, _| {}).await.unwrap();
    intake.await.unwrap();
    assert_eq!(summary.tables["complaint"], summary.tables["evidence"], "one consistent state");
}

async fn tamper(location: &Location, sql: impl Into<String>) {
    let sql = AssertSqlSafe(sql.into());
    match location {
        Location::Directory(folder) => {
            let file = sqlite(&folder.join("shouwen.db"));
            let mut connection = sqlx::SqliteConnection::connect_with(&file).await.unwrap();
            connection.execute(sql).await.unwrap();
        }
        Location::Postgres(url) => {
            let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
            connection.execute(sql).await.unwrap();
        }
    }
}

fn sqlite(file: &Path) -> sqlx::sqlite::SqliteConnectOptions {
    sqlx::sqlite::SqliteConnectOptions::new().filename(file).foreign_keys(false)
}

#[rstest]
#[case::words(
    "UPDATE journal SET payload = replace(payload, '引', '隐') WHERE seq = 3",
    "changed after it was written"
)]
#[case::when("UPDATE journal SET at = at + 1 WHERE seq = 2", "changed after it was written")]
#[case::order("UPDATE journal SET prev_hash = hash WHERE seq = 2", "does not follow")]
#[case::last("DELETE FROM journal WHERE seq = 3", "last journal entry's hash")]
#[case::row("UPDATE complaint SET owner_name = '别人'", "column owner_name")]
#[case::state(
    "UPDATE complaint_record SET document = (SELECT r.document FROM complaint_record r ORDER BY r.complaint_id LIMIT 1)",
    "not what its journal explains"
)]
#[case::evidence("UPDATE evidence SET body = (SELECT hash FROM journal LIMIT 1)", "evidence 1 was changed")]
#[case::no_evidence("DELETE FROM evidence", "evidence 1 is missing")]
#[case::place("UPDATE problem_location SET status = 'solved'", "not what its entries explain")]
#[case::progress(
    "UPDATE problem_location_entry SET payload = replace(payload, '室分', '宏站')",
    "the entry was changed after it was written"
)]
#[case::tie("DELETE FROM problem_location_complaint", "complaints are not those")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn verification_names_what_somebody_changed(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[case] sql: &'static str,
    #[case] what: &str,
) {
    let store = store_or_skip!(engine);
    lived_in(&store).await;
    assert_eq!(store.verify().await.unwrap().problems, []);
    tamper(store.location(), sql).await;
    let report = store.verify().await.unwrap();
    assert!(report.problems.iter().any(|problem| problem.what.contains(what)), "{:?}", report.problems);
    assert!(
        report
            .problems
            .iter()
            .all(|problem| ["TS-20260304-", "HD-20260304-"].iter().any(|sort| problem.subject.starts_with(sort)))
    );
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m6_a_word_changed_in_a_stored_complaint_is_named(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    lived_in(&store).await;
    let complaint = store.complaint(&scope(store.branch()), id(12)).await.unwrap().unwrap();
    let text = serde_json::to_string(&complaint).unwrap();
    let key = complaint.id.0.simple();
    for (word, problems) in [("掉线", 0), ("掉话", 1)] {
        // As versions before wrote it: a text that nobody packed.
        let document = hex::encode(text.replace("掉线", word));
        let (document, key) = match engine {
            Engine::Sqlite => (format!("x'{document}'"), format!("x'{key}'")),
            Engine::Postgres => (format!("'\\x{document}'"), format!("'{key}'")),
        };
        let sql = format!("UPDATE complaint_record SET document = {document} WHERE complaint_id = {key}");
        tamper(store.location(), sql).await;
        let found = store.verify().await.unwrap().problems;
        assert_eq!(found.len(), problems, "{found:?}");
        assert!(found.iter().all(|problem| problem.what.contains("not what its journal explains")), "{found:?}");
    }
}

/// The engine lets what hangs on no complaint be written, a server always: entries and notices are what verification looks through.
#[rstest]
#[case::entry(
    "INSERT INTO journal (branch_id, complaint_id, seq, at, actor, payload, prev_hash, hash) SELECT j.branch_id, p.id, j.seq, \
     j.at, j.actor, j.payload, j.prev_hash, j.hash FROM journal j JOIN person p ON p.branch_id = j.branch_id WHERE j.seq = 1 \
     LIMIT 1",
    "the journal is there, the complaint is gone"
)]
#[case::notice(
    "INSERT INTO notice (branch_id, complaint_id, seq, clock, rung, audience, reached, told) SELECT branch_id, id, 1, 'accept', \
     'warning', 'handler', 1, 1 FROM person",
    "a notice is there, the complaint is gone"
)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m6_what_hangs_on_no_complaint_is_named(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[case] sql: &'static str,
    #[case] what: &str,
) {
    let store = store_or_skip!(engine);
    lived_in(&store).await;
    tamper(store.location(), sql).await;
    let problems = store.verify().await.unwrap().problems;
    let told: Vec<_> = problems.iter().map(|problem| (problem.subject.clone(), problem.what.as_str())).collect();
    assert_eq!(told, [(uuid::Uuid::from_u128(1).to_string(), what)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bytes_that_are_no_text_are_named_and_the_other_complaints_looked_at() {
    let store = store_or_skip!(Engine::Sqlite);
    lived_in(&store).await;
    tamper(store.location(), "UPDATE journal SET payload = CAST(x'ff7b' AS TEXT) WHERE seq = 3").await;
    let report = store.verify().await.unwrap();
    assert_eq!(report.complaints, 25);
    assert_eq!(report.problems.len(), 5, "{:?}", report.problems);
    assert!(report.problems.iter().all(|problem| problem.what.contains("cannot be read")), "{:?}", report.problems);
}
