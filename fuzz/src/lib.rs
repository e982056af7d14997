//! What the fuzz targets do: the tests of the workspace do the same with the corpora.

pub mod targets;

/// A panic that is caught where it arises, in a library that is guarded, is none of a target's.
pub fn guarded() {
    std::panic::set_hook(Box::new(|panic| eprintln!("{panic}")));
}
