//! A complaint as its page shows it.

use app::desk::Dispute;
use askama::Template;
use domain::access::{self, Part, Permission};
use domain::check::NetworkCheck;
use domain::clock::ClockState;
use domain::complaint::{Bond, Complaint};
use domain::contact::mask_digits;
use domain::flow::{self, ActionKind, Flow, Party};
use domain::grade::Grade;
use domain::journal::{Entry, MaskedField};
use domain::person::Viewer;
use domain::spot::ProblemLocation;

use super::check::CheckView;
use super::spots::Known;
use super::tied::{self, OrderLine, TiedLine};
use super::timeline::{Happened, timeline};
use super::{Due, level};
use crate::Web;
use crate::reader::Reader;

/// The case in the middle of the workbench.
#[derive(Debug, Template)]
#[template(path = "case.html")]
pub struct CaseView {
    r: Reader,
    headline: String,
    handler: String,
    said: String,
    clocks: Vec<ClockCard>,
    waited: Waited,
    any_seldom: bool,
    buttons: Vec<Button>,
    facts: Vec<FactLine>,
    may_unmask: bool,
    /// The way to its declaration form, where it has one, for those who may read it.
    declaration: Option<String>,
    may_recheck: bool,
    checks: Vec<KnownCheck>,
    check: Option<CheckView>,
    events: Vec<Happened>,
    tied: Vec<TiedLine>,
    leads: usize,
    orders: Vec<OrderLine>,
    known: Vec<Known>,
    disputes: Vec<DisputeLine>,
    /// The opened action's form, rendered.
    pub form: Option<String>,
    /// What has just been done.
    pub notice: Option<String>,
    c: Complaint,
}

/// A clock with the reasons of its due time.
#[derive(Debug)]
struct ClockCard {
    due: Due,
    state: &'static str,
    level: &'static str,
    /// Whether what it asked for was done, in time or late.
    done: bool,
    why: Vec<String>,
}

/// 等待台账: how long it has waited on whom (M12).
#[derive(Debug)]
struct Waited {
    parts: Vec<(String, String)>,
    /// How long the record was open; absent for whoever sees a part of it.
    whole: Option<String>,
    /// Until when it is suspended.
    until: Option<String>,
}

impl Waited {
    fn of(r: &Reader, c: &Complaint, part: &Part<'_>) -> Self {
        let ledger = c.ledger(r.now);
        let seen = ledger.seconds.iter().filter(|(party, _)| part.sees_waiting(**party));
        let share = |(party, seconds): (&Party, &i64)| (r.name(party).into_owned(), r.lasting(*seconds));
        Self {
            parts: seen.map(share).collect(),
            whole: part.is_whole().then(|| r.lasting(ledger.open_seconds())),
            until: c.suspended_until.as_ref().map(|until| r.with("suspended-until", r.when(until))),
        }
    }
}

/// A next action.
#[derive(Debug, Clone, Copy)]
struct Button {
    action: ActionKind,
    key: Option<char>,
    primary: bool,
    /// Behind a click.
    seldom: bool,
}

/// A decided dispute, and the rule item it became (M13).
#[derive(Debug)]
struct DisputeLine {
    entry: u64,
    decision: String,
    rule: Option<String>,
    /// Whether this viewer makes rule items.
    makes: bool,
}

/// A line of what is on record.
#[derive(Debug)]
struct FactLine {
    name: String,
    value: String,
    mono: bool,
}

/// A check on record.
#[derive(Debug)]
struct KnownCheck {
    ordinal: u32,
    label: String,
    shown: bool,
}

/// Everything a case is made of.
#[derive(Debug)]
pub struct CaseParts {
    /// The complaint.
    pub complaint: Complaint,
    /// Its journal.
    pub entries: Vec<Entry>,
    /// Its latest check.
    pub check: Option<NetworkCheck>,
    /// 黑点 it belongs to, and those that speak for its place.
    pub known: Vec<ProblemLocation>,
    /// A masked value somebody asked for with a reason, shown this once.
    pub revealed: Option<(MaskedField, String)>,
}

