//! Several nodes on one store: what one does the others show within a second, and their memory knows it (M1, M14).

use std::time::{Duration, Instant};

use app::bus::Topic;
use app::desk::Desk;
use app::import::{self, ApplyOptions, ImportOptions, Kind};
use domain::check::ElementKind;
use domain::complaint::Intake;
use domain::person::Role;
use domain::place::Datum;
use rstest::rstest;
use store::testing::Engine;

use crate::common::{call, enter, intake, now, open, somebody};

/// Waits until the bus of a desk tells of it, or of anything at all, as it does where nobody carries words.
async fn hears(listening: &mut tokio::sync::broadcast::Receiver<app::bus::Told>, topic: Topic) -> Duration {
    let began = Instant::now();
    loop {
        let told = tokio::time::timeout(Duration::from_secs(10), listening.recv())
            .await
            .expect("told in time")
            .expect("the bus is there");
        if told.elsewhere && (told.topic == topic || told.topic == Topic::Anything) {
            return began.elapsed();
        }
    }
}

#[rstest]
#[case(Engine::Sqlite, Duration::from_secs(4))]
#[case(Engine::Postgres, Duration::from_secs(1))]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m1_what_one_node_commits_the_other_shows_and_remembers(#[case] engine: Engine, #[case] within: Duration) {
    let Some((location, _place)) = store::testing::fresh_location(engine).await else { return };
    // An SQLite file tells its own process's connections apart from others' only by the connection: so two stores.
    let (here, there) = (open(&location, now()).await, open(&location, now()).await);
    let handler = enter(&here, somebody("handler", Role::Handler)).await;
    there.catch_up().await.expect("people are known");
    let mut listening = there.bus().listen();
    let relays = [here.clone(), there.clone()].map(|desk| tokio::spawn(async move { desk.relay().await }));
    // Both say that they have begun to listen.
    hears(&mut listening, Topic::Anything).await;
    tokio::time::sleep(Duration::from_millis(200)).await;

    let again = || Intake { submission: None, ..intake(None, None) };
    let before = there.suggest(&again());
    let mut slowest = Duration::ZERO;
    for _ in 0..6 {
        here.receive(&handler, again()).await.expect("received");
        slowest = slowest.max(hears(&mut listening, Topic::Queue).await);
    }
    assert!(slowest < within, "heard after {slowest:?}");
    assert_ne!(before, here.suggest(&again()), "six from one phone and place are no single complaint");
    let began = Instant::now();
    while there.suggest(&again()) != here.suggest(&again()) {
        assert!(began.elapsed() < Duration::from_secs(10), "either node counts the same, soon");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }

    let mut own = here.bus().listen();
    here.receive(&handler, call("别处")).await.expect("received");
    tokio::time::sleep(Duration::from_millis(300)).await;
    while let Ok(told) = own.try_recv() {
        assert!(!told.elsewhere || engine == Engine::Sqlite, "nobody hears its own words again: {told:?}");
    }
    relays.iter().for_each(tokio::task::JoinHandle::abort);
}

async fn imports(desk: &Desk, kind: Kind, csv: &str) {
    let reading = ImportOptions { datum: Datum::Wgs84, zone: desk.calendar().zone().clone(), mapping: None };
    let mut parsed = import::parse(kind, csv.as_bytes(), &reading, &mut |_| {}).expect("a file");
    import::apply(desk, kind, &mut parsed, &ApplyOptions::default(), &mut |_| {}).await.expect("applied");
}

fn facts(desk: &Desk) -> Vec<(String, bool)> {
    let known = desk.network().element(ElementKind::Cell, "A", now()).map_or_else(Vec::new, |detail| detail.facts);
    known.into_iter().map(|fact| (fact.title, fact.active)).collect()
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m2_alarms_reach_every_node_without_assembling_its_network_anew(#[case] engine: Engine) {
    let Some((location, _place)) = store::testing::fresh_location(engine).await else { return };
    let (here, there) = (open(&location, now()).await, open(&location, now()).await);
    imports(&here, Kind::Cells, "cell_id,lon,lat,azimuth\nA,113.1,23.1,0\nB,113.1001,23.1,120\n").await;
    there.catch_up().await.expect("caught up");
    let first = (here.network(), there.network());

    imports(&here, Kind::Alarms, "alarm_id,cell_id,severity,title,raised\n1,A,major,小区不可用,2026-03-04 09:00:00\n")
        .await;
    there.catch_up().await.expect("caught up");
    let gone = || vec![("小区不可用".to_owned(), true)];
    assert_eq!((facts(&here), facts(&there)), (gone(), gone()));
    imports(&there, Kind::Alarms, "alarm_id,cell_id,severity,title,raised,cleared\n1,A,major,小区不可用,2026-03-04 09:00:00,2026-03-04 09:10:00\n").await;
    here.catch_up().await.expect("caught up");
    let was = || vec![("小区不可用".to_owned(), false)];
    assert_eq!((facts(&here), facts(&there)), (was(), was()));
    assert!(here.network().shares_inventory_with(&first.0) && there.network().shares_inventory_with(&first.1));

    imports(&here, Kind::Outages, "outage_id,cell_id,kind,start\nx,A,退服,2026-03-04 09:12:00\n").await;
    imports(&here, Kind::Alarms, "alarm_id,cell_id,severity,title,raised\n2,A,minor,驻波,2026-03-04 09:13:00\n").await;
    there.catch_up().await.expect("caught up");
    assert_eq!((facts(&here).len(), facts(&here)), (3, facts(&there)), "what is no alarm is not missed for it");
    assert!(!there.network().shares_inventory_with(&first.1));
    assert_eq!(here.network().generation(), there.network().generation());
}
