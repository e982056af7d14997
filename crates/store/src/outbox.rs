//! The outbox 外发: what goes out is written with what it tells and delivered afterwards, at least once, by its own id.
//!
//! Invariants: a key goes out once; whoever claims holds a lease, so that a killed sender's mail comes back; a sender that
//! has lost its lease settles nothing.

use domain::id::{BranchId, ComplaintId, OutboxId, PersonId};
use domain::post::{Onward, PostKind, PostReach, PostScope, PostState};
use domain::time::Timestamp;
use uuid::Uuid;

use crate::db::{Arg, Dialect, Sql, Tx, args, in_known_sizes, retry};
use crate::values::named;
use crate::{Result, Store};

/// Something to go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Which; stays the same however often it is tried.
    pub id: OutboxId,
    /// By which way.
    pub kind: PostKind,
    /// The complaint it is about.
    pub complaint: Option<ComplaintId>,
    /// Who looks after it when it does not arrive.
    pub owner: Option<PersonId>,
    /// The address; for a webhook the sign-in name of who is to be told.
    pub recipient: String,
    /// The subject.
    pub subject: String,
    /// The text; for a webhook the JSON that is signed and sent.
    pub body: String,
    /// The Message-ID without its brackets: a retry carries the same one.
    pub message_id: String,
    /// Files that go with it.
    pub attachments: Vec<Attachment>,
    /// When it was written.
    pub created: Timestamp,
    /// It is not sent before.
    pub not_before: Timestamp,
    /// What goes out once: the same key again is not written again.
    pub unique_key: String,
}

/// A file that goes with a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its name, as the reader saves it.
    pub name: String,
    /// Its type, `application/pdf`.
    pub media_type: String,
    /// The file.
    pub bytes: Vec<u8>,
}

/// Something of the outbox as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// Which.
    pub id: OutboxId,
    /// By which way.
    pub kind: PostKind,
    /// The complaint it is about.
    pub complaint: Option<ComplaintId>,
    /// Who looks after it when it does not arrive.
    pub owner: Option<PersonId>,
    /// The address; for a webhook a sign-in name.
    pub recipient: String,
    /// The subject.
    pub subject: String,
    /// The Message-ID without its brackets.
    pub message_id: String,
    /// How far it has come.
    pub state: PostState,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried next; while it is being sent, until when its sender holds it.
    pub next_try: Timestamp,
    /// Why it has not arrived, as the other side said.
    pub last_error: Option<String>,
    /// When it was written.
    pub created: Timestamp,
    /// Since when nobody has to do anything for it.
    pub settled: Option<Timestamp>,
}

/// The name and size of an attachment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachmentName {
    /// Which, from 1.
    pub ordinal: u32,
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
}

/// Something claimed to be sent now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// What lists show.
    pub posted: Posted,
    /// The text.
    pub body: String,
    /// Files that go with it.
    pub attachments: Vec<Attachment>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    kind: String,
    complaint_id: Option<Uuid>,
    owner_id: Option<Uuid>,
    recipient: String,
    subject: String,
    message_id: String,
    state: String,
    attempts: i64,
    next_try: i64,
    last_error: Option<String>,
    created: i64,
    settled: Option<i64>,
}

impl Row {
    fn read(self) -> Result<Posted> {
        Ok(Posted {
            kind: named(&self.kind, "outbox", "kind", &self.id)?,
            state: named(&self.state, "outbox", "state", &self.id)?,
            id: OutboxId(self.id),
            complaint: self.complaint_id.map(ComplaintId),
            owner: self.owner_id.map(PersonId),
            recipient: self.recipient,
            subject: self.subject,
            message_id: self.message_id,
            attempts: self.attempts as u32,
            next_try: Timestamp::from_micros(self.next_try),
            last_error: self.last_error,
            created: Timestamp::from_micros(self.created),
            settled: self.settled.map(Timestamp::from_micros),
        })
    }
}

#[derive(sqlx::FromRow)]
struct BodyRow {
    #[sqlx(flatten)]
    row: Row,
    body: String,
}

#[derive(sqlx::FromRow)]
struct FileRow {
    name: String,
    media_type: String,
    body: Vec<u8>,
}

impl FileRow {
    fn read(self) -> Attachment {
        Attachment { name: self.name, media_type: self.media_type, bytes: self.body }
    }
}

const COLUMNS: &str = "SELECT id, kind, complaint_id, owner_id, recipient, subject, message_id, state, attempts, \
    next_try, last_error, created, settled FROM outbox o ";

const INSERT: &str = "INSERT INTO outbox (branch_id, id, kind, complaint_id, owner_id, recipient, subject, body, \
    message_id, state, attempts, next_try, created, unique_key) VALUES ";

