//! Mail by SMTP, one connection a mail: what a house sends is little, and a connection kept is one more that may be dead.

use std::path::Path;
use std::time::Duration;

use domain::post::Tried;
use lettre::message::header::ContentType;
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Ehlo, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, MailParameter, RcptParameter};
use lettre::{Address, Message};
use percent_encoding::percent_decode_str;
use reqwest::Url;
use store::Claimed;

use super::PostRefused;

/// How long the server may take to be reached, and over each answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// How a certificate in PEM begins.
const PEM: &[u8] = b"-----BEGIN CERTIFICATE-----";

/// How the line is kept from being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    /// TLS from the first byte.
    Tls,
    /// TLS by STARTTLS where the server offers it.
    WhereOffered,
    /// In clear, as asked for: a server of this machine or on a trusted line.
    Clear,
}

/// A mail server.
#[derive(Clone)]
pub struct Smtp {
    host: String,
    port: u16,
    line: Line,
    credentials: Option<Credentials>,
    /// Trusted beside the system's own.
    authorities: Option<Certificate>,
    patience: Duration,
}

/// Never with its credentials.
impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

impl std::fmt::Display for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The address of a machine that holds colons itself stands in brackets, as it is given.
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

impl Smtp {
    /// Reads `smtp://user:password@host:port`, `smtps://…`; `?tls=off` keeps it from STARTTLS.
    pub fn at(url: &str) -> Result<Self, PostRefused> {
        let url = Url::parse(url.trim()).map_err(|_| PostRefused::Smtp)?;
        if url.port() == Some(0) {
            return Err(PostRefused::Smtp);
        }
        let (usual, secure) = match url.scheme() {
            "smtp" if url.port() == Some(465) => (465, Line::Tls),
            "smtp" => (25, Line::WhereOffered),
            "smtps" => (465, Line::Tls),
            _ => return Err(PostRefused::Smtp),
        };
        let line = match (url.query(), secure) {
            (None, line) => line,
            (Some("tls=off"), Line::WhereOffered) => Line::Clear,
            _ => return Err(PostRefused::Smtp),
        };
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(PostRefused::Smtp);
        }
        let host = url.host_str().and_then(host).ok_or(PostRefused::Smtp)?;
        let credentials = match (url.username(), url.password()) {
            ("", None) => None,
            (user, Some(password)) if !user.is_empty() => {
                let (Some(user), Some(password)) = (plain(user), plain(password)) else {
                    return Err(PostRefused::Smtp);
                };
                Some(Credentials::new(user, password))
            }
            _ => return Err(PostRefused::Smtp),
        };
        Ok(Self { host, port: url.port().unwrap_or(usual), line, credentials, authorities: None, patience: PATIENCE })
    }

    /// The same server, whose certificate may also be one of this file, or signed by one of it: PEM.
    pub fn trusting(mut self, file: &Path) -> Result<Self, PostRefused> {
        let none = || PostRefused::Authorities(file.to_owned());
        let text = std::fs::read(file).map_err(|_| none())?;
        let found = text.windows(PEM.len()).any(|part| part == PEM);
        let authorities = Certificate::from_pem(&text).ok().filter(|_| found).ok_or_else(none)?;
        // What is no certificate inside is found out now, and not when the first mail waits.
        let tried = TlsParameters::builder(self.host.clone()).add_root_certificate(authorities.clone());
        tried.build().map_err(|_| none())?;
        self.authorities = Some(authorities);
        Ok(self)
    }

    /// The same server, waited for that long at each step.
    #[must_use]
    pub const fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Sends a mail; what the server said of it.
    pub(super) async fn send(&self, from: &Mailbox, claimed: &Claimed) -> Tried {
        let Ok(to) = claimed.posted.recipient.parse::<Address>() else {
            return Tried::Refused(format!("not an address: {}", claimed.posted.recipient));
        };
        let message = match message(from, &to, claimed) {
            Ok(message) => message.formatted(),
            Err(error) => return Tried::Refused(error.to_string()),
        };
        match self.talk(from, to, &claimed.posted.message_id, &message).await {
            Ok(()) => Tried::Sent,
            Err(trouble) => self.tried(&trouble),
        }
    }

    fn tried(&self, trouble: &Trouble) -> Tried {
        match trouble {
            Trouble::Server(error) if error.is_permanent() => Tried::Refused(said(error)),
            Trouble::Server(error) => Tried::Trouble(said(error)),
            Trouble::Silent => {
                Tried::Trouble(format!("{self} did not answer within {} s", self.patience.as_secs_f32()))
            }
            // What is wrong with the house's own settings is put right there: the mail waits for it.
            Trouble::InClear => Tried::Trouble(format!(
                "{self} offers no TLS: a password does not go over the line in clear (add ?tls=off where the line is trusted)"
            )),
            Trouble::Password(error) => {
                let said = said(error);
                Tried::Trouble(format!("{self} refused the user or the password of --smtp: {said}"))
            }
            Trouble::Certificate(error) => {
                let said = said(error);
                Tried::Trouble(format!(
                    "the certificate of {self} is not trusted: {said} (one of its own making: name it with --smtp-ca)"
                ))
            }
        }
    }

    /// Whether the server answers and takes our name and password; else why not.
    pub async fn reached(&self) -> Result<(), String> {
        let met = async {
            let mut server = self.met().await?;
            let _ = self.answer(server.quit()).await;
            Ok(())
        };
        met.await.map_err(|trouble| match self.tried(&trouble) {
            Tried::Refused(why) | Tried::Trouble(why) => why,
            Tried::Sent | Tried::NobodyToSend => String::new(),
        })
    }

    /// The connection, ours kept from being read as far as the server can, and signed in.
    async fn met(&self) -> Result<AsyncSmtpConnection, Trouble> {
        let hello = ClientId::default();
        let tls = || {
            let builder = TlsParameters::builder(self.host.clone());
            let builder = match &self.authorities {
                Some(one) => builder.add_root_certificate(one.clone()),
                None => builder,
            };
            builder.build().map_err(Trouble::Server)
        };
        let at_once = if self.line == Line::Tls { Some(tls()?) } else { None };
        let address = (self.host.as_str(), self.port);
        let connecting = AsyncSmtpConnection::connect_tokio1(address, Some(self.patience), &hello, at_once, None);
        let mut server = self.answer(connecting).await.map_err(untrusted)?;
        if self.line == Line::WhereOffered && server.can_starttls() {
            self.answer(server.starttls(tls()?, &hello)).await.map_err(untrusted)?;
        }
        if let Some(credentials) = &self.credentials {
            if !server.is_encrypted() && self.line != Line::Clear {
                return Err(Trouble::InClear);
            }
            self.answer(server.auth(DEFAULT_MECHANISMS, credentials)).await.map_err(|trouble| match trouble {
                Trouble::Server(error) if error.is_permanent() => Trouble::Password(error),
                other => other,
            })?;
        }
        Ok(server)
    }

    async fn talk(&self, from: &Mailbox, to: Address, envelope: &str, message: &[u8]) -> Result<(), Trouble> {
        let mut server = self.met().await?;
        // Asked once more, because the connection keeps no extension it does not use itself.
        let offered = self.answer(server.command(Ehlo::new(ClientId::default()))).await?;
        let reports = offered.message().any(|line| line.eq_ignore_ascii_case("DSN"));
        let other = |keyword: &str, value: &str| (keyword.to_owned(), Some(value.to_owned()));
        let asking = if reports { vec![other("RET", "HDRS"), other("ENVID", envelope)] } else { Vec::new() };
        let asking = asking.into_iter().map(|(keyword, value)| MailParameter::Other { keyword, value }).collect();
        self.answer(server.command(Mail::new(Some(from.email.clone()), asking))).await?;
        let notify = reports.then(|| other("NOTIFY", "SUCCESS,FAILURE,DELAY"));
        let notify = notify.into_iter().map(|(keyword, value)| RcptParameter::Other { keyword, value }).collect();
        self.answer(server.command(Rcpt::new(to, notify))).await?;
        self.answer(server.command(Data)).await?;
        self.answer(server.message(message)).await?;
        // It is theirs now; how the farewell goes changes nothing.
        let _ = self.answer(server.quit()).await;
        Ok(())
    }

    /// An answer within the patience: a server that hangs must not hang the house.
    async fn answer<T>(
        &self,
        asked: impl Future<Output = Result<T, lettre::transport::smtp::Error>>,
    ) -> Result<T, Trouble> {
        tokio::time::timeout(self.patience, asked).await.map_err(|_| Trouble::Silent)?.map_err(Trouble::Server)
    }
}

