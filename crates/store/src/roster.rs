//! The duty roster: shifts and absences. What overlaps or runs backwards is refused under a lock of the person's own row,
//! so that two who enter at once cannot both succeed.

use domain::id::{AbsenceId, PersonId, ShiftId};
use domain::roster::{Absence, Change, Planned, RosterEntry, RosterRefused, Shift, Signature};
use domain::time::Timestamp;
use uuid::Uuid;

use crate::db::{Arg, Sql, Tx, args, retry};
use crate::values::named;
use crate::{Error, Result, Store};

pub(crate) mod record;

#[derive(sqlx::FromRow)]
struct ShiftRow {
    id: Uuid,
    person_id: Uuid,
    role: String,
    starts: i64,
    ends: i64,
}

impl ShiftRow {
    fn read(self) -> Result<Shift> {
        Ok(Shift {
            id: ShiftId(self.id),
            person: PersonId(self.person_id),
            role: named(&self.role, "duty_shift", "role", &self.id)?,
            from: Timestamp::from_micros(self.starts),
            until: Timestamp::from_micros(self.ends),
        })
    }
}

#[derive(sqlx::FromRow)]
struct AbsenceRow {
    id: Uuid,
    person_id: Uuid,
    starts: i64,
    ends: i64,
    reason: String,
    deputy_id: Option<Uuid>,
}

impl AbsenceRow {
    fn read(self) -> Absence {
        Absence {
            id: AbsenceId(self.id),
            person: PersonId(self.person_id),
            from: Timestamp::from_micros(self.starts),
            until: Timestamp::from_micros(self.ends),
            reason: self.reason,
            deputy: self.deputy_id.map(PersonId),
        }
    }
}

impl Store {
    /// Shifts that hold at any time between two instants, by their beginning.
    pub async fn shifts(&self, from: Timestamp, until: Timestamp) -> Result<Vec<Shift>> {
        let sql = between("SELECT id, person_id, role, starts, ends FROM duty_shift", self.branch().0, from, until);
        let rows: Vec<ShiftRow> = self.db().all(sql).await?;
        rows.into_iter().map(ShiftRow::read).collect()
    }

    /// Absences that hold at any time between two instants, by their beginning.
    pub async fn absences(&self, from: Timestamp, until: Timestamp) -> Result<Vec<Absence>> {
        let select = "SELECT id, person_id, starts, ends, reason, deputy_id FROM absence";
        let rows: Vec<AbsenceRow> = self.db().all(between(select, self.branch().0, from, until)).await?;
        Ok(rows.into_iter().map(AbsenceRow::read).collect())
    }

    /// Puts somebody on duty; refused where the times run backwards or overlap another shift of that person in that role.
    pub async fn add_shift(&self, shift: &Shift, signed: &Signature) -> Result<()> {
        shift.checked().map_err(refused)?;
        let row = args![self.branch().0, shift.id.0, shift.person.0, shift.role.as_str(), shift.from, shift.until];
        retry(|| async {
            let mut tx = self.locked(shift.person).await?;
            let mut sql = overlapping("duty_shift", self.branch().0, shift.person, shift.from, shift.until);
            sql.push(" AND role = ").bind(shift.role.as_str());
            vacant(&mut tx, sql).await?;
            let insert = "INSERT INTO duty_shift (branch_id, id, person_id, role, starts, ends) \
                          VALUES ($1, $2, $3, $4, $5, $6)";
            tx.exec(Sql::with(insert, row.clone())).await?;
            self.recorded(tx, &signed.under(Change::Entered, shift.into())).await
        })
        .await
    }

    /// Enters an absence; refused where the times run backwards or overlap another absence of that person.
    pub async fn add_absence(&self, absence: &Absence, signed: &Signature) -> Result<()> {
        absence.checked().map_err(refused)?;
        let row: Vec<Arg> = args![
            self.branch().0,
            absence.id.0,
            absence.person.0,
            absence.from,
            absence.until,
            absence.reason.as_str(),
            absence.deputy.map(|deputy| deputy.0)
        ];
        retry(|| async {
            let mut tx = self.locked(absence.person).await?;
            let sql = overlapping("absence", self.branch().0, absence.person, absence.from, absence.until);
            vacant(&mut tx, sql).await?;
            let insert = "INSERT INTO absence (branch_id, id, person_id, starts, ends, reason, deputy_id) \
                          VALUES ($1, $2, $3, $4, $5, $6, $7)";
            tx.exec(Sql::with(insert, row.clone())).await?;
            self.recorded(tx, &signed.under(Change::Entered, absence.into())).await
        })
        .await
    }