/// Writes what goes out into the open transaction. A key that is there already is left as it is.
pub(crate) async fn put(tx: &mut Tx, branch: BranchId, outgoing: &[&Outgoing]) -> Result<()> {
    let (plain, laden): (Vec<&Outgoing>, Vec<&Outgoing>) = outgoing.iter().partition(|one| one.attachments.is_empty());
    for rows in in_known_sizes(tx.dialect(), plain.into_iter().map(|one| row(branch, one)).collect()) {
        tx.exec(insert(rows)).await?;
    }
    for one in laden {
        if tx.exec(insert(vec![row(branch, one)])).await? == 0 {
            continue;
        }
        let mut sql =
            Sql::new("INSERT INTO outbox_attachment (branch_id, outbox_id, ordinal, name, media_type, body) VALUES ");
        sql.bind_rows(one.attachments.iter().zip(1_u32..).map(|(file, ordinal)| {
            args![branch.0, one.id.0, ordinal, file.name.as_str(), file.media_type.as_str(), file.bytes.as_slice()]
        }));
        tx.exec(sql).await?;
    }
    Ok(())
}

fn insert(rows: Vec<Vec<Arg>>) -> Sql {
    let mut sql = Sql::new(INSERT);
    sql.bind_rows(rows);
    sql.push(" ON CONFLICT (branch_id, unique_key) DO NOTHING");
    sql
}

fn row(branch: BranchId, one: &Outgoing) -> Vec<Arg> {
    args![
        branch.0,
        one.id.0,
        one.kind.as_str(),
        one.complaint.map(|id| id.0),
        one.owner.map(|id| id.0),
        one.recipient.as_str(),
        one.subject.as_str(),
        one.body.as_str(),
        one.message_id.as_str(),
        PostState::Waiting.as_str(),
        0_i64,
        one.not_before,
        one.created,
        one.unique_key.as_str()
    ]
}

impl Store {
    /// Puts things into the outbox by themselves: what no commit carries.
    pub async fn enqueue(&self, outgoing: &[Outgoing]) -> Result<()> {
        let outgoing: Vec<&Outgoing> = outgoing.iter().collect();
        retry(|| async {
            let mut tx = self.db().write().await?;
            put(&mut tx, self.branch(), &outgoing).await?;
            tx.commit().await
        })
        .await
    }

    /// Takes what is due to be sent now, the longest due first, and holds it until the lease ends: nobody else gets it
    /// before.
    pub async fn claim_outgoing(&self, now: Timestamp, lease_until: Timestamp, limit: u32) -> Result<Vec<Claimed>> {
        // A claim that finds nothing takes no writer.
        let due: Option<(i64,)> = self
            .db()
            .one(Sql::with(
                "SELECT next_try FROM outbox WHERE branch_id = $1 AND state IN ('waiting', 'sending') \
                 AND next_try <= $2 LIMIT 1",
                args![self.branch().0, now],
            ))
            .await?;
        if due.is_none() {
            return Ok(Vec::new());
        }
        retry(|| async {
            let mut tx = self.db().write().await?;
            let rows: Vec<BodyRow> = tx.all(claim(self.branch(), now, lease_until, limit, tx.dialect())).await?;
            let mut claimed = Vec::with_capacity(rows.len());
            for BodyRow { row, body } in rows {
                let files: Vec<FileRow> = tx
                    .all(Sql::with(
                        "SELECT name, media_type, body FROM outbox_attachment WHERE branch_id = $1 AND outbox_id = $2 \
                         ORDER BY ordinal",
                        args![self.branch().0, row.id],
                    ))
                    .await?;
                let attachments = files.into_iter().map(FileRow::read).collect();
                claimed.push(Claimed { posted: row.read()?, body, attachments });
            }
            tx.commit().await?;
            claimed.sort_by_key(|one| one.posted.created);
            Ok(claimed)
        })
        .await
    }

    /// Writes down how it goes on after a try. Whoever has lost the lease meanwhile gets [`crate::Error::Conflict`].
    pub async fn settle_outgoing(&self, claimed: &Posted, onward: &Onward, now: Timestamp) -> Result<()> {
        let (state, next_try, error, settled) = match onward {
            Onward::Again(at, reason) => (PostState::Waiting, *at, Some(reason.clone()), None),
            Onward::Stands(state, reason) => (*state, now, reason.clone(), (!state.is_trouble()).then_some(now)),
        };
        let sql = Sql::with(
            "UPDATE outbox SET state = $4, next_try = $5, last_error = $6, settled = $7 WHERE branch_id = $1 AND id = $2 \
             AND state = 'sending' AND attempts = $3",
            args![self.branch().0, claimed.id.0, claimed.attempts, state.as_str(), next_try, error, settled],
        );
        changed_one(self.db().exec(sql).await?, crate::Error::Conflict)
    }

