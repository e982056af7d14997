//! Whose turn it is: who stands for the party a complaint waits on, and who answers what was asked beside the flow. Each
//! person's home is drawn from it (M12, M13).

use crate::clock::ClockKind;
use crate::flow::{Flow, Party};
use crate::person::Role;

/// Whose turn it is of those who stand for a party.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Anybody of these roles; the first owner too, whatever the role (M4).
    Desk(&'static [Role]),
    /// Whoever handles the complaint; where that is nobody of these roles, anybody of them.
    Handler(&'static [Role]),
    /// Anybody of these roles.
    AnyOf(&'static [Role]),
    /// Whoever of these roles belongs to the department it lies with.
    Department(&'static [Role]),
    /// Whoever of these roles belongs to the organisation it was sent to.
    Organisation(&'static [Role]),
    /// Nobody's here: the customer's, somebody outside's, or it is over.
    Nobody,
}

impl Turn {
    /// The roles it may be the turn of.
    pub const fn roles(self) -> &'static [Role] {
        match self {
            Self::Desk(roles)
            | Self::Handler(roles)
            | Self::AnyOf(roles)
            | Self::Department(roles)
            | Self::Organisation(roles) => roles,
            Self::Nobody => &[],
        }
    }
}

impl Party {
    /// Who stands for the party, and whose turn of them it is.
    pub const fn turn(self) -> Turn {
        match self {
            Self::Desk => Turn::Desk(&[Role::Triage]),
            Self::Handler => Turn::Handler(super::HANDLERS),
            Self::Leader => Turn::AnyOf(&[Role::TeamLeader]),
            Self::Director => Turn::AnyOf(&[Role::Director]),
            Self::ProjectManager => Turn::AnyOf(&[Role::ProjectManager]),
            Self::AccountManager => Turn::Handler(&[Role::AccountManager]),
            Self::AreaSupervisor => Turn::AnyOf(&[Role::AreaSupervisor]),
            Self::InterfaceAdmin => Turn::AnyOf(&[Role::InterfaceAdmin]),
            Self::Chief => Turn::AnyOf(&[Role::BranchChief]),
            Self::Tester => Turn::AnyOf(&[Role::FieldTester]),
            Self::Department => Turn::Department(super::RECEIVERS),
            Self::Contractor => Turn::Organisation(&[Role::Contractor]),
            Self::Customer | Self::Others | Self::Nobody => Turn::Nobody,
        }
    }
}

/// What is asked beside the flow and answered by a clock of its own: 督办, 争议, 例外, 延期, 核减.
pub const ASKED: [ClockKind; 5] = [
    ClockKind::Supervision,
    ClockKind::Dispute,
    ClockKind::ExceptionReview,
    ClockKind::Extension,
    ClockKind::Exemption,
];

/// The roles that answer what is asked, as the flows' tables say.
pub fn answerers(asked: ClockKind) -> Vec<Role> {
    let rows = Flow::ALL.into_iter().flat_map(Flow::table);
    let rows = rows.filter(|row| row.action.answers() == Some(asked));
    let mut roles: Vec<Role> = rows.flat_map(|row| row.who).copied().collect();
    roles.sort_unstable();
    roles.dedup();
    roles
}

/// Whether it asks whoever the complaint lies with, and not anybody who may answer it.
pub const fn asks_holder(asked: ClockKind) -> bool {
    matches!(asked, ClockKind::Supervision)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::{State, To};

    #[test]
    fn m12_whoever_stands_for_a_party_can_move_what_waits_on_it() {
        for flow in Flow::ALL {
            for state in flow.states().into_iter().filter(|state| state.is_open()) {
                let turn = flow.waits_at(state).turn();
                let leads_on = |role: &Role| {
                    let rows = flow.table().iter().filter(|row| row.from.contains(&state));
                    rows.filter(|row| matches!(row.to, To::State(_))).any(|row| row.who.contains(role))
                };
                let wakes = matches!(state, State::AwaitingCustomer | State::Held);
                assert_eq!(turn == Turn::Nobody, wakes, "{flow:?} {state:?}");
                assert!(wakes || turn.roles().iter().any(leads_on), "{flow:?} {state:?}: nobody of {turn:?} can go on");
                if let Turn::AnyOf(roles) | Turn::Organisation(roles) = turn {
                    assert!(roles.iter().all(leads_on), "{flow:?} {state:?}: some of {roles:?} cannot go on");
                }
            }
        }
    }

    #[test]
    fn m13_what_is_asked_beside_the_flow_has_somebody_to_answer_it() {
        for asked in ASKED {
            let roles = answerers(asked);
            assert!(!roles.is_empty(), "{asked:?}");
            for flow in Flow::ALL {
                assert!(flow.table().iter().any(|row| row.starts.contains(&asked)), "{flow:?} never asks {asked:?}");
            }
        }
        assert!(answerers(ClockKind::Extension).contains(&Role::TeamLeader));
        assert!(!answerers(ClockKind::Dispute).contains(&Role::Handler));
    }
}
