//! The form as the record already answers it: an account manager corrects and completes, and types nothing twice (M8).

use crate::calendar::{Budget, HalfDay, WorkingCalendar};
use crate::check::NetworkCheck;
use crate::complaint::{Complaint, Customer, Reply};
use crate::declaration::{Declaration, Interface, Report, Urgency, minute};
use crate::grade::Grade;
use crate::journal::{Entry, Event};
use crate::time::Timestamp;

/// Between the first report and the next (domain.md §5).
const FIRST_PROGRESS: Budget = Budget::hours(2);
/// Between later reports.
const LATER_PROGRESS: Budget = Budget::working_hours(4);

/// The first report, filled in from the record: whatever the record does not say stays empty and is missing. The check is
/// the one the complaint holds frozen; what other people wrote is taken with its phones masked.
pub fn prefill(
    complaint: &Complaint,
    entries: &[Entry],
    check: Option<&NetworkCheck>,
    now: Timestamp,
    calendar: &WorkingCalendar,
) -> Declaration {
    let record = Record { complaint, entries, check, calendar };
    Declaration {
        report: Report::First,
        ordinal: 1,
        interface: Some(Interface::likely(&complaint.matter)),
        urgency: Some(match complaint.grade {
            Grade::Ordinary | Grade::Significant => Urgency::Normal,
            Grade::Major => Urgency::Urgent,
            Grade::Critical => Urgency::VeryUrgent,
        }),
        next_report: Some(record.later(now, FIRST_PROGRESS)),
        customer: record.customer(),
        scope: record.scope(),
        problem: record.problem(),
        claim: record.claim(),
        source_tracing: record.source_tracing(),
        resources: record.resources(),
        communication: record.communication(),
        promised: record.promised(),
        risk: record.risk(),
        proposal: String::new(),
    }
    .masked()
}

/// The report after `previous`: what people wrote there stays; what `fresh`, a [prefill] of today's record, knows beyond it
/// is added to source tracing, resources, communication and promises.
pub fn follow_up(
    previous: &Declaration,
    report: Report,
    fresh: &Declaration,
    now: Timestamp,
    calendar: &WorkingCalendar,
) -> Declaration {
    let next_report = match report {
        Report::First => Some(calendar.due_at(now, &FIRST_PROGRESS, HalfDay::default())),
        Report::Progress => Some(calendar.due_at(now, &LATER_PROGRESS, HalfDay::default())),
        Report::Final => None,
    };
    Declaration {
        report,
        ordinal: previous.ordinal.saturating_add(1),
        next_report,
        source_tracing: added(&previous.source_tracing, &fresh.source_tracing),
        resources: added(&previous.resources, &fresh.resources),
        communication: added(&previous.communication, &fresh.communication),
        promised: added(&previous.promised, &fresh.promised),
        ..previous.clone()
    }
}

/// The former lines, then those of the record that are not among them.
fn added(previous: &str, fresh: &str) -> String {
    let new = fresh.lines().filter(|line| !previous.lines().any(|known| known.trim() == line.trim()));
    previous.lines().chain(new).collect::<Vec<_>>().join("\n")
}

/// What is known of the complaint.
struct Record<'a> {
    complaint: &'a Complaint,
    entries: &'a [Entry],
    check: Option<&'a NetworkCheck>,
    calendar: &'a WorkingCalendar,
}

