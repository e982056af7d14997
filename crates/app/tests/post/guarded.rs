//! Mail through a server that speaks TLS with a certificate of its own making and wants a user and a password.

use app::post::{PostRefused, Smtp};
use domain::post::PostState;

use crate::exim::{Exim, PASSWORD, USER};
use crate::house::House;

fn at(url: &str) -> Smtp {
    Smtp::at(url).expect("an address")
}

fn trusting(server: &Exim, url: &str) -> Smtp {
    at(url).trusting(&server.certificate()).expect("a certificate")
}

/// Tries once; what stands beside the mail that waits.
async fn waits(house: &House, smtp: Smtp, number: u128) -> String {
    house.send_with(smtp, None);
    let id = house.enqueue(number, "chief@example.test", Vec::new()).await;
    assert_eq!(house.desk.deliver().await.expect("tried"), 1);
    let posted = house.posted(id).await;
    assert_eq!((posted.state, posted.attempts), (PostState::Waiting, 1), "the mail is kept for another try");
    posted.last_error.expect("a reason")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m8_a_mail_goes_out_over_starttls_or_tls_signed_in_by_plain_or_login() {
    for mechanism in ["PLAIN", "LOGIN"] {
        let Some(server) = Exim::guarded(mechanism) else { return };
        let house = House::new().await;
        for (number, url) in [(1, server.url_of(USER, PASSWORD)), (2, server.tls_url_of(USER, PASSWORD))] {
            house.send_with(trusting(&server, &url), None);
            let id = house.enqueue(number, "chief@example.test", Vec::new()).await;
            assert_eq!(house.desk.deliver().await.expect("tried"), 1);
            let posted = house.posted(id).await;
            assert_eq!(posted.state, PostState::Sent, "{mechanism}: {:?}", posted.last_error);
        }
        for mail in server.inbox(2) {
            let mail = String::from_utf8_lossy(&mail).into_owned();
            assert!(mail.contains("with esmtpsa"), "encrypted and signed in: {mail}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m8_a_refused_password_is_told_as_such_and_the_mail_waits_for_the_right_one() {
    for mechanism in ["PLAIN", "LOGIN"] {
        let Some(server) = Exim::guarded(mechanism) else { return };
        let house = House::new().await;
        let reason = waits(&house, trusting(&server, &server.url_of(USER, "falsch")), 1).await;
        assert!(reason.contains("refused the user or the password") && reason.contains("535"), "{reason}");
        assert!(!reason.contains("falsch"), "and the password is not repeated: {reason}");

        house.send_with(trusting(&server, &server.url_of(USER, PASSWORD)), None);
        house.later(120);
        assert_eq!(house.desk.deliver().await.expect("tried"), 1);
        assert_eq!(house.in_state(PostState::Sent).await.len(), 1);
        server.inbox(1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m8_a_certificate_nobody_trusts_is_not_taken_and_the_mail_waits_until_somebody_does() {
    let Some(server) = Exim::guarded("PLAIN") else { return };
    let house = House::new().await;
    for (number, url) in [(1, server.url_of(USER, PASSWORD)), (2, server.tls_url_of(USER, PASSWORD))] {
        let reason = waits(&house, at(&url), number).await;
        assert!(reason.contains("is not trusted") && reason.contains("--smtp-ca"), "{reason}");
    }
    // Another one's certificate is no better than none.
    let Some(other) = Exim::guarded("PLAIN") else { return };
    let reason = waits(&house, trusting(&other, &server.url_of(USER, PASSWORD)), 3).await;
    assert!(reason.contains("is not trusted"), "{reason}");

    house.send_with(trusting(&server, &server.url_of(USER, PASSWORD)), None);
    house.later(120);
    assert_eq!(house.desk.deliver().await.expect("tried"), 3);
    server.inbox(3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m8_a_password_does_not_go_over_the_line_in_clear() {
    let Some(server) = Exim::start() else { return };
    let house = House::new().await;
    let reason = waits(&house, at(&server.url_of(USER, PASSWORD)), 1).await;
    assert!(reason.contains("offers no TLS") && !reason.contains("heim"), "{reason}");
}

#[test]
fn m8_a_file_without_a_certificate_is_refused_before_any_mail_waits() {
    let folder = tempfile::tempdir().expect("a folder");
    let absent = folder.path().join("absent.pem");
    let refused = at("smtp://mail.example.org").trusting(&absent);
    assert_eq!(refused.err(), Some(PostRefused::Authorities(absent)));
    for (name, text) in [
        ("key.pem", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
        ("broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
        ("half.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n"),
    ] {
        let file = folder.path().join(name);
        std::fs::write(&file, text).expect("written");
        let told = at("smtp://mail.example.org").trusting(&file).expect_err(name).told();
        assert!(told.en.contains(name) && told.zh.contains("PEM"), "{told:?}");
    }
}
