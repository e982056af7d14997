//! Post 外发: what leaves the house by mail or webhook, how often it is tried, and when it may reach a person. Pure: the
//! present and the dice are arguments.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::access::{Permission, may};
use crate::id::{BranchId, PersonId};
use crate::person::{Viewer, Who};
use crate::time::Timestamp;

/// By which way something goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PostKind {
    /// 邮件.
    Mail,
    /// 推送: a signed webhook, for the house's own messenger.
    Webhook,
}

impl PostKind {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Webhook => "webhook",
        }
    }
}

/// How far something that goes out has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PostState {
    /// 待发.
    Waiting,
    /// 正在发: somebody holds it until its lease ends.
    Sending,
    /// 已发: the other server took it over.
    Sent,
    /// 已送达: the other side says it arrived.
    Delivered,
    /// 被退回: it was taken over, then came back.
    Bounced,
    /// 发送失败: refused, or tried too often.
    Failed,
    /// 留存: there is nobody to send it; it can be read in the product.
    Kept,
}

impl PostState {
    /// Every state, in the order in which they are gone through.
    pub const ALL: [Self; 7] =
        [Self::Waiting, Self::Sending, Self::Sent, Self::Delivered, Self::Bounced, Self::Failed, Self::Kept];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Bounced => "bounced",
            Self::Failed => "failed",
            Self::Kept => "kept",
        }
    }

    /// Whether somebody has to look after it.
    pub const fn is_trouble(self) -> bool {
        matches!(self, Self::Bounced | Self::Failed)
    }

    /// Whether a person may have it tried again.
    pub const fn may_be_tried_again(self) -> bool {
        matches!(self, Self::Bounced | Self::Failed | Self::Kept)
    }
}

/// What came of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tried {
    /// Taken over.
    Sent,
    /// Refused for good: the same again would be refused again.
    Refused(String),
    /// It may go better later.
    Trouble(String),
    /// No server is configured.
    NobodyToSend,
}

/// How it goes on after a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Onward {
    /// It stands so, with the reason where there is one.
    Stands(PostState, Option<String>),
    /// It is tried again from that instant on, with the reason.
    Again(Timestamp, String),
}

/// How often something is tried: with the pauses below about nine hours, a night without a mail server.
pub const MOST_TRIES: u32 = 10;
/// The first pause, doubled each time.
const FIRST_PAUSE_SECONDS: f64 = 60.0;
/// The longest pause.
const LONGEST_PAUSE_SECONDS: f64 = 4.0 * 3600.0;

/// How it goes on after the `tries`th try ended so at `now`. `dice` in 0..1 spreads the pauses by a fifth either way, so
/// that what failed together does not come again together.
pub fn onward(tried: Tried, tries: u32, now: Timestamp, dice: f64) -> Onward {
    match tried {
        Tried::Sent => Onward::Stands(PostState::Sent, None),
        Tried::NobodyToSend => Onward::Stands(PostState::Kept, None),
        Tried::Refused(reason) => Onward::Stands(PostState::Failed, Some(reason)),
        Tried::Trouble(reason) if tries >= MOST_TRIES => Onward::Stands(PostState::Failed, Some(reason)),
        Tried::Trouble(reason) => {
            let doubled = FIRST_PAUSE_SECONDS * 2_f64.powi(tries.saturating_sub(1).min(30) as i32);
            let pause = doubled.min(LONGEST_PAUSE_SECONDS) * 0.4_f64.mul_add(dice.clamp(0.0, 1.0), 0.8);
            Onward::Again(now.plus_seconds(pause.round() as i64), reason)
        }
    }
}

/// A full hour of the day, 0 to 23.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Hour(u8);

/// A number that is no hour of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an hour of the day is 0 to 23")]
pub struct NotAnHour;

impl Hour {
    /// The hour as a number.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Hour {
    type Error = NotAnHour;

