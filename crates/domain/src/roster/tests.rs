//! Whom a rung reaches, by example and for every roster that can be written.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::access::Scope;
use crate::clock::{ClockKind, Holder, Rung};
use crate::complaint::Complaint;
use crate::journal::Event;
use crate::policy::Policy;

fn at(hours: i64) -> Timestamp {
    let start: Timestamp = "2026-03-04T00:00:00Z".parse().expect("an instant");
    start.plus_seconds(hours * 3_600)
}

fn id(number: u128) -> PersonId {
    PersonId(Uuid::from_u128(number))
}

fn person(number: u128, role: Role) -> Person {
    Person {
        id: id(number),
        sign_in: format!("p{number}"),
        name: format!("人员{number}"),
        role,
        department: "网优".into(),
        organisation: (role == Role::Contractor)
            .then(|| if number.is_multiple_of(2) { "维护甲" } else { "维护乙" }.to_owned()),
        active: true,
    }
}

fn absent(number: u128, deputy: Option<u128>) -> Absence {
    let (from, until) = (at(0), at(24));
    Absence {
        id: AbsenceId(Uuid::nil()),
        person: id(number),
        from,
        until,
        reason: "病假".into(),
        deputy: deputy.map(id),
    }
}

fn shift(number: u128, role: Role, from: i64, until: i64) -> Shift {
    Shift { id: ShiftId(Uuid::nil()), person: id(number), role, from: at(from), until: at(until) }
}

/// A complaint owned and handled by these; what else it says, no roster looks at.
fn complaint(owner: Option<u128>, handler: Option<u128>) -> Complaint {
    let named = |number: u128| serde_json::json!({ "id": Uuid::from_u128(number), "name": format!("人员{number}") });
    serde_json::from_value(serde_json::json!({
        "id": Uuid::nil(), "branch": Uuid::nil(), "number": "TS-20260304-0001", "version": 1,
        "received": at(0), "changed": at(0), "flow": "ordinary", "grade": "ordinary",
        "suggestion": { "flow": "ordinary", "grade": "ordinary", "reasons": [] }, "state": "in_progress", "history": [],
        "matter": { "description": "家里没信号", "channel": "phone", "complained": at(0) },
        "place": { "point": null, "precision_metres": null, "setting": "indoor", "address": "示例路" },
        "customer": {}, "upstream": null, "first_owner": owner.map_or(serde_json::json!({ "id": null, "name": "首问值班岗" }), named),
        "handler": handler.map(named), "department": null, "organisation": "维护甲", "waits_on": "handler", "waits": [],
        "suspended_until": null, "clocks": [], "checks": [], "reached": 0, "attempts": 0, "reply": null, "closure": null,
        "duties": [], "document": null,
    }))
    .expect("a complaint")
}

/// The breach of a handling limit: handler, owner, team leader.
fn breach(roster: &Roster, complaint: &Complaint) -> Reached {
    let policy = Policy::standard();
    let (kind, rung) = (ClockKind::Handling, Rung::Breach);
    roster.reached(complaint, policy.holders(kind, rung), &policy.above(kind, rung), at(1))
}

fn told(number: u128) -> Tell {
    Tell::Person(PersonRef { id: Some(id(number)), name: format!("人员{number}") })
}

fn desk() -> Vec<Person> {
    vec![
        person(1, Role::Handler),
        person(2, Role::Handler),
        person(3, Role::TeamLeader),
        person(4, Role::TeamLeader),
        person(5, Role::Director),
        person(6, Role::BranchChief),
    ]
}

#[test]
fn m5_without_a_roster_a_rung_reaches_its_holders_as_before() {
    let reached = breach(Roster::none(), &complaint(Some(2), Some(1)));
    assert_eq!(reached.tells, [told(1), told(2), Tell::Role(Role::TeamLeader)]);
    assert_eq!(reached.skipped, []);
    let known = Roster::new(desk(), Vec::new(), Vec::new());
    assert_eq!(breach(&known, &complaint(Some(2), Some(1))), reached, "nor where everybody is there");
}

