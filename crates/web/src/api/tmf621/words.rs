//! The small translations between a complaint's fields and a ticket's attributes.

use domain::check::{Service, Technology};
use domain::complaint::{Channel, Complaint};
use domain::place::Setting;
use serde_json::{Map, Value, json};

use super::mask;
use crate::api::error::ApiError;
use crate::api::time;

/// The description; mandatory, so a complaint that came without words by another road says so.
pub fn description(complaint: &Complaint) -> &str {
    let matter = &complaint.matter;
    [matter.description.as_str(), &matter.title, "（无内容）"]
        .into_iter()
        .find(|text| !text.trim().is_empty())
        .unwrap_or_default()
}

/// The kind of trouble; mandatory likewise.
pub fn ticket_type(complaint: &Complaint) -> &str {
    let phenomenon = complaint.matter.phenomenon.as_str();
    if phenomenon.trim().is_empty() { "网络投诉" } else { phenomenon }
}

/// By which way it came.
pub fn channel(complaint: &Complaint) -> Value {
    json!({"id": complaint.matter.channel.as_str(), "@referredType": "Channel"})
}

/// The desk's channel of a name; what another system delivers came from upstream.
pub fn channel_named(name: Option<&str>) -> Channel {
    Channel::ALL.into_iter().find(|channel| Some(channel.as_str()) == name).unwrap_or(Channel::Upstream)
}

/// The place as given, its address down to the street; `None` where nothing is known.
pub fn place(complaint: &Complaint, crs: Option<&str>) -> Option<Value> {
    let place = &complaint.place;
    let mut map = Map::new();
    if let Some(point) = &place.point {
        map.insert("longitude".into(), point.given_lon.into());
        map.insert("latitude".into(), point.given_lat.into());
        let crs = crs.map_or_else(|| point.datum.as_str().to_uppercase(), str::to_owned);
        map.insert("crs".into(), crs.into());
    }
    if !place.address.is_empty() {
        map.insert("address".into(), mask::address(&place.address).into());
    }
    match place.setting {
        Setting::Indoor => map.insert("indoor".into(), true.into()),
        Setting::Outdoor => map.insert("indoor".into(), false.into()),
        Setting::Unstated => None,
    };
    (!map.is_empty()).then_some(Value::Object(map))
}

/// The conclusion of the latest check.
pub fn verdict(complaint: &Complaint) -> Option<Value> {
    let check = complaint.checks.last()?;
    Some(json!({"cause": check.cause, "confidence": check.confidence, "checkedAt": time::show_own(check.made)}))
}

/// The usual name of a radio technology.
pub const fn rat(technology: Technology) -> &'static str {
    match technology {
        Technology::Gsm => "GSM",
        Technology::Cdma => "CDMA",
        Technology::Umts => "UMTS",
        Technology::Lte => "LTE",
        Technology::Nr => "NR",
    }
}

/// The radio technology a free text means, if one.
pub fn technology(rat: &str) -> Option<Technology> {
    let rat = rat.to_uppercase();
    let means = |names: &[&str]| names.iter().any(|name| rat.contains(name));
    if means(&["NR", "5G"]) {
        Some(Technology::Nr)
    } else if means(&["LTE", "4G", "EUTRA", "E-UTRA"]) {
        Some(Technology::Lte)
    } else if means(&["UMTS", "WCDMA", "SCDMA", "UTRA", "3G"]) {
        Some(Technology::Umts)
    } else if means(&["CDMA"]) {
        Some(Technology::Cdma)
    } else if means(&["GSM", "2G", "GERAN"]) {
        Some(Technology::Gsm)
    } else {
        None
    }
}

/// The service a kind of trouble is about; data unless it speaks of calls.
pub fn service(ticket_type: &str) -> Service {
    let kind = ticket_type.to_lowercase();
    let calls = ["语音", "通话", "掉话", "呼叫", "voice", "volte", "call"];
    if calls.iter().any(|word| kind.contains(word)) { Service::Voice } else { Service::Data }
}

/// The datum a `crs` names.
pub fn datum(crs: &str) -> Result<domain::place::Datum, ApiError> {
    let name = crs.trim().to_ascii_uppercase();
    if matches!(name.as_str(), "EPSG:4326" | "CRS84" | "OGC:CRS84" | "EPSG:4490" | "CGCS2000") {
        return Ok(domain::place::Datum::Wgs84);
    }
    crs.parse().map_err(|_| {
        ApiError::field_invalid("place.crs", "应为 WGS84、GCJ02 或 BD09 (WGS84, GCJ02 or BD09 is expected)")
    })
}

#[cfg(test)]
mod tests {
    use domain::place::Datum;

    use super::*;

    #[test]
    fn technologies_are_known_by_their_many_names() {
        for (name, expected) in [
            ("LTE", Some(Technology::Lte)),
            ("4g", Some(Technology::Lte)),
            ("5G NR", Some(Technology::Nr)),
            ("TD-SCDMA", Some(Technology::Umts)),
            ("CDMA", Some(Technology::Cdma)),
            ("gsm", Some(Technology::Gsm)),
            ("WiFi", None),
        ] {
            assert_eq!(technology(name), expected, "{name}");
        }
    }

    #[test]
    fn datums_are_known_and_others_refused() {
        assert_eq!(datum("WGS-84"), Ok(Datum::Wgs84));
        assert_eq!(datum("EPSG:4326"), Ok(Datum::Wgs84));
        assert_eq!(datum("gcj02"), Ok(Datum::Gcj02));
        assert!(datum("beijing54").is_err());
    }

    #[test]
    fn a_call_is_voice() {
        assert_eq!((service("语音通话→掉话"), service("上网慢")), (Service::Voice, Service::Data));
    }
}