impl CaseView {
    /// Makes the case ready for whoever looks.
    pub fn of(web: &Web, r: &Reader, viewer: &Viewer, parts: CaseParts) -> Self {
        let CaseParts { complaint: c, entries, check, known, revealed } = parts;
        let headline = mask_digits(&c.headline());
        let headline = if c.place.address.is_empty() || headline.contains(&c.place.address) {
            headline
        } else {
            format!("{} {headline}", mask_digits(&c.place.address))
        };
        let handler = c.handler.as_ref().map(|handler| &handler.name);
        let handler = handler.or(c.department.as_ref()).or(c.organisation.as_ref()).cloned();
        let last = c.checks.iter().map(|check| check.ordinal).max();
        let part = Part::of(viewer, &c);
        let possible: Vec<ActionKind> = flow::possible(&c, viewer).into_iter().map(|row| row.action).collect();
        Self {
            headline,
            handler: handler.unwrap_or_else(|| r.t("nobody-yet").into_owned()),
            said: mask_digits(&c.matter.description),
            clocks: clocks(web, r, &part),
            waited: Waited::of(r, &c, &part),
            any_seldom: possible.iter().copied().any(seldom),
            buttons: buttons(&c, &possible),
            facts: facts(r, &c, revealed.as_ref()),
            may_unmask: access::may(viewer, Permission::Unmask) && possible.contains(&ActionKind::Unmask),
            may_recheck: possible.contains(&ActionKind::Recheck) && c.place.point.is_some(),
            checks: c
                .checks
                .iter()
                .map(|check| KnownCheck {
                    ordinal: check.ordinal,
                    label: r.both("check-number", check.ordinal, r.when(&check.made)),
                    shown: Some(check.ordinal) == last,
                })
                .collect(),
            check: check.map(|check| CheckView::with_map(r, check)),
            events: timeline(r, &entries, &web.desk().rules().policy),
            tied: if part.is_whole() { tied::lines(r, &c) } else { Vec::new() },
            declaration: (access::may(viewer, Permission::ReadDeclarations)
                && (c.grade >= Grade::Major || c.flow == Flow::Major))
                .then(|| format!("/complaints/{}/declaration", c.id)),
            leads: if part.is_whole() { c.tied(Bond::Leads).count() } else { 0 },
            orders: tied::orders(r, &part),
            disputes: disputes(web, r, viewer, &c, &entries),
            known: known.iter().map(|spot| Known::of(r, spot)).collect(),
            form: None,
            notice: None,
            r: r.clone(),
            c,
        }
    }

    /// What the page is called.
    pub fn title(&self) -> String {
        format!("{} {}", self.c.number, self.headline)
    }

    /// The clocks that are done with, or those that still count.
    fn clocks_that(&self, are_done: bool) -> Vec<&ClockCard> {
        self.clocks.iter().filter(|clock| clock.done == are_done).collect()
    }
}

/// Running clocks by due time, then those that stopped.
fn clocks(web: &Web, r: &Reader, part: &Part<'_>) -> Vec<ClockCard> {
    let mut clocks = part.clocks();
    clocks.sort_by_key(|clock| (!clock.is_running(), clock.due));
    let calendar = web.desk().calendar();
    let card = |clock: &domain::clock::Clock| {
        let state = clock.state(r.now);
        let due = calendar.due(clock.started, &clock.budget, clock.half_day);
        let lines = due.explanation.iter().map(|line| &line.text);
        let warnings = due.warnings.iter().map(|warning| &warning.text);
        let mut why: Vec<String> = lines.chain(warnings).map(|text| r.say(text).to_owned()).collect();
        let pauses = clock.pauses.iter();
        why.extend(pauses.map(|pause| r.both("clock-paused", r.when(&pause.since), mask_digits(&pause.reason))));
        let done = matches!(state, ClockState::Met | ClockState::MetLate);
        ClockCard { due: Due::of(r, clock), state: r.pick(state.title()), level: level(state), done, why }
    };
    clocks.into_iter().map(card).collect()
}

fn disputes(web: &Web, r: &Reader, viewer: &Viewer, c: &Complaint, entries: &[Entry]) -> Vec<DisputeLine> {
    let line = |dispute: Dispute| DisputeLine {
        entry: dispute.decided.entry,
        decision: mask_digits(&dispute.decided.decision.text),
        rule: dispute.rule.map(|rule| r.with("rule-is", r.say(&rule.leaf.title))),
        makes: access::may(viewer, Permission::MakeRules),
    };
    web.desk().disputes_of(c, entries).into_iter().map(line).collect()
}

/// The buttons: straight from the flow's table, in its order. What has a place of its own on the page is left out.
fn buttons(c: &Complaint, possible: &[ActionKind]) -> Vec<Button> {
    let elsewhere = [ActionKind::Unmask, ActionKind::Recheck, ActionKind::Revise];
    let mut shown: Vec<ActionKind> = Vec::new();
    for action in possible.iter().filter(|action| !elsewhere.contains(action)) {
        if !shown.contains(action) {
            shown.push(*action);
        }
    }
    let spoken = c.reached + c.attempts > 0;
    let first = [ActionKind::Accept, ActionKind::TakeOver]
        .into_iter()
        .chain((!spoken).then_some(ActionKind::Contact))
        .chain([
            ActionKind::SubmitDeclaration,
            ActionKind::ApproveDeclaration,
            ActionKind::Mobilise,
            ActionKind::Decide,
            ActionKind::SubmitPlan,
            ActionKind::RevisePlan,
            ActionKind::ApprovePlan,
        ])
        .chain([ActionKind::TakeOrder, ActionKind::Arrive, ActionKind::Reply, ActionKind::Feedback])
        .chain([ActionKind::HoldMeeting, ActionKind::Close, ActionKind::Resume])
        .find(|action| shown.contains(action));
    if let Some(first) = first {
        shown.sort_by_key(|action| *action != first);
    }
    shown
        .into_iter()
        .map(|action| Button { action, key: shortcut(action), primary: Some(action) == first, seldom: seldom(action) })
        .collect()
}

