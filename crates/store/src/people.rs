//! People, their sessions, and the access tokens of upstream systems. Secrets are kept as hashes only.

use domain::id::{PersonId, TokenId};
use domain::person::{Person, Role};
use domain::time::Timestamp;
use uuid::Uuid;

use crate::db::{Sql, args, retry};
use crate::values::{name_of, named};
use crate::{Error, Result, Store};

/// A session of somebody signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the token the browser holds.
    pub token_hash: [u8; 32],
    /// Whose.
    pub person: PersonId,
    /// When it began.
    pub created: Timestamp,
    /// It ends when unused until then.
    pub idle_until: Timestamp,
    /// It ends then, whatever happens.
    pub expires: Timestamp,
}

/// An access token of an upstream system; the token itself is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Which.
    pub id: TokenId,
    /// The upstream system's name.
    pub name: String,
    /// When it was made.
    pub created: Timestamp,
    /// Since when it is no longer valid.
    pub revoked: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct PersonRow {
    id: Uuid,
    sign_in: String,
    name: String,
    role: String,
    department: String,
    organisation: Option<String>,
    active: bool,
}

impl PersonRow {
    fn read(self) -> Result<Person> {
        let role: Role = named(&self.role, "person", "role", &self.id)?;
        Ok(Person {
            id: PersonId(self.id),
            sign_in: self.sign_in,
            name: self.name,
            role,
            department: self.department,
            organisation: self.organisation,
            active: self.active,
        })
    }
}

#[derive(sqlx::FromRow)]
struct HashRow {
    hash: String,
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    created: i64,
    idle_until: i64,
    expires: i64,
    #[sqlx(flatten)]
    person: PersonRow,
}

#[derive(sqlx::FromRow)]
struct TokenRow {
    id: Uuid,
    name: String,
    created: i64,
    revoked: Option<i64>,
}

impl TokenRow {
    fn read(self) -> Token {
        Token {
            id: TokenId(self.id),
            name: self.name,
            created: Timestamp::from_micros(self.created),
            revoked: self.revoked.map(Timestamp::from_micros),
        }
    }
}

impl Store {
    /// Everybody of the branch, by sign-in name.
    pub async fn people(&self) -> Result<Vec<Person>> {
        let rows: Vec<PersonRow> = self
            .db()
            .all(Sql::with(
                "SELECT id, sign_in, name, role, department, organisation, active FROM person WHERE branch_id = $1 \
                 ORDER BY sign_in",
                args![self.branch().0],
            ))
            .await?;
        rows.into_iter().map(PersonRow::read).collect()
    }

    /// One person.
    pub async fn person(&self, id: PersonId) -> Result<Option<Person>> {
        let row: Option<PersonRow> = self
            .db()
            .one(Sql::with(
                "SELECT id, sign_in, name, role, department, organisation, active FROM person \
                 WHERE branch_id = $1 AND id = $2",
                args![self.branch().0, id.0],
            ))
            .await?;
        row.map(PersonRow::read).transpose()
    }

    /// The person of a sign-in name with the password's hash.
    pub async fn person_by_sign_in(&self, sign_in: &str) -> Result<Option<(Person, String)>> {
        let row: Option<PersonRow> = self
            .db()
            .one(Sql::with(
                "SELECT id, sign_in, name, role, department, organisation, active FROM person \
                 WHERE branch_id = $1 AND sign_in = $2",
                args![self.branch().0, sign_in],
            ))
            .await?;
        let Some(row) = row else { return Ok(None) };
        let person = row.read()?;
        let hash: Option<HashRow> = self
            .db()
            .one(Sql::with(
                "SELECT hash FROM password WHERE branch_id = $1 AND person_id = $2",
                args![self.branch().0, person.id.0],
            ))
            .await?;
        Ok(hash.map(|row| (person, row.hash)))
    }

    /// Enters a person with a password's hash. A sign-in name in use answers [`Error::Duplicate`].
    pub async fn add_person(&self, person: &Person, hash: &str, now: Timestamp) -> Result<()> {
        retry(|| async {
            let mut tx = self.db().write().await?;
            tx.exec(Sql::with(
                "INSERT INTO person (branch_id, id, version, sign_in, name, role, department, organisation, active) \
                 VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8)",
                args![
                    self.branch().0,
                    person.id.0,
                    person.sign_in.as_str(),
                    person.name.as_str(),
                    name_of(&person.role),
                    person.department.as_str(),
                    person.organisation.clone(),
                    person.active
                ],
            ))
            .await?;
            tx.exec(Sql::with(
                "INSERT INTO password (branch_id, person_id, hash, changed) VALUES ($1, $2, $3, $4)",
                args![self.branch().0, person.id.0, hash, now],
            ))
            .await?;
            let proof = "SELECT CAST(1 AS BIGINT) FROM person WHERE branch_id = $1 AND id = $2";
            tx.commit_surely(self.db(), Sql::with(proof, args![self.branch().0, person.id.0])).await
        })
        .await
    }

    /// Changes everything of a person but the id and the password.
    pub async fn update_person(&self, person: &Person) -> Result<()> {
        let changed = self
            .db()
            .exec(Sql::with(
                "UPDATE person SET version = version + 1, sign_in = $3, name = $4, role = $5, department = $6, \
                 organisation = $7, active = $8 WHERE branch_id = $1 AND id = $2",
                args![
                    self.branch().0,
                    person.id.0,
                    person.sign_in.as_str(),
                    person.name.as_str(),
                    name_of(&person.role),
                    person.department.as_str(),
                    person.organisation.clone(),
                    person.active
                ],
            ))
            .await?;
        found(changed)
    }

