//! A desk with a few people and a clock moved by hand.

use std::sync::Arc;

use app::clock::HandClock;
use app::desk::{Desk, NewPerson};
use app::post::{Bounces, Post, Smtp, Webhook};
use domain::check::Service;
use domain::complaint::{Channel, Complaint, Intake, Matter};
use domain::id::OutboxId;
use domain::person::{Person, Role, Viewer, Who};
use domain::place::{Place, Setting};
use domain::post::{PostKind, PostState};
use domain::time::Timestamp;

use store::{Attachment, Location, Outgoing, Posted};
use tempfile::TempDir;
use uuid::Uuid;

use crate::exim::Exim;

pub struct House {
    pub desk: Arc<Desk>,
    pub clock: Arc<HandClock>,
    _folder: TempDir,
}

/// A Wednesday morning at the branch.
pub fn morning() -> Timestamp {
    at("2026-03-04T09:15:00+08:00")
}

pub fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

impl House {
    pub async fn new() -> Self {
        let folder = TempDir::with_prefix("shouwen-test-").expect("a folder");
        let clock = Arc::new(HandClock::at(morning()));
        let location = Location::Directory(folder.path().join("data"));
        let desk = Desk::open(&location, clock.clone()).await.expect("a desk");
        Self { desk, clock, _folder: folder }
    }

    pub async fn person(&self, sign_in: &str, role: Role) -> Person {
        let new = NewPerson {
            sign_in: sign_in.into(),
            name: format!("{sign_in}甲"),
            role,
            department: String::new(),
            organisation: None,
            password: "a good password".into(),
        };
        self.desk.add_person(&self.desk.house(), new).await.expect("asked").expect("entered")
    }

    /// The same with a mail address.
    pub async fn reader(&self, sign_in: &str, role: Role) -> Person {
        let person = self.person(sign_in, role).await;
        let mail = format!("{sign_in}@example.test");
        self.desk.set_mail(&self.desk.house(), person.id, Some(&mail)).await.expect("asked").expect("an address");
        person
    }

    pub fn as_person(&self, person: &Person) -> Viewer {
        Viewer { branch: self.desk.store().branch(), who: Who::Person(person.clone()) }
    }

    /// Sends by that server and reads what comes back to it.
    pub fn send_by(&self, server: &Exim) {
        let bounces = Bounces::at(&server.desk()).expect("a Maildir");
        self.send_with(Smtp::at(&server.url()).expect("an address"), Some(bounces));
    }

    pub fn send_with(&self, smtp: Smtp, bounces: Option<Bounces>) {
        self.desk.send_with(Post { smtp: Some(smtp), bounces, ..Self::post() });
    }

    pub fn push_to(&self, webhook: Webhook) {
        self.desk.send_with(Post { webhook: Some(webhook), ..Self::post() });
    }

    fn post() -> Post {
        let from = Post::sender("首问投诉台 <desk@example.test>").expect("an address");
        Post { public_url: "https://desk.example.test".into(), from, ..Post::default() }
    }

    /// Something to go out by itself.
    pub async fn enqueue(&self, number: u128, recipient: &str, attachments: Vec<Attachment>) -> OutboxId {
        let id = OutboxId(Uuid::from_u128(number));
        let outgoing = Outgoing {
            id,
            kind: PostKind::Mail,
            complaint: None,
            owner: None,
            recipient: recipient.into(),
            subject: "重大投诉申告表 TS-20260304-0001".into(),
            body: "请见附件。\n".into(),
            message_id: Self::post().message_id(id),
            attachments,
            created: self.desk.now(),
            not_before: self.desk.now(),
            unique_key: number.to_string(),
        };
        self.desk.store().enqueue(&[outgoing]).await.expect("on record");
        id
    }

    pub async fn posted(&self, id: OutboxId) -> Posted {
        self.desk.letter(&self.desk.house(), id).await.expect("on record").posted
    }

    pub async fn all(&self) -> Vec<Posted> {
        self.desk.posted(&self.desk.house(), None, None, 100).await.expect("a list")
    }

    pub async fn in_state(&self, state: PostState) -> Vec<Posted> {
        self.desk.posted(&self.desk.house(), Some(state), None, 100).await.expect("a list")
    }

    pub fn later(&self, seconds: i64) {
        self.clock.set(self.desk.now().plus_seconds(seconds));
    }

    /// Takes a complaint in by that person.
    pub async fn take_in(&self, who: &Person, description: &str) -> Complaint {
        let intake = Intake {
            matter: Matter {
                title: "室内信号弱".into(),
                description: description.into(),
                phenomenon: String::new(),
                channel: Channel::Phone,
                level: String::new(),
                service: Service::Voice,
                technology: None,
                occurred: None,
                complained: self.desk.now(),
                serving_cell: None,
                wanted_by: None,
            },
            place: Place {
                point: None,
                precision_metres: None,
                setting: Setting::Indoor,
                address: "示例路12号".into(),
            },
            phone: Some("19900001234".parse().expect("a phone")),
            customer: Some("王小明".into()),
            upstream: None,
            submission: None,
            flow: None,
            grade: None,
            document: None,
        };
        self.desk.receive(&self.as_person(who), intake).await.expect("received").complaint
    }
}
