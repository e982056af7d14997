//! Thirty who may come to the desk: every role, contractors of two organisations and of none, somebody switched off, two
//! upstream systems, the house itself.

use domain::id::{BranchId, PersonId, TokenId};
use domain::person::{Person, Role, Viewer, Who};
use uuid::Uuid;

/// The outside organisations work is sent to.
pub const ORGANISATIONS: [&str; 2] = ["维护甲", "维护乙"];

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
        department: "网优".into(),
        organisation: organisation.map(Into::into),
        active,
    };
    Viewer { branch: branch(), who: Who::Person(who) }
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
