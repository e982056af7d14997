//! The life of a trouble ticket: eight states, the moves between them, and what they are in the desk's own flow.

use std::collections::VecDeque;

use domain::flow::{Action, Party, State};

/// A status of TMF621 v4.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// 待受理.
    Acknowledged,
    /// 驳回.
    Rejected,
    /// 挂起, waiting for the customer.
    Pending,
    /// 挂起, waiting for others.
    Held,
    /// 处理中.
    InProgress,
    /// 撤诉/作废.
    Cancelled,
    /// 已归档.
    Closed,
    /// 已答复.
    Resolved,
}

use Status::{Acknowledged, Cancelled, Closed, Held, InProgress, Pending, Rejected, Resolved};

impl Status {
    /// Every status, in the API file's order.
    pub const ALL: [Self; 8] = [Acknowledged, Rejected, Pending, Held, InProgress, Cancelled, Closed, Resolved];
    /// Their names, in the same order.
    pub const NAMES: &'static [&'static str] =
        &["acknowledged", "rejected", "pending", "held", "inProgress", "cancelled", "closed", "resolved"];

    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Acknowledged => "acknowledged",
            Rejected => "rejected",
            Pending => "pending",
            Held => "held",
            InProgress => "inProgress",
            Cancelled => "cancelled",
            Closed => "closed",
            Resolved => "resolved",
        }
    }

    /// The status of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }

    /// How a state of the desk looks from outside (tmf §7).
    pub const fn of(state: State) -> Self {
        match state {
            State::Received => Acknowledged,
            State::InProgress
            | State::Declaring
            | State::Reviewing
            | State::Mobilising
            | State::Deciding
            | State::Drafting
            | State::Revising
            | State::Approving
            | State::Transferred => InProgress,
            State::AwaitingCustomer => Pending,
            State::Held | State::Outsourced | State::Testing => Held,
            State::Answered | State::Summarised => Resolved,
            State::Closed => Closed,
            State::Rejected => Rejected,
            State::Withdrawn | State::Merged => Cancelled,
        }
    }

    /// Where one may go from here: the life-cycle diagram, nothing else (tmf §3).
    pub const fn next(self) -> &'static [Self] {
        match self {
            Acknowledged => &[InProgress, Rejected, Cancelled],
            InProgress => &[Pending, Held, Resolved, Cancelled],
            Pending => &[InProgress, Cancelled],
            Held => &[InProgress],
            Resolved => &[Closed, InProgress],
            Rejected | Cancelled | Closed => &[],
        }
    }

    /// The shortest legal way to another status, that one included; empty where there is none.
    pub fn way_to(self, goal: Self) -> Vec<Self> {
        let mut ways = VecDeque::from([vec![self]]);
        while let Some(way) = ways.pop_front() {
            let Some(here) = way.last().copied() else { continue };
            if here == goal {
                return way[1..].to_vec();
            }
            for next in here.next().iter().filter(|next| !way.contains(next)) {
                ways.push_back(way.iter().copied().chain([*next]).collect());
            }
        }
        Vec::new()
    }

    /// What the desk does when a client moves a ticket from here to `to`; `None` for a move the life cycle has not.
    pub fn action(self, to: Self, reason: &str) -> Option<Action> {
        let reason = reason.to_owned();
        Some(match (self, to) {
            (Acknowledged, InProgress) => Action::Accept,
            (Acknowledged, Rejected) => Action::RejectBack { ground: None, reason },
            (Acknowledged | InProgress | Pending, Cancelled) => Action::Withdraw { reason },
            (InProgress, Pending) => Action::Suspend { waits_on: Party::Customer, until: None, reason },
            (InProgress, Held) => Action::Suspend { waits_on: Party::Others, until: None, reason },
            (Pending | Held, InProgress) => Action::Resume { reason },
            (InProgress, Resolved) => Action::Reply { text: reason },
            (Resolved, Closed) => {
                Action::Close { cause: None, attribution: None, resolution: None, plan: None, remark: reason }
            }
            (Resolved, InProgress) => Action::Reopen { reason },
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use domain::flow::Flow;

    use super::*;

    #[test]
    fn names_and_statuses_are_the_same_list() {
        let names: Vec<_> = Status::ALL.iter().map(|status| status.as_str()).collect();
        assert_eq!(names, Status::NAMES);
        assert!(Status::ALL.iter().all(|status| Status::named(status.as_str()) == Some(*status)));
        assert_eq!(Status::named("open"), None);
    }

    #[test]
    fn m1_s3_exactly_the_moves_of_the_diagram_have_an_action() {
        for from in Status::ALL {
            for to in Status::ALL {
                assert_eq!(from.action(to, "").is_some(), from.next().contains(&to), "{from:?} → {to:?}");
            }
        }
    }

    #[test]
    fn m1_s3_the_desks_flows_let_a_machine_make_every_move_of_the_diagram() {
        for flow in Flow::ALL {
            for from in State::ALL {
                for to in Status::of(from).next() {
                    let action = Status::of(from).action(*to, "").expect("a move").kind();
                    let row =
                        flow.table().iter().find(|row| row.machine && row.action == action && row.from.contains(&from));
                    let unreachable = !flow.states().contains(&from);
                    assert!(row.is_some() || unreachable, "{flow:?}: {from:?} → {to:?} by {action:?}");
                }
            }
        }
    }

    #[test]
    fn m1_s7_an_inner_move_without_a_direct_arrow_takes_the_shortest_way() {
        assert_eq!(Held.way_to(Resolved), [InProgress, Resolved]);
        assert_eq!(Acknowledged.way_to(Closed), [InProgress, Resolved, Closed]);
        assert_eq!(Held.way_to(Cancelled), [InProgress, Cancelled]);
        assert_eq!(Held.way_to(Held), []);
        assert_eq!(Closed.way_to(InProgress), []);
    }

    #[test]
    fn every_status_stands_for_at_least_one_state() {
        assert!(Status::ALL.iter().all(|status| State::ALL.iter().any(|state| Status::of(*state) == *status)));
    }
}
