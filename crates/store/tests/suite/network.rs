//! The network's tables: imported in pieces, each thing once, found again as it was.

use domain::check::ElementKind;
use domain::time::Timestamp;
use rstest::rstest;
use store::testing::Engine;
use store::{Applied, ElementChange, Ended, GazetteerPlace};

use crate::common::{at, network};

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m2_an_inventory_reads_back_and_importing_it_again_changes_nothing(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    assert_eq!(store.generation().await.unwrap(), 0);
    let changes = network::elements(1_700);
    let mut seen = Vec::new();
    let generation = store.inventory_apply(&changes, |done| seen.push(done)).await.unwrap();
    assert_eq!(generation, 1);
    assert_eq!(seen, [1_700]);
    let inventory = store.inventory().await.unwrap();
    assert_eq!(inventory.len(), 1_700);
    assert!(changes.iter().all(|change| inventory.contains(change.put.as_ref().unwrap())));
    store.inventory_apply(&changes, |_| ()).await.unwrap();
    assert_eq!(store.inventory().await.unwrap(), inventory);
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m2_a_moved_element_keeps_its_former_version(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    let first = network::elements(3);
    store.inventory_apply(&first, |_| ()).await.unwrap();
    let moved_on = at("2026-03-01T00:00:00Z");
    let mut moved = first[1].put.clone().unwrap();
    moved.valid_from = moved_on;
    moved.element.name = "搬走了".into();
    let end = Ended {
        kind: ElementKind::Cell,
        id: moved.element.id.clone(),
        valid_from: Timestamp::BEGINNING,
        until: moved_on,
    };
    let change = ElementChange { end: Some(end), put: Some(moved.clone()) };
    store.inventory_apply(&[change], |_| ()).await.unwrap();
    let versions: Vec<_> =
        store.inventory().await.unwrap().into_iter().filter(|one| one.element.id == moved.element.id).collect();
    assert_eq!(versions.len(), 2);
    assert_eq!((versions[0].valid_from, versions[0].valid_until), (Timestamp::BEGINNING, moved_on));
    assert_eq!(versions[1], moved);
    store.network_clear().await.unwrap();
    assert!(store.inventory().await.unwrap().is_empty());
    assert_eq!(store.generation().await.unwrap(), 3);
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m2_a_fact_is_imported_once_and_its_change_is_told(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    let mut alarms = network::alarms(1_200);
    let first = store.alarms_put(&alarms).await.unwrap();
    assert!(first.iter().all(|one| *one == Applied::Added));
    assert!(store.alarms_put(&alarms).await.unwrap().iter().all(|one| *one == Applied::Unchanged));
    alarms.truncate(3);
    alarms[1].cleared = Some(at("2026-03-04T05:00:00Z"));
    alarms.push(alarms[1].clone());
    alarms.extend(network::alarms(1_201).pop());
    let told = store.alarms_put(&alarms).await.unwrap();
    assert_eq!(told, [Applied::Unchanged, Applied::Changed, Applied::Unchanged, Applied::Unchanged, Applied::Added]);
    let stored = store.alarms().await.unwrap();
    assert_eq!(stored.len(), 1_201);
    assert!(stored.contains(&alarms[1]));
    assert!(store.outages().await.unwrap().is_empty());
    let noise = network::noise();
    assert_eq!(store.interference_put(&noise).await.unwrap(), [Applied::Added, Applied::Added]);
    assert_eq!(store.interference_put(&noise).await.unwrap(), [Applied::Unchanged, Applied::Unchanged]);
    let mut found = store.interference().await.unwrap();
    found.sort_by_key(|one| one.from);
    assert_eq!(found, noise);
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m2_it_is_known_since_when_only_alarms_have_changed(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    store.inventory_apply(&network::elements(3), |_| ()).await.unwrap();
    assert_eq!(store.generation_by_alarms(0).await.unwrap(), None);
    store.alarms_put(&network::alarms(2)).await.unwrap();
    store.alarms_put(&network::alarms(5_000)).await.unwrap();
    assert_eq!(store.generation().await.unwrap(), 4, "two chunks the second time");
    for (since, known) in [(0, None), (1, Some(4)), (2, Some(4)), (4, Some(4))] {
        assert_eq!(store.generation_by_alarms(since).await.unwrap(), known, "since {since}");
    }
    store.interference_put(&network::noise()).await.unwrap();
    assert_eq!(store.generation_by_alarms(4).await.unwrap(), None);
    store.alarms_put(&network::alarms(1)).await.unwrap();
    for (since, known) in [(4, None), (5, Some(6))] {
        assert_eq!(store.generation_by_alarms(since).await.unwrap(), known, "since {since}");
    }
}

#[rstest]
#[case(Engine::Sqlite)]
#[case(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m1_the_gazetteer_finds_names_that_begin_so_first(#[case] engine: Engine) {
    let store = store_or_skip!(engine);
    let place = |name: &str, address: &str| GazetteerPlace {
        name: name.into(),
        address: address.into(),
        district: "西湖区".into(),
        lon: 120.1,
        lat: 30.2,
    };
    let places = [place("科技大厦", "文三路 90 号"), place("文三路", ""), place("100%花园", "学院路 1_2 号")];
    store.add_places(&places).await.unwrap();
    store.add_places(&places).await.unwrap();
    let names = async |text: &str| {
        store.places(text, 10).await.unwrap().into_iter().map(|place| place.name).collect::<Vec<_>>()
    };
    assert_eq!(names("文三路").await, ["文三路", "科技大厦"]);
    assert_eq!(names("文三 90").await, ["科技大厦"]);
    assert_eq!(names("0%花").await, ["100%花园"]);
    assert_eq!(names("1_2").await, ["100%花园"]);
    assert!(names("1x2").await.is_empty());
}
