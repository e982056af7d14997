//! All the typesetter may see: one template, one document, the fonts and a date.

use std::sync::LazyLock;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

use super::fonts::CASE;
use super::{PdfError, Sheet, created};

const TEMPLATE: &str = include_str!("declaration.typ");

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));
static MAIN: LazyLock<Source> = LazyLock::new(|| Source::new(named("declaration.typ"), TEMPLATE.to_owned()));
static DOCUMENT: LazyLock<FileId> = LazyLock::new(|| named("sheet.json"));

fn named(name: &str) -> FileId {
    let path = VirtualPath::new(name).expect("a plain file name is a path");
    RootedPath::new(VirtualRoot::Project, path).intern()
}

/// The desk a form is typeset on.
pub(super) struct Desk {
    document: Bytes,
    today: Option<Datetime>,
}

impl Desk {
    pub(super) fn new(sheet: &Sheet) -> Result<Self, PdfError> {
        let document = serde_json::to_vec(sheet).map_err(|error| PdfError(error.to_string()))?;
        Ok(Self { document: Bytes::new(document), today: created(sheet) })
    }
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &CASE.book
    }

    fn main(&self) -> FileId {
        MAIN.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == MAIN.id() { Ok(MAIN.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == *DOCUMENT { Ok(self.document.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        CASE.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        self.today
    }
}
