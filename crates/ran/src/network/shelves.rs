//! Lists by number that are cheap to copy: a copy shares every list that neither has changed since. So a network that an
//! alarm has changed stands beside the one before it, and whoever reads that one is not disturbed.

use std::sync::Arc;

const BITS: u32 = 5;
const WIDTH: usize = 1 << BITS;

/// The lists; every one of them is there, most of them empty.
#[derive(Debug, Clone)]
pub(super) struct Shelves<T> {
    root: Node<T>,
    depth: u32,
}

#[derive(Debug, Clone)]
enum Node<T> {
    Empty,
    List(Arc<Vec<T>>),
    Branch(Arc<[Node<T>; WIDTH]>),
}

impl<T: Clone> Shelves<T> {
    /// So many lists, numbered from 0, all empty.
    pub fn of(lists: usize) -> Self {
        let levels = |depth: &u32| lists <= 1 << (BITS * depth);
        Self { root: Node::Empty, depth: (0..=usize::BITS / BITS).find(levels).unwrap_or(usize::BITS / BITS) }
    }

    /// One list.
    pub fn list(&self, number: usize) -> &[T] {
        let mut node = &self.root;
        for level in (0..self.depth).rev() {
            let Node::Branch(below) = node else { return &[] };
            node = &below[turn(number, level)];
        }
        match node {
            Node::List(list) => list,
            Node::Empty | Node::Branch(_) => &[],
        }
    }

    /// One list, to change it: it and the way to it are copied where a copy of these shelves shares them.
    pub fn list_mut(&mut self, number: usize) -> &mut Vec<T> {
        let mut node = &mut self.root;
        for level in (0..self.depth).rev() {
            node = &mut node.branch()[turn(number, level)];
        }
        node.entries()
    }

    /// Memory held, bytes, without what the entries point to.
    pub fn bytes(&self) -> usize {
        self.root.bytes()
    }
}

/// Which way at a level.
fn turn(number: usize, level: u32) -> usize {
    (number >> (level * BITS)) & (WIDTH - 1)
}

impl<T: Clone> Node<T> {
    fn branch(&mut self) -> &mut [Self; WIDTH] {
        if !matches!(self, Self::Branch(_)) {
            *self = Self::Branch(Arc::new([const { Self::Empty }; WIDTH]));
        }
        match self {
            Self::Branch(below) => Arc::make_mut(below),
            Self::Empty | Self::List(_) => unreachable!("it has just become a branch"),
        }
    }

    fn entries(&mut self) -> &mut Vec<T> {
        if !matches!(self, Self::List(_)) {
            *self = Self::List(Arc::default());
        }
        match self {
            Self::List(list) => Arc::make_mut(list),
            Self::Empty | Self::Branch(_) => unreachable!("it has just become a list"),
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Empty => 0,
            Self::List(list) => size_of::<Vec<T>>() + list.capacity() * size_of::<T>(),
            Self::Branch(below) => size_of_val(&**below) + below.iter().map(Self::bytes).sum::<usize>(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_copy_keeps_what_it_was_and_the_lists_are_those_that_were_written(
            lists in 1..5_000_usize, before in prop::collection::vec((any::<usize>(), any::<u8>()), 0..40),
            after in prop::collection::vec((any::<usize>(), any::<u8>()), 0..40),
        ) {
            let mut plain: Vec<Vec<u8>> = vec![Vec::new(); lists];
            let mut shelves = Shelves::of(lists);
            for (number, entry) in before {
                shelves.list_mut(number % lists).push(entry);
                plain[number % lists].push(entry);
            }
            let (kept, kept_plain) = (shelves.clone(), plain.clone());
            for (number, entry) in after {
                shelves.list_mut(number % lists).push(entry);
                plain[number % lists].push(entry);
            }
            for number in 0..lists {
                prop_assert_eq!(shelves.list(number), &plain[number][..]);
                prop_assert_eq!(kept.list(number), &kept_plain[number][..]);
            }
        }
    }
}
