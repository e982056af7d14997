//! The desk: every command on a complaint, and every read, goes through here (design §2).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arc_swap::ArcSwap;
use domain::calendar::WorkingCalendar;
use domain::check::Bilingual;
use domain::flow::{Decision, Refusal};
use domain::person::{Viewer, Who};
use domain::roster::Roster;
use domain::time::Timestamp;
use ran::network::Network;
use ran::propagation::Model;
use store::{Commit, Location, Store};

use crate::bus::Bus;
use crate::clock::Clock;
use crate::figures::Figures;
use crate::post::{Book, Post, Told};
use crate::vault::{Vault, VaultError};

mod act;
mod board;
mod decided;
mod declaration;
mod exports;
mod notices;
mod numbers;
mod part;
mod people;
mod policies;
mod post;
mod read;
mod receive;
mod recent;
mod relay;
mod retention;
mod roster;
mod rota;
mod rule_items;
mod rules;
pub(crate) mod spots;
mod tick;
mod ties;

pub use board::Todo;
pub use exports::{NewExport, Shown, Wording};
pub use people::{NewPerson, PersonRefused};
pub use policies::{ChangedClock, PolicyRefused, Preview};
pub use post::Letter;
pub use receive::{Outcome, Receipt};
pub use retention::RetentionPlan;
pub use roster::{NewAbsence, NewShift, Planned};
pub use rule_items::{Dispute, MadeRule};
pub use rules::Rules;
pub use ties::{Answered, SplitPart};

/// Why the desk did not do what was asked, by what the caller can do about it.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// No such thing, or not for this viewer: the two answer alike.
    #[error("not found")]
    NotFound,
    /// Somebody else changed it meanwhile: read again, merge, retry.
    #[error("it was changed meanwhile")]
    Conflict,
    /// The rules forbid it; the refusal says what would be allowed.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The viewer may not do such things at all.
    #[error("not permitted")]
    Forbidden,
    /// The store is busy or briefly unreachable: retry.
    #[error("the store is busy, try again")]
    Transient,
    /// The disk is full: nothing was written. In the engine's words, for whoever looks after it.
    #[error("the disk is full: {0}")]
    Full(String),
    /// The vault does not open.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The store failed.
    #[error(transparent)]
    Store(store::Error),
}

impl DeskError {
    /// What happened and what to do next, in both languages.
    pub fn told(&self) -> Bilingual {
        match self {
            Self::NotFound => Bilingual::new("没有找到，或不在您的权限之内。", "Not found, or not for you to see."),
            Self::Conflict => Bilingual::new(
                "已被别人改动，请重新读取后再改。",
                "It was changed meanwhile: read it again and decide anew.",
            ),
            Self::Refused(refusal) => refusal.message(),
            Self::Forbidden => Bilingual::new("没有权限。", "Not permitted."),
            Self::Transient => Bilingual::new("数据库忙，请稍后再试。", "The store is busy: try again."),
            Self::Full(why) => Bilingual::new(
                format!("磁盘已满，没有保存；请腾出空间后重试（{why}）。"),
                format!("The disk is full and nothing was saved: make room and try again ({why})."),
            ),
            Self::Vault(error) => error.told(),
            Self::Store(error) => error.told(),
        }
    }
}

impl From<store::Error> for DeskError {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::NotFound => Self::NotFound,
            store::Error::Conflict => Self::Conflict,
            store::Error::Transient(_) => Self::Transient,
            store::Error::Full(why) => Self::Full(why),
            other => Self::Store(other),
        }
    }
}

/// The desk of one branch, shared by every door.
pub struct Desk {
    location: Location,
    store: Store,
    vault: Vault,
    clock: Arc<dyn Clock>,
    rules: ArcSwap<Rules>,
    network: ArcSwap<Network>,
    bus: Bus,
    numbers: numbers::Numbers,
    recent: recent::Recent,
    others: relay::Others,
    roster: ArcSwap<Roster>,
    rota: rota::Rota,
    book: Book,
    post: ArcSwap<Post>,
    figures: Figures,
    /// Whether any number on record came in a spreadsheet or was typed in, as of the last look.
    unnamed_numbers: AtomicBool,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Desk")
    }
}

impl Desk {
    /// Opens the store at a location, its vault, and everything kept in memory.
    pub async fn open(location: &Location, clock: Arc<dyn Clock>) -> Result<Arc<Self>, DeskError> {
        // A store that cannot be opened says why: waiting is no cure for a wrong address.
        let store = Store::open(location).await.map_err(DeskError::Store)?;
        let vault = crate::safekeeping::open_vault(&store, location).await?;
        let desk = Self {
            network: ArcSwap::from_pointee(Network::assemble([], [], [], [], Model::default(), 0)),
            rules: ArcSwap::from_pointee(Rules::shipped()),
            bus: Bus::default(),
            numbers: numbers::Numbers::default(),
            recent: recent::Recent::default(),
            others: relay::Others::since(clock.now()),
            roster: ArcSwap::default(),
            rota: rota::Rota::default(),
            book: Book::default(),
            post: ArcSwap::default(),
            figures: Figures::default(),
            unnamed_numbers: AtomicBool::new(false),
            location: location.clone(),
            store,
            vault,
            clock,
        };
        desk.warm().await?;
        Ok(Arc::new(desk))
    }

