//! Where and how people are told besides in the product: mail addresses and choices.

use domain::id::PersonId;
use domain::post::Choice;
use uuid::Uuid;

use crate::db::{Sql, args};
use crate::values::document;
use crate::{Result, Store};

/// Where and how one person is told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reach {
    /// The mail address, where one is on record.
    pub mail: Option<String>,
    /// What the person chose; the default where nobody has.
    pub choice: Choice,
}

#[derive(sqlx::FromRow)]
struct Row {
    person_id: Uuid,
    mail: Option<String>,
    choice: Option<String>,
}

impl Row {
    fn read(self) -> Result<(PersonId, Reach)> {
        let choice = self.choice.map(|text| document(&text, "person_reach", "choice", &self.person_id)).transpose()?;
        Ok((PersonId(self.person_id), Reach { mail: self.mail, choice: choice.unwrap_or_default() }))
    }
}

impl Store {
    /// Everybody of whom something is on record here.
    pub async fn reaches(&self) -> Result<Vec<(PersonId, Reach)>> {
        let rows: Vec<Row> = self
            .db()
            .all(Sql::with(
                "SELECT person_id, mail, choice FROM person_reach WHERE branch_id = $1",
                args![self.branch().0],
            ))
            .await?;
        rows.into_iter().map(Row::read).collect()
    }

    /// Sets or removes a person's mail address.
    pub async fn put_mail(&self, person: PersonId, mail: Option<&str>) -> Result<()> {
        self.db()
            .exec(Sql::with(
                "INSERT INTO person_reach (branch_id, person_id, mail) VALUES ($1, $2, $3) \
                 ON CONFLICT (branch_id, person_id) DO UPDATE SET mail = excluded.mail",
                args![self.branch().0, person.0, mail],
            ))
            .await
            .map(drop)
    }

    /// Keeps what a person chose.
    pub async fn put_choice(&self, person: PersonId, choice: &Choice) -> Result<()> {
        let choice = serde_json::to_string(choice).expect("a choice has string keys and no failing serialiser");
        self.db()
            .exec(Sql::with(
                "INSERT INTO person_reach (branch_id, person_id, choice) VALUES ($1, $2, $3) \
                 ON CONFLICT (branch_id, person_id) DO UPDATE SET choice = excluded.choice",
                args![self.branch().0, person.0, choice],
            ))
            .await
            .map(drop)
    }
}