#[test]
fn m8_an_absent_handler_is_passed_over_visibly_and_the_deputy_told() {
    let roster = Roster::new(desk(), Vec::new(), vec![absent(1, Some(2))]);
    let reached = breach(&roster, &complaint(Some(1), Some(1)));
    assert_eq!(reached.tells, [told(2), Tell::Role(Role::TeamLeader)]);
    let skipped = Skipped { who: told(1), why: WhyNot::Absent { until: at(24) }, instead: Some(told(2)) };
    assert_eq!(reached.skipped, [skipped]);
    let text = serde_json::to_string(&reached.skipped).expect("JSON");
    assert!(!text.contains("病假"), "why somebody is away is no complaint's business: {text}");
    assert_eq!(serde_json::from_str::<Vec<Skipped>>(&text).expect("reads back"), reached.skipped);
}

#[test]
fn an_entry_of_before_there_was_a_roster_still_reads() {
    let text = r#"{"event":"rung_fired","kind":"handling","rung":"breach","reached":"2026-03-04T01:15:00Z","tells":[{"role":"team_leader"}]}"#;
    let event: Event = serde_json::from_str(text).expect("reads");
    let Event::RungFired { skipped, .. } = &event else { panic!("{event:?}") };
    assert_eq!(skipped, &[]);
    assert_eq!(
        serde_json::to_string(&event).expect("JSON"),
        text,
        "and where nobody is passed over it is written as before"
    );
}

#[test]
fn m5_absences_are_followed_from_deputy_to_deputy_and_round_in_no_circle() {
    let away = vec![absent(1, Some(2)), absent(2, Some(3)), absent(3, Some(1))];
    let reached = breach(&Roster::new(desk(), Vec::new(), away.clone()), &complaint(Some(1), Some(1)));
    // 1 → 2 → 3 → 1 leads to nobody: the next role of the ladder, of whom 4 is there.
    assert_eq!(reached.tells, [told(4)]);
    let instead: Vec<_> = reached.skipped.iter().map(|skipped| (&skipped.who, skipped.instead.as_ref())).collect();
    let (one, two, three) = (told(1), told(2), told(3));
    assert_eq!(instead, [(&one, Some(&two)), (&two, Some(&three)), (&three, Some(&Tell::Role(Role::TeamLeader)))]);
    let chain = Roster::new(desk(), Vec::new(), vec![away[0].clone(), absent(2, Some(5))]);
    assert_eq!(breach(&chain, &complaint(Some(1), Some(1))).tells, [told(5), Tell::Role(Role::TeamLeader)]);
}

#[test]
fn m5_a_role_is_narrowed_to_those_on_duty_and_widened_again_where_they_are_away() {
    let shifts = vec![shift(4, Role::TeamLeader, 0, 8), shift(3, Role::TeamLeader, 8, 16)];
    let on = Roster::new(desk(), shifts.clone(), Vec::new());
    assert_eq!(breach(&on, &complaint(Some(2), Some(1))).tells, [told(1), told(2), told(4)]);
    let away = Roster::new(desk(), shifts, vec![absent(4, None)]);
    let reached = breach(&away, &complaint(Some(2), Some(1)));
    assert_eq!(reached.tells, [told(1), told(2), told(3)]);
    assert_eq!(reached.skipped, [Skipped { who: told(4), why: WhyNot::Absent { until: at(24) }, instead: None }]);
}

#[test]
fn m5_where_a_whole_role_is_away_the_next_one_up_is_told_and_the_chief_at_last() {
    let leaders = vec![absent(3, None), absent(4, None)];
    let reached = breach(&Roster::new(desk(), Vec::new(), leaders.clone()), &complaint(Some(2), Some(1)));
    assert_eq!(reached.tells, [told(1), told(2), Tell::Role(Role::Director)]);
    let last = reached.skipped.last().expect("passed over");
    let instead = Some(Tell::Role(Role::Director));
    assert_eq!(*last, Skipped { who: Tell::Role(Role::TeamLeader), why: WhyNot::Nobody, instead });
    let more = leaders.into_iter().chain([absent(5, None)]).collect();
    let reached = breach(&Roster::new(desk(), Vec::new(), more), &complaint(Some(2), Some(1)));
    assert_eq!(reached.tells.last(), Some(&Tell::Role(Role::BranchChief)));
}

