//! Who may do what: one table of permission × role, and the scope every read needs.
//!
//! Deny by default: a role that stands in no row may nothing. Rows are limited further by [`Scope`].

use crate::complaint::Complaint;
use crate::flow::PaperKind;
use crate::id::BranchId;
use crate::person::{Person, Role, Viewer, Who};

mod part;

pub use part::Part;

/// Something a door or an action asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Take in a complaint.
    Receive,
    /// Read complaints within one's scope, the queue and search.
    ReadComplaints,
    /// Read the 《重大投诉申告表》, which tells the whole of a complaint: nobody of an outside organisation (M12).
    ReadDeclarations,
    /// Act on a complaint as the flow allows.
    Handle,
    /// 接手或反馈 what was transferred 转派 to a department.
    TakeTransferred,
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
    /// See the duty roster 值班表.
    ReadRoster,
    /// Put people on duty 排班.
    PlanShifts,
    /// Enter absences 请假.
    EnterAbsence,
    /// Read the policies and their versions.
    ReadPolicies,
    /// Put a policy in force.
    ManagePolicies,
    /// 写成规则条目: make a decided dispute a rule item (M13).
    MakeRules,
    /// Read problem locations 黑点 and their progress.
    ReadSpots,
    /// Record progress on problem locations, move their dates, settle them.
    ManageSpots,
    /// See everything that went out by mail and webhook 外发, and have it tried again.
    ReadPost,
    /// 申请导出: ask for a file of complaints, and fetch it once somebody else has approved it.
    AskExport,
    /// 批准导出: decide on what others ask for.
    ApproveExport,
    /// Send in through the open API.
    ApiCreate,
    /// Read through the open API.
    ApiRead,
    /// Change through the open API.
    ApiPatch,
    /// One's own session and settings: everybody who signed in.
    OwnSession,
}

/// How far a permission reaches 关系: what somebody must be to a row, or to a person, for it to hold.
///
/// Who owns or handles complaints reads all of the branch, for 首问 and search need it. An order for a field test names
/// neither a person nor a department yet, so that one's own and one's department's are the same complaints: those ever
/// sent for a test, which stay to be read after the result went back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// 本人: oneself and one's own.
    Own,
    /// 本部门: one's department, for a complaint what was sent to it.
    Department,
    /// 本单位: the outside organisation one belongs to, for a complaint what was sent to it.
    Organisation,
    /// 本分公司: everything of the branch.
    Branch,
}

impl Relation {
    /// The stable name of the printed matrix.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Department => "department",
            Self::Organisation => "organisation",
            Self::Branch => "branch",
        }
    }
}

impl Permission {
    /// Every permission, for the printed matrix.
    pub const ALL: [Self; 25] = [
        Self::Receive,
        Self::ReadComplaints,
        Self::ReadDeclarations,
        Self::Handle,
        Self::TakeTransferred,
        Self::Lead,
        Self::ReadBoard,
        Self::Unmask,
        Self::ReadNetwork,
        Self::ManagePeople,
        Self::ReadRoster,
        Self::PlanShifts,
        Self::EnterAbsence,
        Self::ReadPolicies,
        Self::ManagePolicies,
        Self::MakeRules,
        Self::ReadSpots,
        Self::ManageSpots,
        Self::ReadPost,
        Self::AskExport,
        Self::ApproveExport,
        Self::ApiCreate,
        Self::ApiRead,
        Self::ApiPatch,
        Self::OwnSession,
    ];

