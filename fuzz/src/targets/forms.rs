//! Forms as a browser sends them: the actions of a complaint and of a problem location, the roster, people, exports.

use axum::body::Body;
use axum::extract::FromRequest;
use axum::http::Request;
use domain::flow::{self, Action, ActionKind};
use domain::spot;
use domain::time::Timestamp;
use web::fields::{self, Field, Sent, Wrong, refilled};
use web::guard::escaped;
use web::pages::act::{forms, parse};
use web::pages::{exports, locations, people, roster};
use web::reader::Reader;

use super::samples::{SOMEBODY, complaint, context, location, readers, viewer};
use super::text;

/// `form` in a line of its own, then what is sent: what is accepted holds what was typed, and what is refused names its field.
pub fn action_form(data: &[u8]) {
    let Some(end) = data.iter().position(|byte| *byte == b'\n') else { return };
    let (Some(form), Some(sent)) = (text(&data[..end]), sent(&data[end + 1..])) else { return };
    for r in readers() {
        match form {
            "export" => export(&r, &sent),
            "shift" => shift(&r, &sent),
            "absence" => absence(&r, &sent),
            "person" => person(&r, &sent),
            _ => {
                let of_place = form.strip_prefix("location ").and_then(spot::ActionKind::named);
                if let Some(kind) = of_place {
                    location_form(&r, kind, &sent);
                } else if let Some(kind) = ActionKind::named(form) {
                    complaint_form(&r, kind, &sent);
                }
            }
        }
    }
}

/// A body as the house reads it.
pub fn sent(body: &[u8]) -> Option<Sent> {
    let request = Request::post("/").header("content-type", "application/x-www-form-urlencoded");
    let request = request.body(Body::from(body.to_vec())).expect("a request");
    futures::executor::block_on(Sent::from_request(request, &())).ok()
}

/// Every refusal stands beside a field of its form.
fn refused(wrong: &Wrong, sent: &Sent, form: Vec<Field>) {
    let said: Vec<_> = wrong.fields().collect();
    assert!(!said.is_empty(), "refused for nothing");
    let shown = refilled(form, sent, wrong);
    for name in said {
        let field = shown.iter().find(|field| field.name == name);
        assert!(field.is_some_and(|field| field.error.as_ref().is_some_and(|why| !why.is_empty())), "{name}");
    }
}

/// An instant reads back from its input, to the minute.
fn reads_back(r: &Reader, at: Timestamp) {
    let again = r.instant(&r.input(&at));
    assert!(again.is_some_and(|again| (0..60).contains(&at.seconds_since(again))), "{at} {:?}", r.input(&at));
}

/// No digits come from nowhere.
fn only_known(after: &str, typed: &str, before: &str) {
    let mut runs = after.split(|c: char| !c.is_numeric());
    assert!(runs.all(|run| typed.contains(run) || before.contains(run)), "{after:?} of {typed:?} over {before:?}");
}

fn complaint_form(r: &Reader, kind: ActionKind, sent: &Sent) {
    // Asked of the desk itself.
    if matches!(kind, ActionKind::Recheck | ActionKind::Revise) {
        return;
    }
    let mut complaint = complaint();
    if let Some(before) = sent.filled("before") {
        before.clone_into(&mut complaint.matter.description);
        before.clone_into(&mut complaint.place.address);
    }
    let person = domain::complaint::PersonRef { id: SOMEBODY.parse().ok(), name: "handler".to_owned() };
    let beside = forms::Beside {
        people: vec![person],
        declaration: Some(domain::declaration::Declaration::default()),
        other: sent.filled("number").map(|_| complaint.clone()),
        ..forms::Beside::default()
    };
    let form = forms::fields(r, kind, &complaint, &beside);
    if kind == ActionKind::Split {
        return match parse::split(r, sent) {
            Ok(part) => assert_eq!(part.description, sent.text("description")),
            Err(wrong) => refused(&wrong, sent, form),
        };
    }
    let action = match parse::action(r, kind, &complaint, sent, &beside) {
        Ok(action) => action,
        Err(wrong) => return refused(&wrong, sent, form),
    };
    assert_eq!(action.kind(), kind);
    match &action {
        Action::Correct { matter, place, .. } => {
            only_known(&matter.description, sent.text("description"), &complaint.matter.description);
            only_known(&place.address, sent.text("address"), &complaint.place.address);
            matter.occurred.into_iter().for_each(|at| reads_back(r, at));
            unchanged(r, &complaint, &beside, &form);
        }
        Action::Contact { took_place: at, .. } | Action::AskExtension { until: at, .. } => reads_back(r, *at),
        Action::Suspend { until, .. } => until.iter().for_each(|at| reads_back(r, *at)),
        Action::Mobilise(mobilised) => reads_back(r, mobilised.since),
        Action::Close { plan: Some(plan), .. } => {
            assert_eq!(fields::day(sent.text("plan_expected")), Some(plan.expected));
        }
        Action::Depart(departure) => {
            assert_eq!(departure.approver.is_some(), sent.filled("approver").is_some());
        }
        _ => {}
    }
    let viewer = viewer(false);
    let accepted = flow::decide(&complaint, &[Action::Accept], &context(&viewer)).expect("just received").complaint;
    for complaint in [complaint, accepted] {
        if let Ok(decision) = flow::decide(&complaint, std::slice::from_ref(&action), &context(&viewer)) {
            let mut told = complaint;
            told.apply(&decision.entry).expect("the next entry");
            assert_eq!(told, decision.complaint);
        }
    }
}

