//! Thirty days of complaints: where and when, in whose words, and what the desk did with each.

use domain::check::{Cause, Service};
use domain::complaint::{Channel, Intake, Matter, UpstreamNumber};
use domain::flow::{Action, Flow};
use domain::place::{Place, Setting};
use domain::time::Timestamp;
use ran::element::Element;

use super::City;
use super::almanac::{self, Almanac, later};
use super::cells;
use super::dice::Dice;
use super::occasions::{Goes, Occasion};
use super::people::HANDLERS;
use super::script::{self, Script};
use super::topics::{self, Family, Topic};
use super::words;

/// A complaint of the demo city with everything done about it so far.
#[derive(Debug, Clone)]
pub struct DemoComplaint {
    /// As it arrived.
    pub intake: Intake,
    /// When it was taken in.
    pub at: Timestamp,
    /// Sign-in name of whoever took it in: the first owner.
    pub by: String,
    /// What was done since, oldest first: when, by whose sign-in name, what.
    pub steps: Vec<(Timestamp, String, Action)>,
}

const CUSTOMERS: usize = 660;
const CHANNELS: [(Channel, u32); 8] = [
    (Channel::Phone, 58),
    (Channel::Upstream, 22),
    (Channel::Counter, 7),
    (Channel::Mail, 3),
    (Channel::Visit, 3),
    (Channel::Regulator, 3),
    (Channel::Media, 1),
    (Channel::Other, 3),
];
const LEVELS: [(&str, u32); 6] = [("", 60), ("三星", 14), ("四星", 12), ("五星", 8), ("VIP", 3), ("政企关键人", 3)];

/// A customer who does not exist: the number lies in a range nobody has been given.
#[derive(Debug, Clone)]
pub(super) struct Customer {
    name: String,
    phone: String,
}

impl Customer {
    /// The one of that index, of a million.
    pub fn of(index: i64, name: String) -> Self {
        // Stepping by a prime spreads the numbers and repeats none.
        Self { name, phone: format!("19900{:06}", (index * 7_919 + 104_729) % 1_000_000) }
    }
}

fn customers(dice: &mut Dice) -> Vec<Customer> {
    (0..CUSTOMERS as i64).map(|index| Customer::of(index, words::person(dice))).collect()
}

/// Every complaint, in the order of arrival.
pub(super) fn complaints(
    seed: u64,
    almanac: Almanac,
    city: &City,
    sites_cells: &[Vec<Element>],
    occasions: &[Occasion],
) -> Vec<DemoComplaint> {
    let mut dice = Dice::of(seed, "complaints");
    let customers = customers(&mut Dice::of(seed, "customers"));
    let anybody = |dice: &mut Dice| dice.pick(&customers).clone();
    let mut all: Vec<DemoComplaint> = Vec::with_capacity(occasions.len());
    for (index, occasion) in occasions.iter().enumerate() {
        all.extend(one(&mut dice, almanac, city, sites_cells, &anybody, index, *occasion));
    }
    all.sort_by_key(|complaint| complaint.at);
    all
}

