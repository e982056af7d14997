//! A line to the server that is lost at the worst moment: what was done is told as done, and once.

use domain::id::TokenId;
use domain::person::Role;
use store::testing::lossy::{Lossy, Says};
use store::testing::{Engine, TestStore};
use store::{Error, PolicyVersion, Store, Token};

use crate::common::{Story, id, note, person, scope, start};
use crate::roster::{shift, signed};

/// A fresh store, and the same one by lines that can be lost.
async fn by_lossy_lines() -> Option<(TestStore, Lossy, Store)> {
    let store = TestStore::on(Engine::Postgres).await?;
    let lossy = Lossy::to(store.location()).await?;
    let by_them = Store::open(lossy.location()).await.unwrap();
    Some((store, lossy, by_them))
}

/// What a server says once a statement that inserts by itself has been carried out.
const INSERTED: &str = "INSERT 0 ";
/// What it says once a transaction has been.
const COMMITTED: &str = "COMMIT\0";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m1_a_complaint_whose_acknowledgement_was_lost_on_the_way_is_acknowledged_and_stands_once() {
    let Some((store, lossy, by_them)) = by_lossy_lines().await else { return };
    // Of a fresh complaint, and of what follows it; the second look for it is lost, too.
    let received = Story::new(1).received(store.branch());
    lossy.lose_at(Says::Server, INSERTED);
    by_them.commit(received.clone()).await.unwrap();
    assert!(lossy.is_spent());
    lossy.lose_at(Says::Server, COMMITTED);
    lossy.lose_at(Says::Program, "SELECT at, actor, payload FROM journal");
    by_them.commit(note(&received.complaint, "甲")).await.unwrap();
    assert!(lossy.is_spent());
    assert_eq!(store.entries(&scope(store.branch()), id(1)).await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m1_what_people_enter_now_and_then_is_not_refused_for_standing_there_already() {
    let Some((store, lossy, by_them)) = by_lossy_lines().await else { return };
    let handler = person(1, Role::Handler, None);
    for unheard in [false, true] {
        lossy.lose_at(Says::Server, COMMITTED);
        if unheard {
            lossy.lose_at(Says::Program, "pg_xact_status");
        }
        let person = person(if unheard { 2 } else { 1 }, Role::Handler, None);
        by_them.add_person(&person, "hash", start()).await.unwrap();
        assert!(lossy.is_spent());
    }
    lossy.lose_at(Says::Server, COMMITTED);
    by_them.add_shift(&shift(1, 1, Role::Handler, 1, 9), &signed()).await.unwrap();
    assert!(lossy.is_spent());
    assert_eq!(store.shifts(start(), start().plus_seconds(86_400)).await.unwrap().len(), 1);
    let policy = PolicyVersion {
        version: 1,
        valid_from: jiff::civil::date(2026, 3, 5),
        text: "[limits]".into(),
        author: "甲".into(),
        note: "试".into(),
        imported: start(),
    };
    lossy.lose_at(Says::Server, COMMITTED);
    by_them.add_policy(&policy).await.unwrap();
    assert!(lossy.is_spent());
    let other = PolicyVersion { text: "[clocks]".into(), ..policy };
    assert!(matches!(by_them.add_policy(&other).await, Err(Error::Conflict)), "somebody was quicker");
    let token = Token { id: TokenId(uuid::Uuid::from_u128(9)), name: "crm".into(), created: start(), revoked: None };
    lossy.lose_at(Says::Server, COMMITTED);
    by_them.add_token(&token, [7; 32]).await.unwrap();
    assert!(lossy.is_spent());
    lossy.lose_at(Says::Server, COMMITTED);
    by_them.revoke_token("crm", start().plus_seconds(60)).await.map(|revoked| assert_eq!(revoked, 1)).unwrap();
    assert!(lossy.is_spent());
    // One that the server never heard is carried out by the next try.
    lossy.lose_at(Says::Program, COMMITTED);
    by_them.remove_shift(shift(1, 1, Role::Handler, 1, 9).id, &signed()).await.unwrap();
    assert!(lossy.is_spent());
    assert_eq!(store.shifts(start(), start().plus_seconds(86_400)).await.unwrap().len(), 0);
    assert_eq!(store.person(handler.id).await.unwrap().map(|person| person.sign_in), Some(handler.sign_in));
}
