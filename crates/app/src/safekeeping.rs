//! Keys, backup and restore: what must survive the loss of a machine.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use domain::check::Bilingual;
use domain::time::Timestamp;
use store::{Ground, Location, Store};

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

/// Opens the vault of a store, making its keys when the store is fresh. Refuses a store that a move has not ended with: what
/// is written there now would stand in its way.
pub async fn open_vault(store: &Store, location: &Location) -> Result<Vault, DeskError> {
    if store.is_unproven().await? {
        return Err(DeskError::Store(store::Error::Refused(Bilingual::new(
            "这个库是一次未完成的 shouwen move 写下的，尚未核对：请用同样的参数再运行一次 move，或清空它。没有改动任何数据。",
            "this store was written by a move that did not end and is not proven yet: run the same shouwen move again, or empty \
             it. Nothing was changed.",
        ))));
    }
    if let Some(wrapped) = store.secret(DATA_KEY).await? {
        return Ok(Vault::unwrapped(&wrapped, &vault::own_key_file(&key_path(location))?)?);
    }
    let key = vault::key_file(&key_path(location))?;
    let fresh = Vault::fresh();
    store.put_secret_once(DATA_KEY, &fresh.wrapped(&key)).await?;
    // Another node may have been quicker: the stored key is the key.
    let wrapped = store.secret(DATA_KEY).await?.ok_or(VaultError::Damaged)?;
    Ok(Vault::unwrapped(&wrapped, &key)?)
}

/// Held while a service runs on a directory; the operating system lets go of it when the process ends, however it does.
#[derive(Debug)]
pub struct InService(#[expect(dead_code, reason = "held, not read")] Option<File>);

/// Marks a directory as in service. Several services on one directory are possible, if unusual.
pub fn in_service(location: &Location) -> Result<InService, DeskError> {
    let Location::Directory(directory) = location else { return Ok(InService(None)) };
    let path = directory.join(LOCK);
    let failed = |source| DeskError::Store(store::Error::file(&path, source));
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
    match file.try_lock_shared() {
        // A file system without locks cannot tell; then nobody is told either.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(InService(Some(file))),
        Err(TryLockError::WouldBlock) => Err(DeskError::Transient),
    }
}

/// Refuses a directory that a service runs on: what is replaced under it would be answered from memory and half known.
pub fn not_in_service(location: &Location) -> Result<(), DeskError> {
    let Location::Directory(directory) = location else { return Ok(()) };
    let Ok(file) = File::options().write(true).open(directory.join(LOCK)) else { return Ok(()) };
    match file.try_lock() {
        Ok(()) | Err(TryLockError::Error(_)) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(DeskError::Store(store::Error::Refused(Bilingual::new(
            format!("{} 上有服务正在运行：请先停止它。没有改动任何数据。", directory.display()),
            format!("a service runs on {}: stop it first. Nothing was changed.", directory.display()),
        )))),
    }
}

/// The file whose lock says that a service runs.
const LOCK: &str = "shouwen.lock";

/// Under which name the store keeps when it was last backed up.
const LAST_BACKUP: &str = "last_backup";

/// When the store was last backed up, if ever.
pub async fn last_backup(store: &Store) -> Result<Option<Timestamp>, DeskError> {
    let kept = store.setting(LAST_BACKUP).await?;
    Ok(kept.and_then(|value| serde_json::from_value(value).ok()))
}

/// Writes a backup that has proven itself; see [`Store::backup`]. It carries the data key: keep it like the key file.
pub async fn backup(
    store: &Store,
    vault: &Vault,
    file: &Path,
    now: Timestamp,
    tell: &mut store::Tell<'_>,
) -> Result<store::Summary, DeskError> {
    let extra = vec![(BACKUP_KEY.to_owned(), vault.data_key().to_vec())];
    let summary = store.backup(file, extra, tell).await?;
    store.put_setting(LAST_BACKUP, &serde_json::json!(now)).await?;
    Ok(summary)
}

/// Moves a branch to another location, or goes on with a move that was interrupted; its data key is wrapped under that location's key file; see [`Store::move_to`].
pub async fn move_to(from: &Location, to: &Location, tell: &mut store::Tell<'_>) -> Result<store::Moved, DeskError> {
    not_in_service(from)?;
    not_in_service(to)?;
    if from == to {
        return Err(DeskError::Store(store::Error::Refused(Bilingual::new(
            "源与目标是同一个地方，没有可搬的。",
            "source and target are the same place: there is nothing to move.",
        ))));
    }
    let store = Store::open(from).await.map_err(DeskError::Store)?;
    let moved = moved(&store, from, to, tell).await;
    store.close().await;
    moved
}

async fn moved(
    store: &Store,
    from: &Location,
    to: &Location,
    tell: &mut store::Tell<'_>,
) -> Result<store::Moved, DeskError> {
    let vault = open_vault(store, from).await?;
    // A key file is not laid into a place that is somebody else's, nor beside a store whose own one is gone.
    let secrets = match store.ground(to).await? {
        Ground::Arrived => Vec::new(),
        Ground::Vacant | Ground::Unproven => vec![(DATA_KEY, vault.wrapped(&vault::key_file(&key_path(to))?))],
    };
    Ok(store.move_to(to, &secrets, tell).await?)
}

/// Restores a backup into an empty location, its data key wrapped under that location's key file. The key file is read
/// first: a store that could not be opened afterwards is not made.
pub async fn restore(
    file: &Path,
    location: &Location,
    tell: &mut store::Tell<'_>,
) -> Result<store::Summary, DeskError> {
    let extra = Store::carried_by(file)?;
    not_in_service(location)?;
    Store::vacant(location, file).await?;
    let plain = extra.iter().find(|(name, _)| name == BACKUP_KEY).map(|(_, bytes)| bytes.as_slice());
    let mut secrets = Vec::new();
    if let Some(plain) = plain {
        let vault = Vault::from_data_key(plain)?;
        let key = vault::key_file(&key_path(location))?;
        secrets.push((DATA_KEY, vault.wrapped(&key)));
    }
    Ok(Store::restore(file, location, &secrets, tell).await?)
}
