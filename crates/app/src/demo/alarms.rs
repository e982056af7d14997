//! Thirty days of alarms: single faults, and storms after a power cut.

use domain::check::Cause;
use domain::time::Timestamp;
use ran::element::Element;
use ran::fact::{Alarm, Severity, Target};

use super::almanac::{Almanac, later};
use super::dice::Dice;
use super::sites::{Mount, Site};

/// Something customers noticed: where, when, why. Complaints follow it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trouble {
    pub site: usize,
    pub from: Timestamp,
    pub until: Timestamp,
    pub cause: Cause,
}

/// On what an alarm is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum On {
    /// The site.
    Site,
    /// One of its cells.
    Cell,
    /// The site and each of its cells: customers notice.
    All,
}

/// What goes wrong, how often, and how gravely.
const FAULTS: [((&str, Severity, On), u32); 12] = [
    (("小区退服", Severity::Critical, On::Cell), 26),
    (("基站断链", Severity::Critical, On::All), 20),
    (("射频单元维护链路断链", Severity::Major, On::Cell), 20),
    (("射频单元驻波比告警", Severity::Major, On::Cell), 34),
    (("传输光接口异常", Severity::Major, On::Site), 20),
    (("GPS时钟失锁", Severity::Minor, On::Site), 24),
    (("市电停电", Severity::Major, On::Site), 20),
    (("射频单元光模块收发异常", Severity::Major, On::Cell), 16),
    (("单板温度过高", Severity::Minor, On::Site), 12),
    (("蓄电池放电", Severity::Minor, On::Site), 12),
    (("小区接收通道干扰噪声功率不平衡", Severity::Minor, On::Cell), 16),
    (("机房门禁告警", Severity::Warning, On::Site), 10),
];
const SINGLE_FAULTS: usize = 460;
/// Days ago on which the mains failed somewhere, and at which hour.
const STORMS: [(i64, f64); 6] = [(27, 16.2), (21, 9.4), (15, 19.1), (10, 13.6), (5, 7.8), (1, 17.3)];
const REPEATER_FAULTS: usize = 12;

/// The alarm feed while it is written.
pub(super) struct Feed<'a> {
    almanac: Almanac,
    sites: &'a [Site],
    cells: &'a [Vec<Element>],
    pub alarms: Vec<Alarm>,
    pub troubles: Vec<Trouble>,
}

impl<'a> Feed<'a> {
    pub fn new(almanac: Almanac, sites: &'a [Site], cells: &'a [Vec<Element>]) -> Self {
        Self { almanac, sites, cells, alarms: Vec::with_capacity(2_000), troubles: Vec::new() }
    }

    /// Everything random; `free` are the sites at which it may happen.
    pub fn fill(&mut self, dice: &mut Dice, free: &[usize], repeaters: &[Element]) {
        for (days, hour) in STORMS {
            self.storm(dice, free, self.almanac.at(days, hour));
        }
        // One is going on now.
        self.storm(dice, free, self.almanac.ago(2.7));
        for _ in 0..SINGLE_FAULTS {
            let site = *dice.pick(free);
            let from = self.almanac.ago(dice.between(0.2, 30.0 * 24.0));
            // Most are repaired within hours, a few take days.
            let hours = if dice.chance(0.85) { dice.between(0.3, 9.0) } else { dice.between(9.0, 58.0) };
            let (title, severity, on) = *dice.weighted(&FAULTS);
            self.fault(dice, site, title, severity, on, (from, later(from, hours)));
        }
        for _ in 0..REPEATER_FAULTS {
            let repeater = dice.pick(repeaters);
            let from = self.almanac.ago(dice.between(1.0, 700.0));
            let (title, severity) = *dice.pick(&[
                ("直放站退服告警", Severity::Critical),
                ("直放站下行输出功率欠载", Severity::Major),
                ("直放站门禁告警", Severity::Warning),
            ]);
            let target = Target { element: Some(repeater.id.clone()), ..Target::default() };
            self.raise(target, severity, title, (from, later(from, dice.between(2.0, 30.0))));
        }
    }

    /// The planted fault: every cell of the site out of service, for good.
    pub fn plant(&mut self, site: usize) {
        let from = self.almanac.ago(25.7);
        self.raise(self.on_site(site), Severity::Major, "传输光接口异常", (from, Timestamp::END));
        self.raise(self.on_site(site), Severity::Critical, "基站断链", (later(from, 0.05), Timestamp::END));
        for cell in &self.cells[site] {
            self.raise(on_cell(cell), Severity::Critical, "小区退服", (later(from, 0.06), Timestamp::END));
        }
        self.troubles.push(Trouble { site, from, until: Timestamp::END, cause: Cause::Fault });
    }

    /// The mains fail for the stations around one; where the battery is old, they go down.
    fn storm(&mut self, dice: &mut Dice, free: &[usize], at: Timestamp) {
        let centre = self.sites[*dice.pick(free)].at;
        let reach = dice.between(1_300.0, 2_200.0);
        let hours = dice.between(3.2, 8.5);
        let mut hit: Vec<usize> =
            free.iter().copied().filter(|index| self.sites[*index].at.distance(centre) < reach).collect();
        hit.truncate(14);
        for site in hit {
            let from = later(at, dice.between(0.0, 0.05));
            let back = later(at, hours + dice.between(0.0, 0.4));
            self.raise(self.on_site(site), Severity::Major, "市电停电", (from, back));
            self.raise(self.on_site(site), Severity::Minor, "蓄电池放电", (later(from, 0.01), back));
            if dice.chance(0.55) && self.sites[site].mount == Mount::Macro {
                let battery = dice.between(0.9, 2.9);
                let down = (later(from, battery), later(back, 0.2));
                self.fault(dice, site, "基站断链", Severity::Critical, On::All, down);
            }
        }
    }

    fn fault(
        &mut self,
        dice: &mut Dice,
        site: usize,
        title: &str,
        severity: Severity,
        on: On,
        (from, until): (Timestamp, Timestamp),
    ) {
        match on {
            On::Site => self.raise(self.on_site(site), severity, title, (from, until)),
            On::Cell => {
                let cell = dice.pick(&self.cells[site]);
                self.raise(on_cell(cell), severity, title, (from, until));
            }
            On::All => {
                self.raise(self.on_site(site), severity, title, (from, until));
                for cell in &self.cells[site] {
                    self.raise(on_cell(cell), Severity::Critical, "小区退服", (later(from, 0.02), until));
                }
            }
        }
        if severity >= Severity::Critical {
            self.troubles.push(Trouble { site, from, until, cause: Cause::Fault });
        }
    }

    /// Puts an alarm on the feed, unless it lies in the future; cleared unless it lasts.
    fn raise(&mut self, target: Target, severity: Severity, title: &str, (raised, until): (Timestamp, Timestamp)) {
        let now = self.almanac.now;
        if raised >= now {
            return;
        }
        self.alarms.push(Alarm {
            id: format!("{:08}", 61_000_000 + self.alarms.len()),
            target,
            severity,
            title: title.to_owned(),
            raised,
            cleared: (until <= now).then_some(until),
            detail: None,
            planned: false,
        });
    }

    fn on_site(&self, site: usize) -> Target {
        let site = &self.sites[site];
        Target { site: Some(site.code.clone()), site_name: Some(site.name.clone()), ..Target::default() }
    }
}

fn on_cell(cell: &Element) -> Target {
    Target {
        element: Some(cell.id.clone()),
        element_name: Some(cell.name.clone()),
        site: cell.site.clone(),
        site_name: cell.site_name.clone(),
    }
}
