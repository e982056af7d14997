//! Mail: out with its file, read back, tried again, given up.

use std::time::{Duration, Instant};

use app::post::Smtp;
use domain::post::{MOST_TRIES, PostState};
use mail_parser::{MessageParser, MimeHeaders};
use store::Attachment;
use tokio::net::TcpListener;

use crate::exim::{Exim, free_port};
use crate::house::House;

fn form() -> Attachment {
    Attachment {
        name: "重大投诉申告表 TS-20260304-0001.pdf".into(),
        media_type: "application/pdf".into(),
        bytes: (0..60_000_u32).map(|n| (n * 7919 % 251) as u8).collect(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m8_a_form_goes_out_with_its_pdf_and_comes_back_as_delivered() {
    let Some(server) = Exim::start() else { return };
    let house = House::new().await;
    house.send_by(&server);
    let id = house.enqueue(1, "chief@example.test", vec![form()]).await;
    assert_eq!(house.desk.deliver().await.expect("tried"), 1);
    assert_eq!(house.posted(id).await.state, PostState::Sent);

    let [mail] = server.inbox(1).try_into().expect("one mail");
    let mail = MessageParser::default().parse(&mail).expect("a mail");
    assert_eq!(mail.message_id(), Some(house.posted(id).await.message_id.as_str()));
    assert_eq!(mail.subject(), Some("重大投诉申告表 TS-20260304-0001"));
    assert_eq!(mail.from().and_then(|from| from.first()).and_then(|from| from.name()), Some("首问投诉台"));
    assert_eq!(mail.body_text(0).expect("a text").trim(), "请见附件。");
    let file = mail.attachment(0).expect("the form");
    assert_eq!(file.attachment_name(), Some(form().name.as_str()));
    assert!(file.is_content_type("application", "pdf"));
    assert_eq!(file.contents(), form().bytes, "byte for byte");

    server.came_back(1);
    assert_eq!(house.desk.read_bounces().await.expect("read"), 1);
    assert_eq!(house.posted(id).await.state, PostState::Delivered);
    assert_eq!(house.desk.read_bounces().await.expect("read"), 0, "a report is read once");
    assert_eq!(house.desk.deliver().await.expect("nothing is due"), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m8_a_refusal_fails_at_once_with_the_servers_words() {
    let Some(server) = Exim::start() else { return };
    let house = House::new().await;
    house.send_by(&server);
    let id = house.enqueue(1, "refused@example.test", vec![form()]).await;
    house.desk.deliver().await.expect("tried");
    let posted = house.posted(id).await;
    assert_eq!((posted.state, posted.attempts, posted.settled), (PostState::Failed, 1, None));
    let reason = posted.last_error.expect("a reason");
    assert!(reason.contains("550") && reason.contains("5.1.1 no such mailbox here"), "{reason}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m8_what_was_taken_and_comes_back_is_a_bounce_with_its_reason() {
    let Some(server) = Exim::start() else { return };
    let house = House::new().await;
    house.send_by(&server);
    let id = house.enqueue(1, "bounced@example.test", vec![form()]).await;
    house.desk.deliver().await.expect("tried");
    assert_eq!(house.posted(id).await.state, PostState::Sent, "it was taken over");
    server.came_back(1);
    assert_eq!(house.desk.read_bounces().await.expect("read"), 1);
    let posted = house.posted(id).await;
    assert_eq!((posted.state, posted.settled), (PostState::Bounced, None));
    let reason = posted.last_error.expect("a reason");
    assert!(reason.starts_with("5.") && reason.contains("closed"), "{reason}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m8_a_busy_server_is_asked_again_with_pauses_and_given_up_at_last() {
    let Some(server) = Exim::start() else { return };
    let house = House::new().await;
    house.send_by(&server);
    let id = house.enqueue(1, "busy@example.test", Vec::new()).await;
    for tries in 1..=MOST_TRIES {
        assert_eq!(house.desk.deliver().await.expect("tried"), 1);
        assert_eq!(house.desk.deliver().await.expect("asked"), 0, "not before the pause is over");
        let posted = house.posted(id).await;
        assert_eq!(posted.attempts, tries);
        assert!(posted.last_error.as_deref().is_some_and(|reason| reason.contains("come again later")));
        let state = if tries == MOST_TRIES { PostState::Failed } else { PostState::Waiting };
        assert_eq!(posted.state, state);
        house.later(5 * 3600);
    }
    assert_eq!(house.desk.deliver().await.expect("asked"), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m8_a_server_that_hangs_is_waited_for_only_so_long() {
    let hanging = TcpListener::bind("127.0.0.1:0").await.expect("a listener that never answers");
    let house = House::new().await;
    let url = format!("smtp://{}", hanging.local_addr().expect("its address"));
    let smtp = Smtp::at(&url).expect("an address").with_patience(Duration::from_millis(300));
    house.send_with(smtp, None);
    let id = house.enqueue(1, "chief@example.test", vec![form()]).await;
    let begun = Instant::now();
    house.desk.deliver().await.expect("tried");
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    let posted = house.posted(id).await;
    assert_eq!(posted.state, PostState::Waiting);
    assert!(posted.last_error.expect("a reason").contains("did not answer"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m8_what_waits_for_a_server_goes_out_once_it_is_there_under_the_same_message_id() {
    let house = House::new().await;
    house.send_with(Smtp::at(&format!("smtp://127.0.0.1:{}", free_port())).expect("an address"), None);
    let id = house.enqueue(1, "chief@example.test", vec![form()]).await;
    house.desk.deliver().await.expect("tried");
    let before = house.posted(id).await;
    assert_eq!((before.state, before.attempts), (PostState::Waiting, 1));

    let Some(server) = Exim::start() else { return };
    house.send_by(&server);
    house.later(120);
    house.desk.deliver().await.expect("tried");
    let [mail] = server.inbox(1).try_into().expect("one mail");
    let mail = MessageParser::default().parse(&mail).expect("a mail");
    assert_eq!(mail.message_id(), Some(before.message_id.as_str()));
    assert_eq!(house.posted(id).await.state, PostState::Sent);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m8_without_a_server_mails_are_kept_and_can_be_sent_later() {
    let house = House::new().await;
    let id = house.enqueue(1, "chief@example.test", vec![form()]).await;
    house.desk.deliver().await.expect("tried");
    assert_eq!(house.posted(id).await.state, PostState::Kept);
    let file = house.desk.letter_file(&house.desk.house(), id, 1).await.expect("kept");
    assert_eq!(file, form());

    let Some(server) = Exim::start() else { return };
    house.send_by(&server);
    assert_eq!(house.desk.deliver().await.expect("nothing is due"), 0, "what was kept is not let loose by itself");
    house.desk.send_again(&house.desk.house(), id).await.expect("kept mails may be sent");
    assert_eq!(house.desk.deliver().await.expect("tried"), 1);
    server.inbox(1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m8_many_senders_send_each_mail_once() {
    let Some(server) = Exim::start() else { return };
    let house = House::new().await;
    house.send_by(&server);
    for number in 1..=40 {
        house.enqueue(number, &format!("reader{number}@example.test"), Vec::new()).await;
    }
    let (one, other, third) = tokio::join!(house.desk.deliver(), house.desk.deliver(), house.desk.deliver());
    assert_eq!(one.expect("tried") + other.expect("tried") + third.expect("tried"), 40);
    let mut ids: Vec<String> = server
        .inbox(40)
        .iter()
        .map(|mail| MessageParser::default().parse(mail).expect("a mail").message_id().expect("an id").to_owned())
        .collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 40);
    assert_eq!(house.in_state(PostState::Sent).await.len(), 40);
}
