//! Delivery status notifications (RFC 3464) 投递状态通知, as they come back by mail. Pure; whatever was sent, it answers.

use std::panic::{AssertUnwindSafe, catch_unwind};

use mail_parser::{Message, MessageParser, MimeHeaders};

use super::smtp::shortened;

/// What happened to a mail, as a server tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It came back.
    Failed,
    /// It is late, and tried on.
    Delayed,
    /// It lies in the reader's mailbox.
    Delivered,
}

/// One server's word on one mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The Message-ID of the mail it is about, without its brackets.
    pub message_id: String,
    /// What happened.
    pub fate: Fate,
    /// The server's own words.
    pub words: String,
}

/// What a mail reports; nothing where it is no report, or one on nothing that can be named.
pub fn read(bytes: &[u8]) -> Option<Report> {
    // The library takes some shapes for impossible, and stops at them: whatever it stumbles over is no report.
    catch_unwind(AssertUnwindSafe(|| report(bytes))).ok().flatten()
}

fn report(bytes: &[u8]) -> Option<Report> {
    let mail = MessageParser::default().parse(bytes)?;
    let status = mail.parts.iter().find(|part| part.is_content_type("message", "delivery-status"))?;
    let fields = String::from_utf8_lossy(status.contents()).into_owned();
    let fate = match field(&fields, "Action")?.to_ascii_lowercase().as_str() {
        "failed" => Fate::Failed,
        "delayed" => Fate::Delayed,
        "delivered" => Fate::Delivered,
        // Relayed and expanded: it has left for where nobody reports from.
        _ => return None,
    };
    let message_id = field(&fields, "Original-Envelope-Id").map(|id| plain(&id));
    // An envelope without an id names nothing: the mail itself does.
    let message_id = message_id.filter(|id| !id.is_empty()).or_else(|| original(&mail))?;
    // A server that gives no code for its reason says it to people.
    let reason = field(&fields, "Diagnostic-Code").or_else(|| mail.body_text(0).map(Into::into));
    let words = [field(&fields, "Status"), reason];
    let words = shortened(&words.into_iter().flatten().collect::<Vec<_>>().join(" "));
    Some(Report { message_id, fate, words })
}

/// The Message-ID of the mail that comes back with the report: whole, or its headers.
fn original(mail: &Message<'_>) -> Option<String> {
    mail.parts.iter().find_map(|part| {
        let known = match part.message() {
            Some(inner) => inner.message_id().map(str::to_owned),
            None if part.is_content_type("text", "rfc822-headers") => {
                let headers = MessageParser::default().parse(part.contents())?;
                headers.message_id().map(str::to_owned)
            }
            None => None,
        };
        known.filter(|id| !id.is_empty())
    })
}

/// The first field of that name, unfolded.
fn field(text: &str, name: &str) -> Option<String> {
    let mut lines = text
        .lines()
        .skip_while(|line| !line.split_once(':').is_some_and(|(found, _)| found.trim().eq_ignore_ascii_case(name)));
    let mut value = lines.next()?.split_once(':')?.1.trim().to_owned();
    for more in lines.take_while(|line| line.starts_with([' ', '\t'])) {
        value.push(' ');
        value.push_str(more.trim());
    }
    Some(value)
}

/// An envelope id without its xtext escapes, `+3D` for `=`.
fn plain(xtext: &str) -> String {
    let mut parts = xtext.trim_matches(['<', '>']).split('+');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let code = part.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok()).filter(u8::is_ascii);
        text.push(code.map_or('+', char::from));
        text.push_str(if code.is_some() { &part[2..] } else { part });
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BOUNCE: &str = "From: MAILER-DAEMON@mx.example\r\nTo: desk@example.org\r\nSubject: failed\r\n\
        MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
        --b\r\nContent-Type: text/plain\r\n\r\nIt failed.\r\n\
        --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n\
        Final-Recipient: rfc822; chief@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n\
        Diagnostic-Code: smtp; 550 5.1.1\r\n  no such user\r\n\r\n\
        --b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <1@example.org>\r\nSubject: x\r\n\r\ntext\r\n--b--\r\n";

    #[test]
    fn m8_a_bounce_names_its_mail_and_the_reason() {
        let report = read(BOUNCE.as_bytes()).expect("a report");
        assert_eq!(report.message_id, "1@example.org");
        assert_eq!((report.fate, report.words.as_str()), (Fate::Failed, "5.1.1 smtp; 550 5.1.1 no such user"));
        let headers = BOUNCE.replace("message/rfc822", "text/rfc822-headers");
        assert_eq!(read(headers.as_bytes()), Some(report.clone()));
        let uncoded = BOUNCE.replace("Diagnostic-Code", "X-Code");
        assert_eq!(read(uncoded.as_bytes()).expect("a report").words, "5.1.1 It failed.");
        let envelope = BOUNCE.replace("Reporting-MTA:", "Original-Envelope-Id: a+2Bb@example.org\r\nReporting-MTA:");
        assert_eq!(read(envelope.as_bytes()).expect("a report").message_id, "a+b@example.org");
        for blank in ["Original-Envelope-Id:\r\nReporting-MTA:", "Original-Envelope-Id: <>\r\nReporting-MTA:"] {
            let unnamed = BOUNCE.replace("Reporting-MTA:", blank);
            assert_eq!(read(unnamed.as_bytes()).expect("a report").message_id, "1@example.org", "{blank}");
        }
    }

    #[test]
    fn m8_late_and_delivered_are_told_apart_and_anything_else_is_no_report() {
        let fate = |action: &str| read(BOUNCE.replace("Action: failed", action).as_bytes()).map(|report| report.fate);
        assert_eq!(fate("Action: delayed"), Some(Fate::Delayed));
        assert_eq!(fate("action: Delivered"), Some(Fate::Delivered));
        assert_eq!(fate("Action: relayed"), None);
        assert_eq!(fate("X: y"), None);
        assert_eq!(read(b"Subject: holiday\r\n\r\nI am away."), None);
    }

    #[test]
    fn m8_a_boundary_that_comes_again_within_its_own_part_is_no_report_and_stops_nobody() {
        assert_eq!(read(include_bytes!("../../../../fuzz/corpus/bounce/boundary_again")), None);
    }

    proptest! {
        #[test]
        fn whatever_comes_it_answers(bytes in proptest::collection::vec(any::<u8>(), 0..400), cut in 0..900_usize) {
            let _ = read(&bytes);
            let _ = read(&BOUNCE.as_bytes()[..cut.min(BOUNCE.len())]);
            let _ = plain(&String::from_utf8_lossy(&bytes));
        }
    }
}
