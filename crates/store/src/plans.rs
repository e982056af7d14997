//! Every list is read by its own index and no table from end to end, on both engines: no page grows slow with the record.

use domain::access::Scope;
use domain::clock::ClockKind;
use domain::complaint::{Attribution, Means, Resolution};
use domain::export::Reach;
use domain::flow::{Action, PaperKind, Party, State};
use domain::person::{Role, Viewer, Who};
use domain::post::PostScope;
use rstest::rstest;
use sqlx::SqlSafeStr;

use crate::board;
use crate::commit::{self, Prepared, ZERO_HASH};
use crate::complaints::{self, around, list};
use crate::db::{Db, Dialect, Sql, args};
use crate::figures;
use crate::place::cells_around;
use crate::queue::{self, counts};
use crate::testing::{Engine, TestStore};
use crate::{Filter, Lateness, ListQuery, QueueQuery, SearchQuery, View, search};
use crate::{SpotQuery, exports, network, notices, outbox, policies, retention, roster, settings, spots};

#[path = "../tests/suite/common.rs"]
#[expect(dead_code, reason = "the plans need only part of what the suite tells")]
mod common;

use common::{Story, act, person, planned, scope, spot_id, start, tick, viewer};

/// What the engine would do, one step a line, nothing of it read from end to end.
async fn plan(db: &Db, sql: Sql) -> String {
    let plan = steps(db, sql).await;
    let whole = read_whole(db.dialect(), &plan);
    assert!(whole.is_empty(), "read from end to end: {whole:?} in {plan}");
    plan
}

async fn steps(db: &Db, sql: Sql) -> String {
    match db {
        Db::Sqlite { .. } => {
            let steps: Vec<(i64, i64, i64, String)> = db.all(sql.explained("EXPLAIN QUERY PLAN ")).await.unwrap();
            steps.into_iter().map(|(.., step)| step + "\n").collect()
        }
        Db::Postgres { .. } => {
            let mut tx = db.write().await.unwrap();
            // A few hundred rows are read whole, sorted or joined at once as fast: what matters is which index can serve,
            // and a sort that stands in the plan even so is one that no index spares.
            for spared in
                ["seqscan", "sort", "hashjoin", "mergejoin"].map(|way| format!("SET LOCAL enable_{way} = off"))
            {
                tx.script(sqlx::AssertSqlSafe(spared).into_sql_str()).await.unwrap();
            }
            let steps: Vec<(String,)> = tx.all(sql.explained("EXPLAIN ")).await.unwrap();
            steps.into_iter().map(|(step,)| step + "\n").collect()
        }
    }
}

/// The steps that read a table, or one of its indexes, from end to end.
fn read_whole(dialect: Dialect, plan: &str) -> Vec<&str> {
    let lines: Vec<&str> = plan.lines().collect();
    match dialect {
        Dialect::Sqlite => lines.into_iter().filter(|step| scans(step, plan)).collect(),
        Dialect::Postgres => lines
            .iter()
            .enumerate()
            .filter(|(at, step)| {
                let mut below = lines[at + 1..].iter().take_while(|line| !line.contains("->"));
                let walks = ["Index Scan", "Index Only Scan"].iter().any(|kind| step.contains(kind));
                step.contains("Seq Scan on") || (walks && !below.any(|line| line.contains("Index Cond:")))
            })
            .map(|(_, step)| *step)
            .collect(),
    }
}

/// Rows of the statement's own, what a step before has made, and words that are matched are no table.
fn scans(step: &str, plan: &str) -> bool {
    // An index made on the spot reads all that it is made of.
    let Some(what) = step.strip_prefix("SCAN ") else { return step.contains(" USING AUTOMATIC ") };
    let name = what.split(' ').next().unwrap_or_default();
    let made =
        ["CO-ROUTINE ", "MATERIALIZE "].iter().any(|how| plan.lines().any(|line| line == format!("{how}{name}")));
    let rows = what == "CONSTANT ROW" || what.ends_with("-ROW VALUES CLAUSE");
    let matched = what.contains(" VIRTUAL TABLE INDEX ") && what.contains(":M");
    !(made || rows || matched)
}

