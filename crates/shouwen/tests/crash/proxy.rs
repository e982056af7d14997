//! A line to the database that can be slowed, held, cut and lost without a word.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, UnixStream};
use tokio::runtime::Runtime;
use tokio::sync::watch;

/// Carries bytes between a port of this machine and the server's socket.
pub struct Proxy {
    runtime: Option<Runtime>,
    weather: Arc<Weather>,
    /// Where it listens.
    pub port: u16,
}

/// What happens to every line.
struct Weather {
    /// Milliseconds by which each piece arrives later.
    delay: AtomicU64,
    /// Whether nothing arrives.
    held: watch::Sender<bool>,
    /// Lines up to this one were cut.
    cut: watch::Sender<u64>,
    /// Lines up to this one carry nothing any more, and nobody is told.
    lost: watch::Sender<u64>,
    /// The newest line.
    newest: AtomicU64,
}

impl Proxy {
    /// Begins to carry.
    pub fn to(socket: PathBuf) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let weather = Arc::new(Weather {
            delay: AtomicU64::new(0),
            held: watch::Sender::new(false),
            cut: watch::Sender::new(0),
            lost: watch::Sender::new(0),
            newest: AtomicU64::new(0),
        });
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        runtime.spawn(listen(listener, socket, Arc::clone(&weather)));
        Self { runtime: Some(runtime), weather, port }
    }

    /// From now on each piece takes so much longer.
    pub fn slow(&self, delay: Duration) {
        self.weather.delay.store(delay.as_millis() as u64, Ordering::SeqCst);
    }

    /// Nothing arrives until it is let through.
    pub fn hold(&self) {
        self.weather.held.send_replace(true);
    }

    /// What was held arrives.
    pub fn let_through(&self) {
        self.weather.held.send_replace(false);
    }

    /// Cuts every line that is open: what it carries next half through, or after a moment in which it carries nothing.
    pub fn cut(&self) {
        self.weather.cut.send_replace(self.weather.newest.load(Ordering::SeqCst));
    }

    /// Every line that is open falls silent for good, as behind a firewall that forgot it; fresh ones are well.
    pub fn lose(&self) {
        self.weather.lost.send_replace(self.weather.newest.load(Ordering::SeqCst));
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn listen(listener: TcpListener, socket: PathBuf, weather: Arc<Weather>) {
    while let Ok((near, _)) = listener.accept().await {
        let number = weather.newest.fetch_add(1, Ordering::SeqCst) + 1;
        let (socket, weather) = (socket.clone(), Arc::clone(&weather));
        tokio::spawn(async move {
            // A server that is away refuses; so does its port.
            let Ok(far) = UnixStream::connect(socket).await else { return };
            let _ = near.set_nodelay(true);
            let (near, far) = (near.into_split(), far.into_split());
            tokio::select! {
                () = carry(near.0, far.1, number, &weather) => {}
                () = carry(far.0, near.1, number, &weather) => {}
            }
        });
    }
}

/// One direction of one line, until it ends.
async fn carry(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    number: u64,
    weather: &Weather,
) {
    let (mut held, mut lost) = (weather.held.subscribe(), weather.lost.subscribe());
    let mut piece = vec![0; 16 * 1024];
    loop {
        let count = tokio::select! {
            read = from.read(&mut piece) => read.unwrap_or(0),
            () = after_cut(weather.cut.subscribe(), number) => 0,
        };
        if count == 0 {
            return;
        }
        let late = tokio::time::sleep(Duration::from_millis(weather.delay.load(Ordering::SeqCst)));
        tokio::select! {
            () = late => {}
            () = after_cut(weather.cut.subscribe(), number) => {}
        }
        tokio::select! {
            _ = held.wait_for(|held| !held) => {}
            () = after_cut(weather.cut.subscribe(), number) => {}
        }
        if *lost.borrow_and_update() >= number {
            // Neither end hears of it.
            std::future::pending::<()>().await;
        }
        let half = if *weather.cut.borrow() >= number { count / 2 } else { count };
        if to.write_all(&piece[..half]).await.is_err() || half < count {
            return;
        }
    }
}

/// Until the line has been cut and carried nothing for a moment since.
async fn after_cut(mut cut: watch::Receiver<u64>, number: u64) {
    let _ = cut.wait_for(|cut| *cut >= number).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
}
