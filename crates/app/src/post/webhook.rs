//! The signed webhook for the house's own messenger: JSON by POST, `X-Shouwen-Signature: t=…,v1=…`, where `v1` is the
//! HMAC-SHA256 of `t.body` in hex.

use std::time::Duration;

use domain::post::Tried;
use domain::time::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Client, StatusCode, Url};
use sha2::Sha256;
use store::Claimed;
use zeroize::Zeroizing;

use super::PostRefused;
use super::smtp::shortened;

/// How long the receiver may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// The shortest secret.
const SHORTEST_SECRET: usize = 16;

/// A receiver of notices.
pub struct Webhook {
    url: Url,
    secret: Zeroizing<String>,
    client: Client,
}

/// Never with its secret; the path may hold one, too.
impl std::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

impl std::fmt::Display for Webhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.url.origin().ascii_serialization())
    }
}

impl Webhook {
    /// A receiver at that address, which knows that secret.
    pub fn at(url: &str, secret: &str) -> Result<Self, PostRefused> {
        Self::patiently(url, secret, PATIENCE)
    }

    /// The same, waited for that long.
    pub fn patiently(url: &str, secret: &str, patience: Duration) -> Result<Self, PostRefused> {
        let url = Self::address(url)?;
        if secret.chars().count() < SHORTEST_SECRET {
            return Err(PostRefused::Secret);
        }
        // One provider for the whole process; whoever came first has set the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .timeout(patience)
            .connect_timeout(patience)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy();
        // In clear no certificate is asked for, so a machine without any can send, too.
        let client = if url.scheme() == "http" { client.tls_certs_only([]) } else { client };
        let client = client.build().map_err(|error| PostRefused::Tls(error.to_string()))?;
        Ok(Self { url, secret: Zeroizing::new(secret.to_owned()), client })
    }

    /// The address of a receiver as somebody typed it.
    pub fn address(typed: &str) -> Result<Url, PostRefused> {
        let url = Url::parse(typed.trim()).map_err(|_| PostRefused::Webhook)?;
        let web = matches!(url.scheme(), "http" | "https");
        let reached = url.host_str().is_some() && url.port() != Some(0);
        let open = url.username().is_empty() && url.password().is_none();
        if web && reached && open { Ok(url) } else { Err(PostRefused::Webhook) }
    }

    /// Sends it; what the receiver said of it.
    pub(super) async fn send(&self, claimed: &Claimed, now: Timestamp) -> Tried {
        let seconds = now.as_micros().div_euclid(1_000_000);
        let asked = self
            .client
            .post(self.url.clone())
            .header("content-type", "application/json; charset=utf-8")
            .header("x-shouwen-id", claimed.posted.id.to_string())
            .header("x-shouwen-signature", signature(&self.secret, seconds, &claimed.body))
            .body(claimed.body.clone())
            .send();
        match asked.await {
            Ok(answer) => judged(answer.status()),
            Err(error) => Tried::Trouble(shortened(&explained(&error.without_url()))),
        }
    }
}

/// Refusals that may pass are told from those that will not.
fn judged(status: StatusCode) -> Tried {
    let passing = [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_EARLY, StatusCode::TOO_MANY_REQUESTS];
    if status.is_success() {
        Tried::Sent
    } else if status.is_client_error() && !passing.contains(&status) {
        Tried::Refused(status.to_string())
    } else {
        Tried::Trouble(status.to_string())
    }
}

fn explained(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(deeper) = cause {
        text = format!("{text}: {deeper}");
        cause = deeper.source();
    }
    text
}

/// `t=…,v1=…`: the receiver computes it anew and refuses what is older than a few minutes.
fn signature(secret: &str, seconds: i64, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(format!("{seconds}.{body}").as_bytes());
    format!("t={seconds},v1={}", hex::encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m5_the_signature_is_what_openssl_computes() {
        // printf '1764118800.{"id":1}' | openssl dgst -sha256 -hmac 0123456789abcdef
        let signed = signature("0123456789abcdef", 1_764_118_800, r#"{"id":1}"#);
        assert_eq!(signed, "t=1764118800,v1=4dc7f11daebee0819a1211d7ca53c66856d0d61a732b50155500847d3e89f214");
    }

    #[test]
    fn m5_an_address_with_a_password_or_without_a_secret_is_refused() {
        let at = |url: &str, secret: &str| Webhook::at(url, secret).map(|hook| hook.to_string());
        assert_eq!(at("http://127.0.0.1:9/hook/geheim", "0123456789abcdef"), Ok("http://127.0.0.1:9".into()));
        assert_eq!(at("http://127.0.0.1:9/", "short"), Err(PostRefused::Secret));
        for url in ["ftp://x/", "x", "http://user:pass@host/", "http://host:0/"] {
            assert_eq!(at(url, "0123456789abcdef"), Err(PostRefused::Webhook), "{url}");
        }
    }

    #[test]
    fn m5_only_refusals_that_stay_are_final() {
        assert!(matches!(judged(StatusCode::NOT_FOUND), Tried::Refused(_)));
        assert!(matches!(judged(StatusCode::TOO_MANY_REQUESTS), Tried::Trouble(_)));
        assert!(matches!(judged(StatusCode::BAD_GATEWAY), Tried::Trouble(_)));
        assert!(matches!(judged(StatusCode::FOUND), Tried::Trouble(_)));
        assert_eq!(judged(StatusCode::NO_CONTENT), Tried::Sent);
    }
}
