//! A land made up for measurements: sites, cells, alarms, noise, and places to ask about, the same in every run.

use std::time::{Duration, Instant};

use domain::check::{ElementKind, Service, Technology};
use domain::place::{Datum, GivenPoint, LonLat, Setting};
use domain::time::Timestamp;
use ran::element::{Antenna, Element, ElementVersion};
use ran::fact::{Alarm, Interference, Severity, Target};
use ran::network::Question;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const CELLS_PER_SITE: usize = 6;
const CELLS_PER_TOWN: usize = 5_000;
const NOW_S: i64 = 1_790_000_000;

/// Where sites stand, and the dice that say what happens to them.
pub struct Ground {
    cells: usize,
    sites: Vec<LonLat>,
    random: StdRng,
}

impl Ground {
    /// Two sites in three stand in towns of very different size, the rest over the country. The densest town has some forty
    /// sites to a square kilometre, however many towns there are.
    pub fn of(cells: usize) -> Self {
        let mut random = StdRng::seed_from_u64(20_261_123);
        let anywhere = |random: &mut StdRng| (random.random_range(100.0..110.0), random.random_range(26.0..33.0));
        let towns: Vec<((f64, f64), f64)> =
            (0..cells / CELLS_PER_TOWN).map(|_| (anywhere(&mut random), random.random_range(0.03..0.15))).collect();
        let mut site = |index: usize| {
            if index.is_multiple_of(3) {
                let (lon, lat) = anywhere(&mut random);
                return at(lon, lat);
            }
            let ((lon, lat), radius) = towns[random.random_range(0..towns.len())];
            let mut spread =
                || radius * (random.random_range(-1.0..1.0_f64) + random.random_range(-1.0..1.0_f64)) / 2.0;
            let (east, north) = (spread(), spread());
            at(lon + east, lat + north)
        };
        let sites = (0..cells.div_ceil(CELLS_PER_SITE)).map(&mut site).collect();
        Self { cells, sites, random }
    }

    /// Every cell, for ever.
    pub fn inventory(&self) -> impl Iterator<Item = ElementVersion> {
        let of_site = |(site, place): (usize, &LonLat)| {
            let place = *place;
            (0..CELLS_PER_SITE).map(move |cell| version(site, cell, place))
        };
        self.sites.iter().enumerate().flat_map(of_site).take(self.cells)
    }

    /// So many active alarms: one in ten on a whole site, one in four of a kind that takes service away.
    pub fn alarms(&mut self, count: usize) -> Vec<Alarm> {
        (0..count).map(|index| self.alarm(index)).collect()
    }

    /// An active alarm by that number.
    pub fn alarm(&mut self, index: usize) -> Alarm {
        let site = self.random.random_range(0..self.sites.len());
        let cell = self.random.random_range(0..CELLS_PER_SITE);
        let of_site = index.is_multiple_of(10);
        let title = if index.is_multiple_of(4) { "小区不可用" } else { "天馈驻波比异常" };
        Alarm {
            id: index.to_string(),
            target: Target {
                element: (!of_site).then(|| format!("460-00-{site}-{cell}")),
                site: of_site.then(|| site.to_string()),
                ..Target::default()
            },
            severity: if index.is_multiple_of(3) { Severity::Major } else { Severity::Minor },
            title: title.to_owned(),
            raised: now().plus_seconds(-self.random.random_range(60..80_000)),
            cleared: None,
            detail: None,
            planned: false,
        }
    }

    /// The cells an alarm is about, by their place in the inventory.
    pub fn touched(&self, alarm: &Alarm) -> std::ops::Range<usize> {
        let number = |text: &str| text.parse::<usize>().expect("a number");
        let of_cell = alarm.target.element.as_ref().map(|id| {
            let mut parts = id.rsplit('-').map(number);
            let (cell, site) = (parts.next().expect("a cell"), parts.next().expect("a site"));
            site * CELLS_PER_SITE + cell..site * CELLS_PER_SITE + cell + 1
        });
        let of_site = alarm.target.site.as_deref().map(number).map(|site| site * CELLS_PER_SITE);
        let touched = of_cell.or_else(|| of_site.map(|first| first..first + CELLS_PER_SITE)).expect("a target");
        touched.start..touched.end.min(self.cells)
    }

    /// Twenty thousand records of uplink noise.
    pub fn noise(&mut self) -> Vec<Interference> {
        (0..20_000)
            .map(|_| Interference {
                target: Target {
                    site: Some(self.random.random_range(0..self.sites.len()).to_string()),
                    ..Target::default()
                },
                from: now().plus_seconds(-3_600),
                until: now().plus_seconds(900),
                noise_dbm: self.random.random_range(-118.0..-95.0),
            })
            .collect()
    }

    /// Where people complain: near where sites stand, that is, where people live.
    pub fn questions(&mut self, count: usize) -> Vec<Question> {
        (0..count).map(|_| self.question()).collect()
    }

    fn question(&mut self) -> Question {
        let random = &mut self.random;
        let near = self.sites[random.random_range(0..self.sites.len())];
        Question {
            place: at(near.lon() + random.random_range(-0.01..0.01), near.lat() + random.random_range(-0.01..0.01)),
            precision_m: Some(50.0),
            setting: if random.random_range(0..3) == 0 { Setting::Indoor } else { Setting::Outdoor },
            at: now(),
            service: Service::Data,
            technology: None,
        }
    }
}

/// When everything is asked.
pub fn now() -> Timestamp {
    Timestamp::from_micros(NOW_S * 1_000_000)
}

fn version(site: usize, cell: usize, place: LonLat) -> ElementVersion {
    let element = Element {
        id: format!("460-00-{site}-{cell}"),
        kind: ElementKind::Cell,
        name: format!("某市某区某某路{site}号基站-D-{cell}"),
        site: Some(format!("{site}")),
        site_name: Some(format!("某市某区某某路{site}号基站")),
        point: GivenPoint::new(place.lon(), place.lat(), Datum::Wgs84).expect("a place"),
        technology: Some(Technology::Lte),
        frequency_mhz: Some(if cell < 3 { 1_850.0 } else { 2_585.0 }),
        bandwidth_mhz: Some(20.0),
        rs_power_dbm: Some(9.2 + (site % 4) as f32),
        pci: Some((site % 504) as u32),
        tac: Some(1),
        antenna: Antenna {
            azimuth_deg: Some(((site * 37 + cell * 120) % 360) as f32),
            downtilt_deg: Some(6.0),
            height_m: Some(15.0 + (site % 30) as f32),
            ..Antenna::default()
        },
        indoor: site % 40 == 7,
        environment: None,
        clutter: None,
        ground_altitude_m: None,
        building_height_m: None,
        donor: None,
        on_air: true,
        extra: std::collections::BTreeMap::new(),
    };
    ElementVersion { element, valid_from: Timestamp::BEGINNING, valid_until: Timestamp::END }
}

fn at(lon: f64, lat: f64) -> LonLat {
    LonLat::new(lon, lat).expect("a place")
}

/// Time this thread has spent on a core, so that other work on the machine does not count; time on the wall where the
/// system does not tell. Exact to some milliseconds.
pub fn on_core() -> Duration {
    static START: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    let counted = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = counted.and_then(|text| text.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

/// Resident memory as Linux counts it; nothing elsewhere.
pub fn resident_bytes() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok()).unwrap_or(0) * 4096
}
