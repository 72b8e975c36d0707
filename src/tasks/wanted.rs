//! What the text of a file that calls one of the project's wrappers holds. It looks at bytes alone.

use std::collections::BTreeSet;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

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
    /// Finds the calls.
    calls: AhoCorasick,
    /// Finds the imports, for packages.
    imports: AhoCorasick,
}

impl<'a> Callers<'a> {
    /// None when there is no wrapper, or too many to search for.
    pub fn new(wanted: Vec<&'a Wanted>) -> Option<Self> {
        let calls = finder(wanted.iter().map(|w| &w.call))?;
        let imports = finder(wanted.iter().map(|w| &w.import))?;
        (!wanted.is_empty()).then_some(Self { wanted, calls, imports })
    }

    /// Whether a file with this text may call one of the wrappers, or hand it on.
    pub fn are_in(&self, text: &[u8], is_package: bool) -> bool {
        self.is_found_by(&self.calls, text, is_package)
            || is_package && self.is_found_by(&self.imports, text, is_package)
    }

    /// Whether one of the wrappers is defined in this module.
    pub(super) fn are_from(&self, module: &str) -> bool {
        self.wanted.iter().any(|w| w.is_from(module))
    }

    /// Whether a wrapper whose word is found may be called, each asked for once.
    fn is_found_by(&self, words: &AhoCorasick, text: &[u8], is_package: bool) -> bool {
        let mut asked = BTreeSet::new();
        words.find_overlapping_iter(text).any(|found| {
            let place = found.pattern().as_usize();
            asked.insert(place) && self.wanted[place].is_in(text, is_package)
        })
    }
}

/// More words than this are looked for in less memory, and more slowly.
const FEW: usize = 500;

/// Finds any of these words; none when they are too many.
pub(super) fn finder<'w>(words: impl ExactSizeIterator<Item = &'w String>) -> Option<AhoCorasick> {
    let kind = (words.len() <= FEW).then_some(AhoCorasickKind::DFA);
    AhoCorasick::builder().kind(kind).build(words).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_needs_its_owner_or_an_import() {
        let wanted = Wanted {
            call: "spawn(".into(),
            owner: "Pool".into(),
            is_method: false,
            import: "pools import".into(),
            module: "zoo.pools".into(),
        };
        let callers = Callers::new(vec![&wanted]).unwrap();
        assert!(callers.are_in(b"def f(pool: Pool): pool.spawn(x())", false));
        assert!(callers.are_in(b"from .pools import *", true));
        assert!(callers.are_in(b"from x import spawn\nspawn(y())", false));
        assert!(!callers.are_in(b"zoo.spawn(y())", false));
        assert!(!callers.are_in(b"from .pools import *", false));
        assert!(Callers::new(vec![]).is_none());
    }
}
