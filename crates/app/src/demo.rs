//! The invented demo city: streets, network, troubles, complaints and people from one seed (`docs/demo-city.md`).
//!
//! Nothing in it is real. Pure up to the [`Plan`]: seed and present in, data out.

mod alarms;
mod almanac;
mod base;
mod cells;
mod complaints;
mod compose;
mod crowd;
mod dice;
mod districts;
mod ground;
mod loading;
mod occasions;
mod outages;
mod people;
mod phrases;
mod places;
mod plan;
mod planted;
mod repeaters;
mod roster;
mod script;
mod sites;
mod spots;
mod streets;
#[cfg(test)]
mod tests;
mod topics;
mod versions;
mod words;
mod years;

pub use complaints::DemoComplaint;
pub use compose::{SignIn, Step, compose, is_cut_short, sign_ins};
pub use people::DemoPerson;
pub use plan::{Plan, Planted};
pub use roster::{DemoAbsence, DemoRoster};
pub use years::Past;

use dice::Dice;
use districts::{Area, District, River};
use ground::{Spot, holds};
use places::Landmark;
use streets::Road;

/// The ground of the city and what people call its places.
#[derive(Debug)]
struct City {
    districts: Vec<District>,
    river: River,
    lakes: Vec<Area>,
    parks: Vec<Area>,
    roads: Vec<Road>,
    places: Vec<Landmark>,
}

impl City {
    /// The city of a seed, and the names that are taken.
    fn of(seed: u64) -> (Self, words::Names) {
        let mut names = words::Names::default();
        let river = River::of(&mut Dice::of(seed, "river"));
        let districts = districts::districts(&river);
        let (lakes, parks) = districts::greens(&mut Dice::of(seed, "greens"), &river, &mut names);
        let roads = streets::roads(&mut Dice::of(seed, "streets"), &river, &mut names);
        let mut city = Self { districts, river, lakes, parks, roads, places: Vec::new() };
        city.places = places::places(&mut Dice::of(seed, "places"), &city, &mut names);
        (city, names)
    }

    /// Whether something may be built there.
    fn is_dry(&self, spot: Spot) -> bool {
        !self.river.wets(spot) && !self.lakes.iter().any(|lake| holds(&lake.shape, spot))
    }
}
