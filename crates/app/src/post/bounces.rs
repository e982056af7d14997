//! Where mails come back to: a Maildir that the mail server delivers to.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use domain::post::PostState;

use super::PostRefused;
use super::dsn::{self, Fate, Report};
use crate::bus::Topic;
use crate::desk::{Desk, DeskError};

/// As much of a mail as is read: a report stands at its beginning.
const READ_BYTES: u64 = 1024 * 1024;
/// Mails looked at in one go.
const TOGETHER: usize = 200;

/// A Maildir of mails that came back.
#[derive(Debug, Clone)]
pub struct Bounces(PathBuf);

impl Bounces {
    /// That Maildir, which must be there: a folder nothing is delivered to would tell of nothing for ever.
    pub fn at(folder: &Path) -> Result<Self, PostRefused> {
        if ["new", "cur"].iter().all(|part| folder.join(part).is_dir()) {
            Ok(Self(folder.to_owned()))
        } else {
            Err(PostRefused::Maildir(folder.to_owned()))
        }
    }

    /// What came since the last time, each with its file; a mail that is no report has none.
    fn new_ones(&self) -> std::io::Result<Vec<(PathBuf, Option<Report>)>> {
        let mut files: Vec<PathBuf> = std::fs::read_dir(self.0.join("new"))?
            .take(TOGETHER)
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .collect();
        files.sort();
        // One that cannot be read, or that another node has just moved, is met again.
        Ok(files.into_iter().filter_map(|path| read(&path).ok().map(|report| (path, report))).collect())
    }

    /// It was read: as every mail program does, to `cur` with the mark of having been seen.
    fn seen(&self, path: &Path) -> std::io::Result<()> {
        let Some(name) = path.file_name() else { return Ok(()) };
        let mut name = name.to_os_string();
        name.push(":2,S");
        match std::fs::rename(path, self.0.join("cur").join(name)) {
            // Another node has read it, too: what it reports is written once.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            moved => moved,
        }
    }
}

fn read(path: &Path) -> std::io::Result<Option<Report>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(READ_BYTES).read_to_end(&mut bytes)?;
    Ok(dsn::read(&bytes))
}

impl Desk {
    /// Reads what came back; how many mails of ours it told of.
    pub async fn read_bounces(&self) -> Result<u64, DeskError> {
        let post = self.post();
        let Some(bounces) = post.bounces.clone() else { return Ok(0) };
        let reading = bounces.clone();
        let found = match tokio::task::spawn_blocking(move || reading.new_ones()).await {
            Ok(Ok(found)) => found,
            Ok(Err(error)) => {
                tracing::warn!(folder = %bounces.0.display(), %error, "mails that came back cannot be read");
                return Ok(0);
            }
            Err(_) => return Err(DeskError::Transient),
        };
        let (now, mut told) = (self.now(), 0);
        for (path, report) in found {
            if let Some(Report { message_id, fate, words }) = report {
                let words = Some(words.as_str()).filter(|words| !words.is_empty());
                let ours = match fate {
                    Fate::Failed => self.store().report_outgoing(&message_id, PostState::Bounced, words, now).await?,
                    Fate::Delivered => {
                        self.store().report_outgoing(&message_id, PostState::Delivered, None, now).await?
                    }
                    Fate::Delayed => self.store().delay_outgoing(&message_id, words.unwrap_or("delayed")).await?,
                };
                told += u64::from(ours);
            }
            // Only after it is on record: a crash in between reads it once more.
            if let Err(error) = bounces.seen(&path) {
                tracing::warn!(file = %path.display(), %error, "a mail that was read cannot be moved");
            }
        }
        if told > 0 {
            self.bus().tell(Topic::Post, told);
        }
        Ok(told)
    }
}
