//! Who may do what: one table of permission × role, and the scope every read needs.
//!
//! Deny by default: a role that stands in no row may nothing. Rows are limited further by [`Scope`].

use crate::id::BranchId;
use crate::person::{Role, Viewer, Who};

/// Something a door or an action asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Take in a complaint.
    Receive,
    /// Read complaints within one's scope, the queue and search.
    ReadComplaints,
    /// Act on a complaint as the flow allows.
    Handle,
    /// Decide on what others did: raise or lower a grade, reassign.
    Lead,
    /// Read the supervision board 督办看板 (M13).
    ReadBoard,
    /// See a masked phone or name, with a reason that is recorded.
    Unmask,
    /// See the network map and run checks.
    ReadNetwork,
    /// Manage people.
    ManagePeople,
    /// Read the policies and their versions.
    ReadPolicies,
    /// Put a policy in force.
    ManagePolicies,
    /// See everything that went out by mail and webhook 外发, and have it tried again.
    ReadPost,
    /// Send in through the open API.
    ApiCreate,
    /// Read through the open API.
    ApiRead,
    /// Change through the open API.
    ApiPatch,
    /// One's own session and settings: everybody who signed in.
    OwnSession,
}

impl Permission {
    /// Every permission, for the printed matrix.
    pub const ALL: [Self; 15] = [
        Self::Receive,
        Self::ReadComplaints,
        Self::Handle,
        Self::Lead,
        Self::ReadBoard,
        Self::Unmask,
        Self::ReadNetwork,
        Self::ManagePeople,
        Self::ReadPolicies,
        Self::ManagePolicies,
        Self::ReadPost,
        Self::ApiCreate,
        Self::ApiRead,
        Self::ApiPatch,
        Self::OwnSession,
    ];

    /// The roles that hold it. A permission without an arm does not compile.
    pub const fn roles(self) -> &'static [Role] {
        use Role::{
            AccountManager, AreaSupervisor, BranchChief, Clerk, Contractor, DeputyManager, Director, FieldTester,
            Handler, InterfaceAdmin, Manager, ProjectManager, TeamLeader, Triage,
        };
        match self {
            Self::Receive => &[Triage, Handler, TeamLeader, Director, AccountManager],
            Self::ReadComplaints => &[
                Triage,
                Handler,
                FieldTester,
                Contractor,
                TeamLeader,
                Director,
                ProjectManager,
                DeputyManager,
                Manager,
                Clerk,
                AccountManager,
                AreaSupervisor,
                InterfaceAdmin,
                BranchChief,
            ],
            Self::Handle => &[Triage, Handler, TeamLeader, Director, ProjectManager, AccountManager, Contractor],
            Self::Lead => &[TeamLeader, Director, ProjectManager, DeputyManager, Manager, BranchChief],
            Self::ReadBoard => {
                &[TeamLeader, Director, ProjectManager, DeputyManager, Manager, AreaSupervisor, BranchChief]
            }
            Self::Unmask => &[Triage, Handler, TeamLeader, Director, AccountManager, AreaSupervisor, BranchChief],
            Self::ReadNetwork => &[
                Triage,
                Handler,
                FieldTester,
                TeamLeader,
                Director,
                ProjectManager,
                DeputyManager,
                Manager,
                InterfaceAdmin,
                BranchChief,
            ],
            Self::ManagePeople => &[Role::Administrator],
            Self::ReadPolicies => {
                &[TeamLeader, Director, ProjectManager, DeputyManager, Manager, BranchChief, Role::Administrator]
            }
            Self::ManagePolicies => &[Role::Manager, Role::Administrator],
            Self::ReadPost => &[
                TeamLeader,
                Director,
                AccountManager,
                AreaSupervisor,
                InterfaceAdmin,
                BranchChief,
                Role::Administrator,
            ],
            Self::ApiCreate | Self::ApiRead | Self::ApiPatch => &[],
            Self::OwnSession => &Role::ALL,
        }
    }

    /// The stable name of the printed matrix.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Receive => "receive",
            Self::ReadComplaints => "read_complaints",
            Self::Handle => "handle",
            Self::Lead => "lead",
            Self::ReadBoard => "read_board",
            Self::Unmask => "unmask",
            Self::ReadNetwork => "read_network",
            Self::ManagePeople => "manage_people",
            Self::ReadPolicies => "read_policies",
            Self::ManagePolicies => "manage_policies",
            Self::ReadPost => "read_post",
            Self::ApiCreate => "api_create",
            Self::ApiRead => "api_read",
            Self::ApiPatch => "api_patch",
            Self::OwnSession => "own_session",
        }
    }
}

/// Whether this viewer may do that at all; the rows it reaches are limited by [`Scope`].
pub fn may(viewer: &Viewer, permission: Permission) -> bool {
    match &viewer.who {
        Who::Person(person) => person.active && permission.roles().contains(&person.role),
        Who::Machine { .. } => {
            matches!(permission, Permission::ApiCreate | Permission::ApiRead | Permission::ApiPatch)
        }
        Who::House => true,
    }
}

/// The rows a viewer's reads reach. Made from a [`Viewer`] and from nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    branch: BranchId,
    reach: Reach,
}

/// How far a scope reaches within its branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// Every complaint of the branch.
    Branch,
    /// Only what was sent to this outside organisation.
    Organisation(String),
    /// Nothing.
    Nothing,
}

impl Scope {
    /// The complaints this viewer may read.
    pub fn of(viewer: &Viewer) -> Self {
        let reach = match &viewer.who {
            Who::House | Who::Machine { .. } => Reach::Branch,
            Who::Person(person) if !may(viewer, Permission::ReadComplaints) || !person.active => Reach::Nothing,
            Who::Person(person) => match (person.role, &person.organisation) {
                (Role::Contractor, Some(organisation)) => Reach::Organisation(organisation.clone()),
                (Role::Contractor, None) => Reach::Nothing,
                _ => Reach::Branch,
            },
        };
        Self { branch: viewer.branch, reach }
    }

    /// The branch the scope lies in.
    pub const fn branch(&self) -> BranchId {
        self.branch
    }

    /// How far it reaches.
    pub const fn reach(&self) -> &Reach {
        &self.reach
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::id::PersonId;
    use crate::person::Person;

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
    fn the_matrix_of_permissions_is_as_reviewed() {
        let rows = Permission::ALL.map(|permission| {
            let roles: Vec<_> = permission.roles().iter().map(|role| role.as_str()).collect();
            format!("{:16} {}", permission.as_str(), roles.join(" "))
        });
        insta::assert_snapshot!(rows.join("\n"));
    }
}
