//! From what a form sent to an action of the domain, or to what is wrong with it field by field.

use app::desk::SplitPart;
use domain::complaint::{Complaint, Plan, Resolution, SpotChoice};
use domain::contact::numbers;
use domain::flow::{Action, ActionKind, Departure, Mobilisation, PaperKind, Party};
use domain::place::{GivenPoint, Place};

use super::forms::Beside;
use crate::fields::{Sent, Wrong};
use crate::reader::Reader;

/// The action a form asks for. Whether it may be done is the flow's to say, not the form's.
pub fn action(r: &Reader, kind: ActionKind, c: &Complaint, sent: &Sent, beside: &Beside) -> Result<Action, Wrong> {
    let mut wrong = Wrong::default();
    let text = |name: &str| sent.text(name).to_owned();
    let reason = || text("reason");
    let missing = r.t("wrong-missing");
    if let Some(paper) = PaperKind::of(kind) {
        return Ok(Action::Write { paper, text: text("text") });
    }
    let action = match kind {
        ActionKind::Accept => Some(Action::Accept),
        ActionKind::TakeOver => Some(Action::TakeOver),
        ActionKind::Contact => contact(r, sent, &mut wrong, &missing),
        ActionKind::Note => {
            if sent.filled("text").is_none() {
                wrong.say("text", missing.as_ref());
            }
            Some(Action::Note { text: text("text") })
        }
        ActionKind::Transfer => Some(Action::Transfer { department: text("department"), reason: reason() }),
        ActionKind::Outsource => Some(Action::Outsource { organisation: text("organisation"), task: text("task") }),
        ActionKind::Feedback => Some(Action::Feedback { result: text("result") }),
        ActionKind::Suspend => {
            let waits_on = if sent.text("waits_on") == "customer" { Party::Customer } else { Party::Others };
            let until = r.instant(sent.text("until"));
            if until.is_none() {
                wrong.say("until", missing.as_ref());
            }
            Some(Action::Suspend { waits_on, until, reason: reason() })
        }
        ActionKind::Resume => Some(Action::Resume { reason: reason() }),
        ActionKind::Reply => Some(Action::Reply { text: text("text") }),
        ActionKind::DirectReply => Some(Action::DirectReply { text: text("text") }),
        ActionKind::Close => Some(closing(r, sent, &mut wrong, &missing)),
        ActionKind::Reopen => Some(Action::Reopen { reason: reason() }),
        ActionKind::RejectBack => chosen(sent, "ground", &mut wrong, &missing)
            .map(|ground| Action::RejectBack { ground: Some(ground), reason: reason() }),
        ActionKind::BeginContact => Some(Action::BeginContact),
        ActionKind::Merge | ActionKind::Tie => match &beside.other {
            Some(other) if kind == ActionKind::Merge => {
                Some(Action::Merge { into: Box::new(other.clone()), reason: reason() })
            }
            Some(other) => Some(Action::Tie { lead: Box::new(other.clone()), reason: reason() }),
            None => {
                wrong.say("number", r.t("wrong-other"));
                None
            }
        },
        ActionKind::Unmerge => Some(Action::Unmerge { reason: reason() }),
        ActionKind::Untie => Some(Action::Untie { reason: reason() }),
        ActionKind::AnswerWithLead => Some(Action::AnswerWithLead { text: text("text") }),
        ActionKind::TakeBack => Some(Action::TakeBack { reason: reason() }),
        ActionKind::Withdraw => Some(Action::Withdraw { reason: reason() }),
        ActionKind::Correct => correction(r, c, sent, &mut wrong),
        ActionKind::Assign => {
            let id = sent.text("handler").parse().ok();
            let named = beside.people.iter().find(|person| id.is_some() && person.id == id);
            if named.is_none() {
                wrong.say("handler", missing.as_ref());
            }
            named.map(|handler| Action::Assign { handler: handler.clone(), reason: reason() })
        }
        ActionKind::Regrade => {
            chosen(sent, "grade", &mut wrong, &missing).map(|grade| Action::Regrade { grade, reason: reason() })
        }
        ActionKind::ChangeFlow => {
            chosen(sent, "flow", &mut wrong, &missing).map(|flow| Action::ChangeFlow { flow, reason: reason() })
        }
        ActionKind::Unmask => {
            chosen(sent, "field", &mut wrong, &missing).map(|field| Action::Unmask { field, reason: reason() })
        }
        ActionKind::SaveDeclaration | ActionKind::SubmitDeclaration => {
            declaration(r, kind == ActionKind::SubmitDeclaration, sent, beside, &mut wrong)
        }
        ActionKind::Mobilise => {
            let since = r.instant(sent.text("since"));
            if since.is_none() {
                wrong.say("since", missing.as_ref());
            }
            let (resources, result) = (text("resources"), text("result"));
            since.map(|since| Action::Mobilise(Mobilisation { resources, since, result }))
        }
        ActionKind::AskExtension => {
            let until = r.instant(sent.text("extended_until"));
            if until.is_none() {
                wrong.say("extended_until", missing.as_ref());
            }
            until.map(|until| Action::AskExtension { until, reason: reason() })
        }
        ActionKind::DecideExtension => {
            granted(sent, &mut wrong, &missing).map(|granted| Action::DecideExtension { granted, reason: reason() })
        }
        ActionKind::DecideExemption => {
            granted(sent, &mut wrong, &missing).map(|granted| Action::DecideExemption { granted, reason: reason() })
        }
        ActionKind::Depart => departure(c, sent, beside, &mut wrong, &missing),
        // Asked of the desk itself, and of machines only; papers, above.
        _ => None,
    };
    action.filter(|_| wrong.is_empty()).ok_or(wrong)
}

