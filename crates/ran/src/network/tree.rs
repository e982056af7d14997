//! A packed tree over element versions: they are sorted along a Hilbert curve, and every sixteen neighbours share a node
//! that knows its rectangle and the strongest emitter below it. Nothing is inserted or removed, so it needs no pointers
//! and builds by one sort; a search visits nodes in the order of the level they could give at best.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use domain::place::LonLat;

use super::gather::Looker;
use super::slot::Slot;
use crate::geo::Extent;

const WIDTH: usize = 16;

/// What lies below a node, in half a cache line: numbers rounded to the side on which a bound stays one.
#[derive(Debug, Clone, Copy)]
struct Node {
    west: f32,
    south: f32,
    east: f32,
    north: f32,
    /// Strongest level on the axis per environment, in [`STEP_DB`]; [`NOTHING`] where none is.
    axis: [i16; 4],
    /// Whether an element is below that counts whatever its level.
    always_near: bool,
}

/// Levels of nodes are known to this.
const STEP_DB: f64 = 1.0 / 64.0;
const NOTHING: i16 = i16::MIN;

/// The tree. Level 0 holds one node per sixteen slots, the last level the root.
#[derive(Debug)]
pub(super) struct Tree {
    levels: Vec<Vec<Node>>,
}

impl Tree {
    /// Sorts the slots and packs the tree over them.
    pub fn pack(slots: &mut [Slot]) -> Self {
        slots.sort_by_cached_key(|slot| (hilbert(slot.position), slot.identity, slot.from));
        let mut levels: Vec<Vec<Node>> = vec![slots.chunks(WIDTH).map(Node::over_slots).collect()];
        while let Some(below) = levels.last().filter(|level| level.len() > 1) {
            levels.push(below.chunks(WIDTH).map(Node::over_nodes).collect());
        }
        Self { levels }
    }

    /// Calls `visit` with every run of slots whose best possible level is at least what `visit` last returned, the most
    /// promising first. Nodes with elements that always count are visited up to `near_m` in any case.
    pub fn strongest_first(
        &self,
        from: &Looker<'_>,
        near_m: f64,
        mut at_least_dbm: f64,
        mut visit: impl FnMut(std::ops::Range<usize>) -> f64,
    ) {
        let mut open = BinaryHeap::new();
        let top = self.levels.len() - 1;
        for index in 0..self.levels[top].len() {
            open.push(self.entry(top, index, from, near_m));
        }
        while let Some(entry) = open.pop() {
            if entry.bound_dbm < at_least_dbm {
                return;
            }
            if entry.level == 0 {
                at_least_dbm = visit(entry.index * WIDTH..(entry.index + 1) * WIDTH);
                continue;
            }
            let below = entry.level - 1;
            let last = ((entry.index + 1) * WIDTH).min(self.levels[below].len());
            for index in entry.index * WIDTH..last {
                let child = self.entry(below, index, from, near_m);
                if child.bound_dbm >= at_least_dbm {
                    open.push(child);
                }
            }
        }
    }

    /// Calls `visit` with every run of slots whose rectangle satisfies `wanted`, in the order of the curve.
    pub fn each(&self, wanted: impl Fn(&Extent) -> bool, mut visit: impl FnMut(std::ops::Range<usize>)) {
        let top = self.levels.len() - 1;
        let mut open: Vec<(usize, usize)> = (0..self.levels[top].len()).rev().map(|index| (top, index)).collect();
        while let Some((level, index)) = open.pop() {
            if !wanted(&self.levels[level][index].extent()) {
                continue;
            }
            if level == 0 {
                visit(index * WIDTH..(index + 1) * WIDTH);
                continue;
            }
            let last = ((index + 1) * WIDTH).min(self.levels[level - 1].len());
            open.extend((index * WIDTH..last).rev().map(|child| (level - 1, child)));
        }
    }

    /// Memory held, bytes.
    pub fn bytes(&self) -> usize {
        self.levels.iter().map(|level| level.capacity() * size_of::<Node>()).sum()
    }

