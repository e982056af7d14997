//! Phones and names at rest: encrypted, with a keyed hash for equality (domain.md §11, P-4).
//!
//! Two keys: the *data key* seals values and lies in the store wrapped by the *key file*, which lies beside the data
//! and never in it. A stolen database opens nothing; a backup carries the data key and is as secret as the key file.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use domain::check::Bilingual;
use domain::contact::{Msisdn, Sealed, mask_name};
use hmac::{Hmac, Mac};
use rand::RngExt;
use sha2::Sha256;
use zeroize::Zeroizing;

/// Why the vault does not open.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The key file cannot be read or written.
    #[error("key file {path}: {source}")]
    KeyFile {
        /// Where it was looked for.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The key file does not fit the store: it is another installation's, or was replaced.
    #[error(
        "the key file does not open this store: put the store's own key file back, or name it with SHOUWEN_KEY_FILE"
    )]
    WrongKey,
    /// A sealed value does not open: it was damaged.
    #[error("a sealed value does not open: it was damaged or sealed under another key")]
    Damaged,
}

impl VaultError {
    /// What happened and what to do next, in both languages.
    pub fn told(&self) -> Bilingual {
        let zh = match self {
            Self::KeyFile { path, source } if source.kind() == std::io::ErrorKind::NotFound => format!(
                "找不到密钥文件 {}：请放回这个库自己的密钥文件，或用 SHOUWEN_KEY_FILE 指明它在哪里",
                path.display()
            ),
            Self::KeyFile { path, source } => format!("密钥文件 {}：{source}", path.display()),
            Self::WrongKey => {
                "密钥文件打不开这个库：请放回这个库自己的密钥文件，或用 SHOUWEN_KEY_FILE 指明它在哪里".to_owned()
            }
            Self::Damaged => "密封的内容打不开：它已损坏，或是用另一把密钥密封的".to_owned(),
        };
        Bilingual::new(zh, self.to_string())
    }
}

/// 32 secret bytes, wiped when dropped.
pub type Secret = Zeroizing<[u8; 32]>;

/// Seals and opens phones and names.
pub struct Vault {
    cipher: ChaCha20Poly1305,
    hash_key: Secret,
    data_key: Secret,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault")
    }
}

impl Vault {
    /// The vault of a data key.
    pub fn new(data_key: Secret) -> Self {
        let cipher = ChaCha20Poly1305::new(&Key::from(*derive(&data_key, b"seal")));
        Self { cipher, hash_key: derive(&data_key, b"digest"), data_key }
    }

    /// A vault with a fresh data key.
    pub fn fresh() -> Self {
        Self::new(random())
    }

    /// The data key wrapped for the store.
    pub fn wrapped(&self, key: &Secret) -> Vec<u8> {
        encrypt(&ChaCha20Poly1305::new(&Key::from(**key)), &self.data_key[..], b"data key")
    }

    /// The vault whose data key was wrapped under this key file.
    pub fn unwrapped(wrapped: &[u8], key: &Secret) -> Result<Self, VaultError> {
        let plain =
            decrypt(&ChaCha20Poly1305::new(&Key::from(**key)), wrapped, b"data key").ok_or(VaultError::WrongKey)?;
        Self::from_data_key(&plain)
    }

    /// The data key in clear: a backup carries it, so that it can be restored beside another key file.
    pub fn data_key(&self) -> &[u8] {
        &self.data_key[..]
    }

    /// The vault of a data key read from a backup.
    pub fn from_data_key(plain: &[u8]) -> Result<Self, VaultError> {
        let bytes: [u8; 32] = plain.try_into().map_err(|_| VaultError::Damaged)?;
        Ok(Self::new(Zeroizing::new(bytes)))
    }

    /// Seals a phone.
    pub fn seal_phone(&self, phone: &Msisdn) -> Sealed {
        self.seal(phone.reveal(), phone.masked(), b"phone")
    }

    /// Seals a name.
    pub fn seal_name(&self, name: &str) -> Sealed {
        self.seal(name.trim(), mask_name(name), b"name")
    }

    /// Opens a sealed phone or name.
    pub fn open(&self, sealed: &Sealed) -> Result<String, VaultError> {
        let bytes = BASE64.decode(&sealed.cipher).map_err(|_| VaultError::Damaged)?;
        let plain = decrypt(&self.cipher, &bytes, b"value").ok_or(VaultError::Damaged)?;
        String::from_utf8(plain.to_vec()).map_err(|_| VaultError::Damaged)
    }

    /// Seals a file for as long as it lies in the store.
    pub fn seal_file(&self, plain: &[u8]) -> Vec<u8> {
        encrypt(&self.cipher, plain, b"file")
    }

    /// Opens a sealed file.
    pub fn open_file(&self, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        decrypt(&self.cipher, sealed, b"file").map(|plain| plain.to_vec()).ok_or(VaultError::Damaged)
    }

    /// The keyed hash by which equal phones are found.
    pub fn phone_digest(&self, phone: &Msisdn) -> String {
        self.digest(phone.reveal(), b"phone")
    }

    /// Search tokens of a phone: its whole and its last 4, 6 and 8 digits, each hashed, so that the index tells nothing.
    /// Whoever may ask for more than four digits may ask for all of them: see [`crate::desk::Desk::search`].
    pub fn phone_tokens(&self, phone: &str) -> Vec<String> {
        let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
        let mut tokens = vec![self.tail_token(&digits)];
        for length in [4, 6, 8] {
            if digits.len() > length {
                tokens.push(self.tail_token(&digits[digits.len() - length..]));
            }
        }
        tokens
    }