/// The part of a complaint that becomes one of its own.
pub fn split(r: &Reader, sent: &Sent) -> Result<SplitPart, Wrong> {
    let mut wrong = Wrong::default();
    if sent.filled("description").is_none() {
        wrong.say("description", r.t("wrong-missing"));
    }
    let part = SplitPart { title: sent.text("title").to_owned(), description: sent.text("description").to_owned() };
    if wrong.is_empty() { Ok(part) } else { Err(wrong) }
}

/// The attribution, alone or with a leaf below it.
fn attributed(sent: &Sent, wrong: &mut Wrong, missing: &str) -> Option<domain::complaint::Attribution> {
    let (attribution, _) = super::offers::cause_of(sent.text("attribution"));
    if attribution.is_none() {
        wrong.say("attribution", missing);
    }
    attribution
}

fn chosen<N: crate::names::Named>(sent: &Sent, name: &'static str, wrong: &mut Wrong, missing: &str) -> Option<N> {
    let value = sent.choice(name);
    if value.is_none() {
        wrong.say(name, missing);
    }
    value
}

/// How it ends; what is promised with its plan.
fn closing(r: &Reader, sent: &Sent, wrong: &mut Wrong, missing: &str) -> Action {
    let cause = super::offers::cause_of(sent.text("attribution")).1;
    let attribution = attributed(sent, wrong, missing);
    let resolution = chosen::<Resolution>(sent, "resolution", wrong, missing);
    let promises = resolution.is_some_and(Resolution::promises);
    let plan = promises.then(|| plan(r, sent, wrong, missing)).flatten();
    Action::Close { cause, attribution, resolution, plan, remark: sent.text("remark").to_owned() }
}

fn plan(r: &Reader, sent: &Sent, wrong: &mut Wrong, missing: &str) -> Option<Plan> {
    if sent.filled("plan_measure").is_none() {
        wrong.say("plan_measure", missing);
    }
    let spot = match sent.text("plan_spot") {
        "new" => SpotChoice::New,
        chosen => chosen.parse().map_or(SpotChoice::Nearest, SpotChoice::This),
    };
    let expected = day(r, sent, "plan_expected", wrong)?;
    let (measure, site) = (sent.text("plan_measure").to_owned(), sent.filled("plan_site").map(str::to_owned));
    Some(Plan { measure, site, expected, spot })
}

/// A day a form must name.
pub fn day(r: &Reader, sent: &Sent, name: &'static str, wrong: &mut Wrong) -> Option<jiff::civil::Date> {
    let key = if sent.filled(name).is_some() { "wrong-day" } else { "wrong-missing" };
    let day = sent.text(name).parse().ok();
    if day.is_none() {
        wrong.say(name, r.t(key));
    }
    day
}

