//! `shouwen serve`: pages and open APIs.

use std::net::{IpAddr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use app::desk::Desk;
use app::safekeeping;
use tokio::net::TcpListener;
use web::Web;

use super::{desk_of, sending};
use crate::cli::{Common, Sending, Serve, Watching};
use crate::say::{note, say};

/// How often the service looks whether a limit was reached.
const TICK: Duration = Duration::from_secs(1);
/// How long a service that ends waits for its store: a server may be silent.
const CLOSING: Duration = Duration::from_secs(3);
/// How often the service looks whether a complaint has been kept for long enough.
const RETAIN: Duration = Duration::from_hours(1);
/// How often the service looks whether another process changed the network or the people.
const LOOK: Duration = Duration::from_secs(2);

/// Serves until it is told to stop.
pub async fn run(common: &Common, options: &Serve) -> anyhow::Result<ExitCode> {
    let listener = bind(options.listen).await?;
    let desk = desk_of(common).await?;
    let proxies = options.trusted_proxies.clone();
    serve(desk, listener, options.public_url.clone(), proxies, &options.sending, &options.watching).await
}

/// Takes the address first, so that a taken one is told before any work is done.
pub async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        say(
            format!("不能监听 {address}，换一个 --listen 地址试试"),
            format!("cannot listen on {address}; try another --listen address"),
        )
    })
}

/// Serves a desk on a listener; `hrefs` are built from the public address, else from the listener's. The proxies are
/// believed when they say whom they ask for.
pub async fn serve(
    desk: Arc<Desk>,
    listener: TcpListener,
    public_url: Option<String>,
    proxies: Vec<IpAddr>,
    sending: &Sending,
    watching: &Watching,
) -> anyhow::Result<ExitCode> {
    let address = listener.local_addr()?;
    let public_url = match public_url {
        Some(url) => absolute(url)?,
        None => format!("http://{address}"),
    };
    let post = sending::post(sending, public_url.trim_end_matches('/'))?;
    sending::tell(&post);
    desk.send_with(post);
    note(format_args!("{} http://{address}", say("服务已启动：", "serving:")));
    let demo = desk.is_demo().await?;
    let _in_service = safekeeping::in_service(desk.location())?;
    let following = tokio::spawn(follow(desk.clone()));
    let ticking = tokio::spawn(tick(desk.clone()));
    let counting = tokio::spawn(recount(desk.clone()));
    let retaining = tokio::spawn(retain(desk.clone()));
    let relaying = tokio::spawn({
        let desk = desk.clone();
        async move { desk.relay().await }
    });
    // Ends with this set: what is under way then comes back when its lease is over.
    let carrying = sending::carrying(&desk);
    let web = Web::new(desk.clone(), public_url, demo).behind(proxies);
    if let Some(token) = &watching.metrics_token {
        web.watch().open_for(token);
    }
    let (readiness, drain) = (web.readiness().clone(), Duration::from_secs(watching.drain));
    let ended = async move {
        stopped().await;
        // Whoever stands in front hears that nothing more is to be sent here; what is sent until then is answered.
        readiness.drain();
        tokio::time::sleep(drain).await;
    };
    let served = web::serve(listener, web, ended).await;
    following.abort();
    ticking.abort();
    counting.abort();
    retaining.abort();
    relaying.abort();
    drop(carrying);
    // Who copies a stopped branch's directory copies one file: the log is folded into it.
    let _ = tokio::time::timeout(CLOSING, desk.close()).await;
    served?;
    Ok(ExitCode::SUCCESS)
}

/// Every `href` begins with it, so it must lead somewhere by itself.
fn absolute(url: String) -> anyhow::Result<String> {
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let fits = host.is_some_and(|host| {
        let host = host.split('/').next().unwrap_or_default();
        !host.is_empty() && !url.contains(['?', '#']) && !url.contains(char::is_whitespace)
    });
    if !fits {
        bail!(say(
            format!("--public-url 要写完整的地址，如 https://desk.example.org，而不是 {url}"),
            format!("--public-url takes a whole address such as https://desk.example.org, not {url}"),
        ))
    }
    Ok(url)
}

/// Takes up what other processes have done.
async fn follow(desk: Arc<Desk>) {
    loop {
        tokio::time::sleep(LOOK).await;
        // A store that does not answer now is asked again; whoever checks meanwhile has the network as last known.
        let _ = desk.catch_up().await;
    }
}

/// Lets happen what is due by itself; a store that does not answer now is asked again a second later.
async fn tick(desk: Arc<Desk>) {
    loop {
        if let Err(error) = desk.tick().await {
            tracing::warn!(%error, "ticking failed; tried again");
        }
        tokio::time::sleep(TICK).await;
    }
}

/// Counts open clocks anew where policy or calendar changed; rungs fire meanwhile.
async fn recount(desk: Arc<Desk>) {
    loop {
        if let Err(error) = desk.recompute().await {
            tracing::warn!(%error, "counting open clocks anew failed; taken up again");
        }
        tokio::time::sleep(TICK).await;
    }
}

/// Anonymises what the policy no longer keeps, and takes away files of exports whose time is over.
async fn retain(desk: Arc<Desk>) {
    loop {
        if let Err(error) = desk.expire_exports().await {
            tracing::warn!(%error, "taking away files of exports failed; taken up again");
        }
        if let Err(error) = desk.retain().await {
            tracing::warn!(%error, "anonymising failed; taken up again");
        }
        tokio::time::sleep(RETAIN).await;
    }
}

/// Ends when the terminal or the service manager says so.
async fn stopped() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        if let Ok(mut terminate) = terminate {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = interrupt.await;
}
