//! The corpora of the fuzz targets, through the very functions the targets call: what was once found stays mended.

use std::path::Path;

#[path = "../../../fuzz/src/targets/mod.rs"]
mod targets;

use targets::TARGETS;

#[test]
fn whatever_was_once_sent_is_answered() {
    let mut failed = Vec::new();
    let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    for (name, target) in TARGETS {
        let folder = corpora.join(name);
        let files = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let mut seeds = 0;
        for file in files {
            let path = file.expect("an entry").path();
            let bytes = std::fs::read(&path).expect("a file");
            if std::panic::catch_unwind(|| target(&bytes)).is_err() {
                failed.push(path);
            }
            seeds += 1;
        }
        assert!(seeds >= 3, "{name} has {seeds} seeds");
    }
    assert!(failed.is_empty(), "{failed:?}");
}

#[test]
fn every_corpus_has_its_target_and_every_target_its_program() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
    let names = |folder: &str| {
        let entries =
            std::fs::read_dir(fuzz.join(folder)).expect("a folder").map(|entry| entry.expect("an entry").path());
        let mut names: Vec<_> = entries.filter_map(|path| path.file_stem()?.to_str().map(str::to_owned)).collect();
        names.sort();
        names
    };
    let mut known: Vec<_> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    known.sort();
    assert_eq!(names("corpus"), known);
    assert_eq!(names("fuzz_targets"), known);
}
