//! The file itself: private, compressed, closed by the checksum of all its bytes.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use sha2::{Digest, Sha256};
use zstd::{Decoder, Encoder};

use super::line::{Line, unreadable};
use crate::{Error, Result, packed};

/// Read from the disk at a time, bytes.
const AT_A_TIME: usize = 1 << 18;
/// A SHA-256 in hex and a line feed.
const SEAL: u64 = 65;

/// A backup being written.
pub(super) struct Writing {
    path: PathBuf,
    packing: Encoder<'static, Summing<BufWriter<File>>>,
}

impl Writing {
    pub(super) fn create(path: &Path) -> Result<Self> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(|source| Error::file(path, source))?;
        let summing = Summing { inner: BufWriter::new(file), hash: Sha256::new() };
        let packing = || {
            let mut packing = Encoder::new(summing, packed::LEVEL)?;
            // Packed beside whoever reads and writes rows down.
            packing.multithread(1)?;
            Ok(packing)
        };
        Ok(Self { path: path.to_owned(), packing: packing().map_err(|source| Error::file(path, source))? })
    }

    pub(super) fn line(&mut self, line: &Line) -> Result<()> {
        let text = serde_json::to_string(line).expect("a line has string keys and no failing serialiser");
        self.row(text.as_bytes())
    }

    pub(super) fn row(&mut self, text: &[u8]) -> Result<()> {
        self.packing
            .write_all(text)
            .and_then(|()| self.packing.write_all(b"\n"))
            .map_err(|source| Error::file(&self.path, source))
    }

    /// Seals the file and makes it durable.
    pub(super) fn finish(self) -> Result<()> {
        let path = self.path;
        let closed = || -> std::io::Result<()> {
            let Summing { mut inner, hash } = self.packing.finish()?;
            let sum = hex::encode(hash.finalize());
            writeln!(inner, "{sum}")?;
            inner.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()
        };
        closed().map_err(|source| Error::file(&path, source))
    }
}

struct Summing<W> {
    inner: W,
    hash: Sha256,
}

impl<W: Write> Write for Summing<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.hash.update(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

fn hashed(from: &mut impl Read, path: &Path) -> Result<Sha256> {
    let mut summing = Summing { inner: std::io::sink(), hash: Sha256::new() };
    std::io::copy(from, &mut summing).map_err(|source| Error::file(path, source))?;
    Ok(summing.hash)
}

/// Reads the whole file and compares its checksum; refuses a damaged one. SHA-256 of the file as it lies there, hex: what other tools
/// answer for it.
pub(super) fn checked(path: &Path) -> Result<String> {
    let (mut body, length) = open(path)?;
    let mut whole = hashed(&mut body, path)?;
    let sum = hex::encode(whole.clone().finalize());
    let mut seal = String::new();
    let read = body.into_inner().read_to_string(&mut seal);
    whole.update(&seal);
    if length == 0 || read.is_err() || seal != format!("{sum}\n") {
        let name = path.display();
        return Err(Error::refused(
            format!("{name} 已损坏或不是备份文件：校验不符。没有改动任何数据。"),
            format!("{name} is damaged or no backup: its checksum does not hold. Nothing was changed."),
        ));
    }
    Ok(hex::encode(whole.finalize()))
}

/// The lines of a checked file; those of the first layout were packed with gzip.
pub(super) fn lines(path: &Path) -> Result<impl Iterator<Item = Result<String>> + Send> {
    let (mut body, _) = open(path)?;
    let failed = |source| Error::file(path, source);
    let lines: Box<dyn BufRead + Send> = if packed::is_frame(body.fill_buf().map_err(failed)?) {
        Box::new(BufReader::with_capacity(1 << 20, Decoder::with_buffer(body).map_err(failed)?))
    } else {
        Box::new(BufReader::new(GzDecoder::new(body)))
    };
    Ok(lines.lines().map(|line| line.map_err(|_| unreadable())))
}

/// The file up to its seal, and how long that part is.
fn open(path: &Path) -> Result<(std::io::Take<BufReader<File>>, u64)> {
    let file = File::open(path).map_err(|source| Error::file(path, source))?;
    let length = file.metadata().map_err(|source| Error::file(path, source))?.len().saturating_sub(SEAL);
    Ok((BufReader::with_capacity(AT_A_TIME, file).take(length), length))
}
