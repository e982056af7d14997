//! Path loss and antenna pattern: the level an element gives at a place.

use serde::{Deserialize, Serialize};

/// The constants of the model, per environment. Reads and writes as TOML; `Default` is what ships.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Model {}
