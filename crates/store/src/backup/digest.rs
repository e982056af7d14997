//! A digest of a table's rows in whatever order they come: the engines need not agree on one.

use sha2::{Digest, Sha256};

/// How many rows, and the sum of their SHA-256 digests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct TableDigest {
    pub rows: u64,
    sum: [u64; 4],
}

impl TableDigest {
    /// Of one row.
    pub(super) fn of(row: &[u8]) -> Self {
        let digest = Sha256::digest(row);
        let mut sum = [0; 4];
        for (lane, bytes) in sum.iter_mut().zip(digest.chunks_exact(8)) {
            *lane = u64::from_be_bytes(bytes.try_into().expect("a chunk of eight bytes"));
        }
        Self { rows: 1, sum }
    }

    /// Counts others in.
    pub(super) fn add(&mut self, others: Self) {
        self.rows += others.rows;
        for (lane, word) in self.sum.iter_mut().zip(others.sum) {
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
                digest.add(TableDigest::of(row.as_bytes()));
            }
            digest
        };
        assert_eq!(of(&["a", "b"]), of(&["b", "a"]));
        assert_ne!(of(&["a", "b"]), of(&["a", "c"]));
        assert_ne!(of(&["a"]), of(&["a", "a"]));
    }
}
