//! Whose names among the parties are a customer's: they are sealed or masked, whatever role a client gives them (tmf §2.13).

use domain::contact::{mask_digits, mask_name};
use serde_json::Value;

/// Roles of the desk's own side; who has one is on duty and is named.
pub const ON_DUTY: [&str; 4] = ["firstOwner", "handler", "department", "contractor"];
/// Other names clients have for whoever complains, used where nobody is called customer.
const COMPLAINS: [&str; 9] =
    ["complainant", "contact", "subscriber", "user", "endUser", "客户", "投诉人", "联系人", "用户"];

/// Whether a party is the customer.
pub fn is_customer(party: &Value) -> bool {
    has_role(party, "customer")
}

/// Whether a party is on the desk's own side.
pub fn is_on_duty(party: &Value) -> bool {
    ON_DUTY.iter().any(|role| has_role(party, role))
}

/// Whether a party's name is nobody's business: the customer's, and everybody's who is neither on duty nor an
/// organisation.
pub fn is_private(party: &Value) -> bool {
    is_customer(party) || !(is_on_duty(party) || is_organisation(party))
}

/// Masks the private names of a list of parties.
pub fn mask(parties: &mut [Value]) {
    for party in parties.iter_mut().filter(|party| is_private(party)) {
        if let Some(masked) = party["name"].as_str().map(masked) {
            party["name"] = masked.into();
        }
    }
}

/// A masked name masked again is the same, also where a masked telephone number stands for a name nobody knows.
fn masked(name: &str) -> String {
    let is_number = name.contains("**") && name.chars().all(|c| c == '*' || c.is_ascii_digit());
    if is_number { mask_digits(name) } else { mask_name(name) }
}

/// The name of whoever complains: the customer's, else of somebody whose role says as much, else of somebody without a
/// role.
pub fn complainant(parties: &[Value]) -> Option<&str> {
    let with_name = |fits: &dyn Fn(&Value) -> bool| {
        let mut names = parties.iter().filter(|party| fits(party)).filter_map(|party| party["name"].as_str());
        names.find(|name| !name.trim().is_empty())
    };
    with_name(&is_customer)
        .or_else(|| with_name(&|party| COMPLAINS.iter().any(|role| has_role(party, role)) && is_private(party)))
        .or_else(|| with_name(&|party| has_role(party, "") && is_private(party)))
}

fn is_organisation(party: &Value) -> bool {
    ["@referredType", "@type"]
        .iter()
        .filter_map(|name| party[name].as_str())
        .any(|kind| ["organization", "organisation"].contains(&kind.trim().to_ascii_lowercase().as_str()))
}

/// Roles are compared without case; no role is the empty one.
fn has_role(party: &Value, role: &str) -> bool {
    party["role"].as_str().unwrap_or_default().trim().eq_ignore_ascii_case(role)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn s2_13_only_the_desks_own_side_and_organisations_are_named() {
        for (party, private) in [
            (json!({"role": "customer"}), true),
            (json!({"role": " Customer "}), true),
            (json!({"role": "customer", "@referredType": "Organization"}), true),
            (json!({"role": "complainant"}), true),
            (json!({"role": "vip", "@referredType": "Individual"}), true),
            (json!({"role": "投诉人"}), true),
            (json!({"role": ""}), true),
            (json!({}), true),
            (json!({"role": null, "@referredType": "Party"}), true),
            (json!({"role": "Handler"}), false),
            (json!({"role": "firstowner"}), false),
            (json!({"role": "department"}), false),
            (json!({"role": "contractor"}), false),
            (json!({"@referredType": "Organization"}), false),
            (json!({"role": "dealer", "@type": "organisation"}), false),
        ] {
            assert_eq!(is_private(&party), private, "{party}");
        }
    }

    #[test]
    fn s2_13_a_mask_is_not_masked_again() {
        for (given, shown) in [
            ("王小明", "王**"),
            ("王**", "王**"),
            ("李*", "李*"),
            ("138****1234", "138****1234"),
            ("13800001234", "1**"),
        ] {
            let mut parties = [json!({"name": given}), json!({"role": "handler", "name": given})];
            mask(&mut parties);
            assert_eq!((&parties[0]["name"], &parties[1]["name"]), (&json!(shown), &json!(given)));
        }
    }

    #[test]
    fn s2_13_whoever_complains_is_found_by_many_names() {
        let found = |parties: Value| complainant(parties.as_array().expect("a list")).map(str::to_owned);
        let nobody = json!({"name": "甲"});
        assert_eq!(
            found(json!([nobody, {"role": "contact", "name": "乙"}, {"role": "CUSTOMER", "name": "丙"}])),
            Some("丙".into())
        );
        assert_eq!(found(json!([nobody, {"role": "Contact", "name": "乙"}, {"role": "customer"}])), Some("乙".into()));
        assert_eq!(found(json!([{"role": "handler", "name": "乙"}, nobody])), Some("甲".into()));
        assert_eq!(found(json!([{"role": "dealer", "name": "乙"}, {"role": "customer", "name": " "}])), None);
        assert_eq!(found(json!([{"name": "示例公司", "@referredType": "Organization"}])), None);
    }
}
