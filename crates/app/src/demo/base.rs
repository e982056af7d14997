//! The base map of the invented city as GeoJSON, in the kinds the browser's map draws.

use serde_json::{Value, json};

use super::City;
use super::ground::Spot;
use super::places::{Kind, Landmark};
use super::streets::Class;
use super::words::{Name, RIVER};

/// The whole base map.
pub(super) fn map(city: &City) -> Value {
    let mut features: Vec<Value> = Vec::new();
    features.extend(city.districts.iter().map(|one| area("district", &one.name, &one.shape)));
    features.extend(city.parks.iter().map(|one| area("park", &one.name, &one.shape)));
    features.push(area("water", &Name::new(RIVER.0, RIVER.1), &city.river.shape()));
    features.extend(city.lakes.iter().map(|one| area("water", &one.name, &one.shape)));
    features.extend(city.roads.iter().map(|road| {
        let class = match road.class {
            Class::Trunk => "trunk",
            Class::Main => "main",
            Class::Street => "street",
        };
        json!({
            "type": "Feature",
            "properties": {"kind": "road", "class": class, "name": road.name.zh, "name_en": road.name.en},
            "geometry": {"type": "LineString", "coordinates": line(&road.line)},
        })
    }));
    features.extend(city.places.iter().filter(|place| drawn(place)).map(|place| {
        let (lon, lat) = place.at.degrees();
        json!({
            "type": "Feature",
            "properties": {"kind": "landmark", "name": place.name.zh, "name_en": place.name.en},
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
        })
    }));
    json!({"type": "FeatureCollection", "invented": true, "bbox": extent(city), "features": features})
}

/// What a map of this scale names.
fn drawn(place: &Landmark) -> bool {
    match place.kind {
        Kind::Mall | Kind::Hospital | Kind::Metro | Kind::Park | Kind::Station | Kind::Government | Kind::Village => {
            true
        }
        Kind::Estate | Kind::Office | Kind::School | Kind::Plant | Kind::Hotel | Kind::House => false,
    }
}

fn area(kind: &str, name: &Name, shape: &[Spot]) -> Value {
    let mut ring = line(shape);
    ring.extend(ring.first().copied());
    json!({
        "type": "Feature",
        "properties": {"kind": kind, "name": name.zh, "name_en": name.en},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    })
}

fn line(spots: &[Spot]) -> Vec<[f64; 2]> {
    spots.iter().map(|spot| spot.degrees()).map(|(lon, lat)| [lon, lat]).collect()
}

/// West, south, east, north of all districts.
fn extent(city: &City) -> [f64; 4] {
    let corners = city.districts.iter().flat_map(|district| &district.shape).map(|spot| spot.degrees());
    corners.fold([f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY], |edge, (lon, lat)| {
        [edge[0].min(lon), edge[1].min(lat), edge[2].max(lon), edge[3].max(lat)]
    })
}
