//! Signing in: alike for known and unknown names, slow to guess at, and nobody is locked out.

use domain::person::Role;

use crate::house::{Browser, House, PASSWORD};

const NOBODY: fn() -> Browser = Browser::default;

#[tokio::test]
async fn a_plain_form_signs_in_and_out_and_the_session_is_new_each_time() {
    let house = House::new().await;
    house.person(Role::Handler).await;
    let form = [("name", "handler"), ("password", PASSWORD), ("next", "/search")];
    let answer = house.post(&NOBODY(), "/sign-in", &form).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/search"));
    let set = answer.header("set-cookie");
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax") && !set.contains("Secure"), "{set}");
    let cookie = set.split(';').next().expect("a cookie").to_owned();
    let browser = Browser { cookie: cookie.clone(), ..NOBODY() };
    assert_eq!(house.get(&browser, "/workbench").await.status, 200);

    let again = house.post(&browser, "/sign-in", &form).await;
    assert_ne!(again.header("set-cookie").split(';').next(), Some(cookie.as_str()));
    assert_eq!(house.get(&browser, "/workbench").await.status, 303, "the former session has ended");
    let browser =
        Browser { cookie: again.header("set-cookie").split(';').next().expect("a cookie").into(), ..NOBODY() };
    house.post(&browser, "/sign-out", &[]).await;
    assert_eq!(house.get(&browser, "/workbench").await.status, 303);
}

#[tokio::test]
async fn known_and_unknown_names_are_answered_and_throttled_alike_and_others_still_get_in() {
    let house = House::new().await;
    house.person(Role::Handler).await;
    house.person(Role::Triage).await;
    let mut answers = Vec::new();
    for name in ["handler", "nobody"] {
        let mut seen = Vec::new();
        for _ in 0..7 {
            let answer = house.post(&NOBODY(), "/sign-in", &[("name", name), ("password", "wrong")]).await;
            seen.push((answer.status, answer.header("retry-after").to_owned(), answer.text.replace(name, "NAME")));
        }
        answers.push(seen);
    }
    assert_eq!(answers[0], answers[1]);
    let statuses: Vec<u16> = answers[0].iter().map(|(status, ..)| *status).collect();
    assert_eq!(statuses, [401, 401, 401, 401, 401, 429, 429]);
    let other = house.post(&NOBODY(), "/sign-in", &[("name", "triage"), ("password", PASSWORD)]).await;
    assert_eq!(other.status, 303, "nobody else is locked out");
    house.clock.set(house.desk.now().plus_seconds(20));
    let later = house.post(&NOBODY(), "/sign-in", &[("name", "handler"), ("password", PASSWORD)]).await;
    assert_eq!(later.status, 303, "and the owner gets in again");
}

#[tokio::test]
async fn nobody_is_led_elsewhere_after_signing_in() {
    let house = House::new().await;
    house.person(Role::Handler).await;
    for next in ["//evil.example", "https://evil.example", "/\\evil.example"] {
        let form = [("name", "handler"), ("password", PASSWORD), ("next", next)];
        assert_eq!(house.post(&NOBODY(), "/sign-in", &form).await.header("location"), "/", "{next}");
    }
    let asked = house.get(&NOBODY(), "/search?q=%E6%85%A2").await;
    assert_eq!(asked.header("location"), "/sign-in?next=/search%3Fq%3D%25E6%2585%25A2");
}