    /// A shift.
    pub async fn shift(&self, id: ShiftId) -> Result<Option<Shift>> {
        let sql = "SELECT id, person_id, role, starts, ends FROM duty_shift WHERE branch_id = $1 AND id = $2";
        let row: Option<ShiftRow> = self.db().one(Sql::with(sql, args![self.branch().0, id.0])).await?;
        row.map(ShiftRow::read).transpose()
    }

    /// An absence.
    pub async fn absence(&self, id: AbsenceId) -> Result<Option<Absence>> {
        let sql = "SELECT id, person_id, starts, ends, reason, deputy_id FROM absence WHERE branch_id = $1 AND id = $2";
        let row: Option<AbsenceRow> = self.db().one(Sql::with(sql, args![self.branch().0, id.0])).await?;
        Ok(row.map(AbsenceRow::read))
    }

    /// Takes a shift away; [`Error::NotFound`] where it is gone already.
    pub async fn remove_shift(&self, id: ShiftId, signed: &Signature) -> Result<()> {
        let shift = self.shift(id).await?.ok_or(Error::NotFound)?;
        let delete = "DELETE FROM duty_shift WHERE branch_id = $1 AND id = $2";
        self.removed(delete, &signed.under(Change::Removed, Planned::from(&shift))).await
    }

    /// Takes an absence away; [`Error::NotFound`] where it is gone already.
    pub async fn remove_absence(&self, id: AbsenceId, signed: &Signature) -> Result<()> {
        let absence = self.absence(id).await?.ok_or(Error::NotFound)?;
        let delete = "DELETE FROM absence WHERE branch_id = $1 AND id = $2";
        self.removed(delete, &signed.under(Change::Removed, Planned::from(&absence))).await
    }

    /// Of two who take the same away at once one does, and that one is on record.
    async fn removed(&self, sql: &'static str, entry: &RosterEntry) -> Result<()> {
        retry(|| async {
            let mut tx = self.locked(entry.planned.person()).await?;
            if tx.exec(Sql::with(sql, args![self.branch().0, entry.planned.id()])).await? == 0 {
                return Err(Error::NotFound);
            }
            self.recorded(tx, entry).await
        })
        .await
    }

    /// Puts a change on record in the transaction that makes it, and ends that.
    async fn recorded(&self, mut tx: Tx, entry: &RosterEntry) -> Result<()> {
        record::append(&mut tx, self.branch().0, entry).await?;
        let proof = "SELECT CAST(1 AS BIGINT) FROM roster_entry WHERE branch_id = $1 AND id = $2";
        tx.commit_surely(self.db(), Sql::with(proof, args![self.branch().0, entry.id.0])).await
    }

    /// A transaction that holds the person's row: others who enter something of the same person wait.
    async fn locked(&self, person: PersonId) -> Result<Tx> {
        let mut tx = self.db().write().await?;
        let lock = "UPDATE person SET version = version WHERE branch_id = $1 AND id = $2";
        match tx.exec(Sql::with(lock, args![self.branch().0, person.0])).await? {
            0 => Err(refused(RosterRefused::Unknown)),
            _ => Ok(tx),
        }
    }
}

fn refused(refused: RosterRefused) -> Error {
    Error::Refused(refused.told())
}

async fn vacant(tx: &mut Tx, sql: Sql) -> Result<()> {
    let found: Vec<(Uuid,)> = tx.all(sql).await?;
    if found.is_empty() { Ok(()) } else { Err(refused(RosterRefused::Overlaps)) }
}

fn overlapping(table: &'static str, branch: Uuid, person: PersonId, from: Timestamp, until: Timestamp) -> Sql {
    let mut sql = Sql::new("SELECT id FROM ");
    sql.push(table).push(" WHERE branch_id = ").bind(branch).push(" AND person_id = ").bind(person.0);
    sql.push(" AND ends > ").bind(from).push(" AND starts < ").bind(until);
    sql
}

/// What holds at any time between two instants.
pub(crate) fn between(select: &'static str, branch: Uuid, from: Timestamp, until: Timestamp) -> Sql {
    let mut sql = Sql::new(select);
    sql.push(" WHERE branch_id = ").bind(branch).push(" AND ends > ").bind(from).push(" AND starts < ").bind(until);
    sql.push(" ORDER BY starts, id");
    sql
}
