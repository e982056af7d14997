//! Thirty who may come to the desk: every role, contractors of two organisations and of none, somebody switched off, two
//! upstream systems, the house itself.

use domain::id::{AbsenceId, BranchId, PersonId, ShiftId, TokenId};
use domain::person::{Person, Role, Viewer, Who};
use domain::roster::{Absence, Roster, Shift};
use domain::time::Timestamp;
use uuid::Uuid;

use crate::dice::Dice;

/// The outside organisations work is sent to.
pub const ORGANISATIONS: [&str; 2] = ["维护甲", "维护乙"];

/// The departments complaints are transferred to; the crew belongs to one or the other.
pub const DEPARTMENTS: [&str; 2] = ["网优", "无线维护"];

pub fn branch() -> BranchId {
    BranchId(Uuid::from_u128(1))
}

/// The house's own jobs: who ticks.
pub fn house() -> Viewer {
    Viewer { branch: branch(), who: Who::House }
}

pub fn crew() -> Vec<Viewer> {
    let [one, other] = ORGANISATIONS.map(Some);
    let doubled = [
        Role::Triage,
        Role::Handler,
        Role::Handler,
        Role::FieldTester,
        Role::TeamLeader,
        Role::Director,
        Role::ProjectManager,
        Role::AccountManager,
        Role::AreaSupervisor,
    ];
    let people = Role::ALL.into_iter().chain(doubled).map(|role| (role, (role == Role::Contractor).then_some(one)));
    let people = people.map(|(role, organisation)| (role, organisation.flatten(), true)).chain([
        (Role::Contractor, other, true),
        (Role::Contractor, None, true),
        (Role::Handler, None, false),
    ]);
    let people =
        people.enumerate().map(|(number, (role, organisation, active))| person(number, role, organisation, active));
    let machine = |number, name: &str| Viewer {
        branch: branch(),
        who: Who::Machine { token: TokenId(Uuid::from_u128(number)), name: name.into() },
    };
    let crew: Vec<_> = people.chain([machine(201, "eoms"), machine(202, "province"), house()]).collect();
    assert_eq!(crew.len(), 30);
    crew
}

fn person(number: usize, role: Role, organisation: Option<&str>, active: bool) -> Viewer {
    let name = format!("{role}-{number}");
    let who = Person {
        id: PersonId(Uuid::from_u128(100 + number as u128)),
        sign_in: name.clone(),
        name,
        role,
        department: DEPARTMENTS[number % 2].into(),
        organisation: organisation.map(Into::into),
        active,
    };
    Viewer { branch: branch(), who: Who::Person(who) }
}

/// Half the crew is away for some of the thirty days, most with somebody standing in, and some are on duty for their role.
pub fn roster(start: Timestamp, dice: &mut Dice) -> Roster {
    let people: Vec<Person> = crew().iter().filter_map(|viewer| viewer.person().cloned()).collect();
    let (mut shifts, mut absences) = (Vec::new(), Vec::new());
    for person in &people {
        let from = start.plus_seconds(dice.below(30) * 86_400);
        let until = from.plus_seconds((1 + dice.below(9)) * 86_400);
        if dice.chance(50) {
            let deputy = dice.chance(75).then(|| dice.pick(&people).id).filter(|deputy| *deputy != person.id);
            let id = AbsenceId(person.id.0);
            absences.push(Absence { id, person: person.id, from, until, reason: String::new(), deputy });
        }
        if dice.chance(30) {
            shifts.push(Shift { id: ShiftId(person.id.0), person: person.id, role: person.role, from, until });
        }
    }
    Roster::new(people, shifts, absences)
}

/// As a printed walk calls them.
pub fn called(viewer: &Viewer) -> String {
    match &viewer.who {
        Who::Person(person) if person.active => person.name.clone(),
        Who::Person(person) => format!("{} (switched off)", person.name),
        Who::Machine { name, .. } => format!("machine {name}"),
        Who::House => "house".into(),
    }
}
