//! Reading a backup beside whoever puts its rows back: unpacking, taking lines apart and hashing them take as long as that does.

use std::path::Path;

use rayon::prelude::*;
use tokio::sync::mpsc;

use super::digest::TableDigest;
use super::file;
use super::line::{self, Line, unreadable};
use crate::Result;
use crate::db::{Arg, Kind};
use crate::tables::Table;

/// Rows taken apart together.
const TOGETHER: usize = 1_024;
/// Of those, how many wait at most.
const AHEAD: usize = 16;

/// What comes next in a file.
pub(super) enum Part {
    /// A table's rows follow.
    Table(&'static Table),
    /// Some of them, with the digest of their lines.
    Rows(Vec<Vec<Arg>>, TableDigest),
    /// They were all.
    End { table: String, rows: u64, digest: String },
}

/// A checked file of these tables, behind its header.
pub(super) fn parts(path: &Path, known: Vec<&'static Table>) -> mpsc::Receiver<Result<Part>> {
    let (sender, receiver) = mpsc::channel(AHEAD);
    let path = path.to_owned();
    tokio::task::spawn_blocking(move || {
        if let Err(error) = read(&path, &known, &sender) {
            // Whoever waited may have gone away.
            let _ = sender.blocking_send(Err(error));
        }
    });
    receiver
}

fn read(path: &Path, known: &[&'static Table], sender: &mpsc::Sender<Result<Part>>) -> Result<()> {
    let (mut kinds, mut texts): (Vec<Kind>, Vec<String>) = (Vec::new(), Vec::with_capacity(TOGETHER));
    for line in file::lines(path)?.skip(1) {
        let line = line?;
        let is_row = line.starts_with('[');
        if !texts.is_empty() && (!is_row || texts.len() == TOGETHER) {
            if sender.blocking_send(rows(&texts, &kinds)).is_err() {
                return Ok(());
            }
            texts.clear();
        }
        if is_row {
            texts.push(line);
            continue;
        }
        let part = match serde_json::from_str(&line).map_err(|_| unreadable())? {
            Line::Table { table } => {
                let table = known.iter().find(|known| known.name == table).ok_or_else(unreadable)?;
                kinds = table.kinds();
                Part::Table(table)
            }
            Line::End { end, rows, digest } => Part::End { table: end, rows, digest },
            Line::Extra { .. } => continue,
            Line::Header { .. } => return Err(unreadable()),
        };
        if sender.blocking_send(Ok(part)).is_err() {
            return Ok(());
        }
    }
    // A table nobody closed.
    if texts.is_empty() { Ok(()) } else { Err(unreadable()) }
}

fn rows(texts: &[String], kinds: &[Kind]) -> Result<Part> {
    let row = |text: &String| Ok((line::cells(text, kinds)?, TableDigest::of(text.as_bytes())));
    let read: Vec<(Vec<Arg>, TableDigest)> =
        texts.par_iter().with_min_len(TOGETHER / 16).map(row).collect::<Result<_>>()?;
    let (mut rows, mut digest) = (Vec::with_capacity(read.len()), TableDigest::default());
    for (row, of) in read {
        digest.add(of);
        rows.push(row);
    }
    Ok(Part::Rows(rows, digest))
}
