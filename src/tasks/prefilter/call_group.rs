//! Call patterns of one call, which differ by the owners of their wrappers: a text is searched for all of them at once.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::OnceLock;

use super::call_pattern::{CallPattern, replaced};
use crate::python::is_identifier_byte;
use crate::text::Finder;

/// Up to so many patterns are searched for one by one, which is faster than an automaton for all.
const FEW: usize = 8;

/// The patterns of one call, of methods or of functions.
#[derive(Debug)]
pub(super) struct CallGroup<'a> {
    pub(super) call: &'a str,
    pub(super) name: &'a str,
    /// The text by which an import gives the name of a function another one, or by which a method is replaced.
    pub(super) changed: String,
    /// The name of a function as a string.
    pub(super) quoted: Vec<String>,
    pub(super) is_method: bool,
    /// As indices into the list that the groups were made of.
    pub(super) patterns: Vec<usize>,
    members: Vec<&'a CallPattern>,
    /// Made when a text has the call: most groups' calls are in no text.
    owners: OnceLock<OwnerNames>,
}

/// What finds the names of owners.
#[derive(Debug)]
enum OwnerNames {
    /// Those of each pattern.
    Few(Vec<Finder>),
    /// Those of all patterns at once, each with the patterns whose owner it names, by their places in the group.
    Many(Finder, Vec<Vec<usize>>),
}

impl<'a> CallGroup<'a> {
    /// The groups of these patterns, without those whose calls do not matter.
    pub(super) fn all(patterns: &[&'a CallPattern]) -> Vec<Self> {
        let mut groups: BTreeMap<(&str, bool), Self> = BTreeMap::new();
        for (index, pattern) in patterns.iter().enumerate().filter(|(_, p)| !p.is_overridden) {
            let group = groups.entry((&pattern.call, pattern.is_method)).or_insert_with(|| Self {
                call: &pattern.call,
                name: pattern.name(),
                changed: match pattern.is_method {
                    true => replaced(pattern.name()),
                    false => format!("{} as ", pattern.name()),
                },
                quoted: match pattern.is_method {
                    true => Vec::new(),
                    false => ['"', '\''].map(|q| format!("{q}{}{q}", pattern.name())).to_vec(),
                },
                is_method: pattern.is_method,
                patterns: Vec::new(),
                members: Vec::new(),
                owners: OnceLock::new(),
            });
            group.patterns.push(index);
            group.members.push(pattern);
        }
        groups.into_values().collect()
    }

    /// Whether a text has the call, gives the function another name or looks it up by its name, or replaces the method.
    pub(super) fn is_called(&self, text: &[u8]) -> bool {
        let has = |needle: &str| memchr::memmem::find(text, needle.as_bytes()).is_some();
        has(self.call) || has(&self.changed) || self.is_looked_up(text)
    }

    /// Whether a text may call the function by its name in quotes, through anything.
    fn is_looked_up(&self, text: &[u8]) -> bool {
        let has = |needle: &str| memchr::memmem::find(text, needle.as_bytes()).is_some();
        self.quoted.iter().any(|quoted| has(quoted)) && has("getattr(")
    }

    /// The patterns whose owner a text names, or whose function it imports or looks up.
    pub(super) fn named(&self, text: &[u8]) -> Vec<usize> {
        let is_imported =
            || is_imported(text, self.name) || memchr::memmem::find(text, b"import *").is_some();
        if !self.is_method && (is_imported() || self.is_looked_up(text)) {
            return self.patterns.clone();
        }
        match self.owners.get_or_init(|| self.owner_names()) {
            OwnerNames::Few(owners) => {
                let all = self.patterns.iter().zip(owners);
                all.filter(|(_, names)| names_any(names, text)).map(|(index, _)| *index).collect()
            }
            OwnerNames::Many(owners, patterns) => {
                let words = owners.find_iter(text).filter(|m| is_whole_words(text, &m.range));
                let mut places: Vec<usize> =
                    words.flat_map(|m| &patterns[m.pattern]).copied().collect();
                places.sort_unstable();
                places.dedup();
                places.into_iter().map(|place| self.patterns[place]).collect()
            }
        }
    }

    fn owner_names(&self) -> OwnerNames {
        if self.members.len() <= FEW {
            let finder = |pattern: &&CallPattern| Finder::new(pattern.owner_names());
            return OwnerNames::Few(self.members.iter().map(finder).collect());
        }
        let mut names: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (place, pattern) in self.members.iter().enumerate() {
            for name in pattern.owner_names() {
                names.entry(name).or_default().push(place);
            }
        }
        OwnerNames::Many(Finder::overlapping(names.keys()), names.into_values().collect())
    }
}

/// Whether a text has one of these as a whole word.
pub(super) fn names_any(names: &Finder, text: &[u8]) -> bool {
    names.find_iter(text).any(|found| is_whole_words(text, &found.range))
}

/// Whether a match does not begin or end in the middle of a word.
fn is_whole_words(text: &[u8], index: &Range<usize>) -> bool {
    let is_word = |byte: Option<&u8>| byte.is_some_and(|b| is_identifier_byte(*b));
    let goes_on = |inside: usize, beyond: Option<&u8>| is_word(text.get(inside)) && is_word(beyond);
    let before = index.start.checked_sub(1).and_then(|at| text.get(at));
    !goes_on(index.start, before) && !goes_on(index.end - 1, text.get(index.end))
}

/// Whether a name follows `import`, or stands in what may be an import list.
fn is_imported(text: &[u8], name: &str) -> bool {
    memchr::memmem::find_iter(text, name).any(|at| {
        let before = text[..at].trim_ascii_end();
        let after = text.get(at + name.len());
        if after.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'(' | b'=')) {
            return false;
        }
        matches!(before.last(), Some(b',' | b'(')) || before.ends_with(b"import")
    })
}
