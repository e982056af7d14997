//! What a rung of the ladder becomes outside the product: one mail and one push a person and command, by that person's
//! choice (M5). Written in the transaction of the rung itself.

use domain::calendar::WorkingCalendar;
use domain::clock::{ClockKind, Rung, Tell};
use domain::complaint::Complaint;
use domain::contact::mask_digits;
use domain::grade::Grade;
use domain::id::OutboxId;
use domain::journal::{Entry, Event};
use domain::post::{PostKind, Urgency};
use domain::time::Timestamp;
use serde_json::json;
use store::Outgoing;

use super::{Known, Post};
use crate::clock::fresh_uuid;

/// Everything needed to write notices.
pub(crate) struct Told<'a> {
    pub post: &'a Post,
    pub people: &'a [Known],
    pub calendar: &'a WorkingCalendar,
    pub now: Timestamp,
}

/// A rung that has fired.
struct Fired<'a> {
    kind: ClockKind,
    rung: Rung,
    reached: Timestamp,
    tells: &'a [Tell],
}

impl Told<'_> {
    /// What the entry sends out.
    pub(crate) fn of(&self, complaint: &Complaint, entry: &Entry) -> Vec<Outgoing> {
        let fired: Vec<Fired<'_>> = entry.events.iter().filter_map(Fired::of).collect();
        if fired.is_empty() {
            return Vec::new();
        }
        let mut out = Vec::new();
        for known in self.people {
            let mine: Vec<&Fired<'_>> =
                fired.iter().filter(|fired| fired.tells.iter().any(|tell| known.is_told(tell, complaint))).collect();
            if !mine.is_empty() {
                self.to(known, complaint, entry.sequence, &mine, &mut out);
            }
        }
        out
    }

    fn to(&self, known: &Known, complaint: &Complaint, sequence: u64, fired: &[&Fired<'_>], out: &mut Vec<Outgoing>) {
        let choice = &known.reach.choice;
        let gravest =
            fired.iter().max_by_key(|fired| (fired.rung, fired.reached)).expect("somebody is told of something");
        let at_any_hour = complaint.grade == Grade::Critical && gravest.rung == Rung::Escalation;
        let urgency = if at_any_hour { Urgency::AtAnyHour } else { Urgency::Usual };
        let not_before = choice.not_before(self.now, self.calendar.zone(), urgency);
        let subject = subject(complaint, gravest, fired.len());
        let mut write = |kind: PostKind, recipient: &str, body: &dyn Fn(OutboxId) -> String| {
            let id = OutboxId(fresh_uuid(self.now));
            out.push(Outgoing {
                id,
                kind,
                complaint: Some(complaint.id),
                owner: Some(known.person.id),
                recipient: recipient.to_owned(),
                subject: subject.clone(),
                body: body(id),
                message_id: self.post.message_id(id),
                attachments: Vec::new(),
                created: self.now,
                not_before,
                unique_key: format!("notice:{}:{sequence}:{}:{}", complaint.id, known.person.id, kind.as_str()),
            });
        };
        if let (true, Some(mail)) = (choice.mail, &known.reach.mail) {
            write(PostKind::Mail, mail, &|_| self.text(complaint, fired));
        }
        if choice.webhook {
            write(PostKind::Webhook, &known.person.sign_in, &|id| self.json(known, id, &subject, complaint, fired));
        }
    }

    /// Chinese first, then English.
    fn text(&self, complaint: &Complaint, fired: &[&Fired<'_>]) -> String {
        let (grade_zh, grade_en) = complaint.grade.title();
        let lines = |pick: fn((&'static str, &'static str)) -> &'static str| {
            let line = |one: &&Fired<'_>| {
                format!("  {} · {}  {}", pick(one.kind.title()), pick(one.rung.title()), self.local(one.reached))
            };
            fired.iter().map(line).collect::<Vec<_>>().join("\n")
        };
        let link = self.link(complaint);
        let matter = mask_digits(&complaint.headline());
        format!(
            "投诉 {number}（{grade_zh}）\n{matter}\n\n{zh}\n{link}\n\n--\nComplaint {number} ({grade_en})\n\n{en}\n{link}\n",
            number = complaint.number,
            zh = lines(|(zh, _)| zh),
            en = lines(|(_, en)| en),
        )
    }

    fn json(&self, known: &Known, id: OutboxId, subject: &str, complaint: &Complaint, fired: &[&Fired<'_>]) -> String {
        let rungs: Vec<_> = fired
            .iter()
            .map(|one| json!({"clock": one.kind.as_str(), "rung": one.rung.as_str(), "reached": one.reached}))
            .collect();
        json!({
            "id": id,
            "kind": "notice",
            "created": self.now,
            "to": {"sign_in": known.person.sign_in, "name": known.person.name},
            "complaint": {"id": complaint.id, "number": complaint.number, "grade": complaint.grade.as_str()},
            "rungs": rungs,
            "subject": subject,
            "link": self.link(complaint),
        })
        .to_string()
    }

    fn link(&self, complaint: &Complaint) -> String {
        format!("{}/complaints/{}", self.post.public_url, complaint.id)
    }

    fn local(&self, at: Timestamp) -> String {
        self.calendar.zone().to_datetime(at.to_jiff()).strftime("%Y-%m-%d %H:%M").to_string()
    }
}

impl<'a> Fired<'a> {
    fn of(event: &'a Event) -> Option<Self> {
        match event {
            Event::RungFired { kind, rung, reached, tells, .. } => {
                Some(Self { kind: *kind, rung: *rung, reached: *reached, tells })
            }
            _ => None,
        }
    }
}

/// `[首问] TS-20261123-0042 首次联系 · 超时（共 3 项） first contact overdue`: of the gravest, and how many there are.
fn subject(complaint: &Complaint, gravest: &Fired<'_>, of: usize) -> String {
    let ((clock_zh, clock_en), (rung_zh, rung_en)) = (gravest.kind.title(), gravest.rung.title());
    let more = if of > 1 { format!("（共 {of} 项）") } else { String::new() };
    format!("[首问] {} {clock_zh} · {rung_zh}{more} / {clock_en} {rung_en}", complaint.number)
}
