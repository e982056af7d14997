//! People, sessions and access tokens.

use std::num::NonZero;
use std::sync::LazyLock;

use domain::access::{self, Permission};
use domain::check::Bilingual;
use domain::id::{PersonId, TokenId};
use domain::person::{Person, Role, Viewer, Who};
use sha2::{Digest, Sha256};
use store::{Session, Token};
use tokio::sync::Semaphore;

use super::{Desk, DeskError};
use crate::clock::{fresh_token, fresh_uuid};
use crate::password;
use crate::post::Post;

/// A session unused for that long ends: 12 hours, a long shift.
const IDLE_SECONDS: i64 = 12 * 3600;
/// A session ends after a week, whatever happens.
const LONGEST_SECONDS: i64 = 7 * 86_400;
/// How often the last use of a session is written down.
const TOUCH_SECONDS: i64 = 60;

/// A person to enter.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// The name typed at sign-in.
    pub sign_in: String,
    /// The name colleagues read.
    pub name: String,
    /// What the person is.
    pub role: Role,
    /// 部门.
    pub department: String,
    /// 外部单位, for contractors.
    pub organisation: Option<String>,
    /// The first password.
    pub password: String,
}

/// Why a person cannot be entered or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PersonRefused {
    /// 2 to 32 letters, digits, dots, dashes or underscores.
    #[error("a sign-in name has 2 to 32 letters, digits, dots, dashes or underscores")]
    SignIn,
    /// The name is taken.
    #[error("this sign-in name is taken")]
    Taken,
    /// No name to call the person by.
    #[error("a name is needed")]
    Name,
    /// The password is too short.
    #[error("a password has at least 10 characters")]
    Password,
    /// A contractor belongs to an organisation.
    #[error("a contractor needs an organisation")]
    Organisation,
    /// No mail address.
    #[error("this is no mail address")]
    Mail,
}

impl PersonRefused {
    /// What is wrong and what to do, in both languages.
    pub fn told(&self) -> Bilingual {
        let zh = match self {
            Self::SignIn => "登录名为 2～32 个字母、数字、点、横线或下划线",
            Self::Taken => "这个登录名已有人使用",
            Self::Name => "要有姓名",
            Self::Password => "密码至少 10 个字符",
            Self::Organisation => "第三方维护人员要写明所属单位",
            Self::Mail => "这不是邮件地址",
        };
        Bilingual::new(zh, self.to_string())
    }
}

impl NewPerson {
    fn checked(&self) -> Result<(), PersonRefused> {
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
        if !(2..=32).contains(&self.sign_in.chars().count()) || !self.sign_in.chars().all(plain) {
            return Err(PersonRefused::SignIn);
        }
        if self.name.trim().is_empty() {
            return Err(PersonRefused::Name);
        }
        if self.role == Role::Contractor && self.organisation.as_deref().is_none_or(|name| name.trim().is_empty()) {
            return Err(PersonRefused::Organisation);
        }
        fit_password(&self.password)
    }
}

/// An address, or nothing: whoever has none is told in the product.
pub(super) fn fit_mail(mail: Option<&str>) -> Result<(), PersonRefused> {
    if mail.is_none_or(Post::is_address) { Ok(()) } else { Err(PersonRefused::Mail) }
}

fn fit_password(password: &str) -> Result<(), PersonRefused> {
    if password.chars().count() < password::SHORTEST { Err(PersonRefused::Password) } else { Ok(()) }
}

impl Desk {
    /// Everybody of the branch.
    pub async fn people(&self) -> Result<Vec<Person>, DeskError> {
        Ok(self.store.people().await?)
    }

    /// Enters a person.
    pub async fn add_person(
        &self,
        viewer: &Viewer,
        new: NewPerson,
    ) -> Result<Result<Person, PersonRefused>, DeskError> {
        allowed(viewer)?;
        if let Err(refused) = new.checked() {
            return Ok(Err(refused));
        }
        let hash = hashed(new.password).await?;
        let person = Person {
            id: PersonId(fresh_uuid(self.now())),
            sign_in: new.sign_in,
            name: new.name.trim().to_owned(),
            role: new.role,
            department: new.department.trim().to_owned(),
            organisation: new.organisation.filter(|name| !name.trim().is_empty()),
            active: true,
        };
        match self.store.add_person(&person, &hash, self.now()).await {
            Ok(()) => {
                self.take_people().await?;
                Ok(Ok(person))
            }
            Err(store::Error::Duplicate(_)) => Ok(Err(PersonRefused::Taken)),
            Err(error) => Err(error.into()),
        }
    }

    /// Sets a new password and ends the person's sessions.
    pub async fn set_password(
        &self,
        viewer: &Viewer,
        id: PersonId,
        password: String,
    ) -> Result<Result<(), PersonRefused>, DeskError> {
        allowed(viewer)?;
        if let Err(refused) = fit_password(&password) {
            return Ok(Err(refused));
        }
        let hash = hashed(password).await?;
        let now = self.now();
        self.store.set_password(id, &hash, now).await?;
        self.store.end_sessions_of(id, now).await?;
        Ok(Ok(()))
    }

    /// Switches a person on or off; switched off, the sessions end at once.
    pub async fn set_active(&self, viewer: &Viewer, id: PersonId, active: bool) -> Result<(), DeskError> {
        allowed(viewer)?;
        let mut person = self.store.person(id).await?.ok_or(DeskError::NotFound)?;
        person.active = active;
        self.store.update_person(&person).await?;
        if !active {
            self.store.end_sessions_of(id, self.now()).await?;
        }
        self.take_people().await
    }

