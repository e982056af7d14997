//! What first owners are told of a problem location 黑点, by each one's choice: its date moved, it is settled. Their customers
//! wait for it (M3). Written in the transaction of the entry it tells of.

use domain::calendar::WorkingCalendar;
use domain::check::Bilingual;
use domain::contact::mask_digits;
use domain::id::OutboxId;
use domain::post::{PostKind, Urgency};
use domain::spot::{Decision, Event, ProblemLocation};
use domain::time::Timestamp;
use serde_json::json;
use store::Outgoing;

use super::{Known, Post};
use crate::clock::fresh_uuid;

/// Everything needed to write them.
pub(crate) struct SpotTold<'a> {
    pub post: &'a Post,
    pub calendar: &'a WorkingCalendar,
    pub now: Timestamp,
}

impl SpotTold<'_> {
    /// What the decision sends out to these people.
    pub(crate) fn of<'a>(&self, decision: &Decision, people: impl Iterator<Item = &'a Known>) -> Vec<Outgoing> {
        let said: Vec<(Bilingual, String)> = decision.entry.events.iter().filter_map(said).collect();
        let mut out = Vec::new();
        for known in people.filter(|_| !said.is_empty()) {
            self.to(known, decision, &said, &mut out);
        }
        out
    }

    fn to(
        &self,
        known: &Known,
        Decision { spot, entry }: &Decision,
        said: &[(Bilingual, String)],
        out: &mut Vec<Outgoing>,
    ) {
        let choice = &known.reach.choice;
        let subject = format!("[首问] 黑点 {} {} / {}", spot.number, said[0].0.zh, said[0].0.en);
        let mut write = |kind: PostKind, recipient: &str, body: &dyn Fn(OutboxId) -> String| {
            let id = OutboxId(fresh_uuid(self.now));
            out.push(Outgoing {
                id,
                kind,
                complaint: None,
                owner: Some(known.person.id),
                recipient: recipient.to_owned(),
                subject: subject.clone(),
                body: body(id),
                message_id: self.post.message_id(id),
                attachments: Vec::new(),
                created: self.now,
                not_before: choice.not_before(self.now, self.calendar.zone(), Urgency::Usual),
                unique_key: format!("location:{}:{}:{}:{}", spot.id, entry.sequence, known.person.id, kind.as_str()),
            });
        };
        if let (true, Some(mail)) = (choice.mail, &known.reach.mail) {
            write(PostKind::Mail, mail, &|_| self.text(spot, said));
        }
        if choice.webhook {
            write(PostKind::Webhook, &known.person.sign_in, &|id| {
                json!({
                    "id": id,
                    "kind": "location",
                    "created": self.now,
                    "to": {"sign_in": known.person.sign_in, "name": known.person.name},
                    "location": {"id": spot.id, "number": spot.number, "status": spot.status.as_str(), "expected": spot.expected},
                    "subject": subject,
                    "link": self.link(spot),
                })
                .to_string()
            });
        }
    }

    /// Chinese first, then English.
    fn text(&self, spot: &ProblemLocation, said: &[(Bilingual, String)]) -> String {
        let lines = |pick: fn(&Bilingual) -> &String| {
            said.iter().map(|(one, why)| format!("  {}  {why}", pick(one))).collect::<Vec<_>>().join("\n")
        };
        let (link, count, name) = (self.link(spot), spot.members.len(), mask_digits(&spot.name));
        format!(
            "黑点 {number} {name}\n\n{zh}\n\n关联投诉 {count} 件，请告知您首问的客户。\n{link}\n\n--\n\
             Problem location {number} {name}\n\n{en}\n\n{count} complaints belong to it; please tell the customers you \
             own.\n{link}\n",
            number = spot.number,
            zh = lines(|one| &one.zh),
            en = lines(|one| &one.en),
        )
    }

    fn link(&self, spot: &ProblemLocation) -> String {
        format!("{}/locations/{}", self.post.public_url, spot.id)
    }
}

/// What an event means for customers, in a few words and with its reason.
fn said(event: &Event) -> Option<(Bilingual, String)> {
    match event {
        Event::DateMoved { from, to, reason } => {
            let moved = Bilingual::new(
                format!("预期解决日期由 {from} 改为 {to}"),
                format!("expected by {to} instead of {from}"),
            );
            Some((moved, mask_digits(reason)))
        }
        Event::Solved { text } => Some((Bilingual::new("已解决", "solved"), mask_digits(text))),
        Event::GivenUp { reason } => Some((Bilingual::new("不再实施", "given up"), mask_digits(reason))),
        Event::Opened(_)
        | Event::ComplaintJoined { .. }
        | Event::ComplaintLeft { .. }
        | Event::Progressed { .. }
        | Event::Started { .. }
        | Event::Amended { .. }
        | Event::Reopened { .. } => None,
    }
}
