//! What the program says, in the user's language: Chinese unless the environment asks for English. The answer goes to
//! standard output, everything else to standard error. A reader who has seen enough and closed the pipe is no failure.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::sync::LazyLock;

use anyhow::Context;
use app::desk::DeskError;
use domain::check::Bilingual;

/// Whether the environment asks for English: `SHOUWEN_LANG`, then `LC_ALL`, then `LANG`.
static ENGLISH: LazyLock<bool> = LazyLock::new(|| {
    ["SHOUWEN_LANG", "LC_ALL", "LANG"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty())
        .is_some_and(|value| value.to_ascii_lowercase().starts_with("en"))
});

/// Picks the language.
pub fn say<T>(zh: T, en: T) -> T {
    if *ENGLISH { en } else { zh }
}

/// Picks the language of a title that exists in both.
pub fn pick((zh, en): (&'static str, &'static str)) -> &'static str {
    say(zh, en)
}

/// Picks the language of a sentence that exists in both.
pub fn told(text: &Bilingual) -> &str {
    say(text.zh.as_str(), text.en.as_str())
}

/// An error in the user's language.
pub fn refuse(text: &Bilingual) -> anyhow::Error {
    anyhow::anyhow!("{}", told(text))
}

/// An error in the user's language, of words made on the spot.
pub fn refuse_with(zh: String, en: String) -> anyhow::Error {
    anyhow::anyhow!("{}", say(zh, en))
}

/// What went wrong, from what was being done to the cause, in the user's language wherever the house has words for it.
pub fn explained(error: &anyhow::Error) -> String {
    let mut said = Vec::new();
    for cause in error.chain() {
        let ours = cause.downcast_ref::<DeskError>().map(DeskError::told);
        let ours = ours.or_else(|| cause.downcast_ref::<store::Error>().map(store::Error::told));
        if let Some(text) = ours {
            // Our words tell the causes below, too.
            said.push(told(&text).to_owned());
            break;
        }
        said.push(cause.to_string());
    }
    said.join(say("：", ": "))
}

/// Writes a line of the answer. What a verb has to do beside answering goes on when nobody listens any more.
pub fn line(text: impl Display) -> anyhow::Result<()> {
    heard(writeln!(io::stdout(), "{text}")).map(drop)
}

/// Whether something written of the answer reached a reader; one who went away is told apart from a disk that is full.
pub fn heard(written: io::Result<()>) -> anyhow::Result<bool> {
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        written => written.map(|()| true).with_context(|| say("结果写不出去", "the answer cannot be written")),
    }
}

/// Writes a message beside the answer. Where nobody hears messages there is nobody to tell.
pub fn note(text: impl Display) {
    let _ = writeln!(io::stderr(), "{text}");
}
