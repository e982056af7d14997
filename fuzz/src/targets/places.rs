//! Places, values and telephone numbers as people write them.

use app::import::{degrees, number_and_unit};
use domain::contact::{Msisdn, mask_digits, numbers};
use domain::place::{Datum, GivenPoint};

use super::text;

/// A number with its unit, and degrees. What is read is a number, and written it reads the same.
pub fn value(data: &[u8]) {
    let Some(text) = text(data) else { return };
    if let Some((number, unit)) = number_and_unit(text) {
        assert!(number.is_finite() && !unit.contains(char::is_whitespace), "{text:?}");
        assert_eq!(number_and_unit(&number.to_string()), Some((number, String::new())), "{text:?}");
    }
    if let Some(angle) = degrees(text) {
        assert!(angle.is_finite(), "{text:?}");
        assert_eq!(degrees(&angle.to_string()), Some(angle), "{text:?}");
    }
}

/// `longitude,latitude,datum`: what is a place lies on the map and goes back to where it was given.
pub fn coordinates(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let mut parts = text.split(',');
    let (Some(lon), Some(lat)) = (parts.next().and_then(degrees), parts.next().and_then(degrees)) else { return };
    let Ok(datum) = parts.next().unwrap_or("gcj02").parse::<Datum>() else { return };
    assert_eq!(datum.as_str().parse(), Ok(datum));
    let point = match GivenPoint::new(lon, lat, datum) {
        Ok(point) => point,
        Err(why) => {
            assert!(!why.told().zh.is_empty());
            return;
        }
    };
    let (there, back) = (point.wgs84, datum.from_wgs84(point.wgs84));
    assert!((-180.0..=180.0).contains(&there.lon()) && (-90.0..=90.0).contains(&there.lat()), "{text:?}");
    // The shift begins at the sides of a rectangle: beside them two places may be given alike.
    let near = |at: f64, edge: f64| (at - edge).abs() < 0.05;
    let beside =
        [72.004, 137.8347].iter().any(|edge| near(lon, *edge)) || [0.8293, 55.8271].iter().any(|e| near(lat, *e));
    if !beside {
        let apart = (back.lon() - lon).abs().max((back.lat() - lat).abs());
        assert!(apart < 1e-6, "{text:?}: {apart} degrees apart");
    }
}

/// A telephone number, and those of a free text: none is shown whole.
pub fn phone(data: &[u8]) {
    let Some(text) = text(data) else { return };
    if let Ok(phone) = text.parse::<Msisdn>() {
        assert_eq!(phone.reveal().parse::<Msisdn>().as_ref(), Ok(&phone), "{text:?}");
        assert!(!phone.masked().contains(phone.reveal()), "{text:?}");
        assert!(!format!("{phone:?}").contains(phone.reveal()), "{text:?}");
    }
    let found = numbers(text);
    assert!(found.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start), "{text:?}");
    // Neither what is shown of a number nor what stands between two of them is one.
    let digit = |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c);
    let longest = |part: &str| part.split(|c| !digit(c)).map(|run| run.chars().count()).max().unwrap_or(0);
    let (mut shown, mut done) = (String::new(), 0);
    for number in &found {
        for part in [&text[done..number.range.start], &number.masked] {
            assert!(longest(part) < 7, "{part:?} of {text:?}");
            shown.push_str(part);
        }
        done = number.range.end;
    }
    assert!(longest(&text[done..]) < 7, "{text:?}");
    assert_eq!(mask_digits(text), shown + &text[done..]);
}