    /// The one table 权限表: which role holds it, and how far it reaches for that role. A permission without an arm does
    /// not compile.
    #[rustfmt::skip]
    pub const fn grants(self) -> &'static [(Role, Relation)] {
        use Relation::{Branch, Department, Organisation, Own};
        use Role::{
            AccountManager, Administrator, AreaSupervisor, BranchChief, Clerk, Contractor, DeputyManager, Director,
            FieldTester, Handler, InterfaceAdmin, Manager, ProjectManager, TeamLeader, Triage,
        };
        match self {
            Self::Receive => &[
                (Triage, Branch), (Handler, Branch), (TeamLeader, Branch), (Director, Branch),
                (AccountManager, Branch),
            ],
            // 首问: whoever is asked first must find what the branch knows, so those who answer customers, and those who
            // answer for them, read the whole branch. Who is sent out reads what was sent.
            Self::ReadComplaints => &[
                (Triage, Branch), (Handler, Branch), (FieldTester, Department), (Contractor, Organisation),
                (TeamLeader, Branch), (Director, Branch), (ProjectManager, Branch), (DeputyManager, Branch),
                (Manager, Branch), (Clerk, Branch), (AccountManager, Branch), (AreaSupervisor, Branch),
                (InterfaceAdmin, Branch), (BranchChief, Branch),
            ],
            Self::ReadDeclarations => &[
                (Triage, Branch), (Handler, Branch), (FieldTester, Department), (TeamLeader, Branch), (Director, Branch),
                (ProjectManager, Branch), (DeputyManager, Branch), (Manager, Branch), (Clerk, Branch),
                (AccountManager, Branch), (AreaSupervisor, Branch), (InterfaceAdmin, Branch), (BranchChief, Branch),
            ],
            Self::Handle => &[
                (Triage, Branch), (Handler, Branch), (TeamLeader, Branch), (Director, Branch),
                (ProjectManager, Branch), (AccountManager, Branch), (Contractor, Organisation),
            ],
            // 部门问责: what lies with a department is that department's to take over or to answer. Who leads sees to what
            // was sent astray.
            Self::TakeTransferred => &[
                (Handler, Department), (TeamLeader, Branch), (Director, Branch), (ProjectManager, Department),
                (AccountManager, Department),
            ],
            Self::Lead => &[
                (TeamLeader, Branch), (Director, Branch), (ProjectManager, Branch), (DeputyManager, Branch),
                (Manager, Branch), (BranchChief, Branch),
            ],
            Self::ReadBoard => &[
                (TeamLeader, Branch), (Director, Branch), (ProjectManager, Branch), (DeputyManager, Branch),
                (Manager, Branch), (AreaSupervisor, Branch), (BranchChief, Branch),
            ],
            Self::Unmask => &[
                (Triage, Branch), (Handler, Branch), (TeamLeader, Branch), (Director, Branch),
                (AccountManager, Branch), (AreaSupervisor, Branch), (BranchChief, Branch),
            ],
            Self::ReadNetwork => &[
                (Triage, Branch), (Handler, Branch), (FieldTester, Branch), (TeamLeader, Branch), (Director, Branch),
                (ProjectManager, Branch), (DeputyManager, Branch), (Manager, Branch), (InterfaceAdmin, Branch),
                (BranchChief, Branch),
            ],
            Self::ManagePeople => &[(Administrator, Branch)],
            Self::ReadRoster => &[
                (Triage, Branch), (Handler, Branch), (FieldTester, Branch), (Contractor, Organisation),
                (TeamLeader, Branch), (Director, Branch), (ProjectManager, Branch), (DeputyManager, Branch),
                (Manager, Branch), (Clerk, Branch), (AccountManager, Branch), (AreaSupervisor, Branch),
                (InterfaceAdmin, Branch), (BranchChief, Branch), (Administrator, Branch),
            ],
            Self::PlanShifts => &[
                (TeamLeader, Branch), (Director, Branch), (ProjectManager, Branch), (DeputyManager, Branch),
                (Manager, Branch), (AreaSupervisor, Department), (BranchChief, Branch), (Administrator, Branch),
            ],
            Self::EnterAbsence => &[
                (Triage, Own), (Handler, Own), (FieldTester, Own), (Contractor, Own), (TeamLeader, Branch),
                (Director, Branch), (ProjectManager, Branch), (DeputyManager, Branch), (Manager, Branch),
                (Clerk, Own), (AccountManager, Own), (AreaSupervisor, Department), (InterfaceAdmin, Own),
                (BranchChief, Branch), (Administrator, Branch),
            ],
            Self::ReadPolicies => &[
                (TeamLeader, Branch), (Director, Branch), (ProjectManager, Branch), (DeputyManager, Branch),
                (Manager, Branch), (BranchChief, Branch), (Administrator, Branch),
            ],
            Self::ManagePolicies => &[(Manager, Branch), (Administrator, Branch)],
            // Of those who put a policy in force whoever may read the dispute.
            Self::MakeRules => &[(Manager, Branch)],
            // Whoever reads the branch's complaints; an outside party sees its own orders only.
            Self::ReadSpots => &[
                (Triage, Branch), (Handler, Branch), (FieldTester, Branch), (TeamLeader, Branch), (Director, Branch),
                (ProjectManager, Branch), (DeputyManager, Branch), (Manager, Branch), (Clerk, Branch),
                (AccountManager, Branch), (AreaSupervisor, Branch), (InterfaceAdmin, Branch), (BranchChief, Branch),
            ],
            Self::ManageSpots => &[
                (Handler, Branch), (TeamLeader, Branch), (Director, Branch), (ProjectManager, Branch),
                (DeputyManager, Branch), (Manager, Branch),
            ],
            Self::ReadPost => &[
                (TeamLeader, Branch), (Director, Branch), (AccountManager, Branch), (AreaSupervisor, Branch),
                (InterfaceAdmin, Branch), (BranchChief, Branch), (Administrator, Branch),
            ],
            // Who is sent out, and who belongs to another house, takes nothing along (P-5).
            Self::AskExport => &[
                (Handler, Own), (TeamLeader, Own), (Director, Own), (ProjectManager, Own), (DeputyManager, Own),
                (Manager, Own), (Clerk, Own), (AreaSupervisor, Own), (BranchChief, Own),
            ],
            Self::ApproveExport => &[
                (TeamLeader, Branch), (Director, Branch), (DeputyManager, Branch), (Manager, Branch),
                (BranchChief, Branch),
            ],
            Self::ApiCreate | Self::ApiRead | Self::ApiPatch => &[],
            Self::OwnSession => &[
                (Triage, Own), (Handler, Own), (FieldTester, Own), (Contractor, Own), (TeamLeader, Own),
                (Director, Own), (ProjectManager, Own), (DeputyManager, Own), (Manager, Own), (Clerk, Own),
                (AccountManager, Own), (AreaSupervisor, Own), (InterfaceAdmin, Own), (BranchChief, Own),
                (Administrator, Own),
            ],
        }
    }

    /// How far it reaches for a role; nothing where the role does not hold it.
    pub fn relation(self, role: Role) -> Option<Relation> {
        self.grants().iter().find(|(holder, _)| *holder == role).map(|(_, relation)| *relation)
    }

    /// The roles that hold it, for a table of constants: `N` is how many there are.
    ///
    /// # Panics
    ///
    /// Where `N` is another number, which a constant tells when it is compiled.
    pub const fn roles<const N: usize>(self) -> [Role; N] {
        let grants = self.grants();
        assert!(grants.len() == N, "as many roles as hold it");
        let mut roles = [Role::Triage; N];
        let mut at = 0;
        while at < N {
            roles[at] = grants[at].0;
            at += 1;
        }
        roles
    }

    /// The stable name of the printed matrix.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Receive => "receive",
            Self::ReadComplaints => "read_complaints",
            Self::ReadDeclarations => "read_declarations",
            Self::Handle => "handle",
            Self::TakeTransferred => "take_transferred",
            Self::Lead => "lead",
            Self::ReadBoard => "read_board",
            Self::Unmask => "unmask",
            Self::ReadNetwork => "read_network",
            Self::ManagePeople => "manage_people",
            Self::ReadRoster => "read_roster",
            Self::PlanShifts => "plan_shifts",
            Self::EnterAbsence => "enter_absence",
            Self::ReadPolicies => "read_policies",
            Self::ManagePolicies => "manage_policies",
            Self::MakeRules => "make_rules",
            Self::ReadSpots => "read_spots",
            Self::ManageSpots => "manage_spots",
            Self::ReadPost => "read_post",
            Self::AskExport => "ask_export",
            Self::ApproveExport => "approve_export",
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
        Who::Person(person) => person.active && permission.relation(person.role).is_some(),
        Who::Machine { .. } => {
            matches!(permission, Permission::ApiCreate | Permission::ApiRead | Permission::ApiPatch)
        }
        Who::House => true,
    }
}

