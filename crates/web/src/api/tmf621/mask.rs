//! What of a customer leaves the house: never a whole number, an address down to the street (tmf §2.13, domain.md P-2).

/// Ends a street's name in a Chinese address.
const STREETS: [char; 5] = ['路', '街', '道', '巷', '弄'];
/// Ends a district, where no street is named.
const DISTRICTS: [char; 6] = ['区', '县', '镇', '乡', '村', '市'];

/// The address down to its street; what follows becomes `***`.
pub fn address(address: &str) -> String {
    let before_numbers = address.char_indices().find(|(_, c)| c.is_numeric()).map_or(address.len(), |(at, _)| at);
    let head = &address[..before_numbers];
    let end = [&STREETS[..], &DISTRICTS[..]]
        .into_iter()
        .find_map(|ends: &[char]| head.char_indices().rfind(|(_, c)| ends.contains(c)).map(|(at, c)| at + c.len_utf8()))
        .unwrap_or_else(|| head.char_indices().nth(head.chars().count() / 2).map_or(0, |(at, _)| at));
    if address[end..].trim().is_empty() { address.to_owned() } else { format!("{}***", &address[..end]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_ends_at_its_street() {
        for (given, shown) in [
            ("示例市城东区文三路188号3幢402室", "示例市城东区文三路***"),
            ("文三路", "文三路"),
            ("城东区示例花园3幢", "城东区***"),
            ("示例花园", "示例***"),
            ("12 Sample Road", "***"),
            ("", ""),
        ] {
            assert_eq!(address(given), shown);
        }
    }
}
