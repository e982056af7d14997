//! Orders 子任务 of a complaint: a test on the place, work of an outside organisation. Each is a record of its own with its
//! times, its result and what was said of the result (M3, M9).

use serde::{Deserialize, Serialize};

use super::Complaint;
use crate::flow::{PaperKind, State};
use crate::journal::Event;
use crate::time::Timestamp;

/// What was ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderKind {
    /// 现场测试.
    Test,
    /// 外派.
    Outside,
}

/// How an order ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// 验收通过.
    Accepted,
    /// 退回返工, with the reason; the work goes on in the next order.
    SentBack(String),
    /// 收回 before a result came.
    TakenBack,
}

/// One order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// What was ordered.
    pub kind: OrderKind,
    /// To which organisation; absent for the house's own testers.
    pub organisation: Option<String>,
    /// What is to be done.
    pub task: String,
    /// When it was sent.
    pub sent: Timestamp,
    /// 接单.
    pub taken: Option<Timestamp>,
    /// 到场.
    pub arrived: Option<Timestamp>,
    /// 反馈: when, and the result in words.
    pub reported: Option<(Timestamp, String)>,
    /// 验收: when, and how it ended.
    pub judged: Option<(Timestamp, Verdict)>,
}

impl Complaint {
    /// The order that has not been judged yet.
    pub fn open_order(&self) -> Option<&Order> {
        self.orders.last().filter(|order| order.judged.is_none())
    }

    /// What an event says of the orders; comes before the event itself is taken, which may move the state.
    pub(super) fn order_takes(&mut self, event: &Event, at: Timestamp) {
        let sent = |kind, organisation, task: &str| Order {
            kind,
            organisation,
            task: task.to_owned(),
            sent: at,
            taken: None,
            arrived: None,
            reported: None,
            judged: None,
        };
        let elsewhere = matches!(self.state, State::Outsourced | State::Testing);
        match event {
            Event::Outsourced { organisation, task } => {
                self.orders.push(sent(OrderKind::Outside, Some(organisation.clone()), task));
            }
            Event::PaperWritten { paper } if paper.kind == PaperKind::TestOrder => {
                self.orders.push(sent(OrderKind::Test, None, &paper.text));
            }
            Event::PaperWritten { paper } if paper.kind == PaperKind::OrderSentBack => {
                self.judge(at, || Verdict::SentBack(paper.text.clone()));
                self.orders.push(sent(OrderKind::Outside, self.organisation.clone(), &paper.text));
            }
            Event::PaperWritten { paper } if paper.kind == PaperKind::ResultAccepted => {
                self.judge(at, || Verdict::Accepted);
            }
            // Whoever answers the customer with a result has accepted it.
            Event::Replied { .. } => self.judge(at, || Verdict::Accepted),
            Event::PaperWritten { paper } => {
                if let Some(order) = self.orders.last_mut().filter(|order| order.judged.is_none()) {
                    match paper.kind {
                        PaperKind::OrderTaken => order.taken = Some(at),
                        PaperKind::Arrival => order.arrived = Some(at),
                        _ => {}
                    }
                }
            }
            Event::FedBack { result, .. } if elsewhere => {
                if let Some(order) = self.orders.last_mut().filter(|order| order.judged.is_none()) {
                    order.reported = Some((at, result.clone()));
                }
            }
            Event::StateMoved { to, .. }
                if elsewhere
                    && *to != self.state
                    && self.open_order().is_some_and(|order| order.reported.is_none()) =>
            {
                self.judge(at, || Verdict::TakenBack);
            }
            _ => {}
        }
    }

    fn judge(&mut self, at: Timestamp, verdict: impl FnOnce() -> Verdict) {
        if let Some(order) = self.orders.last_mut().filter(|order| order.judged.is_none()) {
            order.judged = Some((at, verdict()));
        }
    }
}
