//! What happens by itself, on both engines: rungs fire once, whoever ticks and however late (M5).

use app::desk::Desk;
use domain::person::{Role, Viewer};
use rstest::rstest;
use store::testing::{Engine, fresh_location};

use crate::common::{call, enter, now, open, somebody};

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m5_two_that_tick_after_a_weeks_standstill_fire_each_rung_once(#[case] engine: Engine) {
    let Some((location, _place)) = fresh_location(engine).await else { return };
    let desk = open(&location, now()).await;
    let (handler, leader) = (
        enter(&desk, somebody("handler", Role::Handler)).await,
        enter(&desk, somebody("leader", Role::TeamLeader)).await,
    );
    for number in 0..250 {
        desk.receive(&handler, call(&format!("第{number}次打不通"))).await.expect("received");
    }
    assert_eq!(desk.tick().await.expect("nothing is due yet"), 0);

    let week = now().plus_seconds(7 * 86_400);
    let (one, other) = (open(&location, week).await, open(&location, week).await);
    let (first, second) = tokio::join!(one.tick(), other.tick());
    assert_eq!(first.expect("ticked") + second.expect("ticked"), 250);
    assert_eq!(one.tick().await.expect("ticked") + other.tick().await.expect("ticked"), 0);
    assert_eq!(one.store().verify().await.expect("read").problems, []);

    // Acceptance, first contact, handling: the owner hears of three rungs of each, the leader of two.
    let told = async |viewer: &Viewer| one.notices(viewer, 5_000).await.expect("read").len();
    assert_eq!((told(&handler).await, told(&leader).await), (250 * 9, 250 * 6));
    assert_eq!(one.unseen(&leader).await.expect("counted"), Desk::MOST_UNSEEN);
    one.see_notices(&leader, week).await.expect("seen");
    assert_eq!(one.unseen(&leader).await.expect("counted"), 0);
}
