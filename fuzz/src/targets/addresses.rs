//! Where the house sends: servers, webhooks and senders as an administrator types them.

use app::post::{Post, PostRefused, Smtp, Webhook};

use super::text;

/// An address of any kind: what is accepted reads the same as it is shown, and shows no password.
pub fn address(data: &[u8]) {
    let Some(text) = text(data) else { return };
    match Smtp::at(text) {
        Ok(server) => {
            let shown = server.to_string();
            assert!(!shown.contains(['@', '%', ' ']), "{text:?} is shown as {shown:?}");
            let again = Smtp::at(&format!("smtp://{shown}")).map(|server| server.to_string());
            assert_eq!(again.as_ref(), Ok(&shown), "{text:?}");
            let port = shown.rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok());
            assert!(port.is_some_and(|port| port > 0), "{shown:?}");
        }
        Err(refused) => told(&refused),
    }
    match Webhook::address(text) {
        Ok(url) => {
            assert_eq!(Webhook::address(url.as_str()).as_ref(), Ok(&url), "{text:?}");
            assert!(!url.authority().contains('@'), "{text:?}");
        }
        Err(refused) => told(&refused),
    }
    match Post::sender(text) {
        Ok(sender) => {
            assert!(Post::is_address(sender.email.as_ref()) || !sender.email.to_string().is_ascii(), "{text:?}");
            assert_eq!(Post::sender(&sender.to_string()).as_ref(), Ok(&sender), "{text:?}");
        }
        Err(refused) => told(&refused),
    }
    if Post::is_address(text) {
        assert_eq!(Post::sender(text).map(|sender| sender.email.to_string()).as_deref(), Ok(text));
    }
}

fn told(refused: &PostRefused) {
    let told = refused.told();
    assert!(!told.zh.is_empty() && !told.en.is_empty());
}