    /// Takes up who is there, where and how each is told, who is on duty and who is away.
    pub(super) async fn take_people(&self) -> Result<(), DeskError> {
        let people = self.store.people().await?;
        self.book.fill(&people, &self.store.reaches().await?);
        self.take_roster(people).await
    }

    /// The person whose name and password these are. Unknown names take as long as known ones.
    pub async fn sign_in(&self, sign_in: &str, password: String) -> Result<Option<Person>, DeskError> {
        let known = self.store.person_by_sign_in(sign_in).await?;
        let hash = known.as_ref().map(|(_, hash)| hash.clone());
        let fits = on_a_core(move || password::fits(&password, hash.as_deref())).await?;
        Ok(known.map(|(person, _)| person).filter(|person| fits && person.active))
    }

    /// Begins a session; the token goes to the browser, only its hash is kept.
    pub async fn begin_session(&self, person: PersonId) -> Result<String, DeskError> {
        let token = fresh_token();
        let now = self.now();
        let session = Session {
            token_hash: hash_token(&token),
            person,
            created: now,
            idle_until: now.plus_seconds(IDLE_SECONDS),
            expires: now.plus_seconds(LONGEST_SECONDS),
        };
        self.store.add_session(&session).await?;
        Ok(token)
    }

    /// Whose session this is, if it still runs.
    pub async fn session(&self, token: &str) -> Result<Option<Viewer>, DeskError> {
        let hash = hash_token(token);
        let Some((session, person)) = self.store.session(hash).await? else { return Ok(None) };
        let now = self.now();
        if !person.active || now > session.idle_until || now > session.expires {
            self.store.end_session(hash).await?;
            return Ok(None);
        }
        let idle_until = now.plus_seconds(IDLE_SECONDS);
        if idle_until.seconds_since(session.idle_until) > TOUCH_SECONDS {
            self.store.touch_session(hash, idle_until).await?;
        }
        Ok(Some(Viewer { branch: self.store.branch(), who: Who::Person(person) }))
    }

    /// Ends a session.
    pub async fn end_session(&self, token: &str) -> Result<(), DeskError> {
        Ok(self.store.end_session(hash_token(token)).await?)
    }

    /// Makes an access token for an upstream system; it is shown this once.
    pub async fn create_token(&self, name: &str) -> Result<String, DeskError> {
        let secret = format!("sw_{}", fresh_token());
        let now = self.now();
        let token = Token { id: TokenId(fresh_uuid(now)), name: name.to_owned(), created: now, revoked: None };
        self.store.add_token(&token, hash_token(&secret)).await?;
        Ok(secret)
    }

    /// Every access token, revoked ones too.
    pub async fn tokens(&self) -> Result<Vec<Token>, DeskError> {
        Ok(self.store.tokens().await?)
    }

    /// Revokes the tokens of that name; the number of those that were valid.
    pub async fn revoke_token(&self, name: &str) -> Result<u64, DeskError> {
        Ok(self.store.revoke_token(name, self.now()).await?)
    }

    /// Whose access token this is, if it is valid.
    pub async fn machine(&self, bearer: &str) -> Result<Option<Viewer>, DeskError> {
        let token = self.store.token(hash_token(bearer)).await?.filter(|token| token.revoked.is_none());
        Ok(token.map(|token| Viewer {
            branch: self.store.branch(),
            who: Who::Machine { token: token.id, name: token.name },
        }))
    }

    /// When a session of this moment ends at the latest: the cookie's life.
    pub const fn longest_session_seconds() -> i64 {
        LONGEST_SECONDS
    }
}

fn allowed(viewer: &Viewer) -> Result<(), DeskError> {
    access::may(viewer, Permission::ManagePeople).then_some(()).ok_or(DeskError::Forbidden)
}

/// As many at a time as the machine has cores, however many desks are open on it.
static CORES: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(cores()));

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}

/// Does slow work on a thread of its own, at most one to a core: whoever sends many passwords at once waits, and neither
/// the memory each takes nor everybody else's answers suffer.
async fn on_a_core<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, DeskError> {
    let core = CORES.acquire().await.map_err(|_| DeskError::Transient)?;
    // Whoever asked may go away; the core is free when the work is done.
    let done = tokio::task::spawn_blocking(move || {
        let _core = core;
        work()
    });
    done.await.map_err(|_| DeskError::Transient)
}

async fn hashed(password: String) -> Result<String, DeskError> {
    on_a_core(move || password::hash(&password)).await
}

/// Only hashes of tokens are stored: a stolen store opens no door.
fn hash_token(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn passwords_are_verified_by_no_more_threads_than_there_are_cores() {
        let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let guesses = (0..4 * cores()).map(|_| {
            let (running, most) = (running.clone(), most.clone());
            tokio::spawn(on_a_core(move || {
                most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                let fits = password::fits("a guess", None);
                running.fetch_sub(1, Ordering::SeqCst);
                fits
            }))
        });
        for guess in guesses.collect::<Vec<_>>() {
            assert!(!guess.await.expect("no panic").expect("verified"));
        }
        assert!((1..=cores()).contains(&most.load(Ordering::SeqCst)), "{most:?}");
    }
}
