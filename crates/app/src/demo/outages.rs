//! The outage list: shut-downs, outages, nightly energy saving, works and moves; and uplink noise.

use domain::check::{Cause, Technology};
use domain::time::Timestamp;
use ran::element::Element;
use ran::fact::{Interference, Outage, OutageKind, Target};

use super::alarms::Trouble;
use super::almanac::{Almanac, later};
use super::dice::Dice;
use super::sites::Site;
use super::versions::Change;

/// Stations whose 5G cells sleep at night.
const ASLEEP: usize = 16;
/// Nights of energy saving on record; the coming one is announced.
const NIGHTS: i64 = 30;

/// The outage list while it is written.
pub(super) struct OutageList<'a> {
    almanac: Almanac,
    sites: &'a [Site],
    pub outages: Vec<Outage>,
    pub troubles: Vec<Trouble>,
}

impl<'a> OutageList<'a> {
    pub fn new(almanac: Almanac, sites: &'a [Site]) -> Self {
        Self { almanac, sites, outages: Vec::with_capacity(1_200), troubles: Vec::new() }
    }

    /// The two planted cases: a station shut down by its landlord, and works that last for days.
    pub fn plant(&mut self, shut: usize, works: usize) {
        let since = self.almanac.at(6, 9.5);
        self.enter(shut, OutageKind::ShutDown, (since, None), "业主要求停闭，租约续签协商中");
        let (from, until) = (self.almanac.ago(20.0), later(self.almanac.now, 52.0));
        self.enter(works, OutageKind::PlannedWork, (from, Some(until)), "天馈整治与设备升级，分三日施工");
    }

    /// Everything else; `free` are the sites at which it may happen.
    pub fn fill(&mut self, dice: &mut Dice, free: &[usize], cells: &[Vec<Element>], changes: &[Option<Change>]) {
        for (days, reason) in
            [(19, "物业纠纷停闭"), (12, "拆迁停闭，待搬迁"), (8, "业主阻挠，无法进场"), (3, "机房漏水，停闭检修")]
        {
            let site = *dice.pick(free);
            let from = self.almanac.at(days, dice.between(9.0, 17.0));
            self.enter(site, OutageKind::ShutDown, (from, None), reason);
        }
        for days in [28, 23, 17, 14, 9, 7, 4, 2] {
            let site = *dice.pick(free);
            let from = self.almanac.at(days, dice.between(7.0, 21.0));
            let until = later(from, dice.between(2.0, 20.0));
            let reason = *dice.pick(&["传输光缆被挖断", "电源模块损坏", "道路施工损坏供电线路"]);
            self.enter(site, OutageKind::OutOfService, (from, Some(until)), reason);
        }
        // Works at night: past ones done, coming ones announced.
        for days in -4..24 {
            let site = *dice.pick(free);
            let from = self.almanac.at(days, dice.between(0.2, 1.2));
            let reason = *dice.pick(&["软件版本升级", "传输割接", "核心网割接配合", "电源割接", "扩容载波开通"]);
            self.enter(site, OutageKind::PlannedWork, (from, Some(later(from, dice.between(1.5, 4.4)))), reason);
        }
        for (site, change) in changes.iter().enumerate() {
            if let Some(Change::Moved { at, .. }) = change {
                self.enter(site, OutageKind::Relocation, (later(*at, -5.0), Some(*at)), "基站搬迁");
            }
        }
        self.asleep(dice, free, cells);
    }

    fn asleep(&mut self, dice: &mut Dice, free: &[usize], cells: &[Vec<Element>]) {
        let nr: Vec<usize> = free.iter().copied().filter(|site| cells[*site].iter().any(is_nr)).collect();
        for _ in 0..ASLEEP {
            let site = *dice.pick(&nr);
            for cell in cells[site].iter().filter(|cell| is_nr(cell)) {
                for night in -1..NIGHTS {
                    let (from, until) = (self.almanac.at(night, 0.5), self.almanac.at(night, 5.5));
                    let target = Target { element: Some(cell.id.clone()), ..Target::default() };
                    self.list(target, OutageKind::EnergySaving, (from, Some(until)), "夜间节能深度休眠");
                }
            }
        }
    }

    fn enter(&mut self, site: usize, kind: OutageKind, period: (Timestamp, Option<Timestamp>), reason: &str) {
        let one = &self.sites[site];
        let target = Target { site: Some(one.code.clone()), site_name: Some(one.name.clone()), ..Target::default() };
        self.list(target, kind, period, reason);
        let cause = match kind {
            OutageKind::ShutDown | OutageKind::OutOfService => Cause::Outage,
            OutageKind::PlannedWork => Cause::PlannedWork,
            OutageKind::EnergySaving | OutageKind::Relocation => return,
        };
        self.troubles.push(Trouble { site, from: period.0, until: period.1.unwrap_or(Timestamp::END), cause });
    }

    fn list(&mut self, target: Target, kind: OutageKind, (from, until): (Timestamp, Option<Timestamp>), reason: &str) {
        let id = format!("TB{:06}", self.outages.len() + 1);
        // What has not begun can only be announced.
        let planned = from > self.almanac.now;
        self.outages.push(Outage { id, target, kind, planned, from, until, reason: reason.to_owned() });
    }
}

fn is_nr(cell: &Element) -> bool {
    cell.technology == Some(Technology::Nr) && !cell.indoor
}

/// Hours of one interval of noise.
const INTERVAL: f64 = 6.0;

/// Noise of the planted site's cells for four days, and of some others: loud, to be watched, and as it should be.
pub(super) fn noise(
    dice: &mut Dice,
    almanac: Almanac,
    planted: usize,
    free: &[usize],
    cells: &[Vec<Element>],
) -> (Vec<Interference>, Vec<Trouble>) {
    let mut noise = Vec::with_capacity(1_600);
    let mut troubles = Vec::new();
    let mut series = |dice: &mut Dice, cell: &Element, days: i64, level: (f64, f64)| {
        let target = Target { element: Some(cell.id.clone()), ..Target::default() };
        let mut from = almanac.at(days, 0.0);
        // The interval that is running now has been reported so far.
        while from <= almanac.now {
            let until = later(from, INTERVAL);
            let noise_dbm = (dice.between(level.0, level.1) * 10.0).round() as f32 / 10.0;
            noise.push(Interference { target: target.clone(), from, until, noise_dbm });
            from = until;
        }
    };
    for cell in &cells[planted] {
        series(dice, cell, 4, (-97.5, -92.0));
    }
    let loud = Cause::Interference;
    troubles.push(Trouble { site: planted, from: almanac.at(4, 0.0), until: Timestamp::END, cause: loud });
    for number in 0..44 {
        let site = *dice.pick(free);
        let days = dice.whole(2, 12);
        let level = match number {
            0..8 => (-102.0, -94.0),
            8..26 => (-109.5, -106.0),
            _ => (-117.0, -112.0),
        };
        // Blockers and leaking devices disturb a whole station, the rest is a cell's own.
        let disturbed = if number < 8 { cells[site].len() } else { 1 };
        for cell in cells[site].iter().take(disturbed) {
            series(dice, cell, days, level);
        }
        if number < 8 {
            troubles.push(Trouble { site, from: almanac.at(days, 0.0), until: Timestamp::END, cause: loud });
        }
    }
    (noise, troubles)
}