#[test]
fn m5_what_nobody_took_in_and_who_has_left_reaches_the_leader() {
    let mut people = desk();
    people[0].active = false;
    let roster = Roster::new(people, Vec::new(), Vec::new());
    let reached = breach(&roster, &complaint(None, Some(1)));
    assert_eq!(reached.tells, [Tell::Role(Role::TeamLeader)]);
    assert_eq!(
        reached.skipped[0],
        Skipped { who: told(1), why: WhyNot::Left, instead: Some(Tell::Role(Role::TeamLeader)) }
    );
    assert_eq!(reached.skipped[1].why, WhyNot::Nobody);
}

#[test]
fn m5_where_nobody_at_all_is_there_it_stays_with_those_it_was_meant_for() {
    let away = (1..=6).map(|number| absent(number, None)).collect();
    let reached = breach(&Roster::new(desk(), Vec::new(), away), &complaint(Some(2), Some(1)));
    assert_eq!(reached.tells, [told(1), told(2), Tell::Role(Role::TeamLeader)]);
    let passed = reached.skipped.iter().map(|skipped| &skipped.who);
    assert!(passed.into_iter().all(|who| !reached.tells.contains(who)), "nobody is passed over and told");
}

#[test]
fn a_leader_who_owns_the_complaint_is_told_once() {
    let roster = Roster::new(desk(), Vec::new(), Vec::new());
    assert_eq!(breach(&roster, &complaint(Some(3), Some(1))).tells, [told(1), Tell::Role(Role::TeamLeader)]);
}

#[test]
fn nobody_stands_in_who_may_not_read_the_complaint() {
    let mut people = desk();
    people.push(person(7, Role::Contractor));
    people.push(person(8, Role::Contractor));
    let deputy = |number| Roster::new(people.clone(), Vec::new(), vec![absent(1, Some(number))]);
    let complaint = complaint(Some(2), Some(1));
    assert_eq!(breach(&deputy(8), &complaint).tells[0], told(8), "the order was sent to that organisation");
    assert!(!breach(&deputy(7), &complaint).tells.contains(&told(7)), "and not to this one");
}

#[test]
fn times_that_make_no_sense_are_refused() {
    assert_eq!(shift(1, Role::Handler, 8, 8).checked(), Err(RosterRefused::Reversed));
    assert_eq!(shift(1, Role::Handler, 8, 0).checked(), Err(RosterRefused::Reversed));
    assert_eq!(shift(1, Role::Handler, 0, 7 * 24).checked(), Ok(()));
    assert_eq!(shift(1, Role::Handler, 0, 7 * 24 + 1).checked(), Err(RosterRefused::TooLong));
    assert_eq!(absent(1, Some(1)).checked(), Err(RosterRefused::OwnDeputy));
    assert_eq!(absent(1, Some(2)).checked(), Ok(()));
    for refused in [RosterRefused::Reversed, RosterRefused::Overlaps, RosterRefused::Unknown] {
        let told = refused.told();
        assert!(!told.zh.is_empty() && !told.en.is_empty());
    }
}

#[test]
fn at_work_are_those_on_duty_else_everybody_who_is_there() {
    let ids = |roster: &Roster| roster.at_work(Role::Handler, at(1)).iter().map(|person| person.id).collect::<Vec<_>>();
    let away = vec![absent(1, None)];
    assert_eq!(ids(&Roster::new(desk(), Vec::new(), Vec::new())), [id(1), id(2)]);
    assert_eq!(ids(&Roster::new(desk(), Vec::new(), away.clone())), [id(2)]);
    assert_eq!(ids(&Roster::new(desk(), vec![shift(2, Role::Handler, 0, 8)], Vec::new())), [id(2)]);
    assert_eq!(ids(&Roster::new(desk(), vec![shift(1, Role::Handler, 0, 8)], away)), [id(2)]);
}

const ROLES: [Role; 6] =
    [Role::Handler, Role::TeamLeader, Role::Director, Role::InterfaceAdmin, Role::BranchChief, Role::Contractor];

