//! A dozen problem locations 黑点 of the city: the places of its first promises, what has been done there since, and who
//! else complained there.

use std::collections::HashMap;

use domain::complaint::{Attribution, Complaint, Plan, Resolution, SpotChoice};
use domain::flow::Action;
use domain::id::SpotId;
use domain::journal::Event;
use domain::person::Viewer;
use domain::place::LonLat;
use domain::spot::{self, Joining, ProblemLocation, Radius};
use domain::time::Timestamp;
use jiff::ToSpan;
use jiff::civil::Date;
use store::SpotWrite;

use crate::clock::fresh_uuid;
use crate::desk::spots::{opening, planned, write};
use crate::desk::{Desk, DeskError};

/// So many places; what else would promise something explains instead.
const PLACES: usize = 12;
/// Where somebody complained of the same before, the place is registered; elsewhere by each so manieth promise.
const EVERY: usize = 9;

/// What is promised for a cause, and at which planned station.
const fn measure(attribution: Attribution) -> (&'static str, Option<&'static str>) {
    match attribution {
        Attribution::OutageOrRelocation => ("协调原址恢复，不成则就近新选址", None),
        Attribution::Interference => ("排查外部干扰源并函告无线电管理部门", None),
        Attribution::Coverage => ("新建室内分布，改善深度覆盖", Some("规划室分")),
        Attribution::Planning => ("新建宏站，列入下一期工程", Some("规划宏站")),
        Attribution::Capacity => ("忙时扩容，增开载波", None),
        Attribution::Fault
        | Attribution::Parameters
        | Attribution::Terminal
        | Attribution::CustomerSide
        | Attribution::ThirdParty
        | Attribution::Other => ("列入优化计划，现场复测后实施", None),
    }
}

/// The plan of a closing at that instant: for a day from next week to next spring.
pub(super) fn plan(attribution: Attribution, at: Timestamp) -> Plan {
    let seconds = at.as_micros().div_euclid(1_000_000);
    let days = 6 + seconds.div_euclid(60).rem_euclid(19) * 13;
    let (measure, site) = measure(attribution);
    let expected = day(at).saturating_add(days.days());
    Plan { measure: measure.into(), site: site.map(Into::into), expected, spot: SpotChoice::Nearest }
}

/// The day there: eight hours ahead of UTC, the year round.
fn day(at: Timestamp) -> Date {
    jiff::tz::TimeZone::UTC.to_datetime(at.plus_seconds(8 * 3_600).to_jiff()).date()
}

/// The places registered so far, as the commits that wait will leave them.
#[derive(Debug, Default)]
pub(super) struct Places {
    all: Vec<ProblemLocation>,
    /// Where a closing away from known places promised or explained something.
    heard: Vec<LonLat>,
}

impl Places {
    /// Where a closing that promises something belongs; without a place of its own it explains instead.
    pub(super) fn settle(&mut self, complaint: &Complaint, action: Action, at: Timestamp) -> Action {
        let Action::Close { cause, attribution, resolution, plan: Some(plan), remark } = action else { return action };
        let own = self.all.iter().find(|spot| spot.members.iter().any(|member| member.complaint == complaint.id));
        if let Some(there) = own.or_else(|| self.near(complaint)).filter(|spot| spot.changed <= at) {
            let expected = if there.expected > day(at) { there.expected } else { plan.expected };
            let plan = Plan {
                measure: there.measure.clone(),
                site: there.site.clone(),
                expected,
                spot: SpotChoice::This(there.id),
            };
            return Action::Close { cause, attribution, resolution, plan: Some(plan), remark };
        }
        let here = complaint.place.point.map(|point| point.wgs84);
        let again = here.is_some_and(|here| self.heard.iter().any(|there| same_place(here, *there)));
        let registers = again || self.heard.len() % EVERY == 1;
        let fresh = own.is_none();
        self.heard.extend(here);
        if fresh && here.is_some() && registers && self.all.len() < PLACES {
            // Two were promised for next week, and the week went by.
            let hasty = matches!(self.all.len(), 4 | 7);
            let expected = if hasty { day(at).saturating_add(5.days()) } else { plan.expected };
            let plan = Plan { spot: SpotChoice::This(SpotId(fresh_uuid(at))), expected, ..plan };
            return Action::Close { cause, attribution, resolution, plan: Some(plan), remark };
        }
        Action::Close { cause, attribution, resolution: Some(Resolution::Explained), plan: None, remark }
    }