    async fn warm(&self) -> Result<(), DeskError> {
        self.follow_policy().await?;
        let since = self.now().plus_seconds(-recent::WINDOW_SECONDS);
        self.recent.fill(self.store.recent_signals(self.store.branch(), since).await?);
        self.take_people().await?;
        self.look_for_unnamed_numbers().await?;
        self.reload_network().await
    }

    async fn look_for_unnamed_numbers(&self) -> Result<(), DeskError> {
        if !self.unnamed_numbers.load(Ordering::Relaxed) && self.store.has_unnamed_numbers(self.store.branch()).await? {
            self.unnamed_numbers.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Assembles the network anew from the store and swaps it in; whoever holds the former one keeps it.
    pub async fn reload_network(&self) -> Result<(), DeskError> {
        let generation = self.store.generation().await?;
        let inventory = self.store.inventory().await?;
        let alarms = self.store.alarms().await?;
        let outages = self.store.outages().await?;
        let interference = self.store.interference().await?;
        let model = self.model().await?;
        let network = tokio::task::spawn_blocking(move || {
            Network::assemble(inventory, alarms, outages, interference, model, generation)
        })
        .await
        .map_err(|_| DeskError::Transient)?;
        self.network.store(Arc::new(network));
        self.bus.tell(crate::bus::Topic::Network, generation);
        Ok(())
    }

    /// Takes up what another process, an import on the command line or another node, has done to the network, the people
    /// and the roster.
    pub async fn catch_up(&self) -> Result<(), DeskError> {
        self.take_people().await?;
        self.look_for_unnamed_numbers().await?;
        self.follow_network().await
    }

    /// Takes up what has been written of the network. Alarms are told to the one in memory, which shares all the rest with the
    /// one after them; whatever else has changed, it is assembled anew.
    pub async fn follow_network(&self) -> Result<(), DeskError> {
        let before = self.network();
        if self.store.generation().await? == before.generation() {
            return Ok(());
        }
        let Some(generation) = self.store.generation_by_alarms(before.generation()).await? else {
            return self.reload_network().await;
        };
        let alarms = self.store.alarms().await?;
        let told = Arc::clone(&before);
        let told = tokio::task::spawn_blocking(move || told.told(alarms, generation))
            .await
            .map_err(|_| DeskError::Transient)?;
        // Where another network was swapped in meanwhile this one may lack something of it: the next look sees to it.
        let there = self.network.compare_and_swap(&before, Arc::new(told));
        if Arc::ptr_eq(&there, &before) {
            self.bus.tell(crate::bus::Topic::Network, generation);
        }
        Ok(())
    }

    /// The model's constants: calibrated ones where the store has them, else the shipped defaults.
    async fn model(&self) -> Result<Model, DeskError> {
        let calibrated = self.store.setting("propagation_model").await?;
        Ok(calibrated.and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default())
    }

    /// The network as it stands in memory.
    pub fn network(&self) -> Arc<Network> {
        self.network.load_full()
    }

    /// The present.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The branch's calendar, its own days laid over the national ones.
    pub fn calendar(&self) -> Arc<WorkingCalendar> {
        self.rules().calendar.clone()
    }

    /// Where the store lies.
    pub const fn location(&self) -> &Location {
        &self.location
    }

    /// The store, for the command line's own verbs.
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// The vault, for the command line's own verbs.
    pub const fn vault(&self) -> &Vault {
        &self.vault
    }

    /// What is counted and timed here.
    pub const fn figures(&self) -> &Figures {
        &self.figures
    }

    /// The live bus.
    pub const fn bus(&self) -> &Bus {
        &self.bus
    }

    /// The house itself as a viewer: imports and jobs.
    pub fn house(&self) -> Viewer {
        Viewer { branch: self.store.branch(), who: Who::House }
    }

    /// A fresh idempotency key for a form.
    pub fn fresh_key(&self) -> String {
        crate::clock::fresh_uuid(self.now()).to_string()
    }

    /// Lets go of the store; afterwards nothing may be asked of this desk.
    pub async fn close(&self) {
        self.store.clone().close().await;
    }

    /// What a decision becomes when it is written: the one place where it turns into a commit.
    pub(crate) fn commit_of(&self, decision: Decision, now: Timestamp) -> Commit {
        let (post, people) = (self.post(), self.book.all());
        let told = Told { post: &post, people: &people, calendar: &self.calendar(), now };
        let outbox = told.of(&decision.complaint, &decision.entry);
        Commit { outbox, ..Commit::new(decision.complaint, decision.entry) }
    }
}
