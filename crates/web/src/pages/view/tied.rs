//! What a case is to other cases, and the orders that were sent out for it.

use domain::access::Part;
use domain::complaint::{Complaint, Order, Verdict};
use domain::contact::mask_digits;
use domain::id::ComplaintId;

use crate::reader::Reader;

/// Another complaint it is tied to.
#[derive(Debug)]
pub struct TiedLine {
    /// What this one is to it.
    pub bond: String,
    /// Which.
    pub id: ComplaintId,
    /// Its number.
    pub number: String,
}

/// An order with its times.
#[derive(Debug)]
pub struct OrderLine {
    /// What was ordered of whom.
    pub what: String,
    /// How it stands.
    pub standing: String,
    /// In which tone that is said.
    pub tone: &'static str,
    /// What is to be done.
    pub task: String,
    /// Sent, accepted, arrived, reported, judged.
    pub times: Vec<(String, String)>,
    /// What came back, or why it was sent back.
    pub result: String,
}

/// Every tie but those to the complaints it leads: they have a page of their own.
pub fn lines(r: &Reader, c: &Complaint) -> Vec<TiedLine> {
    let own = c.ties.iter().filter(|tie| tie.bond != domain::complaint::Bond::Leads);
    own.map(|tie| TiedLine {
        bond: r.name(&tie.bond).into_owned(),
        id: tie.with.id,
        number: tie.with.number.to_string(),
    })
    .collect()
}

/// The orders somebody sees, newest first.
pub fn orders(r: &Reader, part: &Part<'_>) -> Vec<OrderLine> {
    part.orders().into_iter().rev().map(|order| line(r, order)).collect()
}

fn line(r: &Reader, order: &Order) -> OrderLine {
    let judged = order.judged.as_ref();
    let times = [
        ("order-sent", Some(order.sent)),
        ("order-taken", order.taken),
        ("order-arrived", order.arrived),
        ("order-reported", order.reported.as_ref().map(|(at, _)| *at)),
        ("order-judged", judged.map(|(at, _)| *at)),
    ];
    let (standing, tone) = match (judged.map(|(_, verdict)| verdict), &order.reported) {
        (Some(Verdict::Accepted), _) => ("order-accepted", "ok"),
        (Some(Verdict::SentBack(_)), _) => ("order-sent-back", "warn"),
        (Some(Verdict::TakenBack), _) => ("order-taken-back", "mute"),
        (None, Some(_)) => ("order-to-judge", "warn"),
        (None, None) => ("order-under-way", "info"),
    };
    let mut result = order.reported.as_ref().map(|(_, result)| mask_digits(result)).unwrap_or_default();
    if let Some(Verdict::SentBack(reason)) = judged.map(|(_, verdict)| verdict) {
        result = format!("{result} ← {}", mask_digits(reason));
    }
    let what = match &order.organisation {
        Some(organisation) => format!("{} · {organisation}", r.name(&order.kind)),
        None => r.name(&order.kind).into_owned(),
    };
    OrderLine {
        what,
        standing: r.t(standing).into_owned(),
        tone,
        task: mask_digits(&order.task),
        times: times.into_iter().filter_map(|(key, at)| at.map(|at| (r.t(key).into_owned(), r.when(&at)))).collect(),
        result,
    }
}