    fn near(&self, complaint: &Complaint) -> Option<&ProblemLocation> {
        let here = complaint.place.point?.wgs84;
        let within = |spot: &&ProblemLocation| {
            let there = spot.place.point.map(|point| point.wgs84);
            there.is_some_and(|there| same_place(here, there))
        };
        self.all.iter().find(within)
    }

    /// What a decided closing writes to its place.
    pub(super) async fn place(
        &mut self,
        desk: &Desk,
        viewer: &Viewer,
        complaint: &Complaint,
        events: &[Event],
        at: Timestamp,
    ) -> Result<Vec<SpotWrite>, DeskError> {
        let Some((plan, id)) = events.iter().rev().find_map(planned) else { return Ok(Vec::new()) };
        let joining = Joining { complaint, plan };
        let decision = if let Some(there) = self.all.iter_mut().find(|spot| spot.id == id) {
            let decision = spot::join(there, joining, viewer, at);
            there.clone_from(&decision.spot);
            decision
        } else {
            let number = desk.store().reserve_location_number(desk.day_of(at)).await?;
            let decision = spot::open(opening(id, number, complaint), joining, viewer, at);
            self.all.push(decision.spot.clone());
            decision
        };
        Ok(vec![write(decision)])
    }

    /// What was done there since: each at its own pace, one solved, one given up, some late.
    pub(super) async fn live_on(
        self,
        desk: &Desk,
        viewers: &HashMap<String, Viewer>,
        now: Timestamp,
    ) -> Result<(), DeskError> {
        for (at_place, spot) in self.all.iter().enumerate() {
            let steps = steps(at_place, day(now));
            let pause = now.seconds_since(spot.changed) / (steps.len() as i64 + 1);
            for ((by, action), turn) in steps.into_iter().zip(1..) {
                let at = spot.changed.plus_seconds(pause * turn);
                // A refusal leaves the place as it is: the city has one story less.
                let _ = desk.act_on_location_at(&viewers[by], spot.id, None, &action, at).await?;
            }
        }
        Ok(())
    }
}

fn same_place(a: LonLat, b: LonLat) -> bool {
    ran::geo::distance_m(a, b) <= f64::from(Radius::USUAL.metres())
}

fn steps(at_place: usize, today: Date) -> Vec<(&'static str, spot::Action)> {
    let progress = |text: &str| spot::Action::Progress { text: text.to_owned(), corrects: None };
    let later = |days: i64, reason: &str| spot::Action::MoveDate {
        expected: today.saturating_add(days.days()),
        reason: reason.to_owned(),
    };
    let start = |text: &str| spot::Action::Start { text: text.to_owned() };
    match at_place % PLACES {
        0 => vec![("pm", progress("已立项，列入本年第四批工程")), ("pm", start("物业已签约，施工队进场"))],
        1 => vec![("handler", progress("现场勘查完成，具备建设条件"))],
        2 => vec![("pm", progress("设备已下单")), ("leader", later(75, "设备到货推迟"))],
        3 => vec![("pm", start("施工中")), ("pm", spot::Action::Solve { text: "站点已开通，复测正常".to_owned() })],
        5 => vec![("leader", spot::Action::GiveUp { reason: "业主拒绝建站，改由周边站点优化".to_owned() })],
        6 => vec![("handler", progress("已与物业沟通两次，尚未同意")), ("leader", later(150, "选址谈判延后"))],
        8 => vec![("pm", start("天馈安装完成，等待光缆"))],
        10 => vec![("handler", progress("已提交扩容申请"))],
        _ => vec![],
    }
}
