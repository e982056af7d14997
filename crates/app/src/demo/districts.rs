//! Districts, the river and the parks.

use super::dice::Dice;
use super::ground::{Spot, holds};
use super::words::Name;

/// A district 区县 with its border.
#[derive(Debug, Clone)]
pub(super) struct District {
    pub name: Name,
    pub shape: Vec<Spot>,
    /// Number of its tracking area.
    pub tac: u32,
}

/// Water or a park with its border.
#[derive(Debug, Clone)]
pub(super) struct Area {
    pub name: Name,
    pub shape: Vec<Spot>,
}

/// The river: a winding line across the city.
#[derive(Debug, Clone)]
pub(super) struct River {
    phase: (f64, f64),
    half_width: f64,
}

/// Half of the river's run through the city's country.
const REACH: f64 = 15_500.0;
/// The outer districts in the order of their direction, anticlockwise from east.
const OUTER: [(&str, &str); 6] = [
    ("晴屿区", "Qingyu District"),
    ("鹭汀区", "Luting District"),
    ("梧岭县", "Wuling County"),
    ("栖泉区", "Qiquan District"),
    ("荷塘湾区", "Hetangwan District"),
    ("云麓县", "Yunlu County"),
];

impl River {
    pub fn of(dice: &mut Dice) -> Self {
        Self { phase: (dice.between(0.0, 6.0), dice.between(0.0, 6.0)), half_width: dice.between(75.0, 110.0) }
    }

    fn middle(&self, x: f64) -> f64 {
        -260.0 + 0.09 * x + 420.0 * (x / 2_900.0 + self.phase.0).sin() + 130.0 * (x / 1_050.0 + self.phase.1).sin()
    }

    /// Whether a spot lies in the water or so near to it that nothing is built there.
    pub fn wets(&self, spot: Spot) -> bool {
        (spot.y - self.middle(spot.x)).abs() < self.half_width + 40.0
    }

    /// North of the river.
    pub fn is_north(&self, spot: Spot) -> bool {
        spot.y > self.middle(spot.x)
    }

    pub fn shape(&self) -> Vec<Spot> {
        let steps = || (0..=124).map(|step| -REACH + f64::from(step) * 250.0);
        let north = steps().map(|x| Spot::new(x, self.middle(x) + self.half_width));
        let south = steps().rev().map(|x| Spot::new(x, self.middle(x) - self.half_width));
        north.chain(south).collect()
    }
}

/// How far the inner city reaches in a direction.
fn inner_edge(angle: f64) -> f64 {
    3_300.0 + 240.0 * (3.0 * angle + 0.7).sin() + 130.0 * (5.0 * angle).cos()
}

/// How far the city's country reaches in a direction.
pub(super) fn outer_edge(angle: f64) -> f64 {
    13_600.0 + 700.0 * (2.0 * angle + 0.4).sin() + 420.0 * (5.0 * angle + 1.1).sin()
}

/// The border between two outer districts, from the inside out: a ragged line.
fn border(index: usize) -> impl DoubleEndedIterator<Item = Spot> {
    let angle = 0.35 + index as f64 * std::f64::consts::TAU / OUTER.len() as f64;
    (0..=8).map(move |step| {
        let share = f64::from(step) / 8.0;
        let radius = inner_edge(angle) + share * (outer_edge(angle) - inner_edge(angle));
        // No raggedness at the ends, where borders meet the rings.
        let sway = 0.06 * (share * std::f64::consts::PI).sin() * (share * 11.0 + index as f64).sin();
        Spot::polar(radius, angle + sway)
    })
}

fn arc(from: f64, to: f64, edge: fn(f64) -> f64) -> impl DoubleEndedIterator<Item = Spot> {
    (1..24).map(move |step| {
        let angle = from + (to - from) * f64::from(step) / 24.0;
        Spot::polar(edge(angle), angle)
    })
}

