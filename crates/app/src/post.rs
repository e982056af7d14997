//! Post 外发: what the house sends with, and how it goes out (design §3: nothing outside happens inside a transaction).
//!
//! What is to go out lies in the outbox, written with what it tells. Here it is taken out, carried by SMTP or webhook, and
//! what becomes of it read back. At least once, always with the same Message-ID; without a server it is kept and can be read
//! in the product.

use std::path::PathBuf;

use domain::check::Bilingual;
use lettre::message::Mailbox;

mod book;
mod bounces;
mod carry;
mod digest;
mod dsn;
mod notice;
mod smtp;
pub(crate) mod spot;
mod webhook;

pub(crate) use book::Book;
pub use book::Known;
pub use bounces::Bounces;
pub use dsn::{Fate, Report, read as read_report};
pub(crate) use notice::Told;
pub use smtp::Smtp;
pub use webhook::Webhook;

/// What the house sends with. Nothing is configured in the default: mails are kept.
#[derive(Debug)]
pub struct Post {
    /// Where people reach the house, for the links in mails; without a slash at its end.
    pub public_url: String,
    /// Whom mails come from; what comes back goes there, too.
    pub from: Mailbox,
    /// The mail server.
    pub smtp: Option<Smtp>,
    /// The house's own messenger.
    pub webhook: Option<Webhook>,
    /// Where mails that came back lie.
    pub bounces: Option<Bounces>,
}

impl Default for Post {
    fn default() -> Self {
        let from = Post::sender(DEFAULT_SENDER).expect("a well-formed address");
        Self { public_url: String::new(), from, smtp: None, webhook: None, bounces: None }
    }
}

/// Whom mails come from where nobody said; nothing is sent under it to the outside, for that needs a server.
pub const DEFAULT_SENDER: &str = "首问 <shouwen@localhost>";

/// Why what the house is to send with cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PostRefused {
    /// The mail server's address cannot be read. What was given is not repeated: it may hold a password.
    #[error("not the address of a mail server: smtp://host:25, smtp://user:password@host:587 or smtps://host:465")]
    Smtp,
    /// The sender is no mail address.
    #[error("{0} is no mail address")]
    Address(String),
    /// The webhook's address cannot be read.
    #[error("not an address for a webhook: http:// or https://, without a user or password in it")]
    Webhook,
    /// A webhook is signed, so it needs a secret.
    #[error("a webhook is signed: set SHOUWEN_WEBHOOK_SECRET to at least 16 characters, the same at its receiver")]
    Secret,
    /// No folder of mails.
    #[error("{} is no Maildir: it must have the folders new and cur, both writable", .0.display())]
    Maildir(PathBuf),
    /// No certificates to trust.
    #[error("{} holds no certificate in PEM (-----BEGIN CERTIFICATE-----) that can be read", .0.display())]
    Authorities(PathBuf),
    /// The system's certificates or its TLS cannot be used.
    #[error("TLS cannot be used: {0}")]
    Tls(String),
}

impl PostRefused {
    /// What is wrong and what to do, in both languages.
    pub fn told(&self) -> Bilingual {
        let zh = match self {
            Self::Smtp => {
                "不是邮件服务器地址：请写 smtp://主机:25、smtp://用户:口令@主机:587 或 smtps://主机:465".to_owned()
            }
            Self::Address(text) => format!("{text} 不是邮件地址"),
            Self::Webhook => "不是推送地址：请写 http:// 或 https:// 开头的地址，其中不要带用户和口令".to_owned(),
            Self::Secret => "推送要签名：请把 SHOUWEN_WEBHOOK_SECRET 设为至少 16 个字符，并与接收方一致".to_owned(),
            Self::Maildir(path) => {
                format!("{} 不是 Maildir：里面要有可写的 new 和 cur 两个目录", path.display())
            }
            Self::Authorities(path) => {
                format!("{} 里没有可读的 PEM 证书（-----BEGIN CERTIFICATE-----）", path.display())
            }
            Self::Tls(reason) => format!("无法使用 TLS：{reason}"),
        };
        Bilingual::new(zh, self.to_string())
    }
}

impl Post {
    /// Reads a sender: `desk@example.org` or `首问 <desk@example.org>`.
    pub fn sender(text: &str) -> Result<Mailbox, PostRefused> {
        let sender: Mailbox = text.trim().parse().map_err(|_| PostRefused::Address(text.to_owned()))?;
        // A header's words are parted by single blanks; what else parts them is not shown again.
        let name = sender.name.map(|name| name.split_whitespace().collect::<Vec<_>>().join(" "));
        let name = name.filter(|name| !name.is_empty());
        Ok(Mailbox::new(name, sender.email))
    }

    /// Whether that is an address a mail can go to.
    pub fn is_address(text: &str) -> bool {
        // Addresses only, without a name beside them; in ASCII, for few servers take others. A machine's number as the domain
        // stands in brackets, which an address alone need not have for lettre.
        text.is_ascii()
            && Self::sender(text).is_ok_and(|only| only.name.is_none() && only.email.as_ref() as &str == text)
    }

    /// The Message-ID of something in the outbox, without its brackets.
    pub fn message_id(&self, id: domain::id::OutboxId) -> String {
        format!("{id}@{}", self.from.email.domain())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m8_a_sender_reads_as_it_is_shown() {
        for (typed, shown) in [
            ("desk@example.org", "desk@example.org"),
            (" 首问 <desk@example.org>", "首问 <desk@example.org>"),
            ("首问 \"\"<desk@example.org>", "首问 <desk@example.org>"),
            ("首问 \"\t台\"<desk@example.org>", "首问 台 <desk@example.org>"),
        ] {
            let sender = Post::sender(typed).expect(typed);
            assert_eq!(Ok(&sender), Post::sender(&sender.to_string()).as_ref(), "{typed}");
            assert_eq!(Ok(sender), Post::sender(shown), "{typed}");
        }
    }

    #[test]
    fn m8_an_address_is_one_and_nothing_beside_it() {
        assert!(Post::is_address("desk@example.org"));
        for none in [
            "",
            "desk",
            "首问 <desk@example.org>",
            "<desk@example.org>",
            " desk@example.org",
            "s@::1:25",
            "桌@example.org",
        ] {
            assert!(!Post::is_address(none), "{none}");
        }
    }
}
