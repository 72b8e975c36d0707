//! What the text of a file that calls one of the project's wrappers holds. It looks at bytes alone.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::python::{is_identifier_byte, is_whole_word};
use crate::text::{Finder, PatternMatch};

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
    names: Finder,
}

/// What a text has of wrappers, by their places among those that are looked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Mentions {
    /// Those that it may call, or hand on.
    pub calls: Vec<usize>,
    /// Those that it may call by a name that does not say whose they are.
    pub nameless: Vec<usize>,
    /// Those from whose class it derives, or of which it gives others an instance.
    pub brings: Vec<usize>,
}

impl<'a> Meant<'a> {
    fn new(wanted: &'a Wanted) -> Self {
        let Wanted { call, owners, known_calls, is_method, .. } = wanted;
        let known = known_calls.iter().cloned();
        let names = match is_method {
            true => Finder::new(owners.iter().cloned().chain(known)),
            // A module has one name, unless an import gives it another.
            false => {
                let named = |owner: &String| [format!("{owner}.{call}"), format!("{owner} as ")];
                Finder::new(owners.iter().flat_map(named).chain(known))
            }
        };
        Self { wanted, names }
    }

    /// Whether a file with this text may call the wrapper: it has the call, and names an owner or imports the name. An
    /// `__init__.py` may also hand it on: it imports the name, its class, or everything from the module. None when it has
    /// the call, but does not say whose.
    fn is_in(&self, text: &[u8], is_package: bool) -> Option<bool> {
        let has = |needle: &str| memchr::memmem::find(text, needle.as_bytes()).is_some();
        let Wanted { call, is_method, import, .. } = self.wanted;
        let name = &call[..call.len() - 1];
        let imported = || !is_method && is_imported(text, name);
        let names_owner =
            self.names.find_iter(text).any(|found| begins_and_ends(text, &found.range));
        let calls = has(call);
        let hands_on =
            || is_package && has(import) && (has("import *") || has(name) || names_owner);
        match calls && (names_owner || imported()) || hands_on() {
            false if calls => None,
            is_in => Some(is_in),
        }
    }
}

impl Wanted {
    /// Whether the wrapper is defined in this module.
    fn is_from(&self, module: &str) -> bool {
        self.module == module
    }
}

/// Whether no word that what stands at a place begins or ends with goes on beyond it.
fn begins_and_ends(text: &[u8], place: &Range<usize>) -> bool {
    let is_word = |byte: Option<&u8>| byte.is_some_and(|b| is_identifier_byte(*b));
    let goes_on = |inside: usize, beyond: Option<&u8>| is_word(text.get(inside)) && is_word(beyond);
    let before = place.start.checked_sub(1).and_then(|at| text.get(at));
    !goes_on(place.start, before) && !goes_on(place.end - 1, text.get(place.end))
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
    /// None when there is no wrapper.
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
        let wanted: Vec<Meant<'_>> = wanted.into_iter().map(Meant::new).collect();
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
    pub(super) fn are_in(&self, text: &[u8], is_package: bool) -> bool {
        !self.mentions(text, is_package).calls.is_empty()
    }

    /// Whether one of the wrappers is defined in this module.
    pub(super) fn are_from(&self, module: &str) -> bool {
        self.wanted.iter().any(|meant| meant.wanted.is_from(module))
    }

    /// What the text of a file has of the wrappers, each place once. A text without their words allocates nothing.
    pub fn mentions(&self, text: &[u8], is_package: bool) -> Mentions {
        let mut asked = BTreeSet::new();
        let mut found = Mentions::default();
        for PatternMatch { pattern: word, range } in self.words.find_iter(text) {
            let Sense { called, classes } = &self.senses[word];
            for (place, length) in classes {
                let brings = !found.brings.contains(place)
                    && is_whole_word(text, range.start, *length)
                    && brings(text, range.start, range.start + length);
                found.brings.extend(brings.then_some(*place));
            }
            if asked.insert(word) {
                called.iter().for_each(|place| self.ask(*place, text, is_package, &mut found));
            }
        }
        let imports = self.imports.find_iter(if is_package { text } else { &[] });
        for place in imports.flat_map(|import| &self.imported[import.pattern]) {
            if !found.calls.contains(place) {
                self.ask(*place, text, is_package, &mut found);
            }
        }
        found
    }

    fn ask(&self, place: usize, text: &[u8], is_package: bool, found: &mut Mentions) {
        match self.wanted[place].is_in(text, is_package) {
            Some(true) => found.calls.push(place),
            Some(false) => {}
            None => found.nameless.push(place),
        }
    }
}

/// Whether the class that is named at a place in a text is a base of another there, or what an attribute or a name of the
/// module is an instance of: `class A(Pool)`, `POOL = Pool(…)`, `self.pool: Pool`, `pool: Pool` of a parameter that is stored.
fn brings(text: &[u8], at: usize, end: usize) -> bool {
    let line = memchr::memrchr(b'\n', &text[..at]).map_or(0, |found| found + 1);
    // The class of another is not meant: `asyncio.Task`.
    if text[line..at].ends_with(b"asyncio.") {
        return false;
    }
    let before = without_modules(&text[line..at]).trim_ascii_end();
    let after = text[end..].trim_ascii_start();
    if is_base(&text[..line], before) {
        return true;
    }
    let is_name = |text: &[u8]| !text.is_empty() && text.iter().all(|b| is_identifier_byte(*b));
    let is_lasting = |target: &[u8]| {
        let target = target.trim_ascii_end();
        let own = target.trim_ascii_start();
        let attribute = own.strip_prefix(b"self.").or(own.strip_prefix(b"cls."));
        is_name(target) || attribute.is_some_and(is_name)
    };
    if let Some(target) = before.strip_suffix(b"=") {
        return after.starts_with(b"(") && is_lasting(target);
    }
    let is_type = |b: &u8| is_identifier_byte(*b) || b"[]\"'|., ".contains(b);
    let typed = before.iter().rev().take_while(|b| is_type(b)).count();
    let Some(target) = before[..before.len() - typed].strip_suffix(b":") else { return false };
    let length = target.iter().rev().take_while(|b| is_identifier_byte(**b)).count();
    let name = &target[target.len() - length..];
    let stored = || memchr::memmem::find(text, &[b".", name, b" = ", name].concat()).is_some();
    // A field of a class, or a parameter.
    let is_field = || is_name(target.trim_ascii_start()) && !after.starts_with(b",");
    !name.is_empty() && (is_lasting(target) || is_field() || stored())
}

/// The text before a dotted name without the names of modules that the name begins with.
fn without_modules(mut before: &[u8]) -> &[u8] {
    while let Some(object) = before.strip_suffix(b".") {
        let name = object.iter().rev().take_while(|b| is_identifier_byte(**b)).count();
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
        let wanted = Wanted { is_method: false, ..method("pools") };
        let callers = Callers::new(vec![&wanted]).unwrap();
        assert!(callers.are_in(b"from zoo import pools\npools.spawn(x())", false));
        assert!(callers.are_in(b"import zoo.pools as p\np.spawn(x())", false));
        assert!(!callers.are_in(b"import zoo.pools\nspools.spawn(x())", false));
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
            assert!(!callers.mentions(text.as_bytes(), false).brings.is_empty(), "{text}");
        }
        for text in [
            "    pool = Pool()",
            "def f(pool: Pool): ...",
            "    self.pool: asyncio.Pool",
            "f(Pool)",
            "class Pool: ...",
            "class A(Pools): ...",
        ] {
            assert!(callers.mentions(text.as_bytes(), false).brings.is_empty(), "{text}");
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