fn rosters() -> impl Strategy<Value = Roster> {
    let people = prop::collection::vec((0..ROLES.len(), prop::bool::weighted(0.9)), 0..9);
    let shifts = prop::collection::vec((1..10_u128, 0..ROLES.len(), -4..4_i64, 1..6_i64), 0..5);
    let absences = prop::collection::vec((1..10_u128, prop::option::weighted(0.7, 1..10_u128), prop::bool::ANY), 0..8);
    (people, shifts, absences).prop_map(|(people, shifts, absences)| {
        let people = people
            .into_iter()
            .zip(1..)
            .map(|((role, active), number)| Person { active, ..person(number, ROLES[role]) });
        let shifts =
            shifts.into_iter().map(|(number, role, from, hours)| shift(number, ROLES[role], from, from + hours));
        // Some are over by now.
        let absence = |(number, deputy, now): (u128, Option<u128>, bool)| Absence {
            until: if now { at(24) } else { at(1) },
            ..absent(number, deputy)
        };
        Roster::new(people.collect(), shifts.collect(), absences.into_iter().map(absence).collect())
    })
}

fn holders() -> impl Strategy<Value = Vec<Holder>> {
    let holder = prop_oneof![
        Just(Holder::Handler),
        Just(Holder::Owner),
        (0..ROLES.len()).prop_map(|role| Holder::Role(ROLES[role]))
    ];
    prop::collection::vec(holder, 1..4)
}

/// Whether somebody is there, or somebody stands in at the end of a chain of deputies.
fn answered(roster: &Roster, complaint: &Complaint, person: PersonId, asked: &mut Vec<PersonId>) -> bool {
    let Some(person) = roster.person(person) else { return false };
    if asked.contains(&person.id) || !Scope::of_person(complaint.branch, person).covers(complaint) {
        return false;
    }
    if roster.is_there(person, at(1)) {
        return true;
    }
    asked.push(person.id);
    let deputy = roster.absence(person.id, at(1)).and_then(|absence| absence.deputy);
    deputy.is_some_and(|deputy| answered(roster, complaint, deputy, asked))
}

/// Everybody the roster knows who reads it, as a person or as one of a role.
fn readers(roster: &Roster, complaint: &Complaint, tells: &[Tell]) -> Vec<PersonId> {
    let of = |tell: &Tell| match tell {
        Tell::Person(person) => person.id.into_iter().collect::<Vec<_>>(),
        Tell::Role(role) => {
            let read = |person: &&Person| Scope::of_person(complaint.branch, person).covers(complaint);
            roster.people().iter().filter(|person| person.role == *role).filter(read).map(|person| person.id).collect()
        }
    };
    tells.iter().flat_map(of).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn m5_a_rung_reaches_somebody_each_once_and_nobody_away_while_a_deputy_is_there(
        roster in rosters(),
        holders in holders(),
        owner in prop::option::of(1..10_u128),
        handler in prop::option::of(1..10_u128),
        above in prop::collection::vec(0..ROLES.len(), 0..4),
    ) {
        let complaint = complaint(owner, handler);
        let above: Vec<Role> = above.into_iter().map(|role| ROLES[role]).collect();
        let reached = roster.reached(&complaint, &holders, &above, at(1));
        prop_assert!(!reached.tells.is_empty(), "nobody was told");
        let readers = readers(&roster, &complaint, &reached.tells);
        for (number, reader) in readers.iter().enumerate() {
            prop_assert!(!readers[..number].contains(reader), "{reader} was told twice: {reached:?}");
            if roster.absence(*reader, at(1)).is_some() {
                let deputy = answered(&roster, &complaint, *reader, &mut Vec::new());
                prop_assert!(!deputy, "{reader} is away, has a deputy, and was told: {reached:?}");
            }
        }
        for skipped in &reached.skipped {
            prop_assert!(!reached.tells.contains(&skipped.who), "passed over and told: {reached:?}");
            if let (Tell::Person(PersonRef { id: Some(id), .. }), WhyNot::Absent { until }) = (&skipped.who, &skipped.why) {
                prop_assert_eq!(roster.absence(*id, at(1)).map(|absence| absence.until), Some(*until));
            }
        }
        // Whoever could be told by name and was not is named.
        for person in holders.iter().filter_map(|holder| match holder {
            Holder::Handler => handler.or(owner),
            Holder::Owner => owner,
            Holder::Role(_) => None,
        }) {
            let passed = reached.skipped.iter().any(|skipped| same_person(&skipped.who, person));
            prop_assert!(readers.contains(&id(person)) || passed, "{person} vanished: {reached:?}");
        }
    }
}

fn same_person(tell: &Tell, number: u128) -> bool {
    matches!(tell, Tell::Person(person) if person.id == Some(id(number)))
}
