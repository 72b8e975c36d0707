//! What the text of a file that calls one of the project's wrappers holds. It looks at bytes alone.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

/// What the text of a file that calls a wrapper holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wanted {
    /// The call, up to its bracket: `spawn(`.
    pub call: String,
    /// The class or module that the wrapper belongs to.
    pub owner: String,
    /// Whether the owner is a class, so that the name itself cannot be imported.
    pub is_method: bool,
    /// How its module is imported from: `spawning import`.
    pub import: String,
    /// The module itself.
    pub module: String,
}

impl Wanted {
    /// Whether a file with this text may call the wrapper: it has the call, and names the owner or imports the name. An
    /// `__init__.py` may also hand it on: it imports the name, its class, or everything from the module.
    fn is_in(&self, text: &[u8], is_package: bool) -> bool {
        let has = |needle: &str| memchr::memmem::find(text, needle.as_bytes()).is_some();
        let name = &self.call[..self.call.len() - 1];
        let imported = || !self.is_method && is_imported(text, name);
        if has(&self.call) && (has(&self.owner) || imported()) {
            return true;
        }
        is_package && has(&self.import) && (has("import *") || has(name) || has(&self.owner))
    }

    /// Whether the wrapper is defined in this module.
    fn is_from(&self, module: &str) -> bool {
        self.module == module
    }
}

/// Whether a name stands behind `import`, or in a list that may be one.
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

/// A search for callers of the project's wrappers, and for the imports that can bring them.
#[derive(Debug)]
pub struct Callers<'a> {
    wanted: Vec<&'a Wanted>,
    calls: Search<'a>,
    /// For packages.
    imports: Search<'a>,
}

/// Words, and the wrappers that each may speak of.
#[derive(Debug)]
struct Search<'a> {
    words: AhoCorasick,
    meant: Vec<Vec<&'a Wanted>>,
}

impl<'a> Callers<'a> {
    /// None when there is no wrapper, or too many to search for.
    pub fn new(wanted: Vec<&'a Wanted>) -> Option<Self> {
        let calls = Search::new(&wanted, |w| &w.call)?;
        let imports = Search::new(&wanted, |w| &w.import)?;
        (!wanted.is_empty()).then_some(Self { wanted, calls, imports })
    }

    /// Whether a file with this text may call one of the wrappers, or hand it on.
    pub fn are_in(&self, text: &[u8], is_package: bool) -> bool {
        self.calls.hits(text, is_package) || is_package && self.imports.hits(text, is_package)
    }

    /// Whether one of the wrappers is defined in this module.
    pub(super) fn are_from(&self, module: &str) -> bool {
        self.wanted.iter().any(|w| w.is_from(module))
    }
}

impl<'a> Search<'a> {
    fn new(wanted: &[&'a Wanted], word: impl Fn(&'a Wanted) -> &'a String) -> Option<Self> {
        let mut meant: BTreeMap<&String, Vec<&Wanted>> = BTreeMap::new();
        for one in wanted {
            meant.entry(word(one)).or_default().push(one);
        }
        let words = finder(meant.keys().copied())?;
        Some(Self { words, meant: meant.into_values().collect() })
    }

    /// Whether a text has one of the words and may speak of a wrapper by it; each is asked about once.
    fn hits(&self, text: &[u8], is_package: bool) -> bool {
        let mut asked = BTreeSet::new();
        self.words.find_iter(text).any(|found| {
            let place = found.pattern().as_usize();
            asked.insert(place) && self.meant[place].iter().any(|w| w.is_in(text, is_package))
        })
    }
}

/// Finds these words, of two that begin at one place the longer; none when they are too many.
pub(super) fn finder<'w>(words: impl Iterator<Item = &'w String>) -> Option<AhoCorasick> {
    // What all of them have in common, a bracket perhaps, stands everywhere: to look for that first takes longer.
    let mut builder = AhoCorasick::builder();
    builder
        .match_kind(MatchKind::LeftmostLongest)
        .prefilter(false)
        .kind(Some(AhoCorasickKind::DFA));
    builder.build(words).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn method(class: &str) -> Wanted {
        Wanted {
            call: "spawn(".into(),
            owner: class.into(),
            is_method: true,
            import: "pools import".into(),
            module: "zoo.pools".into(),
        }
    }

    #[test]
    fn methods_of_one_name_are_told_apart_by_their_classes() {
        let (pool, ring) = (method("Pool"), method("Ring"));
        let callers = Callers::new(vec![&pool, &ring]).unwrap();
        assert!(callers.are_in(b"def f(pool: Pool): pool.spawn(x())", false));
        assert!(callers.are_in(b"def f(ring: Ring): ring.spawn(x())", false));
        assert!(!callers.are_in(b"def f(other: Other): other.spawn(x())", false));
    }

    #[test]
    fn a_call_needs_its_owner_or_an_import() {
        let wanted = Wanted { is_method: false, ..method("Pool") };
        let callers = Callers::new(vec![&wanted]).unwrap();
        assert!(callers.are_in(b"def f(pool: Pool): pool.spawn(x())", false));
        assert!(callers.are_in(b"from .pools import *", true));
        assert!(callers.are_in(b"from x import spawn\nspawn(y())", false));
        assert!(!callers.are_in(b"zoo.spawn(y())", false));
        assert!(!callers.are_in(b"from .pools import *", false));
        assert!(Callers::new(vec![]).is_none());
    }
}
