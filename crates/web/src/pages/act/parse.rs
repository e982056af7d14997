//! From what a form sent to an action of the domain, or to what is wrong with it field by field.

use app::desk::SplitPart;
use domain::complaint::{Complaint, Plan, Resolution, SpotChoice};
use domain::contact;
use domain::flow::{Action, ActionKind, Departure, Mobilisation, PaperKind, Party};
use domain::place::{Datum, GivenPoint, Place};

use super::forms::Beside;
use crate::fields::{self, Sent, Wrong};
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
        ActionKind::Depart => departure(r, c, sent, beside, &mut wrong, &missing),
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
    let spot = sent.read_or_none(r, "plan_spot", "wrong-choice", wrong, |chosen| match chosen {
        "new" => Some(SpotChoice::New),
        chosen => chosen.parse().ok().map(SpotChoice::This),
    });
    let spot = spot.unwrap_or(SpotChoice::Nearest);
    let expected = day(r, sent, "plan_expected", wrong)?;
    let (measure, site) = (sent.text("plan_measure").to_owned(), sent.filled("plan_site").map(str::to_owned));
    Some(Plan { measure, site, expected, spot })
}

/// A day a form must name.
pub fn day(r: &Reader, sent: &Sent, name: &'static str, wrong: &mut Wrong) -> Option<jiff::civil::Date> {
    let key = if sent.filled(name).is_some() { "wrong-day" } else { "wrong-missing" };
    let day = fields::day(sent.text(name));
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
fn departure(
    r: &Reader,
    c: &Complaint,
    sent: &Sent,
    beside: &Beside,
    wrong: &mut Wrong,
    missing: &str,
) -> Option<Action> {
    let approver = sent.read_or_none(r, "approver", "wrong-choice", wrong, |text| {
        let id = text.parse().ok()?;
        beside.people.iter().find(|person| person.id == Some(id)).cloned()
    });
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
    let mut kept = |name: &'static str, now: &str| unmasked(r, sent, name, now, wrong);
    matter.title = kept("title", &matter.title);
    matter.description = kept("description", &matter.description);
    matter.phenomenon = kept("phenomenon", &matter.phenomenon);
    matter.level = kept("level", &matter.level);
    matter.channel = sent.choice_or_none(r, "channel", wrong).unwrap_or(matter.channel);
    matter.service = sent.choice_or_none(r, "service", wrong).unwrap_or(matter.service);
    if sent.has("technology") {
        matter.technology = sent.choice_or_none(r, "technology", wrong);
    }
    if sent.has("occurred_at") && sent.text("occurred_at") != matter.occurred.map(|at| r.input(&at)).unwrap_or_default()
    {
        matter.occurred = occurred(r, sent, wrong);
    }
    if matter.description.trim().is_empty() && matter.title.trim().is_empty() {
        wrong.say("description", r.t("wrong-matter"));
    }
    let place = place(r, sent, Some(&c.place), wrong);
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

/// The place a form tells of. Of one that is corrected, what the form does not send stays.
pub fn place(r: &Reader, sent: &Sent, before: Option<&Place>, wrong: &mut Wrong) -> Place {
    let stood = |names: [&str; 2]| before.filter(|_| !names.into_iter().any(|name| sent.has(name)));
    let point = match (sent.filled("lon"), sent.filled("lat")) {
        (None, None) => stood(["lon", "lat"]).and_then(|place| place.point),
        (Some(_), None) => {
            wrong.say("lat", r.t("wrong-missing"));
            None
        }
        (None, Some(_)) => {
            wrong.say("lon", r.t("wrong-missing"));
            None
        }
        (Some(_), Some(_)) => {
            let stood = before.and_then(|place| place.point).map_or(Datum::Wgs84, |point| point.datum);
            point(r, sent, stood, wrong)
        }
    };
    let unmoved = before.and_then(|place| place.point).filter(|known| {
        point.is_some_and(|point| (point.given_lon, point.given_lat) == (known.given_lon, known.given_lat))
            && point.is_some_and(|point| point.datum == known.datum)
    });
    let precision = match before {
        Some(place) if !sent.has("precision_m") => place.precision_metres,
        Some(_) | None => sent.number("precision_m").filter(|metres| *metres >= 0.0),
    };
    if precision.is_none() && sent.filled("precision_m").is_some() {
        wrong.say("precision_m", r.t("wrong-number"));
    }
    let setting = sent.choice_or_none(r, "setting", wrong);
    Place {
        point: unmoved.or(point),
        precision_metres: precision,
        setting: setting.or(before.map(|place| place.setting)).unwrap_or_default(),
        address: before.map_or_else(
            || sent.text("address").to_owned(),
            |place| unmasked(r, sent, "address", &place.address, wrong),
        ),
    }
}

fn point(r: &Reader, sent: &Sent, before: Datum, wrong: &mut Wrong) -> Option<GivenPoint> {
    let (lon, lat) = (sent.number("lon"), sent.number("lat"));
    for (name, number) in [("lon", lon), ("lat", lat)] {
        if number.is_none() {
            wrong.say(name, r.t("wrong-number"));
        }
    }
    let datum = sent.choice_or_none(r, "datum", wrong);
    if wrong.of("datum").is_some() {
        return None;
    }
    match GivenPoint::new(lon?, lat?, datum.unwrap_or(before)) {
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

/// What was typed into a field that showed `before` masked; what was not sent stays, and a mask that is no number is said.
pub fn unmasked(r: &Reader, sent: &Sent, name: &'static str, before: &str, wrong: &mut Wrong) -> String {
    if !sent.has(name) {
        return before.to_owned();
    }
    contact::unmasked(sent.text(name), before).unwrap_or_else(|refused| {
        wrong.say(name, r.say(&refused.told()));
        before.to_owned()
    })
}

#[cfg(test)]
mod tests {
    use domain::contact::mask_digits;

    use super::*;
    use crate::i18n::Lang;

    fn stood() -> Place {
        Place {
            point: Some(GivenPoint::new(104.06, 30.65, Datum::Gcj02).expect("a place")),
            precision_metres: Some(50.0),
            setting: domain::place::Setting::Indoor,
            address: "文三路 188 号，门卫 13800001234".into(),
        }
    }

    /// What a form makes of [`stood`], and the fields something is wrong with.
    fn corrected<const N: usize>(pairs: [(&str, &str); N]) -> (Place, Vec<&'static str>) {
        let mut wrong = Wrong::default();
        let place = place(&Reader::sample(Lang::Zh), &Sent::from(pairs), Some(&stood()), &mut wrong);
        (place, wrong.fields().collect())
    }

    #[test]
    fn p8_a_number_shown_masked_is_not_lost_by_a_correction() {
        let before = stood().address;
        let (place, wrong) = corrected([("address", &mask_digits(&before).replace("188", "190"))]);
        assert_eq!((place.address, wrong), (before.replace("188", "190"), vec![]));
        let (_, wrong) = corrected([("address", "门卫 138****1234 或 138****1234")]);
        assert_eq!(wrong, ["address"], "one number is not two");
        let (_, wrong) = corrected([("address", "门卫 139****5678")]);
        assert_eq!(wrong, ["address"], "a mask is no number");
    }

    #[test]
    fn m2_what_a_correction_does_not_send_stays_as_it_was() {
        assert_eq!(corrected([]), (stood(), vec![]));
        assert_eq!(corrected([("address", "门卫室")]).0, Place { address: "门卫室".into(), ..stood() });
        assert_eq!(corrected([("lon", ""), ("lat", "")]).0, Place { point: None, ..stood() });
        let moved = corrected([("lon", "104.07"), ("lat", "30.66")]).0.point.map(|point| point.datum);
        assert_eq!(moved, Some(Datum::Gcj02), "numbers are of the datum that stood there");
    }

    #[test]
    fn m2_a_datum_nobody_knows_is_refused_and_not_taken_for_another() {
        let (_, wrong) = corrected([("lon", "104.07"), ("lat", "30.66"), ("datum", "bd-09")]);
        assert_eq!(wrong, ["datum"]);
    }
}
