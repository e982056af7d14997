//! Signing in: alike for known and unknown names, slow to guess at, and nobody is locked out.

use domain::person::Role;

use crate::house::{Answer, Browser, House, PASSWORD, PROXY};

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

/// A browser that the proxy asks for.
fn through_proxy(address: &str, cookie: &str) -> Browser {
    let headers = vec![("x-forwarded-for", format!("203.0.113.99, {address}"))];
    Browser { cookie: cookie.to_owned(), headers, peer: Some(PROXY) }
}

async fn sign_in(house: &House, browser: &Browser, name: &str, password: &str) -> Answer {
    house.post(browser, "/sign-in", &[("name", name), ("password", password)]).await
}

#[tokio::test]
async fn behind_a_trusted_proxy_somebody_elses_guesses_cost_the_owner_nothing() {
    let house = House::new().await;
    house.person(Role::Handler).await;
    let stranger = through_proxy("198.51.100.7", "");
    for _ in 0..6 {
        sign_in(&house, &stranger, "handler", "x").await;
    }
    assert_eq!(sign_in(&house, &stranger, "handler", PASSWORD).await.status, 429);
    let owner = through_proxy("198.51.100.8", "");
    assert_eq!(sign_in(&house, &owner, "handler", PASSWORD).await.status, 303, "from an address of their own");
    let liar = Browser { peer: Some("198.51.100.7".parse().expect("an address")), ..through_proxy("10.0.0.1", "") };
    for _ in 0..6 {
        sign_in(&house, &liar, "triage", "x").await;
    }
    let another = Browser { headers: vec![("x-forwarded-for", "10.0.0.2".into())], ..liar };
    assert_eq!(sign_in(&house, &another, "triage", "x").await.status, 429, "who is no proxy names no address");
}

#[tokio::test]
async fn a_browser_signed_in_from_before_gets_in_while_others_guess_at_its_name_from_its_address() {
    let house = House::new().await;
    house.person(Role::Handler).await;
    house.person(Role::Triage).await;
    let first = sign_in(&house, &NOBODY(), "handler", PASSWORD).await;
    let cookies = first.cookies();
    let known =
        cookies.split("; ").find(|cookie| cookie.starts_with("known-")).expect("the browser is known from now on");
    for _ in 0..7 {
        sign_in(&house, &NOBODY(), "handler", "x").await;
        sign_in(&house, &NOBODY(), "triage", "x").await;
    }
    let with = |cookie: &str| Browser { cookie: cookie.to_owned(), ..NOBODY() };
    assert_eq!(sign_in(&house, &NOBODY(), "handler", PASSWORD).await.status, 429);
    assert_eq!(sign_in(&house, &with(known), "handler", PASSWORD).await.status, 303);
    assert_eq!(sign_in(&house, &with(known), "Handler ", "x").await.status, 401, "the name as it is typed");

    let (name, value) = known.split_once('=').expect("a pair");
    let forged = format!("{name}={}", value.replacen(['0', '1', '2', '3'], "4", 1));
    assert_ne!(forged, known);
    for stranger in [&forged, &format!("{name}=a.9999999999.00"), name] {
        assert_eq!(sign_in(&house, &with(stranger), "handler", PASSWORD).await.status, 429, "{stranger}");
    }
    assert_eq!(sign_in(&house, &with(known), "triage", PASSWORD).await.status, 429, "known for one name only");
    for _ in 0..4 {
        sign_in(&house, &with(known), "handler", "x").await;
    }
    assert_eq!(sign_in(&house, &with(known), "handler", "x").await.status, 429, "and slow to guess at too");
    house.clock.set(house.desk.now().plus_seconds(366 * 86_400));
    for _ in 0..6 {
        sign_in(&house, &NOBODY(), "handler", "x").await;
    }
    assert_eq!(sign_in(&house, &with(known), "handler", PASSWORD).await.status, 429, "for a year");
}

#[tokio::test]
async fn guesses_sent_at_the_same_moment_count_like_those_sent_one_after_another() {
    let house = House::new().await;
    house.person(Role::Handler).await;
    let browsers: Vec<Browser> = (0..60).map(|n| through_proxy(&format!("198.51.100.{n}"), "")).collect();
    let guesses = browsers.iter().map(|browser| sign_in(&house, browser, "handler", "x"));
    let answers = futures::future::join_all(guesses).await;
    let looked_at = answers.iter().filter(|answer| answer.status == 401).count();
    assert_eq!(looked_at, 20, "a name has twenty, from wherever; the others are slowed and told to wait");
    assert!(answers.iter().all(|answer| matches!(answer.status, 401 | 429)));
}
