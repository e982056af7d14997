//! The table of permissions, and what it limits.

use uuid::Uuid;

use super::*;
use crate::id::PersonId;

fn viewer(role: Role, organisation: Option<&str>) -> Viewer {
    Viewer {
        branch: BranchId(Uuid::nil()),
        who: Who::Person(Person {
            id: PersonId(Uuid::nil()),
            sign_in: "x".into(),
            name: "x".into(),
            role,
            department: String::new(),
            organisation: organisation.map(Into::into),
            active: true,
        }),
    }
}

#[test]
fn the_administrator_sees_no_complaint_content_by_right_of_role() {
    let viewer = viewer(Role::Administrator, None);
    assert!(!may(&viewer, Permission::ReadComplaints));
    assert_eq!(Scope::of(&viewer).reach(), &Reach::Nothing);
}

#[test]
fn a_contractor_reaches_only_the_own_organisations_orders() {
    assert_eq!(Scope::of(&viewer(Role::Contractor, Some("维护甲"))).reach(), &Reach::Organisation("维护甲".into()));
    assert_eq!(Scope::of(&viewer(Role::Contractor, None)).reach(), &Reach::Nothing);
}

#[test]
fn somebody_switched_off_may_nothing() {
    let mut off = viewer(Role::Handler, None);
    if let Who::Person(person) = &mut off.who {
        person.active = false;
    }
    for permission in Permission::ALL {
        assert!(!may(&off, permission), "{}", permission.as_str());
    }
}

#[test]
fn nobody_acts_on_what_the_role_may_not_read() {
    for permission in [Permission::Handle, Permission::Lead, Permission::Unmask] {
        for (role, relation) in permission.grants() {
            let read = Permission::ReadComplaints.relation(*role);
            assert_eq!(read, Some(*relation), "{role}: {}", permission.as_str());
        }
    }
}

#[test]
fn a_leader_keeps_everybodys_roster_a_supervisor_the_departments_and_everybody_the_own_absence() {
    let person = |viewer: &Viewer| viewer.person().expect("a person").clone();
    let somebody = |role, department: &str, id| {
        let mut viewer = viewer(role, None);
        if let Who::Person(person) = &mut viewer.who {
            (person.department, person.id) = (department.to_owned(), PersonId(Uuid::from_u128(id)));
        }
        viewer
    };
    let (leader, handler) = (somebody(Role::TeamLeader, "处理班", 1), somebody(Role::Handler, "处理班", 2));
    let (area, account) = (somebody(Role::AreaSupervisor, "政企部", 3), somebody(Role::AccountManager, "政企部", 4));
    let absence = |by: &Viewer, of: &Viewer| may_to(by, Permission::EnterAbsence, &person(of));
    assert!(absence(&leader, &handler) && absence(&leader, &area));
    assert!(absence(&handler, &handler) && !absence(&handler, &leader));
    assert!(absence(&area, &account) && !absence(&area, &handler) && !absence(&account, &area));
    let shift = |by: &Viewer, of: &Viewer| may_to(by, Permission::PlanShifts, &person(of));
    assert!(shift(&leader, &account) && shift(&area, &account) && !shift(&area, &handler));
    assert!(!shift(&handler, &handler), "nobody puts themselves on duty");
    let (one, other) = (viewer(Role::Contractor, Some("维护甲")), viewer(Role::Contractor, Some("维护乙")));
    let sees = |by: &Viewer, of: &Viewer| may_to(by, Permission::ReadRoster, &person(of));
    assert!(sees(&one, &one) && sees(&handler, &one) && !sees(&one, &leader));
    assert!(!may_to(&one, Permission::ReadRoster, &Person { id: PersonId(Uuid::from_u128(9)), ..person(&other) }));
}

#[test]
fn m13_whoever_takes_over_what_was_transferred_may_read_it() {
    for (role, _) in Permission::TakeTransferred.grants() {
        assert_eq!(Permission::ReadComplaints.relation(*role), Some(Relation::Branch), "{role}");
        assert!(Permission::Handle.relation(*role).is_some(), "{role}");
    }
}

#[test]
fn the_matrix_of_permissions_is_as_reviewed() {
    let rows = Permission::ALL.map(|permission| {
        let grants = permission.grants().iter();
        let grants: Vec<_> =
            grants.map(|(role, relation)| format!("{}:{}", role.as_str(), relation.as_str())).collect();
        format!("{:16} {}", permission.as_str(), grants.join(" "))
    });
    insta::assert_snapshot!(rows.join("\n"));
}
