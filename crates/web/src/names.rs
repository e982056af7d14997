//! The names of every closed set: one message per value, in both languages.

use domain::check::{Cause, Confidence, ElementKind, FactKind, Service, Technology};
use domain::clock::{ClockState, Rung};
use domain::complaint::{Attribution, Bond, Channel, Duty, Means, OrderKind, RejectionGround, Resolution};
use domain::export::{Format, State as ExportState};
use domain::flow::{Flow, Party, State};
use domain::grade::Grade;
use domain::journal::MaskedField;
use domain::person::Role;
use domain::place::{Datum, Setting};
use domain::post::{PostKind, PostState};
use domain::spot::Status;
use ran::network::ElementState;

/// Something with a stable name and a message that says it.
pub trait Spoken {
    /// The stable name, as attributes and forms carry it.
    fn word(&self) -> &'static str;

    /// The key of its message.
    fn key(&self) -> String;
}

impl<S: Spoken> Spoken for &S {
    fn word(&self) -> &'static str {
        (**self).word()
    }

    fn key(&self) -> String {
        (**self).key()
    }
}

/// A value of a closed set that people read by a name.
pub trait Named: Spoken + Copy + 'static {
    /// The set's name, which begins the keys of its messages.
    const FAMILY: &'static str;
    /// Every value.
    const EVERY: &'static [Self];

    /// The value of that name.
    fn of_word(word: &str) -> Option<Self> {
        Self::EVERY.iter().copied().find(|value| value.word() == word)
    }
}

/// Names every value of a set. A value left out does not compile, and a test asks each for its messages.
macro_rules! named {
    ($($family:literal $set:ident { $($value:ident $word:literal),+ $(,)? })+) => {
        $(impl Named for $set {
            const FAMILY: &'static str = $family;
            const EVERY: &'static [Self] = &[$(Self::$value),+];
        }

        impl Spoken for $set {
            fn word(&self) -> &'static str {
                match self { $(Self::$value => $word),+ }
            }

            fn key(&self) -> String {
                format!("{}-{}", Self::FAMILY, self.word().replace('_', "-"))
            }
        })+

        /// Every key of every set.
        pub fn keys() -> Vec<String> {
            let mut keys = Vec::new();
            $(keys.extend($set::EVERY.iter().map(Spoken::key));)+
            keys
        }
    };
}

