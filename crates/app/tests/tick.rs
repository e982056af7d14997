//! What happens by itself, on both engines: rungs fire once, whoever ticks and however late (M5).

use std::sync::Arc;

use app::clock::HandClock;
use app::desk::{Desk, NewPerson};
use domain::check::Service;
use domain::complaint::{Channel, Intake, Matter};
use domain::person::{Role, Viewer, Who};
use domain::place::{Place, Setting};
use domain::time::Timestamp;
use rstest::rstest;
use store::Location;
use store::testing::{Engine, fresh_location};

fn now() -> Timestamp {
    "2026-03-04T01:15:00Z".parse().expect("an instant")
}

fn call(number: u32) -> Intake {
    Intake {
        matter: Matter {
            title: String::new(),
            description: format!("第{number}次打不通"),
            phenomenon: String::new(),
            channel: Channel::Phone,
            level: String::new(),
            service: Service::Voice,
            technology: None,
            occurred: None,
            complained: now(),
            serving_cell: None,
            wanted_by: None,
        },
        place: Place { point: None, precision_metres: None, setting: Setting::Unstated, address: "示例路".into() },
        phone: None,
        customer: None,
        upstream: None,
        submission: None,
        flow: None,
        grade: None,
        document: None,
    }
}

async fn open(location: &Location, at: Timestamp) -> Arc<Desk> {
    Desk::open(location, Arc::new(HandClock::at(at))).await.expect("the desk opens")
}

async fn person(desk: &Desk, sign_in: &str, role: Role) -> Viewer {
    let new = NewPerson {
        sign_in: sign_in.into(),
        name: sign_in.into(),
        role,
        department: "网优中心".into(),
        organisation: None,
        password: "a good password".into(),
    };
    let person = desk.add_person(&desk.house(), new).await.expect("stored").expect("a valid person");
    Viewer { branch: desk.store().branch(), who: Who::Person(person) }
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m5_two_that_tick_after_a_weeks_standstill_fire_each_rung_once(#[case] engine: Engine) {
    let Some((location, _place)) = fresh_location(engine).await else { return };
    let desk = open(&location, now()).await;
    let (handler, leader) =
        (person(&desk, "handler", Role::Handler).await, person(&desk, "leader", Role::TeamLeader).await);
    for number in 0..250 {
        desk.receive(&handler, call(number)).await.expect("received");
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