/// The complaint of an occasion, with what was done about it; nothing where it arrives only after now.
pub(super) fn one(
    dice: &mut Dice,
    almanac: Almanac,
    city: &City,
    sites_cells: &[Vec<Element>],
    customers: &dyn Fn(&mut Dice) -> Customer,
    index: usize,
    occasion: Occasion,
) -> Option<DemoComplaint> {
    let place = &city.places[occasion.place];
    let family = match occasion.cause {
        Cause::Fault | Cause::Outage | Cause::Relocation | Cause::Interference | Cause::PlannedWork => Family::Broken,
        Cause::WeakCoverage => Family::Weak,
        Cause::NothingFound | Cause::Unknown => Family::Other,
    };
    let topic = topics::draw(dice, family);
    let (within, inside) = topics::spot_within(dice, place.kind);
    let channel = match occasion.goes {
        Goes::Stays(halt) if halt.flow() == Flow::Major => Channel::Regulator,
        Goes::Stays(halt) if halt.flow() == Flow::Task => Channel::Phone,
        Goes::ItsWay | Goes::Stays(_) => *dice.weighted(&CHANNELS),
    };
    let customer = customers(dice);
    let delay = match channel {
        Channel::Phone | Channel::Counter | Channel::Visit => dice.between(0.02, 0.15),
        Channel::Upstream => dice.between(0.1, 0.7),
        Channel::Mail | Channel::Spreadsheet | Channel::Regulator | Channel::Media | Channel::Other => {
            dice.between(0.3, 3.0)
        }
    };
    let spread = dice.between(0.05, 1.1);
    let at = match occasion.goes {
        Goes::ItsWay => almanac::at_work(later(occasion.at, delay), spread),
        Goes::Stays(_) => occasion.at,
    };
    if at >= almanac.now {
        return None;
    }
    let upstream = channel == Channel::Upstream;
    let broken = family == Family::Broken;
    let outside = broken && dice.chance(0.6);
    let description = describe(dice, topic, &place.name.zh, within, upstream, inside);
    let caught_in = match occasion.goes {
        Goes::Stays(halt) => Some(halt.flow()),
        Goes::ItsWay => None,
    };
    let grave = matches!(channel, Channel::Regulator | Channel::Media) || description.contains("12300");
    let flow = caught_in.unwrap_or(match (upstream || outside, grave) {
        (true, _) => Flow::WorkOrder,
        (false, true) => Flow::Major,
        (false, false) if occasion.goes == Goes::ItsWay && dice.chance(0.03) => Flow::Task,
        (false, false) => Flow::Ordinary,
    });
    // A few give no place that could be found on a map.
    let located = occasion.planted || !dice.chance(0.03);
    let matter = Matter {
        title: format!("{}{}", place.name.zh, topic.title),
        description,
        phenomenon: format!("{}→{}", topic.path, topics::scene(place.kind, inside)),
        channel,
        level: (*dice.weighted(&LEVELS)).to_owned(),
        service: topic.service,
        technology: topic.technology.filter(|_| !occasion.planted && dice.chance(0.4)),
        occurred: dice.chance(0.4).then(|| later(occasion.at, -dice.between(0.05, 0.3))).filter(|_| !occasion.planted),
        complained: occasion.at.min(at),
        serving_cell: serving(dice, sites_cells, occasion, upstream),
        wanted_by: upstream.then(|| later(at, if dice.chance(0.8) { 42.0 } else { 90.0 })),
    };
    let point =
        place.at.onward(dice.between(0.0, if occasion.planted { 12.0 } else { 45.0 }), dice.between(0.0, 359.0));
    let intake = Intake {
        place: Place {
            point: located.then(|| point.given()),
            precision_metres: located.then(|| *dice.pick(&[30.0, 50.0, 50.0, 100.0, 150.0])),
            setting: setting(dice, inside, occasion.planted),
            address: format!("{}{}{within}", place.address, named(place.address.as_str(), &place.name.zh)),
        },
        phone: customer.phone.parse().ok(),
        customer: Some(customer.name),
        upstream: upstream.then(|| UpstreamNumber {
            client: "demo-eoms".to_owned(),
            number: format!("CZ-051-{}-{:05}", almanac::yymmdd(at), 10_000 + index),
        }),
        submission: None,
        flow: Some(flow),
        grade: None,
        document: None,
        matter,
    };
    let owner = if flow == Flow::Major { "account" } else { owner(dice, channel) };
    let district = place.district;
    let steps = script::steps(
        dice,
        Script {
            almanac,
            received: at,
            by: owner,
            cause: occasion.cause,
            contractor: cells::contractor(district),
            flow,
            outside: outside || matches!(occasion.goes, Goes::Stays(script::Halt::AtContractor)),
            goes: occasion.goes,
            voice: topic.service == Service::Voice,
        },
    );
    Some(DemoComplaint { intake, at, by: owner.to_owned(), steps })
}

/// Whoever is asked first.
fn owner(dice: &mut Dice, channel: Channel) -> &'static str {
    match channel {
        Channel::Regulator | Channel::Media => "account",
        Channel::Phone
        | Channel::Counter
        | Channel::Mail
        | Channel::Upstream
        | Channel::Spreadsheet
        | Channel::Visit
        | Channel::Other => match dice.below(20) {
            0 | 1 => "triage",
            2..=8 => HANDLERS[0],
            other => HANDLERS[1 + other % 4],
        },
    }
}

fn setting(dice: &mut Dice, inside: bool, planted: bool) -> Setting {
    if planted {
        return Setting::Outdoor;
    }
    match (inside, dice.chance(0.12)) {
        (_, true) => Setting::Unstated,
        (true, false) => Setting::Indoor,
        (false, false) => Setting::Outdoor,
    }
}

/// The name, unless the address says it already.
fn named<'a>(address: &str, name: &'a str) -> &'a str {
    if address.ends_with(name) { "" } else { name }
}

fn serving(dice: &mut Dice, cells: &[Vec<Element>], occasion: Occasion, upstream: bool) -> Option<String> {
    let site = occasion.site.filter(|_| upstream && dice.chance(0.4))?;
    Some(dice.pick(&cells[site]).id.clone())
}

/// What was written down, in the customer's words; upstream adds its template.
fn describe(dice: &mut Dice, topic: &Topic, place: &str, within: &str, upstream: bool, inside: bool) -> String {
    let since = *dice.pick(&["今天", "从昨天开始", "最近几天", "这两天", "近一周", "刚才", "一直以来"]);
    let asked = *dice.pick(&[
        "要求尽快处理并回电。",
        "希望给个说法。",
        "请安排人员上门测试。",
        "要求今天内答复。",
        "多次反映没有结果，再不解决就向12300投诉。",
        "希望尽快恢复。",
        "要求减免费用。",
        "",
        "",
        "",
        "",
    ]);
    let others =
        *dice.pick(&["，同事也一样", "，邻居也有同样情况", "，家人换了手机也不行", "，其他运营商正常", "", "", "", ""]);
    let said = *dice.pick(&topic.said);
    let words = format!("客户反映{since}在{place}{within}{said}{others}。{asked}");
    if !upstream {
        return words;
    }
    let (place_kind, others) =
        (if inside { "室内" } else { "室外" }, if others.contains("同样") { "有" } else { "未知" });
    let sign = *dice.pick(&["4G", "5G", "无服务", "4G一格"]);
    let often = *dice.pick(&["总是", "经常", "偶尔"]);
    format!(
        "{words}【同步要素】联系要求：本机；室内还是室外：{place_kind}；具体位置：{place}{within}；周围其他用户是否有同样情况：{others}；\
         手机显示的网络标识：{sign}；出现的频率：{often}；开关机情况：已重启无效。"
    )
}
