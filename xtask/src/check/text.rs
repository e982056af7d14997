//! What no file may hold.

use super::Source;

/// Longer than a reader finishes in one go.
const LONGEST: usize = 500;

/// Lines that only make sense on the machine they were written on.
pub(super) fn machine_paths(sources: &[Source]) -> Vec<String> {
    // In pieces, so that this file does not break its own rule.
    let banned =
        [["/ro", "ot/"], ["/ho", "me/"], ["/Us", "ers/"], ["/wo", "rk/"], ["C:\\", "Users"]].map(|pair| pair.concat());
    let begins_path =
        |line: &str, at: usize| !line[..at].ends_with(|c: char| c.is_alphanumeric() || "._-/}~".contains(c));
    let names_one =
        |line: &str| banned.iter().any(|path| line.match_indices(path).any(|(at, _)| begins_path(line, at)));
    let mut found = Vec::new();
    for source in sources.iter().filter(|source| !source.path.ends_with("Cargo.lock")) {
        for (number, line) in source.text.lines().enumerate().filter(|(_, line)| names_one(line)) {
            found.push(format!("{}:{}: names a path of one machine: {}", source.path, number + 1, line.trim()));
        }
    }
    found
}

/// npm lock files that record from where each package was downloaded.
pub(super) fn recorded_addresses(sources: &[Source]) -> Vec<String> {
    let locks = sources.iter().filter(|source| source.path.ends_with("package-lock.json"));
    let recorded = locks.filter(|source| source.text.contains("\"resolved\": \"http"));
    recorded
        .map(|source| format!("{}: records download addresses (npm: omit-lockfile-registry-resolved)", source.path))
        .collect()
}

/// Files a reader will not finish.
pub(super) fn too_long(sources: &[Source]) -> Vec<String> {
    let code = sources.iter().filter(|source| source.is(&["rs", "js", "css"]));
    let lengths = code.map(|source| (source, source.text.lines().count()));
    let long = lengths.filter(|(_, lines)| *lines > LONGEST);
    long.map(|(source, lines)| format!("{}: {lines} lines, more than {LONGEST}: split it", source.path)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source { path: path.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn a_home_directory_is_found_and_an_address_is_not() {
        let home = format!("reads {}somebody/data", ["/ho", "me/"].concat());
        assert_eq!(machine_paths(&[source("docs/a.md", &home)]).len(), 1);
        assert!(
            machine_paths(&[source("docs/a.md", &format!("https://example.org{}page", ["/ho", "me/"].concat()))])
                .is_empty()
        );
    }

    #[test]
    fn a_file_of_more_than_five_hundred_lines_is_named() {
        assert!(too_long(&[source("a.rs", &"x\n".repeat(500))]).is_empty());
        assert_eq!(too_long(&[source("a.rs", &"x\n".repeat(501))]).len(), 1);
        assert!(too_long(&[source("a.md", &"x\n".repeat(501))]).is_empty());
    }

    #[test]
    fn a_lock_file_with_addresses_is_named() {
        let lock = source("web/package-lock.json", "\"resolved\": \"https://example.org/x.tgz\"");
        assert_eq!(recorded_addresses(&[lock]).len(), 1);
    }
}
