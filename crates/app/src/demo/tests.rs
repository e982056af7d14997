//! What the demo city promises, for several seeds and hours of the day.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use domain::calendar::{HalfDay, WorkingCalendar};
use domain::check::{Cause, Confidence, ElementKind, NetworkCheck, Service, Technology};
use domain::complaint::{Complaint, Customer, PersonRef};
use domain::flow::{self, Context, Opening, State};
use domain::grade::{self, Facts};
use domain::id::{BranchId, ComplaintId, ComplaintNumber, PersonId};
use domain::person::{Person, Role, Viewer, Who};
use domain::place::{LonLat, Setting};
use domain::policy::Policy;
use domain::time::Timestamp;
use ran::network::{Network, Question};
use ran::propagation::Model;
use uuid::Uuid;

use super::*;

mod composing;

/// A working morning, a working afternoon, a night, and a Sunday.
const PRESENTS: [&str; 4] =
    ["2026-11-24T02:40:00Z", "2026-11-20T08:15:00Z", "2026-11-24T18:50:00Z", "2026-11-22T04:00:00Z"];

fn present(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

/// Some cities, each at another hour.
fn plans() -> impl Iterator<Item = (Plan, Timestamp)> {
    some_plans(2)
}

fn some_plans(count: usize) -> impl Iterator<Item = (Plan, Timestamp)> {
    PRESENTS.into_iter().zip(1_u64..).take(count).map(|(text, seed)| (Plan::invent(seed, present(text)), present(text)))
}

fn network(plan: &Plan) -> Network {
    let facts = (plan.alarms.clone(), plan.outages.clone(), plan.interference.clone());
    Network::assemble(plan.inventory.clone(), facts.0, facts.1, facts.2, Model::default(), 1)
}

fn check_at(network: &Network, planted: &Planted, at: Timestamp) -> NetworkCheck {
    network.check(&Question {
        place: LonLat::new(planted.lon, planted.lat).expect("a place"),
        precision_m: Some(50.0),
        setting: Setting::Outdoor,
        at,
        service: Service::Data,
        technology: None,
    })
}

#[test]
fn the_same_seed_is_the_same_city_and_another_seed_another() {
    let now = present(PRESENTS[0]);
    let told = |seed| format!("{:?}", Plan::invent(seed, now));
    assert_eq!(told(7), told(7));
    assert_ne!(told(7), told(8));
}

#[test]
fn the_city_is_as_large_as_promised() {
    for (plan, now) in plans() {
        let of = |kind| plan.inventory.iter().filter(move |version| version.element.kind == kind);
        let cells: HashSet<&str> = of(ElementKind::Cell).map(|version| version.element.id.as_str()).collect();
        assert!((1_850..=2_250).contains(&cells.len()), "{} cells", cells.len());
        assert_eq!(of(ElementKind::Repeater).count(), 60);
        assert!((1_450..=1_600).contains(&plan.gazetteer.len()), "{} places", plan.gazetteer.len());
        assert!((740..=900).contains(&plan.complaints.len()), "{} complaints", plan.complaints.len());
        assert!((850..=3_500).contains(&plan.alarms.len()), "{} alarms", plan.alarms.len());
        let active = plan.alarms.iter().filter(|alarm| alarm.cleared.is_none()).count();
        assert!((15..=260).contains(&active), "{active} alarms active");
        assert!(plan.alarms.iter().all(|alarm| alarm.raised < now));
        for technology in [Technology::Gsm, Technology::Lte, Technology::Nr] {
            assert!(of(ElementKind::Cell).filter(|v| v.element.technology == Some(technology)).count() > 15);
        }
        let roads = plan.base["features"].as_array().expect("features").iter();
        let named: BTreeSet<&str> = roads.filter_map(|one| one["properties"]["name"].as_str()).collect();
        assert!(named.len() > 150, "{} named features", named.len());
    }
}

#[test]
fn every_cell_is_one_element_at_any_time() {
    for (plan, _) in plans() {
        let mut spans: BTreeMap<&str, Vec<(Timestamp, Timestamp)>> = BTreeMap::new();
        for version in &plan.inventory {
            spans.entry(&version.element.id).or_default().push((version.valid_from, version.valid_until));
        }
        for (id, mut versions) in spans {
            versions.sort_unstable();
            assert!(versions.iter().all(|(from, until)| from < until), "{id}");
            assert!(versions.windows(2).all(|pair| pair[0].1 <= pair[1].0), "{id} is there twice");
        }
        let numbers: Vec<&String> =
            plan.inventory.iter().filter_map(|version| version.element.extra.get("ECI")).collect();
        let versions_of_lte: HashSet<(&String, &String)> = plan
            .inventory
            .iter()
            .filter_map(|version| Some((version.element.extra.get("ECI")?, &version.element.id)))
            .collect();
        let distinct: HashSet<&&String> = numbers.iter().collect();
        assert_eq!(distinct.len(), versions_of_lte.len(), "no ECI is given twice");
    }
}

#[test]
fn every_repeater_amplifies_a_cell_of_the_inventory() {
    for (plan, _) in plans() {
        let cells: HashSet<&str> = plan
            .inventory
            .iter()
            .filter(|version| version.element.kind == ElementKind::Cell)
            .map(|version| version.element.id.as_str())
            .collect();
        for version in plan.inventory.iter().filter(|version| version.element.kind == ElementKind::Repeater) {
            assert!(version.element.donor.as_deref().is_some_and(|donor| cells.contains(donor)));
        }
    }
}

#[test]
fn every_place_lies_in_the_district_it_names() {
    for seed in 1..6 {
        let (city, _) = City::of(seed);
        for place in &city.places {
            let shape = &city.districts[place.district].shape;
            assert!(holds(shape, place.at), "seed {seed}: {} {:?}", place.name.zh, place.at);
        }
    }
}

#[test]
fn every_record_names_an_element_of_the_inventory() {
    for (plan, _) in plans() {
        assert_eq!(network(&plan).unmatched(), 0);
    }
}

#[test]
fn m2_the_planted_places_yield_their_causes_and_the_faulty_station_with_high_confidence() {
    for (plan, now) in some_plans(PRESENTS.len()) {
        let network = network(&plan);
        assert_eq!(plan.planted.len(), 6);
        for planted in &plan.planted {
            let check = check_at(&network, planted, now);
            let verdict = &check.verdict;
            assert_eq!(verdict.cause, planted.cause, "{now}: {planted:?}\n{verdict:?}");
            let on = verdict.element.as_deref();
            match planted.cause {
                Cause::Fault => {
                    assert_eq!(verdict.confidence, Confidence::High, "{now}: {verdict:?}");
                    assert!(on.is_some_and(|id| planted.elements.iter().any(|own| own == id)));
                    assert!(planted.elements.contains(&check.candidates[0].id), "it is the best server there");
                }
                Cause::Outage | Cause::Relocation | Cause::Interference | Cause::PlannedWork => {
                    assert!(
                        on.is_some_and(|id| planted.elements.iter().any(|own| own == id)),
                        "{planted:?} {verdict:?}"
                    );
                }
                Cause::WeakCoverage | Cause::NothingFound | Cause::Unknown => {}
            }
            assert!(plan.gazetteer.iter().any(|place| place.name == planted.place));
        }
    }
}

#[test]
fn m2_the_complaints_show_every_verdict() {
    for (plan, now) in plans() {
        let network = network(&plan);
        let mut causes: BTreeMap<String, u32> = BTreeMap::new();
        for complaint in &plan.complaints {
            let Some(point) = complaint.intake.place.point else { continue };
            let matter = &complaint.intake.matter;
            let check = network.check(&Question {
                place: point.wgs84,
                precision_m: complaint.intake.place.precision_metres,
                setting: complaint.intake.place.setting,
                at: matter.judged_at(),
                service: matter.service,
                technology: matter.technology,
            });
            *causes.entry(format!("{:?}", check.verdict.cause)).or_default() += 1;
        }
        for cause in ["Fault", "Outage", "Relocation", "Interference", "WeakCoverage", "PlannedWork", "NothingFound"] {
            assert!(causes.get(cause).is_some_and(|count| *count >= 4), "{now}: {causes:?}");
        }
    }
}

#[test]
fn one_sign_in_per_role_and_every_password_long_enough() {
    for (plan, _) in some_plans(1) {
        for role in Role::ALL {
            let first = plan.people.iter().find(|person| person.role == role).expect("somebody of every role");
            assert!(first.password.chars().count() >= 10);
            assert!(first.password.starts_with("demo-"));
        }
        let names: HashSet<&str> = plan.people.iter().map(|person| person.sign_in.as_str()).collect();
        assert_eq!(names.len(), plan.people.len());
    }
}

/// Runs a complaint and all that was done about it through the rules.
fn run(plan: &Plan, complaint: &DemoComplaint, calendar: &WorkingCalendar) -> Complaint {
    let branch = BranchId(Uuid::nil());
    let viewer = |sign_in: &str| {
        let person = plan.people.iter().find(|person| person.sign_in == sign_in).expect("a known sign-in");
        let person = Person {
            id: PersonId(Uuid::nil()),
            sign_in: sign_in.into(),
            name: person.name.clone(),
            role: person.role,
            department: person.department.clone(),
            organisation: person.organisation.clone(),
            active: true,
        };
        Viewer { branch, who: Who::Person(person) }
    };
    let matter = complaint.intake.matter.clone();
    let facts = Facts {
        channel: matter.channel,
        upstream: complaint.intake.upstream.is_some(),
        text: &matter.description,
        level: &matter.level,
        repeats: 0,
        nearby: 0,
    };
    let suggestion = grade::suggest(facts, Policy::standard());
    let opening = Opening {
        id: ComplaintId(Uuid::nil()),
        branch,
        number: ComplaintNumber::from("TS-1".to_owned()),
        matter,
        place: complaint.intake.place.clone(),
        customer: Customer::default(),
        upstream: complaint.intake.upstream.clone(),
        first_owner: PersonRef { id: None, name: complaint.by.clone() },
        suggestion,
        flow: complaint.intake.flow,
        grade: None,
        check: None,
        document: None,
        split_from: None,
    };
    let by = viewer(&complaint.by);
    let half_day = HalfDay::default();
    let opened = flow::open(
        opening,
        &Context {
            now: complaint.at,
            viewer: &by,
            calendar,
            half_day,
            policy: Policy::standard(),
            roster: domain::roster::Roster::none(),
        },
    );
    let mut state = opened.complaint;
    let mut last = complaint.at;
    for (at, who, action) in &complaint.steps {
        assert!(*at >= last, "steps go forward in time: {complaint:?}");
        last = *at;
        let viewer = viewer(who);
        let context = Context {
            now: *at,
            viewer: &viewer,
            calendar,
            half_day,
            policy: Policy::standard(),
            roster: domain::roster::Roster::none(),
        };
        let decided = flow::decide(&state, std::slice::from_ref(action), &context);
        state = decided.unwrap_or_else(|refused| panic!("{refused}: {who} {action:?}\n{complaint:?}")).complaint;
    }
    state
}

#[test]
fn m14_every_step_is_one_the_rules_allow_and_every_state_is_seen() {
    let calendar = WorkingCalendar::china();
    for (plan, now) in some_plans(PRESENTS.len()) {
        let mut states: BTreeMap<&str, u32> = BTreeMap::new();
        let (mut late, mut soon) = (0, 0);
        for complaint in &plan.complaints {
            assert!(complaint.at < now && complaint.steps.iter().all(|(at, ..)| *at < now));
            let state = run(&plan, complaint, &calendar);
            *states.entry(state.state.as_str()).or_default() += 1;
            if let Some(clock) = state.next_due() {
                late += u32::from(clock.due < now);
                soon += u32::from(clock.due >= now && clock.warn <= now);
            }
        }
        // What belongs together is merged once all of them are on record.
        for state in State::ALL.into_iter().filter(|state| *state != State::Merged) {
            assert!(states.get(state.as_str()).is_some_and(|count| *count > 0), "{now}: {} {states:?}", state.as_str());
        }
        assert!(late >= 5 && soon >= 2, "{now}: {late} late, {soon} soon, {states:?}");
    }
}

#[test]
fn p1_phones_lie_in_a_range_nobody_has_been_given() {
    let (plan, _) = plans().next().expect("a plan");
    for complaint in &plan.complaints {
        let phone = complaint.intake.phone.as_ref().expect("a phone");
        assert!(phone.reveal().starts_with("19900") && phone.reveal().len() == 11);
    }
}

#[test]
fn the_city_and_its_districts_are_on_no_list_of_real_ones() {
    let real = ["cities.csv", "areas.csv"].map(|file| format!("../../../shared/data/admin_divisions/{file}"));
    let texts: Vec<String> = real.iter().filter_map(|path| std::fs::read_to_string(path).ok()).collect();
    if texts.is_empty() {
        eprintln!("skipped: the list of administrative divisions is not here");
        return;
    }
    let (city, _) = City::of(1);
    let names = city.districts.iter().map(|one| one.name.zh.as_str()).chain([words::CITY.0]);
    for name in names {
        assert!(texts.iter().all(|text| !text.contains(&format!("\"{name}\""))), "{name} is real");
    }
}

#[test]
fn m5_the_roster_covers_the_present_and_the_absent_one_does_nothing_while_away() {
    for (plan, now) in some_plans(PRESENTS.len()) {
        let known: HashSet<&str> = plan.people.iter().map(|person| person.sign_in.as_str()).collect();
        assert!(plan.roster.shifts.iter().all(|(who, _, from, until)| known.contains(who.as_str()) && from < until));
        assert!(plan.roster.shifts.iter().any(|(.., from, until)| *from <= now && now.seconds_since(*until) < 86_400));
        let ill = &plan.roster.absences[0];
        assert!(ill.from < now && now < ill.until && known.contains(ill.who.as_str()), "{ill:?}");
        let steps = plan.complaints.iter().flat_map(|one| &one.steps);
        assert!(steps.filter(|(_, by, _)| *by == ill.who).all(|(at, ..)| *at <= ill.from), "{ill:?}");
    }
}