named! {
    "state" State {
        Received "received", InProgress "in_progress", Declaring "declaring", Reviewing "reviewing",
        Mobilising "mobilising", Deciding "deciding", Drafting "drafting", Revising "revising",
        Approving "approving", Transferred "transferred", Outsourced "outsourced", Testing "testing",
        AwaitingCustomer "awaiting_customer", Held "held", Answered "answered", Summarised "summarised",
        Closed "closed", Rejected "rejected", Withdrawn "withdrawn", Merged "merged",
    }
    "flow" Flow { Ordinary "ordinary", Major "major", WorkOrder "work_order", Task "task" }
    "grade" Grade { Ordinary "ordinary", Significant "significant", Major "major", Critical "critical" }
    "party" Party {
        Desk "desk", Handler "handler", Leader "leader", Director "director", ProjectManager "project_manager",
        AccountManager "account_manager", AreaSupervisor "area_supervisor", InterfaceAdmin "interface_admin",
        Chief "chief", Tester "tester", Department "department", Contractor "contractor", Customer "customer",
        Others "others", Nobody "nobody",
    }
    "role" Role {
        Triage "triage", Handler "handler", FieldTester "field_tester", Contractor "contractor",
        TeamLeader "team_leader", Director "director", ProjectManager "project_manager",
        DeputyManager "deputy_manager", Manager "manager", Clerk "clerk", AccountManager "account_manager",
        AreaSupervisor "area_supervisor", InterfaceAdmin "interface_admin", BranchChief "branch_chief",
        Administrator "administrator",
    }
    "channel" Channel {
        Phone "phone", Counter "counter", Mail "mail", Upstream "upstream", Spreadsheet "spreadsheet", Visit "visit",
        Regulator "regulator", Media "media", Other "other",
    }
    "means" Means { Call "call", Visit "visit", Message "message", Mail "mail" }
    "resolution" Resolution {
        Solved "solved", Temporary "temporary", Scheduled "scheduled", Planned "planned", Explained "explained",
        SelfHealed "self_healed", Unreachable "unreachable",
    }
    "attribution" Attribution {
        Fault "fault", OutageOrRelocation "outage_or_relocation", Coverage "coverage", Interference "interference",
        Capacity "capacity", Parameters "parameters", Planning "planning", Terminal "terminal",
        CustomerSide "customer_side", ThirdParty "third_party", Other "other",
    }
    "ground" RejectionGround {
        Misdirected "misdirected", Incomplete "incomplete", Duplicate "duplicate", OtherArea "other_area",
    }
    "bond" Bond {
        MergedInto "merged_into", Holds "holds", SplitFrom "split_from", SplitInto "split_into", LedBy "led_by",
        Leads "leads",
    }
    "order" OrderKind { Test "test", Outside "outside" }
    "duty" Duty {
        Contact "contact", ReplyText "reply_text", Attribution "attribution", Reason "reason", Papers "papers",
        Plan "plan",
    }
    "export-state" ExportState {
        Asked "asked", Approved "approved", Refused "refused", Withdrawn "withdrawn", Expired "expired",
    }
    "export-format" Format { Xlsx "xlsx", Csv "csv" }
    "spot" Status { Open "open", Building "building", Solved "solved", GivenUp "given_up" }
    "masked" MaskedField { Phone "phone", Name "name" }
    "clock-state" ClockState {
        Met "met", MetLate "met_late", Paused "paused", Running "running", DueSoon "due_soon", Overdue "overdue",
        SeverelyOverdue "severely_overdue",
    }
    "post" PostKind { Mail "mail", Webhook "webhook" }
    "post-state" PostState {
        Waiting "waiting", Sending "sending", Sent "sent", Delivered "delivered", Bounced "bounced", Failed "failed",
        Kept "kept",
    }
    "rung" Rung { Warning "warning", Breach "breach", Escalation "escalation" }
    "cause" Cause {
        Fault "fault", Outage "outage", Relocation "relocation", Interference "interference",
        WeakCoverage "weak_coverage", PlannedWork "planned_work", NothingFound "nothing_found", Unknown "unknown",
    }
    "confidence" Confidence { Low "low", Medium "medium", High "high" }
    "fact" FactKind {
        Alarm "alarm", Outage "outage", EnergySaving "energy_saving", PlannedWork "planned_work",
        Relocation "relocation", Removal "removal", NotYetInService "not_yet_in_service", Interference "interference",
    }
    "kind" ElementKind { Cell "cell", Repeater "repeater" }
    "element" ElementState {
        NothingKnown "nothing_known", Unknown "unknown", Fault "fault", Outage "outage",
        EnergySaving "energy_saving", PlannedWork "planned_work", Interference "interference", Alarm "alarm",
        OffAir "off_air", Removed "removed",
    }
    "service" Service { Voice "voice", Data "data" }
    "technology" Technology { Gsm "gsm", Cdma "cdma", Umts "umts", Lte "lte", Nr "nr" }
    "setting" Setting { Indoor "indoor", Outdoor "outdoor", Unstated "unstated" }
    "datum" Datum { Wgs84 "wgs84", Gcj02 "gcj02", Bd09 "bd09" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;

    #[test]
    fn every_value_of_every_set_has_its_name_in_both_languages() {
        for key in keys() {
            for lang in Lang::ALL {
                assert!(lang.knows(&key), "{} lacks {key}", lang.tag());
            }
        }
    }

    #[test]
    fn names_are_the_ones_the_domain_stores() {
        for state in State::EVERY {
            assert_eq!(state.word(), state.as_str());
        }
        for role in Role::EVERY {
            assert_eq!(role.word(), role.as_str());
        }
        for cause in Cause::EVERY {
            assert_eq!(serde_json::to_value(cause).expect("a name"), cause.word());
        }
        for state in ElementState::EVERY {
            assert_eq!(serde_json::to_value(state).expect("a name"), state.word());
        }
    }
}
