//! Invented colleagues: one sign-in per role to try everything, and the rest of the desk.

use domain::person::Role;

use super::dice::Dice;
use super::words;

/// Somebody who may sign in to the demo city.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoPerson {
    /// The name typed at sign-in.
    pub sign_in: String,
    /// The name colleagues read.
    pub name: String,
    /// What the person is.
    pub role: Role,
    /// 部门.
    pub department: String,
    /// 外部单位, for contractors.
    pub organisation: Option<String>,
    /// The password, in clear: the terminal prints it. One for everybody of a role.
    pub password: String,
}

/// The invented maintenance contractors.
pub(super) const CONTRACTORS: [&str; 2] = ["澄北通信维护公司", "澄南通信维护公司"];
/// Departments a complaint may be transferred to; somebody belongs to each.
pub(super) const DEPARTMENTS: [&str; 4] = ["网络优化中心", "无线维护班", "规划建设部", "传输维护班"];
/// The handlers of the desk; the first one has the most to do.
pub(super) const HANDLERS: [&str; 5] = ["handler", "handler2", "handler3", "handler4", "handler5"];

/// Sign-in names, the first of each role before its colleagues.
const SIGN_INS: [(&str, Role, &str); 28] = [
    ("triage", Role::Triage, "投诉受理班"),
    ("handler", Role::Handler, "投诉处理班"),
    ("tester", Role::FieldTester, "现场测试组"),
    ("contractor", Role::Contractor, CONTRACTORS[0]),
    ("leader", Role::TeamLeader, "投诉处理班"),
    ("director", Role::Director, "网络投诉支撑室"),
    ("pm", Role::ProjectManager, "网络优化中心"),
    ("deputy", Role::DeputyManager, "网络部"),
    ("manager", Role::Manager, "网络部"),
    ("clerk", Role::Clerk, "综合部"),
    ("account", Role::AccountManager, "政企客户部"),
    ("area", Role::AreaSupervisor, "政企客户部"),
    ("interface", Role::InterfaceAdmin, "集团界面"),
    ("chief", Role::BranchChief, "分公司"),
    ("admin", Role::Administrator, "信息支撑室"),
    ("triage2", Role::Triage, "投诉受理班"),
    ("handler2", Role::Handler, "投诉处理班"),
    ("handler3", Role::Handler, "投诉处理班"),
    ("handler4", Role::Handler, "投诉处理班"),
    ("handler5", Role::Handler, "投诉处理班"),
    ("tester2", Role::FieldTester, "现场测试组"),
    ("contractor2", Role::Contractor, CONTRACTORS[1]),
    ("account2", Role::AccountManager, "政企客户部"),
    ("interface2", Role::InterfaceAdmin, "渠道服务厅界面"),
    ("interface3", Role::InterfaceAdmin, "热线界面"),
    ("radio", Role::Handler, DEPARTMENTS[1]),
    ("planning", Role::Handler, DEPARTMENTS[2]),
    ("transmission", Role::Handler, DEPARTMENTS[3]),
];

/// The sign-in name of a contractor's man.
pub(super) fn of_contractor(organisation: &str) -> &'static str {
    if organisation == CONTRACTORS[0] { "contractor" } else { "contractor2" }
}

/// The sign-in name of whoever takes over in a department.
pub(super) fn of_department(department: &str) -> &'static str {
    let there = SIGN_INS.iter().find(|(_, _, known)| *known == department);
    there.map_or("leader", |(sign_in, ..)| *sign_in)
}

/// Everybody; the first of each role stands before its colleagues.
pub(super) fn people(dice: &mut Dice) -> Vec<DemoPerson> {
    let mut all: Vec<DemoPerson> = Vec::with_capacity(SIGN_INS.len());
    for (sign_in, role, department) in SIGN_INS {
        let name = loop {
            let name = words::person(dice);
            if all.iter().all(|other| other.name != name) {
                break name;
            }
        };
        let known = all.iter().find(|other| other.role == role).map(|other| other.password.clone());
        let organisation = (role == Role::Contractor).then(|| department.to_owned());
        all.push(DemoPerson {
            sign_in: sign_in.to_owned(),
            name,
            role,
            department: department.to_owned(),
            organisation,
            password: known.unwrap_or_else(|| password(dice, sign_in)),
        });
    }
    all
}

/// Easy to type, and at least ten characters: `demo-handler-7k2f`.
fn password(dice: &mut Dice, sign_in: &str) -> String {
    const LETTERS: &[u8] = b"23456789abcdefghjkmnpqrstuvwxyz";
    let tail: String = (0..4).map(|_| char::from(*dice.pick(LETTERS))).collect();
    format!("demo-{sign_in}-{tail}")
}