fn closing(at: domain::time::Timestamp) -> Vec<Action> {
    vec![
        Action::Accept,
        Action::Contact { means: Means::Call, reached: true, took_place: at, summary: "已联系".into() },
        Action::Reply { text: "已恢复".into() },
        Action::Close {
            cause: None,
            attribution: Some(Attribution::Fault),
            resolution: Some(Resolution::Solved),
            plan: None,
            remark: String::new(),
        },
    ]
}

async fn filled(engine: Engine) -> Option<TestStore> {
    let store = TestStore::on(engine).await?;
    let stories: Vec<_> = (0..600)
        .map(|number| {
            let mut story = Story::new(number);
            story.owner = person(1 + u128::from(number % 7), Role::Handler, None);
            if number == 3 {
                story.text = "高铁站短信收不到".into();
            }
            story.received(store.branch())
        })
        .collect();
    // As in life: most are closed, most of the open ones have a handler.
    let later = stories.iter().take(540).enumerate().map(|(number, story)| {
        let who = viewer(store.branch(), person(1 + number as u128 % 7, Role::Handler, None));
        let moves = if number < 500 { closing(story.complaint.received) } else { vec![Action::Accept] };
        let asked = Action::Write { paper: PaperKind::Dispute, text: "不属我方".into() };
        let moves = if number >= 530 { vec![Action::Accept, asked] } else { moves };
        act(&story.complaint, &who, &moves, story.complaint.received.plus_seconds(60))
    });
    let later: Vec<_> = later.collect();
    // And the limits of those nobody took were missed, which was told.
    let week = 7 * 86_400;
    let missed: Vec<_> =
        stories.iter().skip(540).map(|story| tick(&story.complaint, start().plus_seconds(week))).collect();
    assert!(store.commit_all(stories).await.iter().all(Result::is_ok));
    assert!(store.commit_all(later).await.iter().all(Result::is_ok));
    assert!(store.commit_all(missed).await.iter().all(Result::is_ok));
    let places: Vec<_> = (540..600).collect();
    for number in places {
        let complaint = store.complaint(&scope(store.branch()), common::id(number)).await.unwrap().unwrap();
        store.commit(planned(&complaint, Err(number))).await.unwrap();
    }
    for number in 1..8 {
        let told = "INSERT INTO problem_location_notice (branch_id, person_id, location_id, seq, told) \
                    SELECT branch_id, $1, location_id, seq, at FROM problem_location_entry";
        store.db().exec(Sql::with(told, args![person(number, Role::Handler, None).id.0])).await.unwrap();
    }
    // PostgreSQL gathers statistics and tidies its index in the background, SQLite does neither.
    if engine == Engine::Postgres {
        store.db().exec("SELECT gin_clean_pending_list('complaint_search_words')").await.unwrap();
        store.db().exec("ANALYZE").await.unwrap();
    }
    Some(store)
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m18_a_reading_from_end_to_end_is_told_from_all_others(#[case] engine: Engine) {
    let Some(store) = filled(engine).await else { return };
    let db = store.db();
    for sql in [
        "SELECT seq FROM journal WHERE payload = 'x'",
        "SELECT id FROM complaint ORDER BY branch_id, id LIMIT 5",
        "SELECT v.column1 FROM (VALUES (1), (2)) AS v JOIN complaint c ON c.headline = CAST(v.column1 AS TEXT)",
    ] {
        let plan = steps(db, Sql::new(sql)).await;
        assert_ne!(read_whole(db.dialect(), &plan), Vec::<&str>::new(), "{plan}");
    }
    plan(db, Sql::new("SELECT v.column1 FROM (VALUES (1), (2)) AS v")).await;
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_queue_is_read_in_the_order_of_its_index(#[case] engine: Engine) {
    let Some(store) = filled(engine).await else { return };
    let (scope, me) = (scope(store.branch()), person(1, Role::Handler, None).id);
    let contractor = Scope::of(&viewer(store.branch(), person(7, Role::Contractor, Some("维护甲"))));
    let tester = Scope::of(&viewer(store.branch(), person(8, Role::FieldTester, None)));
    let by_state = Filter { state: Some(State::Received), ..Filter::default() };
    let late = Filter { late: Some((Lateness::Overdue, start())), ..Filter::default() };
    let on_handler = Filter { waits_on: vec![Party::Handler, Party::AccountManager], ..Filter::default() };
    let of_nobody = Filter { handled_by_none_of: vec![me], ..Filter::default() };
    let sqlite = engine == Engine::Sqlite;
    for (scope, view, filter, index) in [
        (&scope, View::Mine(me), Filter::default(), "queue_mine"),
        (&scope, View::Owned(me), Filter::default(), "queue_owned"),
        // SQLite takes a missing handler for one more handler: the same rows in the same order.
        (&scope, View::Unassigned, Filter::default(), if sqlite { "queue_mine" } else { "queue_unassigned" }),
        (&scope, View::Open, Filter::default(), "queue_open"),
        (&scope, View::Department("无线中心".into()), Filter::default(), "queue_department"),
        (&scope, View::Organisation("维护甲".into()), Filter::default(), "queue_organisation"),
        (&scope, View::WaitingOn(Party::Handler), Filter::default(), "queue_waits"),
        (&scope, View::Paused, Filter::default(), "queue_open"),
        // Where somebody owns nearly all of them, either index finds the others.
        (&scope, View::Unowned, Filter::default(), if sqlite { "queue_owned" } else { "queue_" }),
        (&scope, View::Longest, Filter::default(), "queue_longest"),
        (&scope, View::Asked(ClockKind::Supervision), Filter::default(), "asked_due"),
        (&scope, View::Departed(me), Filter::default(), "departure_person"),
        (&scope, View::Open, late, "queue_open"),
        (&scope, View::Mine(me), on_handler, "queue_mine"),
        (&scope, View::WaitingOn(Party::AccountManager), of_nobody, "queue_waits"),
        (&scope, View::All, Filter::default(), "list_received"),
        (&scope, View::All, by_state, "list_state"),
        (&contractor, View::Open, Filter::default(), "queue_organisation"),
        (&contractor, View::All, Filter::default(), "list_organisation"),
        (&tester, View::Open, Filter::default(), "queue_tested"),
        (&tester, View::All, Filter::default(), "list_tested"),
    ] {
        for after in [None, "17_01900000000070008000000000000007".parse().ok()] {
            let query = QueueQuery { view: view.clone(), filter: filter.clone(), after, limit: 5 };
            let plan = plan(store.db(), queue::statement(scope, &query)).await;
            assert!(plan.contains(index), "{view:?} {filter:?}: {plan}");
            let sorts = plan.contains("TEMP B-TREE") || plan.contains("Sort");
            assert!(!sorts, "{view:?} is sorted: {plan}");
        }
    }
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_else_that_lists_has_its_index(#[case] engine: Engine) {
    let Some(store) = filled(engine).await else { return };
    let scope = scope(store.branch());
    let me = person(1, Role::Handler, None).id;
    let place = domain::place::LonLat::new(104.06, 30.65).unwrap();
    let words = SearchQuery { text: "高铁".into(), limit: 20, ..SearchQuery::default() };
    let phone = SearchQuery { phone_digest: Some("digest1".into()), limit: 20, ..SearchQuery::default() };
    let (found_by, key, places, versions, facts) = match engine {
        Engine::Sqlite => (
            "VIRTUAL TABLE",
            "sqlite_autoindex_complaint_1",
            "sqlite_autoindex_gazetteer_1",
            "sqlite_autoindex_element_version_1",
            "sqlite_autoindex_network_fact_1",
        ),
        Engine::Postgres => {
            ("complaint_search_words", "complaint_pkey", "gazetteer_pkey", "element_version_pkey", "network_fact_pkey")
        }
    };
    // What a person has read is passed over, not read again.
    let since = if engine == Engine::Sqlite { "told>?" } else { "told > " };
    let dialect = store.db().dialect();
    let building = SpotQuery { status: Some(domain::spot::Status::Building), limit: 10, ..SpotQuery::default() };
    let post = PostScope::of(&Viewer { branch: store.branch(), who: Who::House });
    let own = PostScope::of(&viewer(store.branch(), person(1, Role::Handler, None)));
    for (sql, indexes) in [
        (around::of_phone(&scope, "digest1", start(), 10), &["list_phone"][..]),
        (around::in_cells(&scope, &cells_around(place, 500.0), start(), 32), &["list_grid"]),
        (around::recent(store.branch(), start()), &["list_received"]),
        (around::listed(&scope, [uuid::Uuid::nil(), uuid::Uuid::max()]), &[key]),
        (list::statement(&scope, &ListQuery { limit: 10, ..ListQuery::default() }), &["list_received"]),
        // Any index of open complaints will do: all of them are counted.
        (board::counting(&scope, start()), &["queue_"]),
        (board::asking(&scope, start()), &["asked"]),
        (board::departing(&scope, start(), 20), &["departure_"]),
        (counts::statement(&scope, me), &["queue_mine", "queue_owned", "queue_open"]),
        (complaints::unnamed(store.branch()), &["complaint_unnamed"]),
        (figures::statement(&store, start()), &["queue_", "outbox_due", "outbox_trouble", "tick_due"]),
        (complaints::of_numbers(store.branch(), &["GD-1", "GD-2"]), &["complaint_upstream"]),
        (notices::due(store.branch().0, start(), None, 100), &["tick_due"]),
        (notices::listed(&scope, &person(1, Role::Handler, None), 100), &["notice_audience"]),
        (notices::unseen(&scope, &person(1, Role::Handler, None), 100), &["notice_audience", since]),
        (outbox::claim(store.branch(), start(), start(), 10, dialect), &["outbox_due"]),
        (outbox::listed(&post, None, None, 10), &["outbox_newest"]),
        (outbox::listed(&own, None, None, 10), &["outbox_owned"]),
        (outbox::troubled(store.branch(), me, 10), &["outbox_trouble"]),
        (outbox::of_complaint(&post, common::id(7), 10), &["outbox_complaint"]),
        (outbox::of_complaint(&own, common::id(7), 10), &["outbox_complaint"]),
        (outbox::last(store.branch(), "digest "), &["outbox_key"]),
        (spots::listed(&scope, &SpotQuery { limit: 10, ..SpotQuery::default() }), &["problem_location_list"]),
        (spots::listed(&scope, &building), &["problem_location_status"]),
        (spots::in_cells(&scope, place, 500.0), &["problem_location_grid"]),
        (spots::members(&scope, spot_id(540), 10), &["problem_location_member"]),
        (spots::told(&scope, &person(1, Role::Handler, None), 100), &["problem_location_told"]),
        (spots::unseen(&scope, &person(1, Role::Handler, None), 100), &["problem_location_told", since]),
        (policies::open(store.branch(), None, 500), &[key]),
        (policies::open(store.branch(), Some(common::id(7)), 500), &[key]),
        (settings::places(store.branch(), "高铁 站", 10), &[places]),
        (network::versions_behind(store.branch(), ("cell", "A", 0)), &[versions]),
        (network::facts::facts_behind(store.branch(), "alarm", "A"), &[facts]),
        (roster::between("SELECT id FROM duty_shift", store.branch().0, start(), start()), &["duty_shift_ends"]),
        (roster::between("SELECT id FROM absence", store.branch().0, start(), start()), &["absence_ends"]),
        (roster::record::newest(store.branch().0, 9), &["roster_entry_at"]),
        (roster::record::entered(store.branch().0, &[store.branch().0]), &["roster_entry_planned"]),
        (exports::listed(store.branch(), Reach::Branch, 10), &["export_request_newest"]),
        (exports::listed(store.branch(), Reach::Own(me), 10), &["export_request_asker"]),
        (exports::waiting(store.branch(), 10), &["export_request_waiting"]),
        (exports::over(store.branch(), start(), 10), &["export_request_expires"]),
        (retention::old(store.branch().0, start(), (start(), common::id(7)), 200), &["list_received", "anonymised"]),
        (search::statement(dialect, &scope, &phone), &["list_phone"]),
        (search::statement(dialect, &scope, &words), &[found_by]),
        (search::newest(&scope, &words), &["list_received"]),
    ] {
        let plan = plan(store.db(), sql).await;
        for index in indexes {
            assert!(plan.contains(index), "{index}: {plan}");
        }
    }
}

/// A common word is found among the newest complaints, each looked up by its key; the words' index is for rare ones.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m18_a_common_word_is_found_among_the_newest() {
    let Some(store) = filled(Engine::Postgres).await else { return };
    let query = SearchQuery { text: "高铁".into(), limit: 20, ..SearchQuery::default() };
    let wanted = search::tokens::wanted(&query.text, &[]).unwrap();
    for days in search::spans::DAYS {
        let plan = plan(store.db(), search::within(&scope(store.branch()), &query, &wanted, (start(), days))).await;
        assert!(plan.contains("complaint_search_words"), "{plan}");
    }
    let plan = plan(store.db(), search::among_newest(&scope(store.branch()), &query, &wanted)).await;
    assert!(plan.contains("list_received") && plan.contains("complaint_search_pkey"), "{plan}");
    assert!(!plan.contains("complaint_search_words"), "{plan}");
}

/// A change of many rows looks each of them up by its key: reading the record from end to end for every thirty of them is what
/// a planner without statistics does.
#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m5_a_tick_looks_its_complaints_up_by_key(#[case] engine: Engine) {
    let Some(store) = filled(engine).await else { return };
    let complaint = store.complaint(&scope(store.branch()), common::id(520)).await.unwrap().unwrap();
    let who = viewer(store.branch(), person(1, Role::Handler, None));
    let noted = act(&complaint, &who, &[Action::Note { text: "再看".into() }], start().plus_seconds(86_400));
    let prepared = Prepared::new(noted);
    let heads = (0..64).map(|_| commit::head_row(&prepared, ZERO_HASH)).collect();
    let records = (0..64).filter_map(|_| commit::record_row(&prepared)).collect();
    let lists = (0..64).map(|_| commit::moved_row(&prepared)).collect();
    let keys = |_| args![store.branch().0, complaint.id.0];
    for (changing, on_sqlite, on_postgres) in [
        (
            commit::heads((0..64).map(keys).collect()),
            "h USING INDEX sqlite_autoindex_complaint_head_1 (branch_id=? AND complaint_id=?)",
            "complaint_head_pkey",
        ),
        (
            around::of_keys((0..64).map(keys).collect()),
            "c USING INDEX sqlite_autoindex_complaint_1 (branch_id=? AND id=?)",
            "complaint_pkey",
        ),
        (commit::changing_heads(heads), "complaint_head_1 (branch_id=? AND complaint_id=?)", "complaint_head_pkey"),
        (
            commit::changing_records(records),
            "complaint_record_1 (branch_id=? AND complaint_id=?)",
            "complaint_record_pkey",
        ),
        (commit::changing_lists(lists), "complaint_1 (branch_id=? AND id=?)", "complaint_pkey"),
    ] {
        let plan = plan(store.db(), changing).await;
        let key = if engine == Engine::Sqlite { on_sqlite } else { on_postgres };
        assert!(plan.contains(key), "{plan}");
    }
}
