//! The gazetteer: estates, malls, hospitals, schools, stations, villages and plain house numbers.

use super::City;
use super::dice::Dice;
use super::districts::{district_at, outer_edge};
use super::ground::{Spot, holds};
use super::streets::{self, Class};
use super::words::{CITY, Endings, Name, Names};

/// What a place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Estate,
    Office,
    Mall,
    Hospital,
    School,
    Metro,
    Village,
    Park,
    Plant,
    Hotel,
    Station,
    Government,
    House,
}

/// A place people name when they complain.
#[derive(Debug, Clone)]
pub(super) struct Landmark {
    pub name: Name,
    pub kind: Kind,
    pub address: String,
    pub district: usize,
    pub at: Spot,
}

/// How many of what stands on streets, and how its name ends.
const ON_STREETS: [(Kind, usize, Endings); 8] = [
    (
        Kind::Estate,
        420,
        &[
            ("花园", "Garden"),
            ("佳苑", "Court"),
            ("小区", "Estate"),
            ("雅居", "Residence"),
            ("新村", "New Village"),
            ("家园", "Homes"),
        ],
    ),
    (Kind::Office, 90, &[("大厦", "Tower"), ("中心", "Centre"), ("写字楼", "Offices"), ("创意园", "Creative Park")]),
    (Kind::Mall, 34, &[("购物中心", "Shopping Centre"), ("广场", "Plaza"), ("百货", "Department Store")]),
    (Kind::Hospital, 24, &[("医院", "Hospital"), ("社区卫生服务中心", "Community Clinic"), ("中医院", "TCM Hospital")]),
    (
        Kind::School,
        104,
        &[("小学", "Primary School"), ("中学", "Middle School"), ("幼儿园", "Kindergarten"), ("职业学院", "College")],
    ),
    (Kind::Hotel, 60, &[("酒店", "Hotel"), ("宾馆", "Inn"), ("民宿", "Guesthouse")]),
    (
        Kind::Government,
        24,
        &[("街道办事处", "Subdistrict Office"), ("政务服务中心", "Service Hall"), ("派出所", "Police Station")],
    ),
    (Kind::Plant, 48, &[("产业园", "Industrial Park"), ("机械厂", "Machine Works"), ("物流园", "Logistics Park")]),
];
const HOUSES: usize = 460;
const VILLAGES: usize = 170;

/// Every place of the gazetteer, and the district it lies in.
pub(super) fn places(dice: &mut Dice, city: &City, names: &mut Names) -> Vec<Landmark> {
    let mut all = Vec::with_capacity(1_600);
    let fronts = streets::fronts(&city.roads);
    for (kind, count, endings) in ON_STREETS {
        let setback = if kind == Kind::Hotel { (25.0, 60.0) } else { (35.0, 130.0) };
        for _ in 0..count {
            let (door, district) = dry_door(dice, city, &fronts, setback);
            let name = names.fresh_with(dice, endings);
            let address = address(city, district, door.street, door.number);
            all.push(Landmark { name, kind, address, district, at: door.at });
        }
    }
    for _ in 0..HOUSES {
        let (door, district) = dry_door(dice, city, &fronts, (18.0, 45.0));
        let street = &city.roads[door.street].name;
        let name =
            Name { zh: format!("{}{}号", street.zh, door.number), en: format!("{} {}", door.number, street.en) };
        if all.iter().any(|other: &Landmark| other.name == name) {
            continue;
        }
        let address = address(city, district, door.street, door.number);
        all.push(Landmark { name, kind: Kind::House, address, district, at: door.at });
    }
    metro(city, names, &mut all);
    for park in &city.parks {
        let at = park.shape[0].toward(park.shape[park.shape.len() / 2], 0.5);
        all.push(landmark(city, park.name.clone(), Kind::Park, at));
    }
    for (zh, en, x, y) in [
        ("澄渚站", "Chengzhu Railway Station", 2_950.0, 2_150.0),
        ("澄渚北站", "Chengzhu North Station", -1_250.0, 6_300.0),
        ("客运中心站", "Coach Terminal", -2_450.0, -2_850.0),
    ] {
        all.push(landmark(city, Name::new(zh, en), Kind::Station, Spot::new(x, y)));
    }
    villages(dice, city, names, &mut all);
    all
}

