//! Trees, interfaces and templates of a policy text.

use std::collections::BTreeSet;

use super::names::Named;
use super::reader::{Fields, Node, Reader};
use super::{CauseLeaf, Causes, Interface, Leaf, Phenomena, ResolutionTerm, Template};
use crate::complaint::{Attribution, Resolution};

/// 投诉现象.
pub(super) fn phenomena<'t>(reader: &mut Reader<'t>, root: &Fields<'_, 't>) -> Vec<Phenomena> {
    let (mut groups, mut names) = (BTreeSet::new(), BTreeSet::new());
    let mut tree = Vec::new();
    for fields in reader.tables(root, "phenomena") {
        reader.only(&fields, &["name", "title", "items"]);
        let group = leaf(reader, &fields, &mut groups);
        let items = reader.tables(&fields, "items");
        let leaves = items.iter().filter_map(|item| item_of(reader, item, &["name", "zh", "en"], &mut names)).collect();
        some(reader, &fields, &items);
        tree.extend(group.map(|group| Phenomena { group, leaves }));
    }
    tree
}

/// 归因.
pub(super) fn causes<'t>(reader: &mut Reader<'t>, root: &Fields<'_, 't>) -> Vec<Causes> {
    let (mut found, mut names) = (Vec::new(), BTreeSet::new());
    let mut tree = Vec::new();
    let tables = reader.tables(root, "causes");
    for fields in &tables {
        reader.only(fields, &["name", "title", "network", "items"]);
        let attribution = member::<Attribution>(reader, fields, &mut found);
        let (title, network) = (reader.bilingual(fields, "title"), reader.yes_or_no(fields, "network"));
        let items = reader.tables(fields, "items");
        some(reader, fields, &items);
        let mut leaves = Vec::with_capacity(items.len());
        for item in &items {
            let leaf = item_of(reader, item, &["name", "zh", "en", "network"], &mut names);
            let own = if item.get("network").is_some() { reader.yes_or_no(item, "network") } else { network };
            leaves.extend(leaf.zip(own).map(|(leaf, network)| CauseLeaf { leaf, network }));
        }
        tree.extend(attribution.zip(title).map(|(attribution, title)| Causes { attribution, title, leaves }));
    }
    every(reader, root, "causes", tables.len(), &found);
    tree
}

/// 解决状态.
pub(super) fn resolutions<'t>(reader: &mut Reader<'t>, root: &Fields<'_, 't>) -> Vec<ResolutionTerm> {
    let (mut found, mut terms) = (Vec::new(), Vec::new());
    let tables = reader.tables(root, "resolutions");
    for fields in &tables {
        reader.only(fields, &["name", "title", "solved"]);
        let resolution = member::<Resolution>(reader, fields, &mut found);
        let (title, solved) = (reader.bilingual(fields, "title"), reader.yes_or_no(fields, "solved"));
        let (Some(resolution), Some(title), Some(solved)) = (resolution, title, solved) else { continue };
        terms.push(ResolutionTerm { resolution, title, solved });
    }
    every(reader, root, "resolutions", tables.len(), &found);
    terms
}

/// 界面.
pub(super) fn interfaces<'t>(reader: &mut Reader<'t>, root: &Fields<'_, 't>) -> Vec<Interface> {
    let (mut names, mut interfaces) = (BTreeSet::new(), Vec::new());
    for fields in reader.tables(root, "interfaces") {
        reader.only(&fields, &["name", "title", "administrator"]);
        let leaf = leaf(reader, &fields, &mut names);
        let administrator = reader.one(&fields, "administrator");
        interfaces.extend(leaf.zip(administrator).map(|(leaf, administrator)| Interface { leaf, administrator }));
    }
    interfaces
}

/// 答复模板.
pub(super) fn templates<'t>(reader: &mut Reader<'t>, root: &Fields<'_, 't>) -> Vec<Template> {
    let (mut names, mut templates) = (BTreeSet::new(), Vec::new());
    for fields in reader.tables(root, "templates") {
        reader.only(&fields, &["name", "title", "flows", "states", "text"]);
        let leaf = leaf(reader, &fields, &mut names);
        let flows = reader.needed(&fields, "flows").and_then(|node| reader.list(&fields, "flows", node));
        let states = reader.needed(&fields, "states").and_then(|node| reader.list(&fields, "states", node));
        let text = reader.bilingual(&fields, "text");
        let (Some(leaf), Some(flows), Some(states), Some(text)) = (leaf, flows, states, text) else { continue };
        templates.push(Template { leaf, flows, states, text });
    }
    templates
}

/// Name and title of a table, the name once only.
pub(super) fn leaf<'d, 't>(
    reader: &mut Reader<'t>,
    fields: &Fields<'d, 't>,
    seen: &mut BTreeSet<&'d str>,
) -> Option<Leaf> {
    let (name, title) = (reader.name(fields, seen), reader.bilingual(fields, "title"));
    Some(Leaf { name: name?.to_owned(), title: title? })
}

/// An item of one line: `{ name = "…", zh = "…", en = "…" }`.
fn item_of<'d, 't>(
    reader: &mut Reader<'t>,
    fields: &Fields<'d, 't>,
    known: &[&str],
    seen: &mut BTreeSet<&'d str>,
) -> Option<Leaf> {
    reader.only(fields, known);
    let name = reader.name(fields, seen);
    let (zh, en) = (reader.text(fields, "zh"), reader.text(fields, "en"));
    Some(Leaf { name: name?.to_owned(), title: crate::check::Bilingual::new(zh?, en?) })
}

/// A group without items could never be chosen.
fn some<'t>(reader: &mut Reader<'t>, fields: &Fields<'_, 't>, items: &[Fields<'_, 't>]) {
    if items.is_empty() {
        let path = &fields.path;
        reader.wrong(&fields.at, format!("“{path}”没有 items"), format!("`{path}` has no items"));
    }
}

/// The member of a closed set that a table is about, each once.
fn member<'t, T: Named>(reader: &mut Reader<'t>, fields: &Fields<'_, 't>, found: &mut Vec<T>) -> Option<T> {
    let one: T = reader.one(fields, "name")?;
    if found.contains(&one) {
        let at = fields.get("name").map_or(fields.at.clone(), Node::span);
        let name = T::all().into_iter().find(|(_, other)| *other == one).map_or("", |(name, _)| name);
        reader.twice(&at, &fields.path, name);
    }
    found.push(one);
    Some(one)
}

/// Every member of a closed set must have its table. Where one has a name nobody knows, that is told and not what it lacks.
fn every<'t, T: Named>(reader: &mut Reader<'t>, root: &Fields<'_, 't>, key: &str, tables: usize, found: &[T]) {
    if found.len() < tables {
        return;
    }
    let at = root.get(key).map_or(root.at.clone(), Node::span);
    for (name, _) in T::all().into_iter().filter(|(_, one)| !found.contains(one)) {
        let (zh, en) = T::WHAT;
        reader.missing(&at, format!("缺少{zh}“{name}”"), format!("the {en} `{name}` is missing in [[{key}]]"));
    }
}
