//! Reference for the network check: what SQLite's R*Tree takes to find the elements of a box, without level, fact or verdict.

use std::time::Instant;

use sqlx::{Connection, Executor, QueryBuilder, Row, SqliteConnection};

use crate::{bare, figure, millis, quantile};

const CELLS: i64 = 1_000_000;
const TOWNS: i64 = 200;
const QUESTIONS: i64 = 2_000;
/// Half a side of the box asked for, degrees of latitude: 2 km.
const HALF_DEG: f64 = 0.018;

pub fn measure() {
    bare::wait(async {
        let mut sqlite = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        sqlite.execute("CREATE VIRTUAL TABLE cell USING rtree(id, west, east, south, north)").await.unwrap();
        let began = Instant::now();
        for chunk in 0..CELLS / 5_000 {
            let mut insert = QueryBuilder::new("INSERT INTO cell ");
            insert.push_values(chunk * 5_000..(chunk + 1) * 5_000, |mut row, id| {
                let (lon, lat) = place(id);
                row.push_bind(id).push_bind(lon).push_bind(lon).push_bind(lat).push_bind(lat);
            });
            insert.build().execute(&mut sqlite).await.unwrap();
        }
        let built = format!("built in {:.1} s", began.elapsed().as_secs_f64());
        let (mut waits, mut found) = (Vec::new(), 0);
        for question in 0..QUESTIONS {
            let (lon, lat) = place(question * 487);
            let began = Instant::now();
            let rows = sqlx::query(
                "SELECT count(*) FROM cell WHERE east >= $1 AND west <= $2 AND north >= $3 AND south <= $4",
            )
            .bind(lon - HALF_DEG)
            .bind(lon + HALF_DEG)
            .bind(lat - HALF_DEG)
            .bind(lat + HALF_DEG)
            .fetch_one(&mut sqlite)
            .await
            .unwrap();
            waits.push(began.elapsed());
            found += rows.get::<i64, _>(0);
        }
        let mean = format!("{} elements found", found / QUESTIONS);
        figure("SQLite R*Tree, 1,000,000 cells: a box of 4 km, p50", &millis(quantile(&mut waits, 0.5)), &built, "-");
        figure(
            "  its p99 (the check's own stands above, cargo bench -p ran)",
            &millis(quantile(&mut waits, 0.99)),
            &mean,
            "-",
        );
    });
}

/// Two in three in towns, the rest over the country, six to a site; spread evenly by multiplication.
fn place(id: i64) -> (f64, f64) {
    let site = id / 6;
    let share = |factor: i64| (site.wrapping_mul(factor).rem_euclid(1_000_003)) as f64 / 1_000_003.0;
    if site % 3 == 0 {
        return (100.0 + 10.0 * share(7_919), 26.0 + 7.0 * share(104_729));
    }
    let town = (site % TOWNS) as f64 / TOWNS as f64;
    let (lon, lat) = (100.0 + 10.0 * ((town * 7.3) % 1.0), 26.0 + 7.0 * town);
    (lon + 0.2 * (share(7_919) - 0.5), lat + 0.2 * (share(104_729) - 0.5))
}