    fn try_from(hour: u8) -> Result<Self, NotAnHour> {
        if hour < 24 { Ok(Self(hour)) } else { Err(NotAnHour) }
    }
}

impl From<Hour> for u8 {
    fn from(hour: Hour) -> Self {
        hour.0
    }
}

/// 免打扰时段: from that hour until that hour, over midnight where the second is the smaller one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quiet {
    /// From this hour on.
    pub from: Hour,
    /// Until this hour.
    pub until: Hour,
}

/// How somebody wants to be told besides in the product, where everything is told always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Each notice by mail as it comes.
    pub mail: bool,
    /// Each notice by the house's messenger as it comes.
    pub webhook: bool,
    /// 每日摘要: once a day by mail, from this hour on.
    pub digest: Option<Hour>,
    /// When nothing may come, but for escalations of the gravest.
    pub quiet: Option<Quiet>,
}

impl Default for Choice {
    /// By mail as it comes, not between ten at night and seven in the morning.
    fn default() -> Self {
        Self { mail: true, webhook: false, digest: None, quiet: Some(Quiet { from: Hour(22), until: Hour(7) }) }
    }
}

/// Whether a notice breaks quiet hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// It waits.
    Usual,
    /// An escalation of 特大: it comes at any hour.
    AtAnyHour,
}

impl Choice {
    /// From when on something of `now` may reach this person.
    pub fn not_before(&self, now: Timestamp, zone: &TimeZone, urgency: Urgency) -> Timestamp {
        let Some(Quiet { from, until }) = self.quiet.filter(|_| urgency == Urgency::Usual) else { return now };
        let local = zone.to_datetime(now.to_jiff());
        let hour = local.hour() as u8;
        let over_midnight = from > until;
        let quiet = if over_midnight { hour >= from.0 || hour < until.0 } else { (from.0..until.0).contains(&hour) };
        if !quiet {
            return now;
        }
        let day = if over_midnight && hour >= from.0 { local.date().tomorrow() } else { Ok(local.date()) };
        let end = day.and_then(|day| zone.to_timestamp(day.at(until.0 as i8, 0, 0, 0)));
        end.map_or(now, Timestamp::from).max(now)
    }

    /// The day whose digest is due at `now`, where this person wants one.
    pub fn digest_due(&self, now: Timestamp, zone: &TimeZone) -> Option<Date> {
        let hour = self.digest?;
        let local = zone.to_datetime(now.to_jiff());
        (local.hour() as u8 >= hour.0).then(|| local.date())
    }
}

/// What of the post a viewer may see: the whole branch's, or what that person has to look after. Made from a [`Viewer`]
/// and from nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostScope {
    branch: BranchId,
    reach: PostReach,
}

/// How far a [`PostScope`] reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostReach {
    /// Everything of the branch.
    Branch,
    /// What this person has to look after.
    Own(PersonId),
    /// Nothing.
    Nothing,
}

impl PostScope {
    /// What this viewer may see.
    pub fn of(viewer: &Viewer) -> Self {
        let reach = match &viewer.who {
            Who::House => PostReach::Branch,
            Who::Machine { .. } => PostReach::Nothing,
            Who::Person(person) if !person.active => PostReach::Nothing,
            Who::Person(_) if may(viewer, Permission::ReadPost) => PostReach::Branch,
            Who::Person(person) => PostReach::Own(person.id),
        };
        Self { branch: viewer.branch, reach }
    }

    /// The branch it lies in.
    pub const fn branch(&self) -> BranchId {
        self.branch
    }

    /// How far it reaches.
    pub const fn reach(&self) -> PostReach {
        self.reach
    }
}

