//! The signed webhook, at a receiver that listens on loopback (M5).

use std::sync::{Arc, Mutex};
use std::time::Duration;

use app::post::Webhook;
use domain::person::Role;
use domain::post::{Choice, PostKind, PostState};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::house::House;

const SECRET: &str = "sixteen letters!";

/// A receiver that answers with those statuses in turn, the last one for ever, and keeps what it was sent.
struct Receiver {
    url: String,
    got: Arc<Mutex<Vec<String>>>,
}

impl Receiver {
    async fn answering(statuses: &'static [&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a listener");
        let url = format!("http://{}/hook", listener.local_addr().expect("its address"));
        let got = Arc::new(Mutex::new(Vec::new()));
        let kept = got.clone();
        tokio::spawn(async move {
            let mut turn = 0;
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut text = String::new();
                loop {
                    let mut bytes = [0; 4096];
                    let read = stream.read(&mut bytes).await.expect("a request");
                    text.push_str(std::str::from_utf8(&bytes[..read]).expect("JSON in escapes or whole letters"));
                    if read == 0 || is_whole(&text) {
                        break;
                    }
                }
                kept.lock().expect("no panic").push(text);
                let status: &str = statuses[turn.min(statuses.len() - 1)];
                turn += 1;
                let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        Self { url, got }
    }

    fn got(&self) -> Vec<String> {
        self.got.lock().expect("no panic").clone()
    }
}

fn is_whole(text: &str) -> bool {
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    header(head, "content-length").is_some_and(|length| length.parse() == Ok(body.len()))
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().filter_map(|line| line.split_once(": ")).find(|(found, _)| *found == name).map(|(_, value)| value)
}

async fn house_with(receiver: &Receiver) -> House {
    let house = House::new().await;
    let handler = house.person("handler", Role::Handler).await;
    let choice = Choice { mail: false, webhook: true, digest: None, quiet: None };
    house.desk.choose(&house.as_person(&handler), choice).await.expect("chosen");
    house.push_to(Webhook::patiently(&receiver.url, SECRET, Duration::from_secs(5)).expect("an address"));
    house.take_in(&handler, "家里信号弱").await;
    house.later(3 * 86_400);
    house.desk.tick().await.expect("ticked");
    house
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m5_a_push_is_signed_over_its_time_and_body() {
    let receiver = Receiver::answering(&["204 No Content"]).await;
    let house = house_with(&receiver).await;
    house.desk.deliver().await.expect("tried");
    let [posted] = house.all().await.try_into().expect("one push");
    assert_eq!((posted.kind, posted.state), (PostKind::Webhook, PostState::Sent));

    let [request] = receiver.got().try_into().expect("one request");
    let (head, body) = request.split_once("\r\n\r\n").expect("a body");
    assert!(head.starts_with("POST /hook HTTP/1.1"));
    let signature = header(head, "x-shouwen-signature").expect("signed");
    let (time, given) = signature.split_once(",v1=").expect("two parts");
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("any length");
    mac.update(format!("{}.{body}", time.strip_prefix("t=").expect("a time")).as_bytes());
    assert_eq!(given, hex::encode(mac.finalize().into_bytes()));
    let said: serde_json::Value = serde_json::from_str(body).expect("JSON");
    assert_eq!(said["id"], posted.id.to_string());
    assert_eq!(said["to"]["sign_in"], "handler");
    assert_eq!(said["complaint"]["number"].as_str().map(|number| &number[..3]), Some("TS-"));
    assert!(said["rungs"].as_array().is_some_and(|rungs| rungs.len() > 1));
    assert!(!body.contains("19900001234") && !body.contains("王小明"), "nothing of the customer leaves the house");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m5_a_receiver_in_trouble_is_asked_again_under_the_same_id() {
    let receiver = Receiver::answering(&["503 Service Unavailable", "200 OK"]).await;
    let house = house_with(&receiver).await;
    house.desk.deliver().await.expect("tried");
    assert_eq!(house.all().await[0].state, PostState::Waiting);
    house.later(600);
    house.desk.deliver().await.expect("tried");
    assert_eq!(house.all().await[0].state, PostState::Sent);
    let ids: Vec<String> =
        receiver.got().iter().map(|request| header(request, "x-shouwen-id").expect("an id").to_owned()).collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m5_a_receiver_that_knows_nothing_of_it_makes_a_task() {
    let receiver = Receiver::answering(&["404 Not Found"]).await;
    let house = house_with(&receiver).await;
    house.desk.deliver().await.expect("tried");
    let [posted] = house.all().await.try_into().expect("one push");
    assert_eq!((posted.state, posted.last_error.as_deref()), (PostState::Failed, Some("404 Not Found")));
}
