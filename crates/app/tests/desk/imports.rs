//! Two imports at once, at one node or two: one of them writes (M2).

use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use app::clock::{HandClock, fresh_uuid};
use app::desk::Desk;
use app::import::{self, ApplyError, ApplyOptions, ImportOptions, Kind, OUTLASTS, Summary};
use domain::check::ElementKind;
use domain::place::Datum;
use rstest::rstest;
use store::testing::Engine;

use crate::common::{now, open};

/// More than are written in one transaction.
const CELLS: usize = 4_500;

/// A whole inventory, every cell of it at that longitude.
fn inventory(lon: f64) -> String {
    let mut csv = "cell_id,lon,lat,azimuth\n".to_owned();
    for number in 0..CELLS {
        let lat = 23.0 + number as f64 / 10_000.0;
        writeln!(csv, "C{number},{lon},{lat},0").expect("written to memory");
    }
    csv
}

async fn applied(desk: &Desk, csv: &str, patience: Duration) -> Result<Summary, ApplyError> {
    let reading = ImportOptions { datum: Datum::Wgs84, zone: desk.calendar().zone().clone(), mapping: None };
    let mut parsed = import::parse(Kind::Cells, csv.as_bytes(), &reading, &mut |_| {}).expect("a file");
    let options = ApplyOptions { full_snapshot: true, patience, ..ApplyOptions::default() };
    import::apply(desk, Kind::Cells, &mut parsed, &options, &mut |_| {}).await
}

/// The longitudes of the cells in force.
async fn longitudes(desk: &Desk) -> Vec<f64> {
    let versions = desk.store().inventory().await.expect("read");
    let mut in_force: Vec<f64> = versions
        .iter()
        .filter(|version| version.valid_until > now() && version.element.kind == ElementKind::Cell)
        .map(|version| version.element.point.given_lon)
        .collect();
    assert_eq!(in_force.len(), CELLS, "one version of each is in force");
    in_force.sort_by(f64::total_cmp);
    in_force.dedup();
    in_force
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m2_of_two_imports_at_once_one_is_refused_or_waits_and_what_stands_is_whole(#[case] engine: Engine) {
    let Some((location, _place)) = store::testing::fresh_location(engine).await else { return };
    let (here, there) = (open(&location, now()).await, open(&location, now()).await);
    let (one, other) = (inventory(113.1), inventory(113.2));
    // At two nodes, and at one.
    for second in [&there, &here] {
        let (first, second) =
            tokio::join!(applied(&here, &one, Duration::ZERO), applied(second, &other, Duration::ZERO));
        let stands = match (&first, &second) {
            (Ok(_), Err(ApplyError::Running)) => vec![113.1],
            (Err(ApplyError::Running), Ok(_)) => vec![113.2],
            // The machine let the one end before the other asked.
            (Ok(_), Ok(_)) => vec![113.1, 113.2],
            neither => panic!("{neither:?}"),
        };
        let [found] = longitudes(&here).await[..] else { panic!("all of one file, none of the other") };
        assert!(stands.contains(&found), "{found}");
    }
    let (first, second) = tokio::join!(applied(&here, &one, OUTLASTS), applied(&there, &other, OUTLASTS));
    assert_eq!((first.expect("applied").accepted, second.expect("applied").accepted), (CELLS as u64, CELLS as u64));
    assert_eq!(longitudes(&here).await.len(), 1, "all of one file, none of the other");
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m2_the_claim_of_an_import_that_was_killed_runs_out(#[case] engine: Engine) {
    let Some((location, _place)) = store::testing::fresh_location(engine).await else { return };
    let clock = Arc::new(HandClock::at(now()));
    let desk = Desk::open(&location, Arc::<HandClock>::clone(&clock)).await.expect("the desk opens");
    let (killed, until) = (fresh_uuid(now()), now().plus_seconds(OUTLASTS.as_secs() as i64));
    assert!(desk.store().claim_duty("import_inventory", killed, now(), until).await.expect("claimed"));
    let csv = inventory(113.1);
    let refused = applied(&desk, &csv, Duration::ZERO).await;
    let told = refused.expect_err("somebody has it").told();
    assert!(told.zh.contains("正在进行") && told.en.contains("is running"), "{told:?}");
    clock.set(until);
    assert_eq!(applied(&desk, &csv, Duration::ZERO).await.expect("applied").added, CELLS as u64);
}