/// The inner city on both banks of the river, and six districts around it.
pub(super) fn districts(river: &River) -> Vec<District> {
    let ring: Vec<Spot> = (0..96)
        .map(|step| {
            let angle = f64::from(step) * std::f64::consts::TAU / 96.0;
            Spot::polar(inner_edge(angle), angle)
        })
        .collect();
    let bank = |north: bool| -> Vec<Spot> {
        // The half ring on one side, closed along the middle of the river.
        let mut half: Vec<Spot> = ring.iter().copied().filter(|spot| river.is_north(*spot) == north).collect();
        half.sort_by(|a, b| a.x.total_cmp(&b.x));
        let (west, east) = (half[0].x, half[half.len() - 1].x);
        let steps = (0..=28).rev().map(|step| west + (east - west) * f64::from(step) / 28.0);
        half.extend(steps.map(|x| Spot::new(x, river.middle(x))));
        half
    };
    let mut all = vec![
        District { name: Name::new("望渚区", "Wangzhu District"), shape: bank(true), tac: 28_101 },
        District { name: Name::new("听澜区", "Tinglan District"), shape: bank(false), tac: 28_102 },
    ];
    for (index, (zh, en)) in OUTER.into_iter().enumerate() {
        let turn = std::f64::consts::TAU / OUTER.len() as f64;
        let (from, to) = (0.35 + index as f64 * turn, 0.35 + (index + 1) as f64 * turn);
        let mut shape: Vec<Spot> = border(index).collect();
        shape.extend(arc(from, to, outer_edge));
        shape.extend(border((index + 1) % OUTER.len()).rev());
        shape.extend(arc(from, to, inner_edge).rev());
        all.push(District { name: Name::new(zh, en), shape, tac: 28_103 + index as u32 });
    }
    all
}

/// Which district a spot lies in: the one whose border holds it, else the one whose border comes nearest.
pub(super) fn district_at(districts: &[District], spot: Spot) -> usize {
    districts.iter().position(|district| holds(&district.shape, spot)).unwrap_or_else(|| {
        let nearest = |district: &District| {
            district.shape.iter().map(|corner| corner.distance(spot)).fold(f64::INFINITY, f64::min)
        };
        let by_distance = |a: &usize, b: &usize| nearest(&districts[*a]).total_cmp(&nearest(&districts[*b]));
        (0..districts.len()).min_by(by_distance).expect("there are districts")
    })
}

/// Parks: rounded patches of green, and two lakes.
pub(super) fn greens(dice: &mut Dice, river: &River, names: &mut super::words::Names) -> (Vec<Area>, Vec<Area>) {
    let mut patch = |centre: Spot, radius: f64, name: Name| {
        let bend = dice.between(0.0, 6.0);
        let shape = (0..26).map(|step| {
            let angle = f64::from(step) * std::f64::consts::TAU / 26.0;
            let wave = 1.0 + 0.22 * (2.0 * angle + bend).sin() + 0.09 * (5.0 * angle + bend).cos();
            let rim = Spot::polar(radius * wave, angle);
            centre.shifted(rim.x, rim.y)
        });
        Area { name, shape: shape.collect() }
    };
    let lake = patch(Spot::new(3_900.0, 2_650.0), 420.0, Name::new("映霁湖", "Yingji Lake"));
    let pond = patch(Spot::new(-5_400.0, -3_700.0), 560.0, Name::new("鹤芜水库", "Hewu Reservoir"));
    let mut parks = vec![patch(Spot::new(3_850.0, 2_600.0), 780.0, Name::new("映霁湖公园", "Yingji Lake Park"))];
    let mut dice = Dice::of(dice.whole(0, i64::MAX) as u64, "parks");
    while parks.len() < 14 {
        let centre = Spot::polar(dice.between(900.0, 8_500.0), dice.between(0.0, std::f64::consts::TAU));
        let crowded = parks.iter().any(|park| park.shape[0].distance(centre) < 1_300.0);
        if river.wets(centre) || crowded {
            continue;
        }
        let name =
            names.fresh_with(&mut dice, &[("公园", "Park"), ("湿地公园", "Wetland Park"), ("森林公园", "Forest Park")]);
        let radius = dice.between(130.0, 330.0);
        let bend = dice.between(0.0, 6.0);
        let shape = (0..22).map(|step| {
            let angle = f64::from(step) * std::f64::consts::TAU / 22.0;
            let rim = Spot::polar(radius * (1.0 + 0.25 * (3.0 * angle + bend).sin()), angle);
            centre.shifted(rim.x, rim.y)
        });
        parks.push(Area { name, shape: shape.collect() });
    }
    (vec![lake, pond], parks)
}
