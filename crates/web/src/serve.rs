//! Serving until told to stop.

use std::future::Future;
use std::net::SocketAddr;

use tokio::net::TcpListener;

use crate::{Web, doors};

/// Serves on the listener until `shutdown` completes; answers under way are finished, live streams end.
pub async fn serve(
    listener: TcpListener,
    web: Web,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let router = doors::router(&web).into_make_service_with_connect_info::<SocketAddr>();
    let stopped = async move {
        shutdown.await;
        web.stop();
    };
    axum::serve(listener, router).with_graceful_shutdown(stopped).await
}
