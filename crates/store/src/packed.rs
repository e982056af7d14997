//! Texts kept packed. What was written before texts were packed, or before they were packed against a shape, lies as it was and
//! reads the same.

use std::borrow::Cow;
use std::cell::RefCell;

use zstd::bulk::{Compressor, Decompressor};
use zstd::zstd_safe::get_frame_content_size;

/// The quickest there is: for itself a check becomes a seventh of its text; the best makes a ninth of it, ten times as slowly.
pub(crate) const LEVEL: i32 = 1;
/// How every packed text begins (RFC 8878, 3.1.1); no text of UTF-8 does.
const MAGIC: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];
/// What stands before the number of a shape and a text packed against it; in no text of UTF-8 there is such a byte.
const SHAPED: u8 = 0xF8;
/// No text is longer: what says it unpacks to more was not packed here.
const LONGEST: u64 = 64 * 1024 * 1024;

/// What all texts of a kind say again, names of fields above all: packed against it a text takes two thirds of the room.
/// What is packed against a shape is unpacked with it for ever: none here ever changes. A better one is one more, and comes with a
/// step of the schema, so that no earlier version of the program meets it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shape {
    /// A whole complaint.
    Complaint,
    /// A frozen check.
    Check,
}

/// By their numbers.
const SHAPES: [&[u8]; 2] = [include_bytes!("packed/complaint.json"), include_bytes!("packed/check.json")];

struct Unpackers {
    alone: Decompressor<'static>,
    shaped: [Decompressor<'static>; SHAPES.len()],
}

thread_local! {
    /// A packer's tables take longer to make than a check to pack.
    static PACKERS: RefCell<[Compressor<'static>; SHAPES.len()]> =
        RefCell::new(SHAPES.map(|shape| Compressor::with_dictionary(LEVEL, shape).expect("the level is one there is")));
    static UNPACKERS: RefCell<Unpackers> = RefCell::new(Unpackers {
        alone: Decompressor::new().expect("memory is all that it takes"),
        shaped: SHAPES.map(|shape| Decompressor::with_dictionary(shape).expect("memory is all that it takes")),
    });
}

/// Whether bytes begin as what is packed for itself does.
pub(crate) fn is_frame(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC)
}

/// Whether bytes are a packed text, packed however.
#[cfg(feature = "testing")]
pub(crate) fn is_packed(bytes: &[u8]) -> bool {
    is_frame(bytes) || matches!(bytes, [SHAPED, _, frame @ ..] if is_frame(frame))
}

/// The text, packed against its shape.
pub(crate) fn packed(text: &str, shape: Shape) -> Vec<u8> {
    let number = shape as u8;
    PACKERS.with_borrow_mut(|packers| {
        let frame = packers[usize::from(number)].compress(text.as_bytes()).expect("memory is all that packing takes");
        [&[SHAPED, number], frame.as_slice()].concat()
    })
}

/// The text again, byte for byte; none where it is damaged.
pub(crate) fn unpacked(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let (shape, frame) = match bytes {
        [SHAPED, number, frame @ ..] => (Some(usize::from(*number)), frame),
        frame if is_frame(frame) => (None, frame),
        text => return std::str::from_utf8(text).ok().map(Cow::Borrowed),
    };
    let length = get_frame_content_size(frame).ok()?.filter(|length| *length <= LONGEST)?;
    let text = UNPACKERS.with_borrow_mut(|Unpackers { alone, shaped }| {
        let unpacker = shape.map_or(Some(alone), |shape| shaped.get_mut(shape))?;
        unpacker.decompress(frame, length as usize).ok()
    })?;
    String::from_utf8(text).ok().map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sha2::{Digest, Sha256};

    use super::*;

    fn any_shape() -> impl Strategy<Value = Shape> {
        prop_oneof![Just(Shape::Complaint), Just(Shape::Check)]
    }

    proptest! {
        #[test]
        fn m6_a_packed_text_reads_as_it_was_written(text in any::<String>(), shape in any_shape()) {
            let kept = packed(&text, shape);
            prop_assert_eq!(unpacked(&kept), Some(Cow::from(&text)));
        }

        #[test]
        fn m6_a_text_written_before_reads_as_it_was_written(text in any::<String>()) {
            prop_assert_eq!(unpacked(text.as_bytes()), Some(Cow::from(&text)));
            let alone = zstd::bulk::compress(text.as_bytes(), LEVEL).unwrap();
            prop_assert_eq!(unpacked(&alone), Some(Cow::from(&text)));
        }

        #[test]
        fn m6_no_damage_is_a_panic(
            mut bytes in any::<Vec<u8>>(),
            text in any::<String>(),
            shape in any_shape(),
            at in any::<prop::sample::Index>(),
        ) {
            let _ = unpacked(&bytes);
            bytes.splice(..0, MAGIC);
            let _ = unpacked(&bytes);
            bytes.splice(..0, [SHAPED, shape as u8]);
            let _ = unpacked(&bytes);
            let whole = packed(&text, shape);
            let at = at.index(whole.len());
            prop_assert!(at == 0 || unpacked(&whole[..at]).is_none());
        }
    }

    #[test]
    fn m6_a_shape_never_changes() {
        let digests = SHAPES.map(|shape| hex::encode(Sha256::digest(shape)));
        assert_eq!(
            digests,
            [
                "39cf9634a627dd99695341d7740264d47484be49e2ef4869cb151889310a1886",
                "a4b0e18c46b292ebc0132d511df75db08577721313f54a50f7c9d2d655beda08",
            ]
        );
    }

    #[test]
    fn a_shape_of_a_later_version_is_no_text() {
        let mut kept = packed("{}", Shape::Complaint);
        kept[1] = SHAPES.len() as u8;
        assert_eq!(unpacked(&kept), None);
    }
}