    fn entry(&self, level: usize, index: usize, from: &Looker<'_>, near_m: f64) -> Entry {
        let node = &self.levels[level][index];
        let distance = node.extent().least_distance_m(&from.eye);
        let bound_dbm = if node.always_near && distance <= near_m {
            f64::INFINITY
        } else {
            let reach = from.losses.iter().zip(node.axis).filter(|(_, axis)| *axis != NOTHING);
            let slant = from.model.least_slant(distance);
            let levels = reach.map(|(loss, axis)| f64::from(axis) * STEP_DB - loss.db(slant));
            levels.fold(f64::NEG_INFINITY, f64::max)
        };
        Entry { bound_dbm, level, index }
    }
}

impl Node {
    const EMPTY: Self = Self {
        west: f32::INFINITY,
        south: f32::INFINITY,
        east: f32::NEG_INFINITY,
        north: f32::NEG_INFINITY,
        axis: [NOTHING; 4],
        always_near: false,
    };

    fn over_slots(slots: &[Slot]) -> Self {
        slots.iter().fold(Self::EMPTY, |mut node, slot| {
            let (lon, lat) = (slot.position.lon(), slot.position.lat());
            node.west = node.west.min(at_most(lon));
            node.south = node.south.min(at_most(lat));
            node.east = node.east.max(at_least(lon));
            node.north = node.north.max(at_least(lat));
            let axis = &mut node.axis[slot.emitter.environment as usize];
            // The cast holds what lies outside at the edges of the range.
            *axis = (*axis).max((f64::from(slot.emitter.axis_dbm) / STEP_DB).ceil() as i16);
            node.always_near |= slot.always_near();
            node
        })
    }

    fn over_nodes(nodes: &[Self]) -> Self {
        nodes.iter().fold(Self::EMPTY, |mut node, below| {
            node.west = node.west.min(below.west);
            node.south = node.south.min(below.south);
            node.east = node.east.max(below.east);
            node.north = node.north.max(below.north);
            for (axis, other) in node.axis.iter_mut().zip(below.axis) {
                *axis = (*axis).max(other);
            }
            node.always_near |= below.always_near;
            node
        })
    }

    fn extent(&self) -> Extent {
        let [west, south, east, north] = [self.west, self.south, self.east, self.north].map(f64::from);
        Extent { west, south, east, north }
    }
}

/// The nearest of the smaller numbers that is not above.
fn at_most(value: f64) -> f32 {
    let near = value as f32;
    if f64::from(near) > value { near.next_down() } else { near }
}

/// The nearest of the smaller numbers that is not below.
fn at_least(value: f64) -> f32 {
    -at_most(-value)
}

/// A node yet to be visited.
#[derive(Debug, Clone, Copy)]
struct Entry {
    bound_dbm: f64,
    level: usize,
    index: usize,
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        self.bound_dbm.total_cmp(&other.bound_dbm).then(other.level.cmp(&self.level)).then(other.index.cmp(&self.index))
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Entry {}

/// Position along a Hilbert curve of 2³¹ steps a side over the whole globe (0.2 mm a step): neighbours on it are neighbours.
fn hilbert(point: LonLat) -> u64 {
    const SIDE: u64 = 1 << 31;
    let cell = |share: f64| ((share * SIDE as f64) as u64).min(SIDE - 1);
    let (mut x, mut y) = (cell((point.lon() + 180.0) / 360.0), cell((point.lat() + 90.0) / 180.0));
    let mut along = 0;
    let mut step = SIDE / 2;
    while step > 0 {
        let (right, up) = (u64::from(x & step > 0), u64::from(y & step > 0));
        along += step * step * ((3 * right) ^ up);
        if up == 0 {
            if right == 1 {
                (x, y) = (SIDE - 1 - x, SIDE - 1 - y);
            }
            (x, y) = (y, x);
        }
        step /= 2;
    }
    along
}