/// The form as it was shown, sent as it is, changes nothing.
fn unchanged(r: &Reader, complaint: &domain::complaint::Complaint, beside: &forms::Beside, form: &[Field]) {
    let body: Vec<_> = form.iter().map(|field| format!("{}={}", field.name, escaped(&field.value))).collect();
    let Some(sent) = sent(body.join("&").as_bytes()) else { panic!("{body:?}") };
    match parse::action(r, ActionKind::Correct, complaint, &sent, beside) {
        Ok(Action::Correct { matter, place, .. }) => {
            assert_eq!((&*matter, &*place), (&complaint.matter, &complaint.place));
        }
        other => panic!("{other:?}"),
    }
}

fn location_form(r: &Reader, kind: spot::ActionKind, sent: &Sent) {
    let (spot, mut wrong) = (location(), Wrong::default());
    let form = locations::forms::fields(r, kind, &spot, &[]);
    match locations::forms::action(r, kind, &spot, sent, &mut wrong) {
        None => refused(&wrong, sent, form),
        Some(action) => {
            assert!(wrong.is_empty());
            match action {
                spot::Action::Amend { name, measure, site, .. } => {
                    only_known(&name, sent.text("spot_name"), &spot.name);
                    only_known(&measure, sent.text("plan_measure"), &spot.measure);
                    assert!(site.is_none() || !sent.has("plan_site") || sent.filled("plan_site").is_some());
                }
                spot::Action::MoveDate { expected, .. } | spot::Action::Reopen { expected, .. } => {
                    assert_eq!(fields::day(sent.text("plan_expected")), Some(expected));
                }
                spot::Action::Progress { corrects, .. } => {
                    assert_eq!(corrects.is_some(), sent.filled("corrects").is_some());
                }
                spot::Action::Start { .. } | spot::Action::Solve { .. } | spot::Action::GiveUp { .. } => {}
            }
        }
    }
}

/// Whatever narrows the file is in what is asked for, or refused by name.
fn export(r: &Reader, sent: &Sent) {
    const FIELDS: [&str; 7] = ["q", "state", "flow", "grade", "from", "to", "format"];
    match exports::parse::asked(r, sent) {
        Err(wrong) => assert!(!wrong.is_empty() && wrong.fields().all(|field| FIELDS.contains(&field)), "{wrong:?}"),
        Ok(new) => {
            let chosen = &new.selection;
            assert_eq!(chosen.text, sent.text("q"));
            for (name, read) in [
                ("state", chosen.state.map(|state| state.as_str().to_owned())),
                ("flow", chosen.flow.map(|flow| flow.as_str().to_owned())),
                ("grade", chosen.grade.map(|grade| grade.as_str().to_owned())),
                ("from", chosen.from.map(|day| day.to_string())),
                ("to", chosen.to.map(|day| day.to_string())),
            ] {
                assert_eq!(read.as_deref(), sent.filled(name), "{name}");
            }
        }
    }
}

fn shift(r: &Reader, sent: &Sent) {
    const FIELDS: [&str; 4] = ["person", "duty_role", "starts", "ends"];
    match roster::parse::shift(r, sent) {
        Err(wrong) => assert!(!wrong.is_empty() && wrong.fields().all(|field| FIELDS.contains(&field)), "{wrong:?}"),
        Ok(shift) => {
            reads_back(r, shift.from);
            reads_back(r, shift.until);
            assert_eq!(shift.role.map(domain::person::Role::as_str), sent.filled("duty_role"));
        }
    }
}

fn absence(r: &Reader, sent: &Sent) {
    const FIELDS: [&str; 4] = ["person", "deputy", "starts", "ends"];
    match roster::parse::absence(r, sent, SOMEBODY.parse().ok()) {
        Err(wrong) => assert!(!wrong.is_empty() && wrong.fields().all(|field| FIELDS.contains(&field)), "{wrong:?}"),
        Ok(absence) => {
            reads_back(r, absence.from);
            reads_back(r, absence.until);
            assert_eq!(absence.deputy.is_some(), sent.filled("deputy").is_some());
            assert!(sent.has("person") || Some(absence.person) == SOMEBODY.parse().ok());
        }
    }
}

fn person(r: &Reader, sent: &Sent) {
    match people::entered(r, sent) {
        Err(wrong) => assert!(wrong.fields().eq(["role"]), "{wrong:?}"),
        Ok(new) => {
            assert_eq!(new.role.as_str(), sent.text("role"));
            assert_eq!(new.password, sent.raw("password"));
        }
    }
}