/// A talk or an attempt at one.
fn contact(r: &Reader, sent: &Sent, wrong: &mut Wrong, missing: &str) -> Option<Action> {
    let means = sent.choice("means");
    let took_place = r.instant(sent.text("took_place"));
    let reached = match sent.text("reached") {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    for (name, there) in [
        ("means", means.is_some()),
        ("reached", reached.is_some()),
        ("took_place", took_place.is_some()),
        ("summary", sent.filled("summary").is_some()),
    ] {
        if !there {
            wrong.say(name, missing);
        }
    }
    means.zip(reached).zip(took_place).map(|((means, reached), took_place)| Action::Contact {
        means,
        reached,
        took_place,
        summary: sent.text("summary").to_owned(),
    })
}

/// Where an exception leads, and who approved it.
fn departure(c: &Complaint, sent: &Sent, beside: &Beside, wrong: &mut Wrong, missing: &str) -> Option<Action> {
    let id = sent.text("approver").parse().ok();
    let approver = beside.people.iter().find(|person| id.is_some() && person.id == id).cloned();
    chosen(sent, "to", wrong, missing)
        .map(|to| Action::Depart(Departure { from: c.state, to, reason: sent.text("reason").to_owned(), approver }))
}

fn granted(sent: &Sent, wrong: &mut Wrong, missing: &str) -> Option<bool> {
    let granted = match sent.text("granted") {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    if granted.is_none() {
        wrong.say("granted", missing);
    }
    granted
}

/// The form as it was, with what was typed; what cannot be read is said beside its field.
fn declaration(r: &Reader, submit: bool, sent: &Sent, beside: &Beside, wrong: &mut Wrong) -> Option<Action> {
    let (form, unread) = crate::pages::declaration::completed(r, beside.declaration.clone()?, sent);
    *wrong = unread;
    if submit {
        for part in domain::declaration::missing(&form) {
            wrong.say(part.as_str(), r.t("wrong-missing"));
        }
    }
    wrong.is_empty().then(|| Action::Declare { declaration: Box::new(form), submit })
}

/// What a field not sent keeps, and one sent replaces.
fn correction(r: &Reader, c: &Complaint, sent: &Sent, wrong: &mut Wrong) -> Option<Action> {
    let mut matter = c.matter.clone();
    let kept = |name: &str, now: &str| {
        if sent.has(name) { unmasked(sent.text(name), now) } else { now.to_owned() }
    };
    matter.title = kept("title", &matter.title);
    matter.description = kept("description", &matter.description);
    matter.phenomenon = kept("phenomenon", &matter.phenomenon);
    matter.level = kept("level", &matter.level);
    matter.channel = sent.choice("channel").unwrap_or(matter.channel);
    matter.service = sent.choice("service").unwrap_or(matter.service);
    if sent.has("technology") {
        matter.technology = sent.choice("technology");
    }
    if sent.has("occurred_at") && sent.text("occurred_at") != matter.occurred.map(|at| r.input(&at)).unwrap_or_default()
    {
        matter.occurred = occurred(r, sent, wrong);
    }
    if matter.description.trim().is_empty() && matter.title.trim().is_empty() {
        wrong.say("description", r.t("wrong-matter"));
    }
    let place =
        if sent.has("lon") || sent.has("address") { place(r, sent, Some(&c.place), wrong) } else { c.place.clone() };
    wrong.is_empty().then(|| Action::Correct {
        matter: Box::new(matter),
        place: Box::new(place),
        customer: Box::new(c.customer.clone()),
    })
}

/// When the trouble occurred, as a form says it: not in the future.
pub fn occurred(r: &Reader, sent: &Sent, wrong: &mut Wrong) -> Option<domain::time::Timestamp> {
    let text = sent.filled("occurred_at")?;
    match r.instant(text) {
        Some(at) if at <= r.now.plus_seconds(60) => Some(at),
        Some(_) => {
            wrong.say("occurred_at", r.t("wrong-future"));
            None
        }
        None => {
            wrong.say("occurred_at", r.t("wrong-time"));
            None
        }
    }
}

/// The place a form tells of.
pub fn place(r: &Reader, sent: &Sent, before: Option<&Place>, wrong: &mut Wrong) -> Place {
    let address = before.map_or("", |place| place.address.as_str());
    let point = match (sent.filled("lon"), sent.filled("lat")) {
        (None, None) => None,
        (Some(_), None) => {
            wrong.say("lat", r.t("wrong-missing"));
            None
        }
        (None, Some(_)) => {
            wrong.say("lon", r.t("wrong-missing"));
            None
        }
        (Some(_), Some(_)) => point(r, sent, wrong),
    };
    let unmoved = before.and_then(|place| place.point).filter(|known| {
        point.is_some_and(|point| (point.given_lon, point.given_lat) == (known.given_lon, known.given_lat))
            && point.is_some_and(|point| point.datum == known.datum)
    });
    let precision = sent.number("precision_m").filter(|metres| *metres >= 0.0);
    if precision.is_none() && sent.filled("precision_m").is_some() {
        wrong.say("precision_m", r.t("wrong-number"));
    }
    Place {
        point: unmoved.or(point),
        precision_metres: precision,
        setting: sent.choice("setting").unwrap_or_default(),
        address: unmasked(sent.text("address"), address),
    }
}

fn point(r: &Reader, sent: &Sent, wrong: &mut Wrong) -> Option<GivenPoint> {
    let (lon, lat) = (sent.number("lon"), sent.number("lat"));
    for (name, number) in [("lon", lon), ("lat", lat)] {
        if number.is_none() {
            wrong.say(name, r.t("wrong-number"));
        }
    }
    let datum = sent.text("datum").parse().unwrap_or(domain::place::Datum::Wgs84);
    match GivenPoint::new(lon?, lat?, datum) {
        Ok(point) => Some(point),
        Err(domain::place::NotAPlace::Longitude(_)) => {
            wrong.say("lon", r.t("wrong-longitude"));
            None
        }
        Err(domain::place::NotAPlace::Latitude(_)) => {
            wrong.say("lat", r.t("wrong-latitude"));
            None
        }
    }
}

/// What somebody wrote over a text that was shown masked: a number still masked is the one that stood there.
pub fn unmasked(written: &str, before: &str) -> String {
    let mut text = written.to_owned();
    for number in numbers(before) {
        text = text.replacen(&number.masked, &before[number.range], 1);
    }
    text
}

#[cfg(test)]
mod tests {
    use domain::contact::mask_digits;

    use super::*;

    #[test]
    fn a_number_shown_masked_is_not_lost_by_a_correction() {
        let before = "回拨138-0000-1234，或 057188881234，或 13800001234";
        let shown = mask_digits(before);
        assert_eq!(unmasked(&shown, before), before);
        assert_eq!(unmasked(&shown.replace("回拨", "请回拨"), before), format!("请{before}"));
        assert_eq!(unmasked("不用回拨", before), "不用回拨");
    }
}
