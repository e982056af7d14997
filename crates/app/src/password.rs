//! Passwords: argon2id, and the same work for names nobody has.

use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};

/// The shortest password taken, in characters.
pub const SHORTEST: usize = 10;

/// Hashes a password, slowly: run it where blocking is allowed.
pub fn hash(password: &str) -> String {
    Argon2::default().hash_password(password.as_bytes()).expect("argon2's own defaults are valid").to_string()
}

/// Whether the password fits the hash. Without a hash the same work is done and the answer is no, so that known and
/// unknown names take the same time.
pub fn fits(password: &str, hash: Option<&str>) -> bool {
    static NOBODY: LazyLock<String> = LazyLock::new(|| self::hash("nobody has this password"));
    let stored = hash.unwrap_or(&NOBODY);
    let fits = PasswordHash::new(stored)
        .is_ok_and(|parsed| Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok());
    fits && hash.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_fits_its_own_hash_and_nobody_has_one_by_default() {
        let stored = hash("correct horse");
        assert!(fits("correct horse", Some(&stored)));
        assert!(!fits("correct house", Some(&stored)));
        assert!(!fits("nobody has this password", None));
        assert!(stored.starts_with("$argon2id$"));
    }
}
