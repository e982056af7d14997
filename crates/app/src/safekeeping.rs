//! Keys, backup and restore: what must survive the loss of a machine.

use std::path::{Path, PathBuf};

use store::{Location, Store};

use crate::desk::DeskError;
use crate::vault::{self, Vault, VaultError};

/// Under which name the store keeps the wrapped data key.
const DATA_KEY: &str = "data_key";
/// Under which name a backup carries the data key.
const BACKUP_KEY: &str = "data_key";

/// Where the key file of a location lies: beside a directory's data; for a server, where `SHOUWEN_KEY_FILE` says or in
/// the account's own configuration, because a database must not hold the key to itself.
pub fn key_path(location: &Location) -> PathBuf {
    if let Some(named) = std::env::var_os("SHOUWEN_KEY_FILE") {
        return PathBuf::from(named);
    }
    match location {
        Location::Directory(directory) => directory.join("vault.key"),
        Location::Postgres(_) => {
            let home = || PathBuf::from(std::env::var_os("HOME").unwrap_or_else(|| ".".into()));
            let named = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from);
            let configuration = named.unwrap_or_else(|| home().join(".config"));
            configuration.join("shouwen").join("vault.key")
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

/// Writes a backup that has proven itself; see [`Store::backup`]. It carries the data key: keep it like the key file.
pub async fn backup(store: &Store, vault: &Vault, file: &Path) -> Result<store::Summary, DeskError> {
    let extra = vec![(BACKUP_KEY.to_owned(), vault.data_key().to_vec())];
    Ok(store.backup(file, extra).await?)
}

/// Restores a backup into an empty location, its data key wrapped under that location's key file. The key file is read
/// first: a store that could not be opened afterwards is not made.
pub async fn restore(file: &Path, location: &Location) -> Result<store::Summary, DeskError> {
    let extra = Store::carried_by(file)?;
    Store::vacant(location, file).await?;
    let plain = extra.iter().find(|(name, _)| name == BACKUP_KEY).map(|(_, bytes)| bytes.as_slice());
    let mut secrets = Vec::new();
    if let Some(plain) = plain {
        let vault = Vault::from_data_key(plain)?;
        let key = vault::key_file(&key_path(location))?;
        secrets.push((DATA_KEY, vault.wrapped(&key)));
    }
    Ok(Store::restore(file, location, &secrets).await?)
}