    /// The other side tells what became of a mail it had taken over; whether it was one of ours that could still change.
    pub async fn report_outgoing(
        &self,
        message_id: &str,
        state: PostState,
        text: Option<&str>,
        now: Timestamp,
    ) -> Result<bool> {
        let settled = (!state.is_trouble()).then_some(now);
        let changed = self
            .db()
            .exec(Sql::with(
                "UPDATE outbox SET state = $3, last_error = $4, settled = $5 WHERE branch_id = $1 AND message_id = $2 \
                 AND (state IN ('sending', 'sent') OR (state = 'delivered' AND $3 = 'bounced'))",
                args![self.branch().0, message_id, state.as_str(), text, settled],
            ))
            .await?;
        Ok(changed > 0)
    }

    /// The other side tells that a mail is late; the state stays.
    pub async fn delay_outgoing(&self, message_id: &str, text: &str) -> Result<bool> {
        let changed = self
            .db()
            .exec(Sql::with(
                "UPDATE outbox SET last_error = $3 WHERE branch_id = $1 AND message_id = $2 AND state = 'sent'",
                args![self.branch().0, message_id, text],
            ))
            .await?;
        Ok(changed > 0)
    }

    /// Lets something that failed, came back or was kept be tried from the beginning. Out of reach or in another state
    /// answers [`crate::Error::NotFound`].
    pub async fn retry_outgoing(&self, scope: &PostScope, id: OutboxId, now: Timestamp) -> Result<()> {
        let mut sql = Sql::new("UPDATE outbox SET state = 'waiting', attempts = 0, settled = NULL, next_try = ");
        sql.bind(now).push(" WHERE state IN ('failed', 'bounced', 'kept') AND id = ").bind(id.0);
        in_reach(&mut sql, scope);
        changed_one(self.db().exec(sql).await?, crate::Error::NotFound)
    }

    /// Somebody has looked after it otherwise: it is no task any more.
    pub async fn put_aside_outgoing(&self, scope: &PostScope, id: OutboxId, now: Timestamp) -> Result<()> {
        let mut sql = Sql::new("UPDATE outbox SET settled = ");
        sql.bind(now).push(" WHERE state IN ('failed', 'bounced') AND settled IS NULL AND id = ").bind(id.0);
        in_reach(&mut sql, scope);
        changed_one(self.db().exec(sql).await?, crate::Error::NotFound)
    }

    /// What went out, newest first; the page after `before` where it is given.
    pub async fn outgoing_list(
        &self,
        scope: &PostScope,
        state: Option<PostState>,
        before: Option<(Timestamp, OutboxId)>,
        limit: u32,
    ) -> Result<Vec<Posted>> {
        read(self.db().all::<Row>(listed(scope, state, before, limit)).await?)
    }

    /// One of them with its text and the names of its files.
    pub async fn outgoing(
        &self,
        scope: &PostScope,
        id: OutboxId,
    ) -> Result<Option<(Posted, String, Vec<AttachmentName>)>> {
        let mut sql = Sql::new(
            "SELECT id, kind, complaint_id, owner_id, recipient, subject, message_id, state, attempts, next_try, \
             last_error, created, settled, body FROM outbox o WHERE id = ",
        );
        sql.bind(id.0);
        in_reach(&mut sql, scope);
        let Some(BodyRow { row, body }) = self.db().one(sql).await? else { return Ok(None) };
        let names: Vec<(i64, String, i64)> = self
            .db()
            .all(Sql::with(
                "SELECT ordinal, name, CAST(length(body) AS BIGINT) FROM outbox_attachment WHERE branch_id = $1 \
                 AND outbox_id = $2 ORDER BY ordinal",
                args![self.branch().0, id.0],
            ))
            .await?;
        let name = |(ordinal, name, bytes)| AttachmentName { ordinal: ordinal as u32, name, bytes: bytes as u64 };
        Ok(Some((row.read()?, body, names.into_iter().map(name).collect())))
    }

    /// A file that went with it.
    pub async fn outgoing_file(&self, scope: &PostScope, id: OutboxId, ordinal: u32) -> Result<Option<Attachment>> {
        let mut sql = Sql::new(
            "SELECT a.name, a.media_type, a.body FROM outbox o JOIN outbox_attachment a ON a.branch_id = o.branch_id \
             AND a.outbox_id = o.id WHERE o.id = ",
        );
        sql.bind(id.0).push(" AND a.ordinal = ").bind(ordinal);
        in_reach_of(&mut sql, scope, " AND o.branch_id = ", " AND o.owner_id = ");
        Ok(self.db().one::<FileRow>(sql).await?.map(FileRow::read))
    }

