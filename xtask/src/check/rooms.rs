//! What a room may not know (design: the rooms): read from cargo's own resolution, and SQL only where it belongs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::Source;

/// Everything that reads, writes, waits or serves.
const WORLD: [&str; 14] = [
    "tokio",
    "async-std",
    "smol",
    "mio",
    "sqlx",
    "rusqlite",
    "libsqlite3-sys",
    "axum",
    "hyper",
    "tower",
    "reqwest",
    "askama",
    "lettre",
    "rand",
];

/// Room → packages that must not be anywhere below it.
const NEVER: [(&str, &[&str]); 4] = [
    ("domain", &WORLD),
    ("ran", &WORLD),
    ("store", &["axum", "askama", "calamine", "lettre", "typst", "fluent-bundle"]),
    ("app", &["axum", "askama", "fluent-bundle"]),
];

/// Room → packages it must not name itself, though a room below may.
const NEVER_ITSELF: [(&str, &[&str]); 3] =
    // The desk sends and renders; the pages only ask it to.
    [("app", &["sqlx"]), ("web", &["sqlx", "typst", "lettre"]), ("shouwen", &["sqlx", "axum", "askama", "typst"])];

/// Room → rooms it must not see.
const ROOMS: [(&str, &[&str]); 4] = [
    ("domain", &["ran", "store", "app", "web", "shouwen"]),
    ("ran", &["store", "app", "web", "shouwen"]),
    ("store", &["app", "web", "shouwen"]),
    ("app", &["web", "shouwen"]),
];

/// The resolved graph: package id → (name, ids of its ordinary dependencies).
type Graph = BTreeMap<String, (String, Vec<String>)>;

/// Dependencies that break a room's rule.
pub(super) fn broken(root: &Path) -> Result<Vec<String>> {
    let graph = graph(root)?;
    let mut broken = Vec::new();
    for (room, forbidden) in NEVER.into_iter().chain(ROOMS) {
        let below = below(&graph, room);
        let found = forbidden.iter().filter(|name| below.contains(**name));
        broken.extend(found.map(|name| format!("crates/{room}: depends on {name}, which that room must never know")));
    }
    for (room, forbidden) in NEVER_ITSELF {
        let named = named(&graph, room);
        let found = forbidden.iter().filter(|name| named.contains(**name));
        broken.extend(found.map(|name| format!("crates/{room}: names {name}, which belongs to another room")));
    }
    Ok(broken)
}

fn graph(root: &Path) -> Result<Graph> {
    let metadata = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(root)
        .output()
        .context("cargo describes the workspace")?;
    ensure!(metadata.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&metadata.stderr));
    let metadata: Value = serde_json::from_slice(&metadata.stdout).context("cargo's metadata are JSON")?;
    let names: BTreeMap<&str, &str> = items(&metadata["packages"])
        .filter_map(|package| Some((package["id"].as_str()?, package["name"].as_str()?)))
        .collect();
    let nodes = items(&metadata["resolve"]["nodes"]).filter_map(|node| {
        let id = node["id"].as_str()?;
        let ordinary = items(&node["deps"])
            .filter(|dependency| items(&dependency["dep_kinds"]).any(|kind| kind["kind"].is_null()))
            .filter_map(|dependency| Some(dependency["pkg"].as_str()?.to_owned()));
        Some((id.to_owned(), ((*names.get(id)?).to_owned(), ordinary.collect())))
    });
    Ok(nodes.collect())
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn id_of<'a>(graph: &'a Graph, room: &str) -> Option<&'a str> {
    graph.iter().find(|(_, (name, _))| name == room).map(|(id, _)| id.as_str())
}

/// The names of everything below a room.
fn below<'a>(graph: &'a Graph, room: &str) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::new();
    let mut open: Vec<&str> = id_of(graph, room).into_iter().collect();
    while let Some((_, dependencies)) = open.pop().and_then(|id| graph.get(id)) {
        open.extend(dependencies.iter().map(String::as_str).filter(|id| seen.insert(*id)));
    }
    seen.into_iter().filter_map(|id| Some(graph.get(id)?.0.as_str())).collect()
}

/// The names a room's own manifest lists.
fn named<'a>(graph: &'a Graph, room: &str) -> BTreeSet<&'a str> {
    let own = id_of(graph, room).and_then(|id| graph.get(id)).map(|(_, dependencies)| dependencies);
    own.into_iter().flatten().filter_map(|id| Some(graph.get(id)?.0.as_str())).collect()
}

/// Lines of SQL in the rooms that must not have any.
pub(super) fn sql_outside_store(sources: &[Source]) -> Vec<String> {
    const VERBS: [&str; 6] = ["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ", "CREATE TABLE ", "PRAGMA "];
    let rooms = ["crates/domain/src/", "crates/ran/src/", "crates/app/src/", "crates/web/src/", "crates/shouwen/src/"];
    let of_rooms = sources.iter().filter(|source| rooms.iter().any(|room| source.path.starts_with(room)));
    let mut found = Vec::new();
    for source in of_rooms.filter(|source| source.is(&["rs"])) {
        for (number, line) in source.text.lines().enumerate() {
            let quoted = line.split('"').skip(1).step_by(2);
            if quoted.map(str::trim_start).any(|text| VERBS.iter().any(|verb| text.starts_with(verb))) {
                found.push(format!("{}:{}: SQL belongs in crates/store", source.path, number + 1));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source { path: path.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn sql_is_found_in_every_room_but_the_store() {
        let line = "let rows = tx.all(\"SELECT id FROM complaint\", args![]);";
        assert_eq!(sql_outside_store(&[source("crates/web/src/pages/queue.rs", line)]).len(), 1);
        assert!(sql_outside_store(&[source("crates/store/src/queue.rs", line)]).is_empty());
        assert!(sql_outside_store(&[source("crates/web/src/pages/queue.rs", "// SELECT it")]).is_empty());
    }

    #[test]
    fn a_dependency_is_found_however_deep_it_lies() {
        let node = |name: &str, below: &[&str]| {
            (format!("{name} 1"), (name.to_owned(), below.iter().map(|name| format!("{name} 1")).collect()))
        };
        let graph = Graph::from([node("domain", &["serde"]), node("serde", &["tokio"]), node("tokio", &[])]);
        assert!(below(&graph, "domain").contains("tokio"));
        assert!(!named(&graph, "domain").contains("tokio"));
    }
}