/// The key that presses a button; none of those that move in lists.
const fn shortcut(action: ActionKind) -> Option<char> {
    match action {
        ActionKind::Accept | ActionKind::TakeOver => Some('a'),
        ActionKind::Contact => Some('c'),
        ActionKind::Note => Some('n'),
        ActionKind::Transfer => Some('t'),
        ActionKind::Outsource => Some('o'),
        ActionKind::Feedback => Some('f'),
        ActionKind::Suspend => Some('p'),
        ActionKind::Resume => Some('u'),
        ActionKind::Reply => Some('r'),
        ActionKind::DirectReply => Some('d'),
        ActionKind::Close => Some('x'),
        ActionKind::Reopen => Some('e'),
        ActionKind::Correct => Some('m'),
        ActionKind::Assign => Some('s'),
        ActionKind::Regrade => Some('l'),
        ActionKind::SaveDeclaration | ActionKind::SubmitPlan | ActionKind::RevisePlan => Some('w'),
        _ => None,
    }
}

/// What is done seldom lies behind a click, so that the next step stands out.
const fn seldom(action: ActionKind) -> bool {
    matches!(
        action,
        ActionKind::Correct
            | ActionKind::Assign
            | ActionKind::Regrade
            | ActionKind::ChangeFlow
            | ActionKind::Withdraw
            | ActionKind::Supervise
            | ActionKind::Dispute
            | ActionKind::AskExtension
            | ActionKind::AskExemption
            | ActionKind::Depart
            | ActionKind::Merge
            | ActionKind::Unmerge
            | ActionKind::Split
            | ActionKind::Tie
            | ActionKind::Untie
            | ActionKind::TakeBack
    )
}

fn facts(r: &Reader, c: &Complaint, revealed: Option<&(MaskedField, String)>) -> Vec<FactLine> {
    let clear = |field: MaskedField| revealed.filter(|(shown, _)| *shown == field).map(|(_, value)| value.clone());
    let mut lines = Vec::new();
    let mut line = |key: &str, value: String, mono: bool| {
        if !value.is_empty() {
            lines.push(FactLine { name: r.t(key).into_owned(), value, mono });
        }
    };
    let name = c.customer.name.as_ref().map(|name| name.masked.clone()).unwrap_or_default();
    let phone = c.customer.phone.as_ref().map(|phone| phone.masked.clone()).unwrap_or_default();
    line("field-customer-name", clear(MaskedField::Name).unwrap_or(name), false);
    line("field-phone", clear(MaskedField::Phone).unwrap_or(phone), true);
    line("field-level", mask_digits(&c.matter.level), false);
    line("field-channel", r.name(&c.matter.channel).into_owned(), false);
    let upstream = c.upstream.as_ref().map(|upstream| upstream.number.clone());
    line("field-upstream-number", upstream.unwrap_or_default(), true);
    line("field-address", mask_digits(&c.place.address), false);
    line("field-point", point(r, c), true);
    line("field-setting", r.name(&c.place.setting).into_owned(), false);
    line("field-phenomenon", mask_digits(&c.matter.phenomenon), false);
    let technology = c.matter.technology.map(|technology| r.name(&technology));
    let service = r.name(&c.matter.service);
    line("field-service", technology.map_or(service.to_string(), |name| format!("{service} · {name}")), false);
    line("field-serving-cell", c.matter.serving_cell.clone().unwrap_or_default(), true);
    let occurred = c.matter.occurred.as_ref().map(|at| r.full(at));
    line("field-occurred-at", occurred.unwrap_or_default(), false);
    line("field-received", r.full(&c.received), false);
    let wanted = c.matter.wanted_by.as_ref().map(|at| r.full(at));
    line("field-wanted-by", wanted.unwrap_or_default(), false);
    let organisation = c.organisation.clone().or_else(|| c.department.clone());
    line("field-receiver", organisation.unwrap_or_default(), false);
    lines
}

/// The point as given, with its datum and how precisely it is known.
fn point(r: &Reader, c: &Complaint) -> String {
    let Some(point) = c.place.point else { return String::new() };
    let precision = c.place.precision_metres.map(|metres| format!(" ±{metres:.0} m")).unwrap_or_default();
    format!("{:.6}, {:.6} {}{precision}", point.given_lon, point.given_lat, r.name(&point.datum))
}
