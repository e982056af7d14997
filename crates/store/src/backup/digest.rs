//! A digest of a table's rows in whatever order they come: the engines need not agree on one.

use sha2::{Digest, Sha256};

/// How many rows, and the sum of their SHA-256 digests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct TableDigest {
    pub rows: u64,
    sum: [u64; 4],
}

impl TableDigest {
    /// Counts a row in.
    pub(super) fn add(&mut self, row: &str) {
        self.rows += 1;
        let digest = Sha256::digest(row);
        for (lane, bytes) in self.sum.iter_mut().zip(digest.chunks_exact(8)) {
            let word = u64::from_be_bytes(bytes.try_into().expect("a chunk of eight bytes"));
            *lane = lane.wrapping_add(word);
        }
    }

    pub(super) fn hex(&self) -> String {
        hex::encode(self.sum.map(u64::to_be_bytes).concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_in_any_order_have_one_digest_and_other_rows_another() {
        let of = |rows: &[&str]| {
            let mut digest = TableDigest::default();
            for row in rows {
                digest.add(row);
            }
            digest
        };
        assert_eq!(of(&["a", "b"]), of(&["b", "a"]));
        assert_ne!(of(&["a", "b"]), of(&["a", "c"]));
        assert_ne!(of(&["a"]), of(&["a", "a"]));
    }
}