    /// Sets the hash of a new password.
    pub async fn set_password(&self, id: PersonId, hash: &str, now: Timestamp) -> Result<()> {
        let changed = self
            .db()
            .exec(Sql::with(
                "UPDATE password SET hash = $3, changed = $4 WHERE branch_id = $1 AND person_id = $2",
                args![self.branch().0, id.0, hash, now],
            ))
            .await?;
        found(changed)
    }

    /// Begins a session.
    pub async fn add_session(&self, session: &Session) -> Result<()> {
        self.db()
            .exec(Sql::with(
                // A line that broke after the engine had committed lets this run twice; a token is nobody else's.
                "INSERT INTO session (branch_id, token_hash, person_id, created, idle_until, expires) \
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (branch_id, token_hash) DO NOTHING",
                args![
                    self.branch().0,
                    session.token_hash,
                    session.person.0,
                    session.created,
                    session.idle_until,
                    session.expires
                ],
            ))
            .await
            .map(drop)
    }

    /// The session of a token's hash, and whose it is.
    pub async fn session(&self, token_hash: [u8; 32]) -> Result<Option<(Session, Person)>> {
        let row: Option<SessionRow> = self
            .db()
            .one(Sql::with(
                "SELECT s.created, s.idle_until, s.expires, p.id, p.sign_in, p.name, p.role, p.department, p.organisation, \
                 p.active FROM session s JOIN person p ON p.branch_id = s.branch_id AND p.id = s.person_id \
                 WHERE s.branch_id = $1 AND s.token_hash = $2",
                args![self.branch().0, token_hash],
            ))
            .await?;
        let Some(row) = row else { return Ok(None) };
        let person = row.person.read()?;
        let session = Session {
            token_hash,
            person: person.id,
            created: Timestamp::from_micros(row.created),
            idle_until: Timestamp::from_micros(row.idle_until),
            expires: Timestamp::from_micros(row.expires),
        };
        Ok(Some((session, person)))
    }

    /// A session was used: it idles on from then.
    pub async fn touch_session(&self, token_hash: [u8; 32], idle_until: Timestamp) -> Result<()> {
        self.db()
            .exec(Sql::with(
                "UPDATE session SET idle_until = $3 WHERE branch_id = $1 AND token_hash = $2",
                args![self.branch().0, token_hash, idle_until],
            ))
            .await
            .map(drop)
    }

    /// Ends a session.
    pub async fn end_session(&self, token_hash: [u8; 32]) -> Result<()> {
        self.db()
            .exec(Sql::with(
                "DELETE FROM session WHERE branch_id = $1 AND token_hash = $2",
                args![self.branch().0, token_hash],
            ))
            .await
            .map(drop)
    }

    /// Ends every session of a person, and all that have run out.
    pub async fn end_sessions_of(&self, person: PersonId, now: Timestamp) -> Result<()> {
        self.db()
            .exec(Sql::with(
                "DELETE FROM session WHERE branch_id = $1 AND (person_id = $2 OR expires < $3)",
                args![self.branch().0, person.0, now],
            ))
            .await
            .map(drop)
    }

    /// Keeps the hash of a fresh access token.
    pub async fn add_token(&self, token: &Token, hash: [u8; 32]) -> Result<()> {
        let insert = Sql::with(
            "INSERT INTO token (branch_id, id, name, hash, created, revoked) VALUES ($1, $2, $3, $4, $5, NULL)",
            args![self.branch().0, token.id.0, token.name.as_str(), hash, token.created],
        );
        let proof = "SELECT CAST(1 AS BIGINT) FROM token WHERE branch_id = $1 AND id = $2";
        self.db().exec_surely(insert, Sql::with(proof, args![self.branch().0, token.id.0])).await.map(drop)
    }

    /// Every access token, revoked ones too, oldest first.
    pub async fn tokens(&self) -> Result<Vec<Token>> {
        let rows: Vec<TokenRow> = self
            .db()
            .all(Sql::with(
                "SELECT id, name, created, revoked FROM token WHERE branch_id = $1 ORDER BY created, id",
                args![self.branch().0],
            ))
            .await?;
        Ok(rows.into_iter().map(TokenRow::read).collect())
    }

    /// The access token of that hash.
    pub async fn token(&self, hash: [u8; 32]) -> Result<Option<Token>> {
        let row: Option<TokenRow> = self
            .db()
            .one(Sql::with(
                "SELECT id, name, created, revoked FROM token WHERE branch_id = $1 AND hash = $2",
                args![self.branch().0, hash],
            ))
            .await?;
        Ok(row.map(TokenRow::read))
    }

    /// Revokes the valid tokens of that name; how many there were.
    pub async fn revoke_token(&self, name: &str, now: Timestamp) -> Result<u64> {
        let row = args![self.branch().0, name, now];
        let update = "UPDATE token SET revoked = $3 WHERE branch_id = $1 AND name = $2 AND revoked IS NULL";
        let proof = "SELECT CAST(1 AS BIGINT) FROM token WHERE branch_id = $1 AND name = $2 AND revoked = $3 LIMIT 1";
        self.db().exec_surely(Sql::with(update, row.clone()), Sql::with(proof, row)).await
    }
}

fn found(changed: u64) -> Result<()> {
    if changed == 1 { Ok(()) } else { Err(Error::NotFound) }
}