/// A host as it is looked up. Of schemes it does not know the parser takes any text for a host; as one of the web it is read
/// strictly, and a name in Chinese becomes what the name servers know it by.
fn host(text: &str) -> Option<String> {
    let web = Url::parse(&format!("http://{text}/")).ok()?;
    let host = web.host_str().filter(|host| !host.is_empty() && web.path() == "/" && web.port().is_none())?;
    let inner = host.strip_prefix('[').and_then(|inner| inner.strip_suffix(']'));
    let named = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'));
    inner.or_else(|| named.then_some(host)).map(str::to_owned)
}

/// A name or password as the server is told it; a control character would end or split it there.
fn plain(text: &str) -> Option<String> {
    let plain = percent_decode_str(text).decode_utf8().ok()?;
    (!plain.chars().any(char::is_control)).then(|| plain.into_owned())
}

enum Trouble {
    Server(lettre::transport::smtp::Error),
    Silent,
    InClear,
    Password(lettre::transport::smtp::Error),
    Certificate(lettre::transport::smtp::Error),
}

/// A handshake that failed for the certificate, told apart from a line that broke.
fn untrusted(trouble: Trouble) -> Trouble {
    match trouble {
        Trouble::Server(error) if said(&error).contains("certificate") => Trouble::Certificate(error),
        other => other,
    }
}

