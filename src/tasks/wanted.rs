//! What the text of a file that calls one of the project's wrappers holds. It looks at bytes alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

use aho_corasick::AhoCorasick;

use crate::python::{is_word_byte, stands_alone};
use crate::text::{Finder, Found};

/// What the text of a file that calls a wrapper holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wanted {
    /// The call, up to its bracket: `spawn(`.
    pub call: String,
    /// The class that the wrapper belongs to and those that derive from it, or its module.
    pub owners: BTreeSet<String>,
    /// Calls by the names that instances of the classes are known under: `POOL.spawn(`.
    pub known_calls: BTreeSet<String>,
    /// Whether the owner is a class, so that the name itself cannot be imported.
    pub is_method: bool,
    /// How its module is imported from: `spawning import`.
    pub import: String,
    /// The module itself.
    pub module: String,
}

/// A wrapper, ready to be looked for.
#[derive(Debug)]
struct Meant<'a> {
    wanted: &'a Wanted,
    /// Finds what says whose the call is.
    names: AhoCorasick,
    /// Whether some text has the call without saying whose it is.
    is_somebodys: AtomicBool,
}

impl<'a> Meant<'a> {
    fn new(wanted: &'a Wanted) -> Option<Self> {
        let names = AhoCorasick::new(wanted.owners.iter().chain(&wanted.known_calls)).ok()?;
        Some(Self { wanted, names, is_somebodys: AtomicBool::new(false) })
    }

    /// Whether a file with this text may call the wrapper: it has the call, and names an owner or imports the name. An
    /// `__init__.py` may also hand it on: it imports the name, its class, or everything from the module.
    fn is_in(&self, text: &[u8], is_package: bool) -> bool {
        let has = |needle: &str| memchr::memmem::find(text, needle.as_bytes()).is_some();
        let Wanted { call, is_method, import, .. } = self.wanted;
        let name = &call[..call.len() - 1];
        let imported = || !is_method && is_imported(text, name);
        let names_owner = self.names.is_match(text);
        if has(call) {
            if names_owner || imported() {
                return true;
            }
            self.is_somebodys.store(true, Ordering::Relaxed);
        }
        is_package && has(import) && (has("import *") || has(name) || names_owner)
    }
}

impl Wanted {
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

/// A search for callers of the project's wrappers, and for what can bring them.
#[derive(Debug)]
pub struct Callers<'a> {
    wanted: Vec<Meant<'a>>,
    words: Finder,
    /// What each of the words can say.
    senses: Vec<Sense>,
    imports: Finder,
    /// The wrappers, by their places, whose module each of the imports is of.
    imported: Vec<Vec<usize>>,
}

/// What a word can say of the wrappers, by their places.
#[derive(Debug, Default)]
struct Sense {
    /// The wrappers that it calls.
    called: Vec<usize>,
    /// Those to whose class it begins with the name of, and how many bytes of it are that.
    classes: Vec<(usize, usize)>,
}

impl<'a> Callers<'a> {
    /// None when there is no wrapper, or too many to search for.
    pub fn new(wanted: Vec<&'a Wanted>) -> Option<Self> {
        let mut words: BTreeMap<&String, Sense> = BTreeMap::new();
        let mut imports: BTreeMap<&String, Vec<usize>> = BTreeMap::new();
        for (place, one) in wanted.iter().enumerate() {
            words.entry(&one.call).or_default().called.push(place);
            imports.entry(&one.import).or_default().push(place);
            for class in one.owners.iter().filter(|_| one.is_method) {
                words.entry(class).or_default();
            }
        }
        for (place, one) in wanted.iter().enumerate().filter(|(_, one)| one.is_method) {
            for class in &one.owners {
                // Of two words that begin at one place the longer may be the only one that is found.
                let longer = words
                    .range_mut::<String, _>(class..)
                    .take_while(|(w, _)| w.starts_with(class.as_str()));
                longer.for_each(|(_, sense)| sense.classes.push((place, class.len())));
            }
        }
        let wanted: Vec<Meant<'_>> = wanted.into_iter().map(Meant::new).collect::<Option<_>>()?;
        let all = Self {
            wanted,
            words: Finder::new(words.keys()),
            senses: words.into_values().collect(),
            imports: Finder::new(imports.keys()),
            imported: imports.into_values().collect(),
        };
        (!all.wanted.is_empty()).then_some(all)
    }

    /// Whether a file with this text may call one of the wrappers, or hand it on.
    pub fn are_in(&self, text: &[u8], is_package: bool) -> bool {
        self.find(text, is_package, |_| false)
    }

    /// Whether it may do that, or derive from a class with a wrapper, or give others an instance of one. To be asked of all
    /// files before [`Self::matter_in`] is.
    pub fn are_known_in(&self, text: &[u8], is_package: bool) -> bool {
        self.find(text, is_package, |_| true)
    }

    /// Whether it may call one of the wrappers, or can tell of a call somewhere that it is one.
    pub fn matter_in(&self, text: &[u8], is_package: bool) -> bool {
        self.find(text, is_package, |meant| meant.is_somebodys.load(Ordering::Relaxed))
    }

    /// Whether one of the wrappers is defined in this module.
    pub(super) fn are_from(&self, module: &str) -> bool {
        self.wanted.iter().any(|meant| meant.wanted.is_from(module))
    }

