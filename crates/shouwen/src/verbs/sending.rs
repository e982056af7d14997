//! What mails and pushes go out by, as the options say, and the tasks that carry them.

use std::sync::Arc;
use std::time::Duration;

use anyhow::bail;
use app::desk::{Desk, DeskError};
use app::post::{Bounces, Post, PostRefused, Smtp, Webhook};
use tokio::task::JoinSet;

use crate::cli::Sending;
use crate::say::{note, refuse, say};

/// How often the outbox is looked into.
const CARRY: Duration = Duration::from_secs(1);
/// How often the mails that came back are read.
const READ: Duration = Duration::from_secs(5);
/// How often it is looked whose digest is due.
const DIGEST: Duration = Duration::from_secs(30);

/// Reads the options; `public_url` is where links in mails lead.
pub fn post(sending: &Sending, public_url: &str) -> anyhow::Result<Post> {
    let plain = |refused: PostRefused| refuse(&refused.told());
    let smtp = sending.smtp.as_deref().map(Smtp::at).transpose().map_err(plain)?;
    let smtp = match (smtp, &sending.smtp_ca) {
        (Some(server), Some(file)) => Some(server.trusting(file).map_err(plain)?),
        (smtp, _) => smtp,
    };
    if smtp.is_some() && sending.mail_from.is_none() {
        bail!(say(
            "设了 --smtp 就要写发件人：--mail-from desk@example.org 这样的地址",
            "--smtp needs a sender: --mail-from with an address such as desk@example.org"
        ))
    }
    let usual = Post::default();
    let from = sending.mail_from.as_deref().map(Post::sender).transpose().map_err(plain)?.unwrap_or(usual.from);
    let secret = std::env::var("SHOUWEN_WEBHOOK_SECRET").unwrap_or_default();
    let webhook = sending.webhook.as_deref().map(|url| Webhook::at(url, &secret)).transpose().map_err(plain)?;
    let bounces = sending.bounces.as_deref().map(Bounces::at).transpose().map_err(plain)?;
    Ok(Post { public_url: public_url.to_owned(), from, smtp, webhook, bounces })
}

/// Says by what it goes out, without any secret.
pub fn tell(post: &Post) {
    match &post.smtp {
        Some(smtp) => note(format_args!("{} {smtp}", say("邮件服务器：", "mail server:"))),
        None => note(say(
            "没有邮件服务器：邮件留存在“外发”页，不发出",
            "no mail server: mails are kept on the page “Outbox”, not sent",
        )),
    }
    if let Some(webhook) = &post.webhook {
        note(format_args!("{} {webhook}", say("推送：", "webhook:")));
    }
}

/// Carries what is due, reads what came back and writes digests, for as long as the set is kept.
pub fn carrying(desk: &Arc<Desk>) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    tasks.spawn(again(desk.clone(), CARRY, |desk| async move { desk.deliver().await }));
    tasks.spawn(again(desk.clone(), READ, |desk| async move { desk.read_bounces().await }));
    tasks.spawn(again(desk.clone(), DIGEST, |desk| async move { desk.write_digests().await }));
    tasks
}

/// Does it over and over; a store that does not answer now is asked again.
async fn again<F, D>(desk: Arc<Desk>, pause: Duration, work: F)
where
    F: Fn(Arc<Desk>) -> D,
    D: Future<Output = Result<u64, DeskError>>,
{
    loop {
        if let Err(error) = work(desk.clone()).await {
            tracing::warn!(%error, "the outbox does not answer; tried again");
        }
        tokio::time::sleep(pause).await;
    }
}
