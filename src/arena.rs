//! Lists whose places are typed: a number of one list is no number of another.

use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

use crate::never;

/// The number of a document among those of its kind.
pub struct Ix<T>(u32, PhantomData<fn() -> T>);

impl<T> Ix<T> {
    /// The number as an index.
    pub fn get(self) -> usize {
        self.0 as usize
    }

    /// The document at an index.
    pub fn new(index: usize) -> Self {
        Ix(number(index), PhantomData)
    }
}

impl<T> Clone for Ix<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Ix<T> {}

impl<T> PartialEq for Ix<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<T> Eq for Ix<T> {}

impl<T> PartialOrd for Ix<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Ix<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}

impl<T> std::hash::Hash for Ix<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<T> std::fmt::Debug for Ix<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Values by the number of a document: `Arena<Brief, T>` has a `T` for each brief.
#[derive(Debug)]
pub struct Arena<K, T> {
    items: Vec<T>,
    key: PhantomData<fn() -> K>,
}

impl<K, T> Arena<K, T> {
    /// The values in the order of the documents.
    pub fn new(items: Vec<T>) -> Self {
        Arena { items, key: PhantomData }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The values.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.items.iter()
    }

    /// The values with their numbers.
    pub fn entries(&self) -> impl Iterator<Item = (Ix<K>, &T)> + Clone {
        self.items.iter().enumerate().map(|(i, item)| (Ix::new(i), item))
    }

    /// The numbers.
    pub fn keys(&self) -> impl Iterator<Item = Ix<K>> + Clone + use<K, T> {
        (0..self.items.len()).map(Ix::new)
    }

    /// The values as a slice.
    pub fn as_slice(&self) -> &[T] {
        &self.items
    }

    /// All items, to be changed.
    pub fn as_mut_slice(&mut self) -> &mut [T] {
        &mut self.items
    }

    /// The values, to be changed while the shelf is filled.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.items.iter_mut()
    }
}

impl<K, T> Index<Ix<K>> for Arena<K, T> {
    type Output = T;

    #[allow(clippy::indexing_slicing, reason = "numbers are made from the shelf they index")]
    fn index(&self, key: Ix<K>) -> &T {
        &self.items[key.get()]
    }
}

impl<K, T> IndexMut<Ix<K>> for Arena<K, T> {
    #[allow(clippy::indexing_slicing, reason = "numbers are made from the shelf they index")]
    fn index_mut(&mut self, key: Ix<K>) -> &mut T {
        &mut self.items[key.get()]
    }
}

/// The number of a thing of which there are fewer than 2³².
pub(crate) fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or_else(|_| never!("there is no number for {index}" => u32::MAX))
}