    /// Each word is asked once what it calls, whatever was found before: each wrapper takes note of a call that nobody is
    /// named for. What brings the class of a wrapper counts if `brought` says so.
    fn find(&self, text: &[u8], is_package: bool, brought: impl Fn(&Meant<'_>) -> bool) -> bool {
        let mut asked = BTreeSet::new();
        let mut is_found = false;
        let is_in = |place: &&usize| self.wanted[**place].is_in(text, is_package);
        for Found { word, range } in self.words.find_iter(text) {
            let Sense { called, classes } = &self.senses[word];
            let brings_class = |(place, length): &(usize, usize)| {
                brought(&self.wanted[*place])
                    && stands_alone(text, range.start, *length)
                    && brings(text, range.start, range.start + length)
            };
            is_found = is_found || classes.iter().any(brings_class);
            if asked.insert(word) {
                is_found |= called.iter().filter(is_in).count() > 0;
            }
        }
        let mut imports = self.imports.find_iter(text).flat_map(|f| &self.imported[f.word]);
        is_found || is_package && imports.any(|place| is_in(&place))
    }
}

/// Whether the class that is named at a place in a text is a base of another there, or what an attribute or a name of the
/// module is an instance of: `class A(Pool)`, `POOL = Pool(…)`, `self.pool: Pool`, `pool: Pool` of a parameter that is stored.
fn brings(text: &[u8], at: usize, end: usize) -> bool {
    let line = memchr::memrchr(b'\n', &text[..at]).map_or(0, |found| found + 1);
    let before = without_modules(&text[line..at]).trim_ascii_end();
    let after = text[end..].trim_ascii_start();
    if is_base(&text[..line], before) {
        return true;
    }
    let is_name = |text: &[u8]| !text.is_empty() && text.iter().all(|b| is_word_byte(*b));
    let is_lasting = |target: &[u8]| {
        let target = target.trim_ascii_end();
        let own = target.trim_ascii_start();
        let attribute = own.strip_prefix(b"self.").or(own.strip_prefix(b"cls."));
        is_name(target) || attribute.is_some_and(is_name)
    };
    if let Some(target) = before.strip_suffix(b"=") {
        return after.starts_with(b"(") && is_lasting(target);
    }
    let is_type = |b: &u8| is_word_byte(*b) || b"[]\"'|., ".contains(b);
    let typed = before.iter().rev().take_while(|b| is_type(b)).count();
    let Some(target) = before[..before.len() - typed].strip_suffix(b":") else { return false };
    let length = target.iter().rev().take_while(|b| is_word_byte(**b)).count();
    let name = &target[target.len() - length..];
    let stored = || memchr::memmem::find(text, &[b".", name, b" = ", name].concat()).is_some();
    // A field of a class, or a parameter.
    let is_field = || is_name(target.trim_ascii_start()) && !after.starts_with(b",");
    !name.is_empty() && (is_lasting(target) || is_field() || stored())
}

/// The text before a dotted name without the names of modules that the name begins with.
fn without_modules(mut before: &[u8]) -> &[u8] {
    while let Some(object) = before.strip_suffix(b".") {
        let name = object.iter().rev().take_while(|b| is_word_byte(**b)).count();
        before = &object[..object.len() - name];
    }
    before
}

/// Whether a name behind this part of a line, with these lines above, stands among the bases of a class.
fn is_base(above: &[u8], before: &[u8]) -> bool {
    let is_class = |line: &[u8]| line.trim_ascii_start().starts_with(b"class ");
    if is_class(before) {
        return memchr::memchr(b'(', before).is_some();
    }
    // The bases on lines of their own.
    let Some(open) = memchr::memrchr(b'(', above).filter(|_| before.trim_ascii().is_empty()) else {
        return false;
    };
    let line = memchr::memrchr(b'\n', &above[..open]).map_or(0, |found| found + 1);
    is_class(&above[line..open]) && memchr::memchr(b')', &above[open..]).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn method(class: &str) -> Wanted {
        Wanted {
            call: "spawn(".into(),
            owners: BTreeSet::from([class.into()]),
            known_calls: BTreeSet::new(),
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

    #[test]
    fn a_class_is_brought_by_its_heirs_and_its_lasting_instances() {
        let pool = method("Pool");
        let callers = Callers::new(vec![&pool]).unwrap();
        for text in [
            "class Ring(Pool): ...",
            "class Ring(\n    zoo.Pool,\n): ...",
            "POOL = zoo.Pool(3)",
            "    self.pool = Pool()",
            "    self.pool: Pool | None = None",
            "POOL: \"zoo.Pool\"",
            "class A:\n    pool: Pool\n",
            "def __init__(self, pool: Optional[Pool]):\n    self.pool = pool",
        ] {
            assert!(callers.are_known_in(text.as_bytes(), false), "{text}");
        }
        for text in [
            "    pool = Pool()",
            "def f(pool: Pool): ...",
            "f(Pool)",
            "class Pool: ...",
            "class A(Pools): ...",
        ] {
            assert!(!callers.are_known_in(text.as_bytes(), false), "{text}");
        }
    }

    #[test]
    fn a_known_instance_names_its_class() {
        let known_calls = BTreeSet::from(["POOL.spawn(".to_owned()]);
        let wanted = Wanted { known_calls, ..method("Pool") };
        let callers = Callers::new(vec![&wanted]).unwrap();
        assert!(callers.are_in(b"POOL.spawn(x())", false));
        assert!(!callers.are_in(b"pool.spawn(x())", false));
    }
}
