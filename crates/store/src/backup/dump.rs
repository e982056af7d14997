//! Writing a table's rows down: whoever reads them does not wait for those who make lines of them, on every core.

use futures::{StreamExt, TryStreamExt};
use rayon::prelude::*;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::digest::TableDigest;
use super::far::Far;
use super::file::Writing;
use super::line;
use crate::db::{Arg, Tx};
use crate::tables::Table;
use crate::{Error, Result};

/// Rows written down together.
const TOGETHER: usize = 1_024;
/// Of those, how many wait at most.
const AHEAD: usize = 2;

/// Writes every row of a table into a file, which is handed back.
pub(super) async fn into_file(
    tx: &mut Tx,
    table: &Table,
    branch: Uuid,
    out: Writing,
    far: &mut Far<'_>,
) -> Result<(TableDigest, Writing)> {
    each(tx, table, branch, far, (TableDigest::default(), out), |(digest, out), lines| {
        lines.iter().try_for_each(|(text, of)| {
            digest.add(*of);
            out.row(text)
        })
    })
    .await
}

/// Count and digest of a table, written nowhere.
pub(super) async fn digest(tx: &mut Tx, table: &Table, branch: Uuid, far: &mut Far<'_>) -> Result<TableDigest> {
    each(tx, table, branch, far, TableDigest::default(), |digest, lines| {
        for (_, of) in lines {
            digest.add(of);
        }
        Ok(())
    })
    .await
}

type Lines = Vec<(Vec<u8>, TableDigest)>;

/// Hands over every row of a table as a line, in their order.
async fn each<T: Send + 'static>(
    tx: &mut Tx,
    table: &Table,
    branch: Uuid,
    far: &mut Far<'_>,
    mut into: T,
    mut take: impl FnMut(&mut T, Lines) -> Result<()> + Send + 'static,
) -> Result<T> {
    let (sender, mut receiver) = mpsc::channel::<Vec<Vec<Arg>>>(AHEAD);
    let writing = tokio::task::spawn_blocking(move || {
        while let Some(rows) = receiver.blocking_recv() {
            take(&mut into, rows.par_iter().with_min_len(TOGETHER / 16).map(|row| line(row)).collect())?;
        }
        Ok(into)
    });
    let read = read(tx, table, branch, far, sender).await;
    let written = writing.await.map_err(|error| Error::Transient(error.to_string()))?;
    read.and(written)
}

fn line(row: &[Arg]) -> (Vec<u8>, TableDigest) {
    let text = line::row(row);
    let digest = TableDigest::of(&text);
    (text, digest)
}

async fn read(
    tx: &mut Tx,
    table: &Table,
    branch: Uuid,
    far: &mut Far<'_>,
    sender: mpsc::Sender<Vec<Vec<Arg>>>,
) -> Result<()> {
    let kinds = table.kinds();
    let mut rows = tx.rows(table.select(branch), &kinds).try_chunks(TOGETHER);
    while let Some(some) = rows.next().await {
        let some = some.map_err(|error| error.1)?;
        let more = some.len();
        // Whoever does not take them any more says why.
        if sender.send(some).await.is_err() {
            break;
        }
        far.on(more);
    }
    Ok(())
}