/// An address as far as everybody may read it: `zh***@example.org`.
pub fn masked_address(address: &str) -> String {
    let Some((local, domain)) = address.rsplit_once('@') else { return address.to_owned() };
    let shown: String = local.chars().take(if local.chars().count() > 3 { 2 } else { 1 }).collect();
    format!("{shown}***@{domain}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    fn shanghai() -> TimeZone {
        TimeZone::get("Asia/Shanghai").expect("bundled")
    }

    #[test]
    fn m8_a_refusal_fails_at_once_and_trouble_after_bounded_tries() {
        let now = at("2026-11-26T01:00:00Z");
        let refused = onward(Tried::Refused("550".into()), 1, now, 0.5);
        assert_eq!(refused, Onward::Stands(PostState::Failed, Some("550".into())));
        let mut total = 0;
        for tries in 1..MOST_TRIES {
            let Onward::Again(next, _) = onward(Tried::Trouble("451".into()), tries, now, 0.5) else {
                panic!("given up after {tries}")
            };
            let pause = next.seconds_since(now);
            assert!((60..=4 * 3600).contains(&pause), "{pause}");
            total += pause;
        }
        assert!((8 * 3600..10 * 3600).contains(&total), "a night without a server is survived: {total}");
        let last = onward(Tried::Trouble("451".into()), MOST_TRIES, now, 0.5);
        assert_eq!(last, Onward::Stands(PostState::Failed, Some("451".into())));
    }

    #[test]
    fn m8_what_failed_together_does_not_come_again_together() {
        let now = at("2026-11-26T01:00:00Z");
        let again = |dice| onward(Tried::Trouble(String::new()), 3, now, dice);
        assert_eq!(again(0.0), Onward::Again(now.plus_seconds(192), String::new()));
        assert_eq!(again(1.0), Onward::Again(now.plus_seconds(288), String::new()));
    }

    #[test]
    fn m5_quiet_hours_hold_back_until_they_end_over_midnight_too() {
        let (choice, zone) = (Choice::default(), shanghai());
        for (now, then) in [
            ("2026-11-26T21:59:59+08:00", "2026-11-26T21:59:59+08:00"),
            ("2026-11-26T22:00:00+08:00", "2026-11-27T07:00:00+08:00"),
            ("2026-11-27T03:30:00+08:00", "2026-11-27T07:00:00+08:00"),
            ("2026-11-27T07:00:00+08:00", "2026-11-27T07:00:00+08:00"),
        ] {
            assert_eq!(choice.not_before(at(now), &zone, Urgency::Usual), at(then), "{now}");
            assert_eq!(choice.not_before(at(now), &zone, Urgency::AtAnyHour), at(now), "{now}");
        }
        let hour = |hour: u8| Hour::try_from(hour).expect("an hour");
        let noon = Choice { quiet: Some(Quiet { from: hour(12), until: hour(14) }), ..choice };
        let held = noon.not_before(at("2026-11-26T12:10:00+08:00"), &zone, Urgency::Usual);
        assert_eq!(held, at("2026-11-26T14:00:00+08:00"));
        let never = Choice { quiet: Some(Quiet { from: hour(8), until: hour(8) }), ..choice };
        let now = at("2026-11-26T08:10:00+08:00");
        assert_eq!(never.not_before(now, &zone, Urgency::Usual), now, "an empty span holds nothing back");
    }

    #[test]
    fn m5_a_digest_is_due_from_its_hour_on() {
        let zone = shanghai();
        let choice = Choice { digest: Hour::try_from(8).ok(), ..Choice::default() };
        assert_eq!(choice.digest_due(at("2026-11-26T07:59:00+08:00"), &zone), None);
        let day = jiff::civil::date(2026, 11, 26);
        assert_eq!(choice.digest_due(at("2026-11-26T08:00:00+08:00"), &zone), Some(day));
        assert_eq!(choice.digest_due(at("2026-11-26T23:00:00+08:00"), &zone), Some(day));
        assert!(Hour::try_from(24).is_err());
    }

    #[test]
    fn an_address_is_shown_in_part() {
        assert_eq!(masked_address("zhangsan@example.org"), "zh***@example.org");
        assert_eq!(masked_address("li@example.org"), "l***@example.org");
    }
}