/// Adds a place at a given spot, addressed by the nearest street or, out in the country, by its district.
pub(super) fn push(city: &mut City, name: Name, kind: Kind, at: Spot) {
    let place = landmark(city, name, kind, at);
    city.places.push(place);
}

fn landmark(city: &City, name: Name, kind: Kind, at: Spot) -> Landmark {
    let district = district_at(&city.districts, at);
    let (street, distance) = streets::nearest(&city.roads, at);
    let address = if distance < 250.0 {
        address(city, district, street, streets::number_beside(&city.roads[street], at))
    } else {
        format!("{}{}{}", CITY.0, city.districts[district].name.zh, name.zh)
    };
    Landmark { name, kind, address, district, at }
}

fn address(city: &City, district: usize, street: usize, number: u32) -> String {
    format!("{}{}{}{number}号", CITY.0, city.districts[district].name.zh, city.roads[street].name.zh)
}

/// A door on dry ground inside a district's border.
fn dry_door(dice: &mut Dice, city: &City, fronts: &[(usize, u32)], setback: (f64, f64)) -> (streets::Door, usize) {
    loop {
        let door = streets::door(dice, &city.roads, fronts, setback);
        let inside = city.districts.iter().position(|district| holds(&district.shape, door.at));
        if let Some(district) = inside.filter(|_| city.is_dry(door.at)) {
            return (door, district);
        }
    }
}

/// Stations of three metro lines, each named after the street it lies at.
fn metro(city: &City, names: &mut Names, all: &mut Vec<Landmark>) {
    let first = (-6..=6).map(|step| Spot::new(230.0 * (f64::from(step) * 0.7).sin(), f64::from(step) * 1_120.0));
    let second =
        (-6..=6).map(|step| Spot::new(f64::from(step) * 1_120.0, 640.0 + 280.0 * (f64::from(step) * 0.6).sin()));
    let third = (0..20).map(|step| Spot::polar(3_700.0, f64::from(step) * std::f64::consts::TAU / 20.0));
    for spot in first.chain(second).chain(third) {
        let dry = (0..8).map(|step| spot.shifted(0.0, f64::from(step) * 90.0)).find(|spot| city.is_dry(*spot));
        let Some(at) = dry else { continue };
        let streets = city.roads.iter().enumerate().filter(|(_, road)| road.class == Class::Street);
        let mut near: Vec<_> = streets
            .map(|(index, road)| (super::ground::nearest_on(&road.line, at).0, index))
            .filter(|(_, index)| {
                let station = format!("{}站", city.roads[*index].name.zh);
                !all.iter().any(|other| other.name.zh == station)
            })
            .collect();
        near.sort_by(|a, b| a.0.total_cmp(&b.0));
        let Some((_, street)) = near.first() else { continue };
        let name = city.roads[*street].name.with("站", "Station");
        names.take(&name.zh);
        all.push(landmark(city, name, Kind::Metro, at));
    }
}

fn villages(dice: &mut Dice, city: &City, names: &mut Names, all: &mut Vec<Landmark>) {
    let mut sites: Vec<Spot> = Vec::with_capacity(VILLAGES);
    while sites.len() < VILLAGES {
        let angle = dice.between(0.0, std::f64::consts::TAU);
        // Evenly over the ground, not over the radius.
        let share = dice.between(0.14, 1.0).sqrt();
        let at = Spot::polar(share * (outer_edge(angle) - 250.0), angle);
        let town = (0..6).any(|index| streets::town(index).distance(at) < 1_250.0);
        let crowded = sites.iter().any(|other| other.distance(at) < 480.0);
        if town || crowded || !city.is_dry(at) || !city.districts.iter().any(|district| holds(&district.shape, at)) {
            continue;
        }
        sites.push(at);
        let name = names.village(dice);
        let district = district_at(&city.districts, at);
        let address = format!("{}{}{}", CITY.0, city.districts[district].name.zh, name.zh);
        all.push(Landmark { name, kind: Kind::Village, address, district, at });
    }
}
