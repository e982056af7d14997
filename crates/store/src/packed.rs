//! Texts kept packed. What was written before texts were packed lies as it was and reads the same.

use std::borrow::Cow;
use std::cell::RefCell;

use zstd::bulk::{Compressor, Decompressor};
use zstd::zstd_safe::get_frame_content_size;

/// The quickest there is: a check becomes a seventh of its text; the best makes a ninth of it, ten times as slowly.
pub(crate) const LEVEL: i32 = 1;
/// How every packed text begins (RFC 8878, 3.1.1); no text of UTF-8 does.
const MAGIC: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];
/// No text is longer: what says it unpacks to more was not packed here.
const LONGEST: u64 = 64 * 1024 * 1024;

thread_local! {
    /// A packer's tables take longer to make than a check to pack.
    static PACKER: RefCell<Compressor<'static>> = RefCell::new(Compressor::new(LEVEL).expect("the level is one there is"));
    static UNPACKER: RefCell<Decompressor<'static>> = RefCell::new(Decompressor::new().expect("it takes no dictionary"));
}

/// Whether bytes begin as what is packed does.
pub(crate) fn is_packed(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC)
}

/// The text, packed.
pub(crate) fn packed(text: &str) -> Vec<u8> {
    PACKER.with_borrow_mut(|packer| packer.compress(text.as_bytes()).expect("memory is all that packing takes"))
}

/// The text again, byte for byte; none where it is damaged.
pub(crate) fn unpacked(bytes: &[u8]) -> Option<Cow<'_, str>> {
    if !is_packed(bytes) {
        return std::str::from_utf8(bytes).ok().map(Cow::Borrowed);
    }
    let length = get_frame_content_size(bytes).ok()?.filter(|length| *length <= LONGEST)?;
    let text = UNPACKER.with_borrow_mut(|unpacker| unpacker.decompress(bytes, length as usize)).ok()?;
    String::from_utf8(text).ok().map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn m6_a_packed_text_reads_as_it_was_written(text in any::<String>()) {
            let kept = packed(&text);
            prop_assert_eq!(unpacked(&kept), Some(Cow::from(&text)));
        }

        #[test]
        fn m6_a_text_written_before_reads_as_it_was_written(text in any::<String>()) {
            prop_assert_eq!(unpacked(text.as_bytes()), Some(Cow::from(&text)));
        }

        #[test]
        fn m6_no_damage_is_a_panic(mut bytes in any::<Vec<u8>>(), text in any::<String>(), at in any::<prop::sample::Index>()) {
            let _ = unpacked(&bytes);
            bytes.splice(..0, MAGIC);
            let _ = unpacked(&bytes);
            let whole = packed(&text);
            prop_assert!(at.index(whole.len()) < 4 || unpacked(&whole[..at.index(whole.len())]).is_none());
        }
    }
}
