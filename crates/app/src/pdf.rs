//! Printed forms as PDF, typeset by Typst: one template and one document, and nothing else of the machine within reach.
//!
//! What people wrote reaches the template as text only; it is never read as markup.

use domain::check::Bilingual;
use typst::diag::SourceDiagnostic;
use typst::foundations::{Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, Timestamp as Created};

mod fonts;
mod glyphs;
mod sheet;
mod world;

pub use fonts::{FONTS, Font};
pub use sheet::{Filed, Sheet, digest};

/// A sheet could not be typeset: the template is broken, not what people wrote.
#[derive(Debug, thiserror::Error)]
#[error("the form could not be typeset: {0}")]
pub struct PdfError(String);

impl PdfError {
    /// What happened and what to do next, in both languages.
    pub fn told(&self) -> Bilingual {
        Bilingual::new(
            format!("申告表排版失败（{}）。内容仍在记录里；请把这句话告诉维护人员。", self.0),
            format!("{self}. Its content is on record; tell this sentence to whoever maintains the program."),
        )
    }
}

/// A printed form.
#[derive(Debug, Clone)]
pub struct Printed {
    /// The PDF file.
    pub pdf: Vec<u8>,
    /// How many pages.
    pub pages: usize,
    /// Characters the fonts do not know, which print as boxes; nearly always empty.
    pub unknown: Vec<char>,
}

/// Runs of the typesetter after which what it remembers of a form is forgotten.
const REMEMBERED: usize = 8;

/// Prints a 《重大投诉申告表》 on a thread of its own, so that nobody waits for the typesetter but who asked.
pub async fn print(sheet: Sheet) -> Result<Printed, PdfError> {
    let printed = tokio::task::spawn_blocking(move || render(&sheet)).await;
    printed.unwrap_or_else(|stopped| Err(PdfError(stopped.to_string())))
}

/// Prints a 《重大投诉申告表》: milliseconds, but for the first one, which reads the fonts.
pub fn render(sheet: &Sheet) -> Result<Printed, PdfError> {
    let world = world::Desk::new(sheet)?;
    let document = typst::compile::<PagedDocument>(&world).output.map_err(|errors| broken(&errors))?;
    let options = PdfOptions {
        ident: Smart::Custom(sheet.digest.clone()),
        creator: Smart::Custom(Some("首问 Shouwen".to_owned())),
        timestamp: created(sheet).map(Created::new_utc),
        ..PdfOptions::default()
    };
    let pdf = typst_pdf::pdf(&document, &options).map_err(|errors| broken(&errors))?;
    comemo::evict(REMEMBERED);
    Ok(Printed { pdf, pages: document.pages().len(), unknown: glyphs::unknown(&document) })
}

fn created(sheet: &Sheet) -> Option<Datetime> {
    let at = sheet.printed_at.to_jiff().to_zoned_datetime(jiff::tz::TimeZone::UTC).datetime();
    Datetime::from_ymd_hms(
        at.year().into(),
        at.month().try_into().ok()?,
        at.day().try_into().ok()?,
        at.hour().try_into().ok()?,
        at.minute().try_into().ok()?,
        at.second().try_into().ok()?,
    )
}

fn broken(errors: &[SourceDiagnostic]) -> PdfError {
    let told: Vec<_> = errors.iter().map(|error| error.message.as_str()).collect();
    PdfError(told.join("; "))
}