impl Record<'_> {
    fn later(&self, now: Timestamp, budget: Budget) -> Timestamp {
        self.calendar.due_at(now, &budget, HalfDay::default())
    }

    fn when(&self, at: Timestamp) -> String {
        minute(at, self.calendar.zone())
    }

    /// What happened, oldest first, each with when its entry was made.
    fn events(&self) -> impl Iterator<Item = (Timestamp, &Event)> {
        self.entries.iter().flat_map(|entry| entry.events.iter().map(|event| (entry.at, event)))
    }

    /// Empty where nobody knows who complains: the people of the house alone are no answer.
    fn customer(&self) -> String {
        let Customer { phone, name } = &self.complaint.customer;
        let known: Vec<_> = name.iter().chain(phone).map(|sealed| sealed.masked.as_str()).collect();
        if known.is_empty() {
            return String::new();
        }
        let level = self.complaint.matter.level.trim();
        let level = if level.is_empty() { String::new() } else { format!("（{level}）") };
        let mut lines = vec![format!("客户：{}{level}", known.join("，"))];
        lines.push(format!("首问责任人：{}", self.complaint.first_owner.name));
        lines.extend(self.complaint.handler.iter().map(|handler| format!("当前处理人：{}", handler.name)));
        lines.join("\n")
    }

    fn scope(&self) -> String {
        let mut lines = Vec::new();
        if !self.complaint.place.address.trim().is_empty() {
            lines.push(format!("地点：{}", self.complaint.place.address.trim()));
        }
        let candidates = self.check.map(|check| check.candidates.as_slice()).unwrap_or_default();
        let out = candidates.iter().filter(|one| one.facts.iter().any(|fact| fact.active && fact.takes_service));
        let out: Vec<_> = out.map(|one| one.name.as_str()).collect();
        if !out.is_empty() {
            lines.push(format!("核查到中断服务的网元{}个：{}", out.len(), out.join("、")));
        }
        lines.join("\n")
    }

    fn problem(&self) -> String {
        let matter = &self.complaint.matter;
        let title = matter.title.trim();
        let mut lines = Vec::new();
        if !title.is_empty() && title != matter.description.trim() {
            lines.push(title.to_owned());
        }
        lines.push(matter.description.trim().to_owned());
        if !matter.phenomenon.trim().is_empty() && matter.phenomenon.trim() != title {
            lines.push(format!("现象：{}", matter.phenomenon.trim()));
        }
        if lines.iter().all(String::is_empty) {
            return String::new();
        }
        let occurred = matter.occurred.map(|at| format!("故障时间：{}，", self.when(at))).unwrap_or_default();
        lines.push(format!("{occurred}投诉时间：{}", self.when(self.complaint.complained())));
        lines.join("\n")
    }

    /// The customer's wish where the intake's template names it 客户要求; the form asks a person otherwise.
    fn claim(&self) -> String {
        let named = ["客户要求", "客户诉求", "诉求"];
        let text = &self.complaint.matter.description;
        let after = named.iter().find_map(|name| {
            let (_, rest) = text.split_once(name)?;
            rest.strip_prefix(['：', ':'])
        });
        let wish = after.and_then(|rest| rest.split(['；', ';', '。', '\n']).next()).unwrap_or_default();
        wish.trim().to_owned()
    }

    fn source_tracing(&self) -> String {
        let Some(check) = self.check else { return self.verdict_alone() };
        let verdict = &check.verdict;
        let mut lines = vec![format!(
            "网络核查（{}）：{}，{}。",
            self.when(check.at),
            verdict.cause.title().0,
            verdict.confidence.title().0
        )];
        lines.extend(verdict.evidence.iter().enumerate().map(|(index, line)| format!("{}. {}", index + 1, line.zh)));
        let unknown: Vec<_> = verdict.unknown.iter().map(|line| line.zh.trim_end_matches('。')).collect();
        if !unknown.is_empty() {
            lines.push(format!("尚不掌握：{}。", unknown.join("；")));
        }
        lines.join("\n")
    }

    /// The conclusion the complaint itself carries, where its evidence is not at hand.
    fn verdict_alone(&self) -> String {
        self.complaint.checks.last().map_or_else(String::new, |check| {
            let (made, cause) = (self.when(check.made), check.cause.title().0);
            format!("网络核查（{made}）：{cause}，{}。", check.confidence.title().0)
        })
    }

    /// Why the grade is what it is; which flow it takes is no risk.
    fn risk(&self) -> String {
        let reasons = self.complaint.suggestion.reasons.iter().map(|reason| reason.zh.as_str());
        reasons.filter(|reason| !reason.contains("流程")).collect::<Vec<_>>().join("；")
    }

    fn resources(&self) -> String {
        let told = self.events().filter_map(|(at, event)| {
            let line = if let Event::Transferred { department, reason } = event {
                format!("转派{department}：{reason}")
            } else if let Event::Outsourced { organisation, task } = event {
                format!("外派{organisation}：{task}")
            } else if let Event::FedBack { from, result } = event {
                format!("{from}反馈：{result}")
            } else {
                return None;
            };
            Some(format!("{} {}", self.when(at), one_line(&line)))
        });
        told.collect::<Vec<_>>().join("\n")
    }

    fn communication(&self) -> String {
        let told = self.events().filter_map(|(_, event)| {
            let Event::CommunicationRecorded { communication } = event else { return None };
            let reached = if communication.reached { "已联系上" } else { "未联系上" };
            let means = communication.means.title().0;
            let line = format!("{means}，{reached}：{}", communication.summary);
            Some(format!("{} {}", self.when(communication.took_place), one_line(&line)))
        });
        told.collect::<Vec<_>>().join("\n")
    }

    fn promised(&self) -> String {
        let told = self.events().filter_map(|(_, event)| {
            let Event::Replied { reply: Reply { text, at, .. } } = event else { return None };
            Some(format!("{} 答复客户：{}", self.when(*at), one_line(text)))
        });
        told.collect::<Vec<_>>().join("\n")
    }
}

/// A record's line is a line of the form: so that a follow-up finds it again.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches('：').to_owned()
}
