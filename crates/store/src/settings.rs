//! Settings of the branch, wrapped secrets, and the city's gazetteer.

use domain::id::BranchId;
use serde_json::Value;

use crate::db::{Sql, args, retry};
use crate::values::document;
use crate::{Result, Store};

/// Places to a statement when the gazetteer is filled.
const PLACES_A_STATEMENT: usize = 200;

/// A place of the gazetteer 地名.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, sqlx::FromRow)]
pub struct GazetteerPlace {
    /// What it is called.
    pub name: String,
    /// Its address.
    pub address: String,
    /// The district it lies in.
    pub district: String,
    /// WGS-84, degrees east.
    pub lon: f64,
    /// WGS-84, degrees north.
    pub lat: f64,
}

#[derive(sqlx::FromRow)]
struct BodyRow {
    body: Vec<u8>,
}

#[derive(sqlx::FromRow)]
struct TextRow {
    body: String,
}

impl Store {
    /// A secret, wrapped by a key the store does not hold.
    pub async fn secret(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let row: Option<BodyRow> = self
            .db()
            .one(Sql::with("SELECT body FROM secret WHERE branch_id = $1 AND name = $2", args![self.branch().0, name]))
            .await?;
        Ok(row.map(|row| row.body))
    }

    /// Keeps a secret, replacing an earlier one.
    pub async fn put_secret(&self, name: &str, body: &[u8]) -> Result<()> {
        self.db()
            .exec(Sql::with(
                "INSERT INTO secret (branch_id, name, body) VALUES ($1, $2, $3) \
                 ON CONFLICT (branch_id, name) DO UPDATE SET body = excluded.body",
                args![self.branch().0, name, body],
            ))
            .await
            .map(drop)
    }

    /// Keeps a secret unless there is one: of two nodes that start at once, the first one's stands.
    pub async fn put_secret_once(&self, name: &str, body: &[u8]) -> Result<()> {
        self.db()
            .exec(Sql::with(
                "INSERT INTO secret (branch_id, name, body) VALUES ($1, $2, $3) ON CONFLICT (branch_id, name) DO NOTHING",
                args![self.branch().0, name, body],
            ))
            .await
            .map(drop)
    }

    /// A setting.
    pub async fn setting(&self, name: &str) -> Result<Option<Value>> {
        let row: Option<TextRow> = self
            .db()
            .one(Sql::with("SELECT body FROM setting WHERE branch_id = $1 AND name = $2", args![self.branch().0, name]))
            .await?;
        row.map(|row| document(&row.body, "setting", "body", &name)).transpose()
    }

    /// Keeps a setting, replacing an earlier one.
    pub async fn put_setting(&self, name: &str, body: &Value) -> Result<()> {
        self.db()
            .exec(Sql::with(
                "INSERT INTO setting (branch_id, name, body) VALUES ($1, $2, $3) \
                 ON CONFLICT (branch_id, name) DO UPDATE SET body = excluded.body",
                args![self.branch().0, name, body.to_string()],
            ))
            .await
            .map(drop)
    }

    /// Adds places to the gazetteer; those it has stay.
    pub async fn add_places(&self, places: &[GazetteerPlace]) -> Result<()> {
        retry(|| async {
            let mut tx = self.db().write().await?;
            for chunk in places.chunks(PLACES_A_STATEMENT) {
                let mut sql = Sql::new("INSERT INTO gazetteer (branch_id, name, address, district, lon, lat) VALUES ");
                sql.bind_rows(chunk.iter().map(|place| {
                    args![
                        self.branch().0,
                        place.name.as_str(),
                        place.address.as_str(),
                        place.district.as_str(),
                        place.lon,
                        place.lat
                    ]
                }));
                sql.push(" ON CONFLICT (branch_id, name, address, district) DO NOTHING");
                tx.exec(sql).await?;
            }
            tx.commit().await
        })
        .await
    }

    /// Places whose name or address holds every word of the text; names that begin with it come first.
    pub async fn places(&self, text: &str, limit: u32) -> Result<Vec<GazetteerPlace>> {
        if text.trim().is_empty() {
            return Ok(Vec::new());
        }
        self.db().all(places(self.branch(), text, limit)).await
    }
}

/// Looks through the whole gazetteer of the branch: a city's, some thousand places that do not grow with the record.
pub(crate) fn places(branch: BranchId, text: &str, limit: u32) -> Sql {
    let mut sql = Sql::new("SELECT name, address, district, lon, lat FROM gazetteer WHERE branch_id = ");
    sql.bind(branch.0);
    for word in text.split_whitespace().map(like) {
        sql.push(" AND (name LIKE ").bind(format!("%{word}%")).push(" ESCAPE '!' OR address LIKE ");
        sql.bind(format!("%{word}%")).push(" ESCAPE '!')");
    }
    sql.push(" ORDER BY CASE WHEN name LIKE ").bind(format!("{}%", like(text.trim())));
    sql.push(" ESCAPE '!' THEN 0 ELSE 1 END, length(name), name, address LIMIT ").bind(limit);
    sql
}

/// The text as a literal part of a LIKE pattern.
fn like(text: &str) -> String {
    text.replace('!', "!!").replace('%', "!%").replace('_', "!_")
}
