//! Ids that are texts, and the way back from a text to its position.
//!
//! A reference is looked up by its bytes: what equals an id is as much text as
//! the id is. Columns are looked up some rows at a time, step by step for all of
//! them, for each step waits for memory, and waiting for several at once costs no
//! more than for one.

use std::hash::Hasher;

use hashbrown::HashTable;
use rustc_hash::FxHasher;

use super::index::to_u32;
use super::names::NONE;

/// Texts in the order of their rows, and where each is.
#[derive(Clone, Debug, Default)]
pub(crate) struct TextIds {
    /// All of them, one after the other.
    texts: String,
    /// Where each ends.
    ends: Vec<usize>,
    at: HashTable<Entry>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    hash: u64,
    row: u32,
}

/// Texts looked up together.
const TOGETHER: usize = 64;

fn hash_of(text: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text);
    hasher.finish()
}

impl TextIds {
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The text of a row; empty beyond the last.
    pub(crate) fn get(&self, row: u32) -> &str {
        let before = (row as usize).checked_sub(1);
        let start = before.and_then(|before| self.ends.get(before));
        let end = self.ends.get(row as usize);
        let range = start.copied().unwrap_or(0)..end.copied().unwrap_or(0);
        self.texts.get(range).unwrap_or_default()
    }

    /// Appends a text; false when it is there already (its row still counts).
    pub(crate) fn push(&mut self, text: &str) -> bool {
        let row = to_u32(self.len());
        let known = self.find(text.as_bytes()).is_some();
        self.push_gap(text);
        if !known {
            let entry = Entry {
                hash: hash_of(text.as_bytes()),
                row,
            };
            let hash = |entry: &Entry| entry.hash;
            self.at.insert_unique(entry.hash, entry, hash);
        }
        !known
    }

    /// Appends a row that is not found by its text.
    pub(crate) fn push_gap(&mut self, text: &str) {
        self.texts.push_str(text);
        self.ends.push(self.texts.len());
    }

    pub(crate) fn find(&self, text: &[u8]) -> Option<u32> {
        self.find_hashed(hash_of(text), text)
    }

    fn find_hashed(&self, hash: u64, text: &[u8]) -> Option<u32> {
        let is_it = |entry: &Entry| entry.hash == hash && self.get(entry.row).as_bytes() == text;
        self.at.find(hash, is_it).map(|entry| entry.row)
    }

    /// The rows of texts, in their order; [`NONE`] of what is not known, empty
    /// or null.
    pub(crate) fn find_all<'t>(
        &self,
        mut texts: impl ExactSizeIterator<Item = Option<&'t [u8]>>,
    ) -> Vec<u32> {
        let mut found = Vec::with_capacity(texts.len());
        let mut some: Vec<(u64, &[u8])> = Vec::with_capacity(TOGETHER);
        loop {
            some.clear();
            let next = texts.by_ref().take(TOGETHER);
            some.extend(next.map(|text| text.map_or((0, &[][..]), |text| (hash_of(text), text))));
            if some.is_empty() {
                return found;
            }
            let start = found.len();
            // By the hash alone, and only then by the text.
            found.extend(some.iter().map(|&(hash, _)| {
                let entry = self.at.find(hash, |entry| entry.hash == hash);
                entry.map_or(NONE, |entry| entry.row)
            }));
            for (row, &(hash, text)) in found[start..].iter_mut().zip(&some) {
                if text.is_empty() {
                    *row = NONE;
                } else if self.get(*row).as_bytes() != text {
                    *row = self.find_hashed(hash, text).unwrap_or(NONE);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_where_they_are() {
        let mut ids = TextIds::default();
        for text in ["a", "bee", "c", "ä"] {
            assert!(ids.push(text), "{text}");
        }
        assert!(!ids.push("bee"));
        ids.push_gap("gap");
        assert_eq!(ids.len(), 6);
        assert_eq!(ids.find(b"bee"), Some(1));
        assert_eq!(ids.find("ä".as_bytes()), Some(3));
        assert_eq!(ids.find(b"gap"), None);
        assert_eq!(ids.find(b"a\0"), None);
        let texts = [0, 1, 3, 4, 5, 6].map(|row| ids.get(row));
        assert_eq!(texts, ["a", "bee", "ä", "bee", "gap", ""]);
    }

    #[test]
    fn many_are_found_like_one_at_a_time() {
        let mut ids = TextIds::default();
        let names: Vec<String> = (0..1000).map(|row| format!("person {row}")).collect();
        for name in &names {
            ids.push(name);
        }
        let mut wanted: Vec<Option<&[u8]>> =
            names.iter().map(|name| Some(name.as_bytes())).collect();
        wanted.insert(100, None);
        wanted.insert(200, Some(b"nobody"));
        let mut rows: Vec<u32> = (0..1000).collect();
        rows.insert(100, NONE);
        rows.insert(200, NONE);
        assert_eq!(ids.find_all(wanted.into_iter()), rows);
    }
}
