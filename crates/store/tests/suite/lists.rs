//! Queues, search and what lies around: the right rows in the right order, page after page.

use domain::access::Scope;
use domain::flow::{Action, State};
use domain::id::ComplaintId;
use domain::person::Role;
use domain::place::LonLat;
use domain::time::Timestamp;
use rstest::rstest;
use store::testing::Engine;
use store::{Filter, ListQuery, QueueQuery, QueueRow, SearchQuery, Store, View};

use crate::common::{Story, act, handler, id, person, scope, start, tick, viewer};

fn query(view: View, limit: u32) -> QueueQuery {
    QueueQuery { view, filter: Filter::default(), after: None, limit }
}

async fn pages(store: &Store, mut query: QueueQuery) -> Vec<QueueRow> {
    let scope = scope(store.branch());
    let mut rows = Vec::new();
    loop {
        let page = store.queue(&scope, &query).await.unwrap();
        assert!(page.rows.len() <= query.limit as usize);
        rows.extend(page.rows);
        let Some(next) = page.next else { return rows };
        query.after = Some(next.to_string().parse().unwrap());
    }
}

async fn thirty(store: &Store) {
    let commits = (0..30).map(|number| {
        let mut story = Story::new(number);
        story.owner = person(1 + u128::from(number % 3), Role::Handler, None);
        story.received(store.branch())
    });
    assert!(store.commit_all(commits.collect()).await.iter().all(Result::is_ok));
    for number in 0..10 {
        let complaint = store.complaint(&scope(store.branch()), id(number)).await.unwrap().unwrap();
        let accepted = act(&complaint, &handler(store.branch()), &[Action::Accept], complaint.changed.plus_seconds(5));
        store.commit(accepted).await.unwrap();
    }
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m5_queues_come_by_what_is_due_first_and_pages_miss_nothing(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    thirty(&store).await;
    let me = person(1, Role::Handler, None).id;
    for (view, expected) in [
        (View::Mine(me), 10),
        (View::Owned(me), 10),
        (View::Unassigned, 20),
        (View::Open, 30),
        (View::Department("无线中心".into()), 0),
        (View::Organisation("维护甲".into()), 0),
    ] {
        let rows = pages(&store, query(view.clone(), 7)).await;
        assert_eq!(rows.len(), expected, "{view:?}");
        let dues: Vec<_> = rows.iter().map(|row| (row.due.unwrap().due, row.id)).collect();
        assert!(dues.is_sorted(), "{view:?}");
    }
    let all = pages(&store, query(View::All, 7)).await;
    assert_eq!(all.len(), 30);
    assert!(all.iter().map(|row| (row.received, row.id)).rev().is_sorted());
    let counts = store.counts(&scope(store.branch()), me).await.unwrap();
    assert_eq!((counts.mine.n, counts.owned.n, counts.unassigned.n, counts.open.n), (10, 10, 20, 30));
    assert!(!counts.open.more);

    let row = all.last().unwrap();
    let complaint = store.complaint(&scope(store.branch()), row.id).await.unwrap().unwrap();
    assert_eq!((row.state, row.flow, row.grade), (complaint.state, complaint.flow, complaint.grade));
    assert_eq!(row.headline, complaint.headline());
    assert_eq!(row.cause, Some(domain::check::Cause::Fault));
    assert_eq!(row.due.unwrap().due, complaint.next_due().unwrap().due);
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_filter_narrows_every_list(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    thirty(&store).await;
    let mut asked = query(View::Open, 100);
    asked.filter.states = vec![State::InProgress];
    assert_eq!(pages(&store, asked.clone()).await.len(), 10);
    asked.filter.from = Some(Story::new(5).at);
    asked.filter.to = Some(Story::new(8).at);
    assert_eq!(pages(&store, asked).await.len(), 3);

    let scope = scope(store.branch());
    let listed = ListQuery { limit: 4, offset: 2, ..ListQuery::default() };
    let page = store.all_complaints(&scope, &listed).await.unwrap();
    let numbers: Vec<_> = page.rows.iter().map(|complaint| complaint.id).collect();
    assert_eq!(numbers, [id(27), id(26), id(25), id(24)]);
    assert_eq!(store.count_complaints(&scope, &listed).await.unwrap(), 30);
    let next = ListQuery { limit: 4, after: page.next, ..ListQuery::default() };
    assert_eq!(store.all_complaints(&scope, &next).await.unwrap().rows[0].id, id(23));
    let none = domain::access::Scope::of(&viewer(store.branch(), person(9, Role::Administrator, None)));
    assert!(store.all_complaints(&none, &listed).await.unwrap().rows.is_empty());

    let either = Filter { states: vec![State::InProgress, State::Received], ..Filter::default() };
    let neither = Filter { states: vec![State::Held, State::Answered], ..Filter::default() };
    for (filter, expected) in [(either, 30), (neither, 0)] {
        let listed = ListQuery { filter, limit: 100, ..ListQuery::default() };
        assert_eq!(store.all_complaints(&scope, &listed).await.unwrap().rows.len(), expected);
        assert_eq!(store.count_complaints(&scope, &listed).await.unwrap(), expected as u64);
        for (most, counted) in [(0, 1), (29, 30), (30, 30), (31, 30)] {
            let counted = expected.min(counted) as u64;
            assert_eq!(store.count_complaints_past(&scope, &listed, most).await.unwrap(), counted, "{most}");
        }
    }
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_read_backwards_has_the_same_pages(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    thirty(&store).await;
    let scope = scope(store.branch());
    let read = async |query: ListQuery| {
        let page = store.all_complaints(&scope, &ListQuery { limit: 7, ..query }).await.unwrap();
        (page.rows.iter().map(|complaint| complaint.id).collect::<Vec<_>>(), page.next)
    };
    let (mut forwards, mut edges) = (Vec::new(), Vec::new());
    let mut after = None;
    loop {
        let (page, next) = read(ListQuery { after, ..ListQuery::default() }).await;
        forwards.push(page);
        after = next;
        let Some(edge) = next else { break };
        edges.push(edge);
    }
    assert_eq!(forwards.iter().map(Vec::len).collect::<Vec<_>>(), [7, 7, 7, 7, 2]);
    // An edge is the last row of its page: what lies before it is one fewer.
    let (page, next) = read(ListQuery { before: Some(edges[1]), ..ListQuery::default() }).await;
    assert_eq!(page, (17..24).rev().map(id).collect::<Vec<_>>());
    let (page, next) = read(ListQuery { before: next, ..ListQuery::default() }).await;
    assert_eq!((page, next), ((24..30).rev().map(id).collect(), None));
    let taken = Filter { states: vec![State::InProgress], ..Filter::default() };
    let (page, _) = read(ListQuery { before: Some(edges[3]), filter: taken, ..ListQuery::default() }).await;
    assert_eq!(page, (3..10).rev().map(id).collect::<Vec<_>>());
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_codes_and_initials_find_a_complaint(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    let texts = [
        ("高铁余杭站短信收不到", "文三路 188 号"),
        ("停车场里通话掉线，回拨13800001234", "滨江区江南大道"),
        ("室内弱覆盖，小区 CD-4411 掉线", "文一西路"),
    ];
    for (number, (text, address)) in texts.into_iter().enumerate() {
        let mut story = Story::new(number as u32);
        story.text = text.into();
        story.address = address.into();
        let mut commit = story.received(store.branch());
        if let Some(search) = &mut commit.search {
            search.tokens.push(format!("tail{number}"));
        }
        store.commit(commit).await.unwrap();
    }
    let found = async |text: &str, alternatives: &[&str], phone: Option<&str>| {
        let query = SearchQuery {
            text: text.into(),
            alternatives: alternatives.iter().map(|&token| token.to_owned()).collect(),
            phone_digest: phone.map(Into::into),
            limit: 10,
            ..SearchQuery::default()
        };
        let page = store.search(&scope(store.branch()), &query).await.unwrap();
        page.rows.iter().map(|row| row.id.0.as_u128() as u32 & 0xff).collect::<Vec<_>>()
    };
    assert_eq!(found("掉线", &[], None).await, [2, 1]);
    assert_eq!(found("文三路 短信", &[], None).await, [0]);
    assert_eq!(found("高铁余杭站短信收不到", &[], None).await, [0]);
    assert_eq!(found("余杭", &[], None).await, [0]);
    assert_eq!(found("站", &[], None).await, [0]);
    assert_eq!(found("弱覆盖", &[], None).await, [2]);
    assert_eq!(found("cd-44", &[], None).await, [2]);
    assert_eq!(found("TS-20260304-0001", &[], None).await, [1]);
    assert_eq!(found("wsl", &[], None).await, [0]);
    assert_eq!(found("13800001234", &[], None).await, [0_u32; 0], "a phone in free text is not indexed in clear");
    assert_eq!(found("1234", &["tail1"], None).await, [1]);
    assert_eq!(found("", &[], Some("digest2")).await, [2]);
    assert_eq!(found("掉线", &[], Some("digest1")).await, [1]);
    assert_eq!(found("没有的词语", &[], None).await, [0_u32; 0]);
    assert_eq!(found("掉线 \" ' * : & | ! ( -", &[], None).await, [2, 1], "signs are no query language");
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn corrected_words_are_found_and_the_former_ones_are_not(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    let first = Story::new(1).received(store.branch());
    store.commit(first.clone()).await.unwrap();
    let mut corrected = crate::common::note(&first.complaint, "改");
    corrected.search = Some(store::SearchTexts { texts: vec!["宽带断网".into()], tokens: vec![] });
    store.commit(corrected).await.unwrap();
    let found = async |text: &str| {
        let query = SearchQuery { text: text.into(), limit: 10, ..SearchQuery::default() };
        store.search(&scope(store.branch()), &query).await.unwrap().rows.len()
    };
    assert_eq!((found("断网").await, found("掉线").await), (1, 0));
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn search_pages_newest_first(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    thirty(&store).await;
    assert_eq!(every_page(&store, "掉线", 8).await, (0..30).rev().map(id).collect::<Vec<_>>());
}

async fn every_page(store: &Store, text: &str, limit: u32) -> Vec<ComplaintId> {
    let mut query = SearchQuery { text: text.into(), limit, ..SearchQuery::default() };
    let mut rows = Vec::new();
    loop {
        let page = store.search(&scope(store.branch()), &query).await.unwrap();
        rows.extend(page.rows.into_iter().map(|row| row.id));
        query.after = page.next;
        if query.after.is_none() {
            return rows;
        }
    }
}

/// Sparse years behind a crowded week: whichever look fills a page, the next one goes on where it ended.
#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m18_a_rare_word_is_found_however_far_back_and_once(#[case] engine: Engine) {
    const YEARS: u32 = 80;
    let store = store_or_skip!(engine);
    let told = |number: u32| {
        let mut story = Story::new(number);
        let (days, minutes) = if number < YEARS { (number * 10, 0) } else { (YEARS * 10, (number - YEARS) * 5) };
        story.at = story.at.plus_seconds(i64::from(days) * 86_400 + i64::from(minutes) * 60);
        let rare = number.is_multiple_of(if number < YEARS { 9 } else { 90 });
        story.text = if rare { "隧道里断流".into() } else { "掉线".into() };
        (story.received(store.branch()), rare)
    };
    let (commits, rare): (Vec<_>, Vec<_>) = (0..900).map(told).unzip();
    let wanted: Vec<_> =
        commits.iter().zip(rare).filter(|(_, rare)| *rare).map(|(one, _)| one.complaint.id).rev().collect();
    assert!(store.commit_all(commits).await.iter().all(Result::is_ok));
    for limit in [1, 2, 5, 50] {
        assert_eq!(every_page(&store, "隧道 断流", limit).await, wanted, "{limit} to a page");
    }
    // A time to come narrows nothing, and one gone by leaves what came before it.
    let until = async |to: Timestamp| {
        let filter = Filter { to: Some(to), ..Filter::default() };
        let query = SearchQuery { text: "断流".into(), filter, limit: 2, ..SearchQuery::default() };
        let page = store.search(&scope(store.branch()), &query).await.unwrap();
        page.rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(until(Timestamp::END).await, wanted[..2]);
    let sparse: Vec<_> = wanted.iter().copied().filter(|id| (id.0.as_u128() as u32) & 0xffff < YEARS).collect();
    assert_eq!(until(start().plus_seconds(i64::from(YEARS - 1) * 10 * 86_400 + 1)).await, sparse[..2]);
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m18_earlier_complaints_of_phone_and_place_are_at_hand(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    let commits = (0..120).map(|number| Story::new(number).received(store.branch()));
    assert!(store.commit_all(commits.collect()).await.iter().all(Result::is_ok));
    let scope = scope(store.branch());
    let of_phone = store.earlier(&scope, "digest7", start(), 10).await.unwrap();
    assert_eq!(of_phone.iter().map(|row| row.id).collect::<Vec<_>>(), [id(107), id(57), id(7)]);
    let late = store.earlier(&scope, "digest7", Story::new(57).at, 10).await.unwrap();
    assert_eq!(late.len(), 2);
    let here = LonLat::new(104.06, 30.65).unwrap();
    let near = store.nearby(&scope, here, 300.0, start(), 100).await.unwrap();
    // 0.001° of longitude is about 96 m here, of latitude 111 m.
    assert_eq!(near.iter().map(|row| row.id).collect::<Vec<_>>(), [102, 101, 100, 3, 2, 1, 0].map(id));
    assert_eq!(store.nearby(&scope, here, 300.0, start(), 2).await.unwrap().len(), 2);
    let signals = store.recent_signals(store.branch(), Story::new(100).at).await.unwrap();
    assert_eq!(signals.len(), 20);
    assert_eq!(signals[0].digest.as_deref(), Some("digest0"));
    assert!(signals[0].point.is_some());
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m18_what_is_near_is_found_behind_much_that_is_newer_around_it(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    // Fifty to a grid cell.
    let stories: Vec<_> = (0..500).map(|number| Story::new(number).received(store.branch())).collect();
    let places: Vec<_> = stories.iter().map(|one| one.complaint.place.point.unwrap().wgs84).collect();
    assert!(store.commit_all(stories).await.iter().all(Result::is_ok));
    let scope = scope(store.branch());
    for (at, radius) in [(5, 1.0), (5, 300.0), (205, 500.0), (499, 150.0)] {
        let near = |number: &u32| ran::geo::distance_m(places[*number as usize], places[at]) <= radius;
        let all: Vec<_> = (0..500).rev().filter(near).map(id).collect();
        for most in [1, 4, 100] {
            let found = store.nearby(&scope, places[at], radius, start(), most).await.unwrap();
            let found: Vec<_> = found.iter().map(|row| row.id).collect();
            assert_eq!(found, all[..all.len().min(most as usize)], "{radius} m around {at}");
        }
    }
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m5_what_is_due_by_itself_is_found_and_who_was_told_reads_it(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    let branch = store.branch();
    store.add_person(&person(1, Role::Handler, None), "$argon2id$", start()).await.unwrap();
    let commits = (0..30).map(|number| Story::new(number).received(branch));
    assert!(store.commit_all(commits.collect()).await.iter().all(Result::is_ok));
    assert_eq!(store.due_ticks(start(), None, 100).await.unwrap().complaints, []);
    let late = start().plus_seconds(30 * 86_400);
    let all = store.due_ticks(late, None, 100).await.unwrap();
    assert_eq!((all.complaints.len(), all.next), (30, None));
    let (mut paged, mut after) = (Vec::new(), None);
    loop {
        let page = store.due_ticks(late, after, 7).await.unwrap();
        assert!(page.complaints.len() <= 7);
        paged.extend(page.complaints);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(paged, all.complaints, "each once, the longest due first, as they stand");

    let first = store.complaint(&scope(branch), id(0)).await.unwrap().unwrap();
    store.commit(tick(&first, late)).await.unwrap();
    assert_eq!(store.due_ticks(late, None, 100).await.unwrap().complaints.len(), 29);
    let [handler, leader] = [person(1, Role::Handler, None), person(2, Role::TeamLeader, None)];
    for told in [&handler, &leader] {
        let notices = store.notices(&scope(branch), told, 100).await.unwrap();
        assert!(!notices.is_empty() && notices.iter().all(|notice| notice.complaint.id == id(0) && !notice.seen));
        assert_eq!(store.unseen_notices(&scope(branch), told, 99).await.unwrap() as usize, notices.len());
    }
    let outside = Scope::of(&viewer(branch, person(3, Role::Contractor, Some("别家"))));
    assert_eq!(store.notices(&outside, &leader, 100).await.unwrap(), [], "M5: only what the scope reaches");

    store.see_notices(handler.id, late).await.unwrap();
    store.see_notices(handler.id, start()).await.unwrap();
    assert_eq!(store.unseen_notices(&scope(branch), &handler, 99).await.unwrap(), 0);
    assert_ne!(store.unseen_notices(&scope(branch), &leader, 99).await.unwrap(), 0);
    assert_eq!(store.verify().await.unwrap().problems, []);
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m9_several_are_read_at_once_in_the_order_asked_and_within_the_scope(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    let commits = (0..1_100).map(|number| Story::new(number).received(store.branch()));
    assert!(store.commit_all(commits.collect()).await.iter().all(Result::is_ok));
    let all = scope(store.branch());
    let wanted: Vec<_> = (0..1_100).rev().map(id).collect();
    let read: Vec<_> = store.several(&all, &wanted).await.unwrap().into_iter().map(|one| one.id).collect();
    assert_eq!(read, wanted, "more than one statement takes");
    let some = [id(7), id(9_999), id(3), id(7)];
    let read: Vec<_> = store.several(&all, &some).await.unwrap().into_iter().map(|one| one.id).collect();
    assert_eq!(read, [id(7), id(3)], "what is not there is left out, each is there once");
    assert_eq!(store.several(&all, &[]).await.unwrap(), []);
    let outside = Scope::of(&viewer(store.branch(), person(5, Role::Contractor, Some("维护甲"))));
    assert_eq!(store.several(&outside, &wanted).await.unwrap(), []);
}
