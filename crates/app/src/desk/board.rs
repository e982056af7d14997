//! What waits on a person, and what supervisors look at (M12, M13).

use domain::access::Scope;
use domain::clock::ClockKind;
use domain::flow::{ASKED, Party, Turn, answerers, asks_holder};
use domain::id::PersonId;
use domain::person::{Person, Role, Viewer};
use domain::time::Timestamp;
use store::{Board, Departed, Filter, QueueQuery, QueueRow, View};

use super::{Desk, DeskError};

/// Departures are counted over so many days.
const DEPARTURE_DAYS: i64 = 90;

/// Something that waits on a person.
#[derive(Debug, Clone, PartialEq)]
pub struct Todo {
    /// The complaint; what is due is what is to be done.
    pub row: QueueRow,
    /// What was asked beside the flow, where that is it.
    pub asked: Option<ClockKind>,
}

impl Desk {
    /// What waits on this person, most urgent first, and nothing else; whether there is more.
    pub async fn waiting_on(&self, viewer: &Viewer, limit: u32) -> Result<(Vec<Todo>, bool), DeskError> {
        let Some(person) = viewer.person() else { return Ok((Vec::new(), false)) };
        let wishes = wishes(person, &self.people().await?);
        let (scope, mut todos, mut more) = (Scope::of(viewer), Vec::new(), false);
        for (view, filter) in wishes {
            let asked = if let View::Asked(kind) = view { Some(kind) } else { None };
            let mut page = self.store.queue(&scope, &QueueQuery { view, filter, after: None, limit }).await?;
            // What is asked is due by its own clock, whoever looks.
            if asked.is_none() {
                self.own_due(viewer, &mut page.rows).await?;
            }
            more |= page.next.is_some();
            todos.extend(page.rows.into_iter().map(|row| Todo { row, asked }));
        }
        todos.sort_by_key(|todo| (urgency(&todo.row), todo.row.id, todo.asked));
        todos.dedup_by_key(|todo| (todo.row.id, todo.asked));
        more |= todos.len() > limit as usize;
        todos.truncate(limit as usize);
        Ok((todos, more))
    }

    /// The figures of the supervision board.
    pub async fn board(&self, viewer: &Viewer) -> Result<Board, DeskError> {
        Ok(self.store.board(&Scope::of(viewer), self.now()).await?)
    }

    /// Who departed from the procedure how often lately, and from what (M10).
    pub async fn departures(&self, viewer: &Viewer, limit: u32) -> Result<Vec<Departed>, DeskError> {
        let since = self.now().plus_seconds(-DEPARTURE_DAYS * 86_400);
        Ok(self.store.departures(&Scope::of(viewer), since, limit).await?)
    }
}

/// What stands still is not urgent before it wakes, which is when its row says it is due.
fn urgency(row: &QueueRow) -> Timestamp {
    row.due.map_or(Timestamp::END, |due| due.due)
}

/// The lists that make up what waits on a person, as [`Party::turn`] and the flows' tables say.
fn wishes(me: &Person, people: &[Person]) -> Vec<(View, Filter)> {
    let on = |waits_on: Vec<Party>| Filter { waits_on, ..Filter::default() };
    let of = |roles: &[Role]| -> Vec<PersonId> {
        people.iter().filter(|one| one.active && roles.contains(&one.role)).map(|one| one.id).collect()
    };
    let (mut wishes, mut as_handler, mut as_role) = (Vec::new(), Vec::new(), Vec::new());
    for party in Party::ALL {
        let turn = party.turn();
        let mine = turn.roles().contains(&me.role);
        match turn {
            Turn::Desk(_) if mine => wishes.push((View::WaitingOn(party), Filter::default())),
            Turn::Desk(_) => wishes.push((View::Owned(me.id), on(vec![party]))),
            Turn::Handler(roles) => {
                as_handler.push(party);
                if mine {
                    let handled_by_none_of = of(roles);
                    wishes.push((View::WaitingOn(party), Filter { handled_by_none_of, ..Filter::default() }));
                }
            }
            Turn::AnyOf(_) | Turn::Organisation(_) if mine => {
                as_role.push(party);
                wishes.push((View::WaitingOn(party), Filter::default()));
            }
            Turn::Department(_) if mine && !me.department.is_empty() => {
                wishes.push((View::Department(me.department.clone()), on(vec![party])));
            }
            Turn::AnyOf(_) | Turn::Organisation(_) | Turn::Department(_) | Turn::Nobody => {}
        }
    }
    wishes.push((View::Mine(me.id), on(as_handler)));
    for kind in ASKED.into_iter().filter(|kind| answerers(*kind).contains(&me.role)) {
        let concerns = asks_holder(kind).then(|| (me.id, as_role.clone()));
        wishes.push((View::Asked(kind), Filter { concerns, ..Filter::default() }));
    }
    wishes
}
