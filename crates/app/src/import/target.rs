//! Whom a fact is about: whatever names of the element its source gives.

use ran::fact::Target;
use sha2::{Digest, Sha256};

use super::row::Cells;

/// The columns a fact names its element by; absent ones are given as the column that certainly is blank.
pub(super) struct Names<F> {
    /// Cell or repeater id.
    pub(super) element: F,
    /// Its name.
    pub(super) element_name: F,
    /// Number of the cell at its base station.
    pub(super) local: F,
    /// Site or base station id.
    pub(super) site: F,
    /// Its name.
    pub(super) site_name: F,
    /// A managed object that may be any of these, also `name(id)`.
    pub(super) object: F,
}

/// Everything the row says about its element; `None` where it says nothing.
pub(super) fn target<F: Into<usize> + Copy>(row: &Cells<'_>, names: &Names<F>) -> Option<Target> {
    let mut target = Target {
        element: row.id(names.element),
        element_name: row.id(names.element_name),
        site: row.id(names.site),
        site_name: row.id(names.site_name),
    };
    if let (None, Some(site), Some(local)) = (&target.element, &target.site, row.id(names.local)) {
        let numbers = [site, &local].iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()));
        target.element = Some(if numbers { format!("{site}_{local}") } else { local });
    } else if target.element.is_none() {
        target.element = row.id(names.local);
    }
    if let Some(object) = row.id(names.object) {
        place_object(&mut target, &object);
    }
    for name in [&mut target.site_name, &mut target.element_name] {
        if let Some((bare, id)) = name.as_deref().and_then(bracketed) {
            target.site.get_or_insert(id);
            *name = Some(bare);
        }
    }
    (target != Target::default()).then_some(target)
}

/// `name(123456)` names a site; a bare object, where nothing else is known, is looked for under every name.
fn place_object(target: &mut Target, object: &str) {
    if let Some((name, id)) = bracketed(object) {
        target.site.get_or_insert(id);
        target.site_name.get_or_insert(name);
    } else if *target == Target::default() {
        target.element = Some(object.to_owned());
    }
}

/// `杨梅茶山(503179)` is the name and the id in its brackets.
fn bracketed(text: &str) -> Option<(String, String)> {
    let body = text.strip_suffix([')', '）'])?;
    let at = body.rfind(['(', '（'])?;
    let id = body[at..].trim_start_matches(['(', '（']).trim();
    let name = body[..at].trim();
    (!name.is_empty() && !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit()))
        .then(|| (name.to_owned(), id.to_owned()))
}

/// A stable id for a fact whose source gives none, so that the same row again is the same fact.
pub(super) fn made_id(target: &Target, parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    let names = [&target.element, &target.element_name, &target.site, &target.site_name];
    for part in names.into_iter().map(|name| name.as_deref().unwrap_or_default()).chain(parts.iter().copied()) {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    format!("auto-{}", &hex::encode(hash.finalize())[..20])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bracket_holds_the_site() {
        assert_eq!(bracketed("杨梅茶山(503179)"), Some(("杨梅茶山".to_owned(), "503179".to_owned())));
        assert_eq!(bracketed("桂城一局（551707）"), Some(("桂城一局".to_owned(), "551707".to_owned())));
        assert_eq!(bracketed("R8862A S1800(A4A)"), None);
        assert_eq!(bracketed("(5)"), None);
    }

    #[test]
    fn made_ids_tell_facts_apart() {
        let one = Target { site: Some("1".into()), ..Target::default() };
        assert_eq!(made_id(&one, &["a", "b"]), made_id(&one, &["a", "b"]));
        assert_ne!(made_id(&one, &["a", "b"]), made_id(&one, &["ab", ""]));
    }
}