/// Whether this viewer may do that to somebody: see them on the roster, put them on duty, enter their absence.
pub fn may_to(viewer: &Viewer, permission: Permission, whom: &Person) -> bool {
    let own = match &viewer.who {
        Who::Person(own) if own.active => own,
        Who::Person(_) | Who::Machine { .. } => return false,
        Who::House => return true,
    };
    match permission.relation(own.role) {
        None => false,
        Some(Relation::Own) => own.id == whom.id,
        Some(Relation::Department) => {
            own.id == whom.id || (own.department == whom.department && !own.department.is_empty())
        }
        Some(Relation::Organisation) => {
            own.id == whom.id || (own.organisation == whom.organisation && own.organisation.is_some())
        }
        Some(Relation::Branch) => true,
    }
}

/// Whether what was transferred is this person's to take over or to answer: of the own department, or of any for who leads.
/// A complaint that names no department is anybody's of the roles.
pub fn may_take_transferred(person: &Person, complaint: &Complaint) -> bool {
    let own = complaint.department.as_ref().is_none_or(|department| *department == person.department);
    match Permission::TakeTransferred.relation(person.role) {
        Some(Relation::Branch) => true,
        Some(Relation::Department) => own,
        Some(Relation::Own | Relation::Organisation) | None => false,
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
    /// Only what was ever sent for a field test 现场测试.
    Tested,
    /// Only what was sent to this outside organisation.
    Organisation(String),
    /// Nothing.
    Nothing,
}

impl Scope {
    /// The complaints this viewer may read.
    pub fn of(viewer: &Viewer) -> Self {
        match &viewer.who {
            Who::House | Who::Machine { .. } => Self { branch: viewer.branch, reach: Reach::Branch },
            Who::Person(person) => Self::of_person(viewer.branch, person),
        }
    }

    /// The complaints this person may read.
    pub fn of_person(branch: BranchId, person: &Person) -> Self {
        let relation = Permission::ReadComplaints.relation(person.role).filter(|_| person.active);
        let reach = match relation {
            None => Reach::Nothing,
            Some(Relation::Own | Relation::Department) => Reach::Tested,
            Some(Relation::Organisation) => person.organisation.clone().map_or(Reach::Nothing, Reach::Organisation),
            Some(Relation::Branch) => Reach::Branch,
        };
        Self { branch, reach }
    }

    /// The branch the scope lies in.
    pub const fn branch(&self) -> BranchId {
        self.branch
    }

    /// How far it reaches.
    pub const fn reach(&self) -> &Reach {
        &self.reach
    }

    /// Whether a complaint lies within it: what the store's lists say in their own way.
    pub fn covers(&self, complaint: &Complaint) -> bool {
        self.branch == complaint.branch
            && match &self.reach {
                Reach::Branch => true,
                Reach::Tested => complaint.wrote(PaperKind::TestOrder),
                Reach::Organisation(name) => complaint.organisation.as_deref() == Some(name),
                Reach::Nothing => false,
            }
    }
}

#[cfg(test)]
mod tests;
