//! Several commands in one transaction, each standing or falling on its own.

use std::collections::HashSet;

use domain::id::ComplaintId;
use uuid::Uuid;

use crate::commit::prepared::Prepared;
use crate::commit::statements;
use crate::db::{Db, Dialect, Tx};
use crate::{Error, Result};

/// How many commands of an import share a transaction: few enough that a clerk's command behind it waits only a moment.
pub(super) const CHUNK: usize = 250;

/// Writes every command into the open transaction, answering in their order. An outer error means the transaction itself
/// is lost.
pub(super) async fn write(tx: &mut Tx, work: &[Prepared]) -> Result<Vec<Result<()>>> {
    let mut answers: Vec<Option<Result<()>>> = work.iter().map(|_| None).collect();
    let new: Vec<&Prepared> = work.iter().filter(|one| one.is_new() && one.is_alone()).collect();
    if new.len() > 1 && !is_disputed(work) && guarded(tx, Step::Insert(&new)).await?.is_ok() {
        for (one, answer) in work.iter().zip(&mut answers) {
            *answer = (one.is_new() && one.is_alone()).then_some(Ok(()));
        }
    }
    let plain = plain_updates(work);
    if plain.len() > 1
        && let Ok(written) = guarded(tx, Step::UpdateAll(&plain)).await?
    {
        for (one, answer) in work.iter().zip(&mut answers) {
            // Of two commands on one complaint the first was tried; whichever was not written is told why below.
            let tried = plain.iter().any(|plain| std::ptr::eq(*plain, one));
            *answer = answer.take().or((tried && written.contains(&one.complaint)).then_some(Ok(())));
        }
    }
    for (at, one) in work.iter().enumerate() {
        if answers[at].is_some() {
            continue;
        }
        answers[at] = Some(guarded(tx, Step::One(one)).await?.map(drop));
    }
    Ok(answers.into_iter().map(|answer| answer.expect("each was written or refused above")).collect())
}

/// Writes commands durably without savepoints, where they are nothing but new complaints or nothing but plain changes of others;
/// on a server as one statement where nothing but rows is to be written, or nothing but what clocks reached told. An error leaves
/// nothing written. Not tried elsewhere.
pub(super) async fn at_once(db: &Db, work: &[Prepared]) -> Option<Result<Vec<Result<()>>>> {
    let all_written = |()| work.iter().map(|_| Ok(())).collect();
    let Some(new) = all_new(work) else {
        let plain = plain_updates(work);
        if plain.len() < work.len() || plain.len() < 2 {
            return None;
        }
        return Some(match told(db, &plain).await {
            Some(moved) => moved.map(|moved| answered(work, &moved)),
            None => changed(db, &plain).await.map(all_written),
        });
    };
    // A file takes a statement for each table: there its rows are made once, below.
    if db.dialect() == Dialect::Postgres
        && let Some(inserts) = statements::nothing_but_rows(&new)
        && let Some(done) = db.insert_at_once(inserts).await
    {
        return Some(done.map(all_written));
    }
    if new.len() > 1 { Some(in_one_transaction(db, &new).await.map(all_written)) } else { None }
}

/// What a tick writes, as one statement; which complaints it moved on. Of the others somebody was quicker.
async fn told(db: &Db, plain: &[&Prepared]) -> Option<Result<HashSet<Uuid>>> {
    if db.dialect() != Dialect::Postgres {
        return None;
    }
    let (moving, inserts) = statements::nothing_but_told(plain)?;
    db.move_at_once(moving, inserts).await
}

fn answered(work: &[Prepared], moved: &HashSet<Uuid>) -> Vec<Result<()>> {
    let answer = |one: &Prepared| if moved.contains(&one.complaint.0) { Ok(()) } else { Err(Error::Conflict) };
    work.iter().map(answer).collect()
}

async fn in_one_transaction(db: &Db, new: &[&Prepared]) -> Result<()> {
    let mut tx = db.write().await?;
    statements::insert(&mut tx, new).await?;
    tx.commit().await
}

async fn changed(db: &Db, plain: &[&Prepared]) -> Result<()> {
    let mut tx = db.write().await?;
    if statements::update_all(&mut tx, plain).await?.len() < plain.len() {
        return Err(Error::Conflict);
    }
    tx.commit().await
}

/// The commands, where each is a new complaint for itself.
fn all_new(work: &[Prepared]) -> Option<Vec<&Prepared>> {
    work.iter().all(|one| one.is_new() && one.is_alone()).then(|| work.iter().collect())
}

/// Commands that change what stands and nothing it is found by, one a complaint, in the order in which rows are locked: what a
/// tick of the service writes, and most of what people do.
fn plain_updates(work: &[Prepared]) -> Vec<&Prepared> {
    let Some(branch) = work.first().map(|one| one.branch) else { return Vec::new() };
    let alone = |one: &Prepared| one.reworded || !one.spots.is_empty() || !one.is_alone();
    let plain = |one: &&Prepared| !one.is_new() && one.branch == branch && !alone(one);
    let mut plain: Vec<&Prepared> = work.iter().filter(plain).collect();
    // The sort keeps the order of arrival, so the first one stays.
    plain.sort_by_key(|one| one.complaint);
    plain.dedup_by_key(|one| one.complaint);
    plain
}

/// Whether a new complaint and a change carry the same submission: then the first of them counts, and order matters.
fn is_disputed(work: &[Prepared]) -> bool {
    let keys =
        |new: bool| work.iter().filter(move |one| one.is_new() == new).filter_map(|one| one.submission.as_deref());
    let changes: HashSet<&str> = keys(false).collect();
    keys(true).any(|key| changes.contains(key))
}

enum Step<'a> {
    Insert(&'a [&'a Prepared]),
    UpdateAll(&'a [&'a Prepared]),
    One(&'a Prepared),
}

/// One step between savepoints: undone alone when it fails. Answers which complaints a step for many has written.
async fn guarded(tx: &mut Tx, step: Step<'_>) -> Result<Result<HashSet<ComplaintId>>> {
    tx.exec("SAVEPOINT one").await?;
    let answer = match step {
        Step::Insert(new) => statements::insert(tx, new).await.map(|()| HashSet::new()),
        Step::UpdateAll(all) => statements::update_all(tx, all).await,
        Step::One(one) => single(tx, one).await.map(|()| HashSet::new()),
    };
    match answer {
        // The engine gave the whole transaction up.
        Err(error @ (Error::Transient(_) | Error::Full(_))) => return Err(error),
        Err(_) => tx.exec("ROLLBACK TO SAVEPOINT one").await?,
        Ok(_) => 0,
    };
    tx.exec("RELEASE SAVEPOINT one").await?;
    Ok(answer)
}

/// One command with all it does to other complaints. What it wrote before it failed is the caller's to undo.
pub(super) async fn single(tx: &mut Tx, one: &Prepared) -> Result<()> {
    // One order of locks for all: two commands that touch the same complaints never wait for each other in a ring.
    let mut all: Vec<&Prepared> = std::iter::once(one).chain(&one.also).collect();
    all.sort_by_key(|one| one.complaint);
    for one in all {
        if one.is_new() {
            statements::insert(tx, &[one]).await?;
        } else {
            statements::update(tx, one).await?;
        }
    }
    Ok(())
}
