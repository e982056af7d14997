//! Priority 优先级, "1" (highest) to "4", computed from severity, type and our grade unless the client gave one.

use domain::grade::Grade;

/// Words of a severity, gravest first. Severities are free texts, so these are hints.
const WORDS: [(&str, &[&str]); 4] = [
    ("1", &["critical", "urgent", "emergency", "特急", "紧急", "特大"]),
    ("2", &["major", "high", "重大", "严重", "高"]),
    ("3", &["minor", "medium", "moderate", "normal", "significant", "较大", "一般", "中"]),
    ("4", &["low", "warning", "info", "trivial", "ordinary", "轻微", "普通", "低"]),
];
/// Types of trouble that leave somebody with no service at all: one step up.
const NO_SERVICE: [&str; 6] = ["outage", "no service", "无服务", "无信号", "中断", "退服"];

/// The priority of a ticket; never lower than its grade asks for.
pub fn priority(severity: &str, ticket_type: &str, grade: Grade) -> &'static str {
    let of_grade: usize = match grade {
        Grade::Critical => 0,
        Grade::Major => 1,
        Grade::Significant => 2,
        Grade::Ordinary => 3,
    };
    let severity = severity.to_lowercase();
    let named = WORDS.iter().position(|(_, words)| words.iter().any(|word| severity.contains(word)));
    let kind = ticket_type.to_lowercase();
    let step = usize::from(NO_SERVICE.iter().any(|word| kind.contains(word)));
    WORDS[named.unwrap_or(2).min(of_grade).saturating_sub(step)].0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn severity_type_and_grade_each_raise() {
        assert_eq!(priority("low", "上网慢", Grade::Ordinary), "4");
        assert_eq!(priority("Minor", "上网慢", Grade::Ordinary), "3");
        assert_eq!(priority("随便", "上网慢", Grade::Ordinary), "3");
        assert_eq!(priority("Major", "上网慢", Grade::Ordinary), "2");
        assert_eq!(priority("Major", "无信号", Grade::Ordinary), "1");
        assert_eq!(priority("紧急", "outage", Grade::Ordinary), "1");
        assert_eq!(priority("low", "上网慢", Grade::Critical), "1");
    }
}