    /// What a complaint has sent out, newest first.
    pub async fn outgoing_of(&self, scope: &PostScope, complaint: ComplaintId, limit: u32) -> Result<Vec<Posted>> {
        read(self.db().all::<Row>(of_complaint(scope, complaint, limit)).await?)
    }

    /// What this person has to look after: it failed or came back, and nobody has done anything about it.
    pub async fn troubled_outgoing(&self, owner: PersonId, limit: u32) -> Result<Vec<Posted>> {
        read(self.db().all::<Row>(troubled(self.branch(), owner, limit)).await?)
    }

    /// The last of the keys that begin so, and when it was written: what goes out once a day, say, with the day as its end.
    pub async fn last_outgoing(&self, prefix: &str) -> Result<Option<(String, Timestamp)>> {
        let row: Option<(String, i64)> = self.db().one(last(self.branch(), prefix)).await?;
        Ok(row.map(|(key, created)| (key, Timestamp::from_micros(created))))
    }
}

/// The one statement of a claim: the second of the two places that know the engine.
pub(crate) fn claim(branch: BranchId, now: Timestamp, lease_until: Timestamp, limit: u32, dialect: Dialect) -> Sql {
    let mut sql = Sql::new("UPDATE outbox SET state = 'sending', attempts = attempts + 1, next_try = ");
    sql.bind(lease_until).push(" WHERE branch_id = ").bind(branch.0);
    sql.push(" AND id IN (SELECT id FROM outbox WHERE branch_id = ").bind(branch.0);
    sql.push(" AND state IN ('waiting', 'sending') AND next_try <= ").bind(now);
    sql.push(" ORDER BY next_try LIMIT ").bind(limit);
    sql.push(match dialect {
        Dialect::Sqlite => "",
        Dialect::Postgres => " FOR UPDATE SKIP LOCKED",
    });
    sql.push(
        ") RETURNING id, kind, complaint_id, owner_id, recipient, subject, message_id, state, attempts, next_try, \
         last_error, created, settled, body",
    );
    sql
}

pub(crate) fn listed(
    scope: &PostScope,
    state: Option<PostState>,
    before: Option<(Timestamp, OutboxId)>,
    limit: u32,
) -> Sql {
    let mut sql = Sql::new(COLUMNS);
    sql.push("WHERE branch_id = ").bind(scope.branch().0);
    in_reach(&mut sql, scope);
    if let Some(state) = state {
        sql.push(" AND state = ").bind(state.as_str());
    }
    if let Some((created, id)) = before {
        sql.push(" AND (created, id) < (").bind(created).push(", ").bind(id.0).push(")");
    }
    sql.push(" ORDER BY created DESC, id DESC LIMIT ").bind(limit);
    sql
}

/// The few of a complaint are sorted, by a sum that no index holds: asked for the order of one, a planner walks all that ever
/// went out to find them.
pub(crate) fn of_complaint(scope: &PostScope, complaint: ComplaintId, limit: u32) -> Sql {
    let mut sql = Sql::new(COLUMNS);
    sql.push("WHERE complaint_id = ").bind(complaint.0);
    in_reach(&mut sql, scope);
    sql.push(" ORDER BY created + 0 DESC, id DESC LIMIT ").bind(limit);
    sql
}

pub(crate) fn last(branch: BranchId, prefix: &str) -> Sql {
    Sql::with(
        "SELECT unique_key, created FROM outbox WHERE branch_id = $1 AND unique_key > $2 AND unique_key < $3 \
         ORDER BY unique_key DESC LIMIT 1",
        args![branch.0, prefix, format!("{prefix}~")],
    )
}

pub(crate) fn troubled(branch: BranchId, owner: PersonId, limit: u32) -> Sql {
    let mut sql = Sql::new(COLUMNS);
    sql.push("WHERE branch_id = ").bind(branch.0).push(" AND owner_id = ").bind(owner.0);
    sql.push(" AND state IN ('bounced', 'failed') AND settled IS NULL ORDER BY created DESC, id DESC LIMIT ");
    sql.bind(limit);
    sql
}

fn in_reach(sql: &mut Sql, scope: &PostScope) {
    in_reach_of(sql, scope, " AND branch_id = ", " AND owner_id = ");
}

fn in_reach_of(sql: &mut Sql, scope: &PostScope, branch: &'static str, owner: &'static str) {
    sql.push(branch).bind(scope.branch().0);
    match scope.reach() {
        PostReach::Branch => {}
        PostReach::Own(person) => drop(sql.push(owner).bind(person.0)),
        PostReach::Nothing => drop(sql.push(" AND 1 = 0")),
    }
}

fn read(rows: Vec<Row>) -> Result<Vec<Posted>> {
    rows.into_iter().map(Row::read).collect()
}

fn changed_one(changed: u64, otherwise: crate::Error) -> Result<()> {
    if changed == 1 { Ok(()) } else { Err(otherwise) }
}
