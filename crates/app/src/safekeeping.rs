//! Keys, backup and restore: what must survive the loss of a machine.

use std::path::PathBuf;

use store::{Location, Store};

use crate::desk::DeskError;
use crate::vault::{self, Vault, VaultError};

/// Under which name the store keeps the wrapped data key.
const DATA_KEY: &str = "data_key";

/// Where the key file of a location lies: beside a directory's data; for a server, where `SHOUWEN_KEY_FILE` says or in
/// the account's own configuration, because a database must not hold the key to itself.
pub fn key_path(location: &Location) -> PathBuf {
    if let Some(named) = std::env::var_os("SHOUWEN_KEY_FILE") {
        return PathBuf::from(named);
    }
    match location {
        Location::Directory(directory) => directory.join("vault.key"),
        Location::Postgres(_) => {
            let home = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).unwrap_or_else(|| {
                PathBuf::from(std::env::var_os("HOME").unwrap_or_else(|| ".".into())).join(".config")
            });
            home.join("shouwen").join("vault.key")
        }
    }
}

/// Opens the vault of a store, making its keys when the store is fresh.
pub async fn open_vault(store: &Store, location: &Location) -> Result<Vault, DeskError> {
    let key = vault::key_file(&key_path(location))?;
    if let Some(wrapped) = store.secret(DATA_KEY).await? {
        return Ok(Vault::unwrapped(&wrapped, &key)?);
    }
    let fresh = Vault::fresh();
    store.put_secret_once(DATA_KEY, &fresh.wrapped(&key)).await?;
    // Another node may have been quicker: the stored key is the key.
    let wrapped = store.secret(DATA_KEY).await?.ok_or(VaultError::Damaged)?;
    Ok(Vault::unwrapped(&wrapped, &key)?)
}
