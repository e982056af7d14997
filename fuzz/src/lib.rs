//! What the fuzz targets do: the tests of the workspace do the same with the corpora.

pub mod targets;