    /// The search token of digits somebody typed.
    pub fn tail_token(&self, digits: &str) -> String {
        format!("t{}", &self.digest(digits, b"tail")[..16])
    }

    /// Signs what leaves the house and comes back: a cookie, say. In hex.
    pub fn sign(&self, text: &str) -> String {
        self.digest(text, b"signature")
    }

    /// Whether the text was signed here.
    pub fn signed(&self, text: &str, signature: &str) -> bool {
        hex::decode(signature).is_ok_and(|bytes| self.mac(text, b"signature").verify_slice(&bytes).is_ok())
    }

    fn seal(&self, value: &str, masked: String, kind: &[u8]) -> Sealed {
        let cipher = BASE64.encode(encrypt(&self.cipher, value.as_bytes(), b"value"));
        Sealed { cipher, digest: self.digest(value, kind), masked }
    }

    fn digest(&self, value: &str, kind: &[u8]) -> String {
        hex::encode(self.mac(value, kind).finalize().into_bytes())
    }

    fn mac(&self, value: &str, kind: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.hash_key[..]).expect("HMAC takes keys of any length");
        mac.update(kind);
        mac.update(&[0]);
        mac.update(value.as_bytes());
        mac
    }
}

/// Reads the key file of a store that has one: a fresh key in its place would open nothing and hide that it is gone.
pub fn own_key_file(path: &Path) -> Result<Secret, VaultError> {
    match fs::metadata(path) {
        Ok(_) => key_file(path),
        Err(source) => Err(VaultError::KeyFile { path: path.to_owned(), source }),
    }
}

/// Reads the key file, or makes one that only its owner may read.
pub fn key_file(path: &Path) -> Result<Secret, VaultError> {
    let failed = |source| VaultError::KeyFile { path: path.to_owned(), source };
    match fs::read(path) {
        Ok(bytes) => {
            let bytes: [u8; 32] = bytes.try_into().map_err(|_| VaultError::WrongKey)?;
            Ok(Zeroizing::new(bytes))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let key = random();
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent).map_err(failed)?;
            }
            match new_private(path).and_then(|mut file| file.write_all(&key[..]).and_then(|()| file.sync_all())) {
                Ok(()) => Ok(key),
                // Another process was quicker: its key is the key.
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => key_file(path),
                Err(source) => Err(failed(source)),
            }
        }
        Err(source) => Err(failed(source)),
    }
}

fn new_private(path: &Path) -> std::io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

fn random() -> Secret {
    Zeroizing::new(rand::rng().random())
}

fn derive(key: &Secret, purpose: &[u8]) -> Secret {
    let mut mac = Hmac::<Sha256>::new_from_slice(&key[..]).expect("HMAC takes keys of any length");
    mac.update(purpose);
    Zeroizing::new(mac.finalize().into_bytes().into())
}

fn encrypt(cipher: &ChaCha20Poly1305, plain: &[u8], purpose: &[u8]) -> Vec<u8> {
    let nonce: [u8; 12] = rand::rng().random();
    let sealed = cipher
        .encrypt(&Nonce::from(nonce), Payload { msg: plain, aad: purpose })
        .expect("values are far below the cipher's limit of 256 GiB");
    [&nonce[..], &sealed].concat()
}

fn decrypt(cipher: &ChaCha20Poly1305, bytes: &[u8], purpose: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, sealed) = bytes.split_first_chunk::<12>()?;
    cipher.decrypt(&Nonce::from(*nonce), Payload { msg: sealed, aad: purpose }).ok().map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_phone_opens_under_its_own_key_only() {
        let phone: Msisdn = "19900001234".parse().expect("a phone");
        let vault = Vault::fresh();
        let (one, two) = (vault.seal_phone(&phone), vault.seal_phone(&phone));
        assert_ne!(one.cipher, two.cipher, "equal values must not look equal");
        assert_eq!(one.digest, two.digest, "equal values must be found");
        assert_eq!(vault.open(&one).expect("opens"), "19900001234");
        assert!(Vault::fresh().open(&one).is_err());
        assert!(!serde_json::to_string(&one).expect("JSON").contains("19900001234"));
    }

    #[test]
    fn the_store_holds_the_data_key_wrapped() {
        let folder = tempfile::tempdir().expect("a folder");
        let key = key_file(&folder.path().join("key")).expect("a key");
        let again = key_file(&folder.path().join("key")).expect("the same key");
        let vault = Vault::fresh();
        let sealed = vault.seal_name("王小明");
        let wrapped = vault.wrapped(&key);
        assert_eq!(Vault::unwrapped(&wrapped, &again).expect("opens").open(&sealed).expect("opens"), "王小明");
        let other = key_file(&folder.path().join("other")).expect("another key");
        assert!(matches!(Vault::unwrapped(&wrapped, &other), Err(VaultError::WrongKey)));
    }

    #[test]
    fn a_signature_holds_for_its_text_and_vault_only() {
        let vault = Vault::fresh();
        let signature = vault.sign("a text");
        assert!(vault.signed("a text", &signature));
        assert!(!vault.signed("another", &signature) && !Vault::fresh().signed("a text", &signature));
        assert!(
            !vault.signed("a text", "") && !vault.signed("a text", &signature[..8]) && !vault.signed("a text", "号")
        );
    }

    #[test]
    fn a_tail_somebody_types_finds_the_phone() {
        let vault = Vault::fresh();
        let tokens = vault.phone_tokens("19900001234");
        assert!(tokens.contains(&vault.tail_token("1234")) && tokens.contains(&vault.tail_token("19900001234")));
        assert!(!tokens.contains(&vault.tail_token("234")));
    }
}
