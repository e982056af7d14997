//! 每日摘要: what somebody was told since the last one, in one mail a day (M5).

use std::fmt::Write as _;

use domain::access::Scope;
use domain::contact::mask_digits;
use domain::id::OutboxId;
use domain::post::{PostKind, Urgency};
use domain::time::Timestamp;
use jiff::civil::Date;
use store::{Notice, Outgoing};

use super::{Known, Post};
use crate::clock::fresh_uuid;
use crate::desk::{Desk, DeskError};

/// Notices in a digest at most; the others stand in the product.
const MOST: u32 = 100;
/// How far the first digest looks back.
const LOOK_BACK_SECONDS: i64 = 86_400;
/// What was being written while the last digest was: rather told twice than never.
const OVERLAP_SECONDS: i64 = 60;

impl Desk {
    /// Writes today's digests for everybody whose hour has come; how many mails that became. Any number of processes may
    /// do so: a day's digest has one key.
    pub async fn write_digests(&self) -> Result<u64, DeskError> {
        let (now, calendar) = (self.now(), self.calendar());
        let zone = calendar.zone();
        let mut written = 0;
        for known in self.book().all().iter() {
            let Some(mail) = &known.reach.mail else { continue };
            let Some(day) = known.reach.choice.digest_due(now, zone) else { continue };
            if self.book().has_digest(known.person.id, day) {
                continue;
            }
            written += u64::from(self.write_digest(known, mail, day, now).await?);
            self.book().digest_done(known.person.id, day);
        }
        Ok(written)
    }

    async fn write_digest(&self, known: &Known, mail: &str, day: Date, now: Timestamp) -> Result<bool, DeskError> {
        let prefix = format!("digest:{}:", known.person.id);
        let last = self.store().last_outgoing(&prefix).await?;
        let key = format!("{prefix}{day}");
        if last.as_ref().is_some_and(|(last, _)| *last >= key) {
            return Ok(false);
        }
        let since = last.map_or_else(
            || now.plus_seconds(-LOOK_BACK_SECONDS),
            |(_, written)| written.plus_seconds(-OVERLAP_SECONDS),
        );
        let viewer = known.viewer(self.store().branch());
        let notices = self.store().notices(&Scope::of(&viewer), &known.person, MOST).await?;
        let notices: Vec<Notice> = notices.into_iter().filter(|notice| notice.told > since).collect();
        if notices.is_empty() {
            return Ok(false);
        }
        let post = self.post();
        let id = OutboxId(fresh_uuid(now));
        self.store()
            .enqueue(&[Outgoing {
                id,
                kind: PostKind::Mail,
                complaint: None,
                owner: Some(known.person.id),
                recipient: mail.to_owned(),
                subject: format!("[首问] {day} 摘要：{n} 条通知 / digest: {n} notices", n = notices.len()),
                body: self.digest_text(&post, &notices),
                message_id: post.message_id(id),
                attachments: Vec::new(),
                created: now,
                not_before: known.reach.choice.not_before(now, self.calendar().zone(), Urgency::Usual),
                unique_key: key,
            }])
            .await?;
        Ok(true)
    }

    fn digest_text(&self, post: &Post, notices: &[Notice]) -> String {
        let calendar = self.calendar();
        let zone = calendar.zone();
        let mut text = String::new();
        for notice in notices {
            let ((clock_zh, clock_en), (rung_zh, rung_en)) = (notice.clock.title(), notice.rung.title());
            let reached = zone.to_datetime(notice.reached.to_jiff()).strftime("%m-%d %H:%M");
            let row = &notice.complaint;
            // Writing into a text does not fail.
            let _ = writeln!(
                text,
                "{reached}  {}  {clock_zh} · {rung_zh} / {clock_en} {rung_en}\n    {}\n    {}/complaints/{}",
                row.number,
                mask_digits(&row.headline),
                post.public_url,
                row.id
            );
        }
        let _ = writeln!(text, "\n{}/notices", post.public_url);
        text
    }
}