/// What the server said, in a line: people read it.
fn said(error: &lettre::transport::smtp::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(deeper) = cause {
        let more = deeper.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = deeper.source();
    }
    shortened(&text)
}

/// At most as much of a stranger's words as a person reads, without control characters.
pub(super) fn shortened(text: &str) -> String {
    const LONGEST: usize = 500;
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LONGEST).collect()
}

fn message(from: &Mailbox, to: &Address, claimed: &Claimed) -> Result<Message, lettre::error::Error> {
    let posted = &claimed.posted;
    let head = Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to.clone()))
        .subject(posted.subject.clone())
        .date(date(posted.created))
        .message_id(Some(format!("<{}>", posted.message_id)));
    let text = SinglePart::plain(claimed.body.clone());
    if claimed.attachments.is_empty() {
        return head.singlepart(text);
    }
    let whole = claimed.attachments.iter().fold(MultiPart::mixed().singlepart(text), |whole, file| {
        let kind = ContentType::parse(&file.media_type).unwrap_or(ContentType::TEXT_PLAIN);
        whole.singlepart(Attachment::new(file.name.clone()).body(file.bytes.clone(), kind))
    });
    head.multipart(whole)
}

/// The date it was written: a retry changes nothing of a mail.
fn date(at: domain::time::Timestamp) -> std::time::SystemTime {
    let micros = u64::try_from(at.as_micros()).unwrap_or(0);
    std::time::UNIX_EPOCH + Duration::from_micros(micros)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m8_credentials_are_read_and_never_shown() {
        let smtp = Smtp::at("smtp://desk%40example.org:p%3Ass@mail.example.org:587").expect("an address");
        assert_eq!((smtp.host.as_str(), smtp.port, smtp.line), ("mail.example.org", 587, Line::WhereOffered));
        assert_eq!(smtp.credentials, Some(Credentials::new("desk@example.org".into(), "p:ss".into())));
        assert_eq!(format!("{smtp:?} {smtp}"), "mail.example.org:587 mail.example.org:587");
        let refused = Smtp::at("smtp://user:geheim@").expect_err("no host").to_string();
        assert!(!refused.contains("geheim"), "{refused}");
    }

    #[test]
    fn m8_the_address_of_a_server_says_how_the_line_is_kept() {
        let line = |url: &str| Smtp::at(url).map(|smtp| (smtp.port, smtp.line));
        assert_eq!(line("smtps://mail.example.org"), Ok((465, Line::Tls)));
        assert_eq!(line("smtp://mail.example.org"), Ok((25, Line::WhereOffered)));
        assert_eq!(line("smtp://127.0.0.1:2525?tls=off"), Ok((2525, Line::Clear)));
        for url in ["mail.example.org:25", "http://x", "smtp://", "smtp://user@host", "smtps://h?tls=off", "smtp://h/x"]
        {
            assert_eq!(line(url), Err(PostRefused::Smtp), "{url}");
        }
    }

    #[test]
    fn m8_a_server_is_shown_as_it_can_be_given_again() {
        let shown = |url: &str| Smtp::at(url).map(|smtp| smtp.to_string());
        assert_eq!(shown("smtp://[::1]:2525"), Ok("[::1]:2525".into()));
        assert_eq!(shown("smtps://u:p@[2001:DB8::1]"), Ok("[2001:db8::1]:465".into()));
        assert_eq!(Smtp::at("smtp://[::1]").map(|smtp| smtp.host), Ok("::1".into()), "as it is looked up");
        assert_eq!(shown("smtp://邮件.example:25"), Ok("xn--5nq051n.example:25".into()));
        for url in
            ["smtp://mail example", "smtp://mail%20example", "smtp://mail.example:0", "smtp://u%00v:p@mail.example"]
        {
            assert_eq!(shown(url), Err(PostRefused::Smtp), "{url}");
        }
    }

    #[test]
    fn a_strangers_words_are_one_short_line() {
        assert_eq!(shortened("550 no\r\n such\u{7} user"), "550 no such user");
        assert_eq!(shortened(&"长".repeat(900)).chars().count(), 500);
    }
}
