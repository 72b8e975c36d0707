//! The matcher of call patterns: which wrappers a text may call, re-export, or pass the class of on. It looks at bytes alone.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use super::call_group::{CallGroup, names_any};
use super::call_pattern::{CallPattern, may_derive, provides};
use crate::python::is_whole_word;
use crate::text::{Finder, PatternMatch};

/// The patterns that a text matches.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Matches {
    /// Wrappers that it may call or re-export, as indices into the matcher's patterns.
    pub calls: Vec<usize>,
    /// Groups of which it may call all others through a receiver that does not name the owner: see [`CallerMatcher::groups`].
    pub unqualified: Vec<usize>,
    /// Wrappers whose class it derives from, or of whose class it provides an instance.
    pub provides: Vec<usize>,
}

/// Searches texts for callers of the project's wrappers, and for what passes their classes on.
#[derive(Debug)]
pub struct CallerMatcher<'a> {
    patterns: Vec<&'a CallPattern>,
    groups: Vec<CallGroup<'a>>,
    words: Finder,
    /// The meaning of each word.
    meanings: Vec<WordMeaning>,
    /// Those of the words that can be calls, which are far fewer in most texts.
    calls: Finder,
    /// The index of each of them among all words.
    call_words: Vec<usize>,
    imports: Finder,
    /// For each import, the indices of the patterns of its module.
    imported: Vec<Vec<usize>>,
}

/// What a word can stand for.
#[derive(Debug, Default)]
struct WordMeaning {
    /// The groups whose call it is.
    called: Vec<usize>,
    /// Patterns whose class name it begins with, and the length of that name in bytes.
    classes: Vec<(usize, usize)>,
}

impl<'a> CallerMatcher<'a> {
    /// None when there is no wrapper.
    pub fn new(patterns: Vec<&'a CallPattern>) -> Option<Self> {
        let groups = CallGroup::all(&patterns);
        let mut words: BTreeMap<String, WordMeaning> = BTreeMap::new();
        for (index, group) in groups.iter().enumerate() {
            let changed = match group.is_method {
                true => format!(".{}", group.changed),
                false => group.changed.clone(),
            };
            let others = group.quoted.iter().cloned().chain([changed]);
            for word in others.chain([group.call.to_owned()]) {
                words.entry(word).or_default().called.push(index);
            }
        }
        let mut imports: BTreeMap<&String, Vec<usize>> = BTreeMap::new();
        for (index, one) in patterns.iter().enumerate() {
            imports.entry(&one.import).or_default().push(index);
            for class in one.owners.iter().filter(|_| one.is_method) {
                words.entry(class.clone()).or_default();
            }
        }
        // Where two words begin at the same offset, only the longer one may be reported.
        for (index, one) in groups.iter().enumerate().filter(|(_, one)| one.call == one.name) {
            let longer = words
                .range_mut::<str, _>((Bound::Excluded(one.name), Bound::Unbounded))
                .take_while(|(word, _)| word.starts_with(one.name));
            longer.for_each(|(_, meaning)| meaning.called.push(index));
        }
        for (index, one) in patterns.iter().enumerate().filter(|(_, one)| one.is_method) {
            for class in &one.owners {
                let longer = words
                    .range_mut::<str, _>((Bound::Included(class.as_str()), Bound::Unbounded))
                    .take_while(|(w, _)| w.starts_with(class.as_str()));
                longer.for_each(|(_, sense)| sense.classes.push((index, class.len())));
            }
        }
        let is_call = |(_, (_, meaning)): &(usize, (_, &WordMeaning))| !meaning.called.is_empty();
        let (call_words, calls): (Vec<usize>, Vec<&String>) =
            words.iter().enumerate().filter(is_call).map(|(at, (word, _))| (at, word)).unzip();
        let all = Self {
            groups,
            calls: Finder::new(calls),
            call_words,
            words: Finder::new(words.keys()),
            meanings: words.into_values().collect(),
            imports: Finder::new(imports.keys()),
            imported: imports.into_values().collect(),
            patterns,
        };
        (!all.patterns.is_empty()).then_some(all)
    }

    /// The patterns of one call each, as indices: `spawn(` of methods, `spawn(` of functions.
    pub fn groups(&self) -> impl Iterator<Item = &[usize]> {
        self.groups.iter().map(|group| group.patterns.as_slice())
    }

    /// Whether a file with this text may call or re-export one of the wrappers.
    pub(in crate::tasks) fn may_call(&self, text: &[u8], is_package: bool) -> bool {
        let words = self.calls.find_iter(text).map(|found| self.call_words[found.pattern]);
        let groups: BTreeSet<usize> =
            words.flat_map(|word| &self.meanings[word].called).copied().collect();
        let may_call =
            |group: &CallGroup<'_>| group.is_called(text) && !group.named(text).is_empty();
        groups.into_iter().any(|group| may_call(&self.groups[group]))
            || is_package && !self.re_exported(text).is_empty()
    }

    /// Whether one of the wrappers is defined in this module.
    pub(in crate::tasks) fn defines_any(&self, module: &str) -> bool {
        self.patterns.iter().any(|pattern| pattern.module == module)
    }

    /// The patterns that a text matches, each index once. A text without any of the words allocates
    /// nothing.
    pub fn matches(&self, text: &[u8], is_package: bool) -> Matches {
        let mut groups: BTreeSet<usize> = BTreeSet::new();
        let mut found = Matches::default();
        for PatternMatch { pattern: word, range } in self.words.find_iter(text) {
            let WordMeaning { called, classes } = &self.meanings[word];
            for (index, length) in classes {
                let class = range.start..range.start + length;
                let provides = !found.provides.contains(index)
                    && is_whole_word(text, class.start, *length)
                    && match self.patterns[*index].is_overridden {
                        true => may_derive(text, &class),
                        false => provides(text, class.start, class.end),
                    };
                found.provides.extend(provides.then_some(*index));
            }
            groups.extend(called);
        }
        for index in groups {
            let group = &self.groups[index];
            if group.is_called(text) {
                let named = group.named(text);
                found.unqualified.extend((named.len() < group.patterns.len()).then_some(index));
                found.calls.extend(named);
            }
        }
        if is_package {
            let re_exported = self.re_exported(text).into_iter();
            let new: Vec<usize> = re_exported.filter(|i| !found.calls.contains(i)).collect();
            found.calls.extend(new);
        }
        found
    }

    /// The wrappers that an `__init__.py` may re-export: it imports the name, its class, or everything from the module.
    fn re_exported(&self, text: &[u8]) -> BTreeSet<usize> {
        let has = |needle: &str| memchr::memmem::find(text, needle.as_bytes()).is_some();
        let is_in = |index: &usize| {
            let pattern = self.patterns[*index];
            has("import *")
                || has(pattern.name())
                || names_any(&Finder::new(pattern.owner_names()), text)
        };
        let imports: BTreeSet<usize> = self.imports.find_iter(text).map(|m| m.pattern).collect();
        imports
            .into_iter()
            .flat_map(|import| &self.imported[import])
            .copied()
            .filter(is_in)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn method(class: &str) -> CallPattern {
        CallPattern {
            call: "spawn(".into(),
            owners: BTreeSet::from([class.into()]),
            known_calls: BTreeSet::new(),
            is_method: true,
            is_abstract: false,
            is_overridden: false,
            import: "pools import".into(),
            module: "zoo.pools".into(),
        }
    }

    #[test]
    fn methods_of_one_name_are_told_apart_by_their_classes() {
        let (pool, ring) = (method("Pool"), method("Ring"));
        let callers = CallerMatcher::new(vec![&pool, &ring]).unwrap();
        assert!(callers.may_call(b"def f(pool: Pool): pool.spawn(x())", false));
        assert!(callers.may_call(b"def f(ring: Ring): ring.spawn(x())", false));
        assert!(!callers.may_call(b"def f(other: Other): other.spawn(x())", false));
    }

    #[test]
    fn methods_of_one_name_are_told_apart_however_many_they_are() {
        for count in [3, 30] {
            let methods: Vec<CallPattern> =
                (0..count).map(|i| method(&format!("Pool{i}"))).collect();
            let callers = CallerMatcher::new(methods.iter().collect()).unwrap();
            assert_eq!(callers.groups().count(), 1);
            let found = callers
                .matches(b"def f(a: Pool2, b: SomePool1): a.spawn(x()); b.spawn(x())", false);
            assert_eq!((found.calls, found.unqualified), (vec![2], vec![0]));
            assert!(!callers.may_call(b"def f(b: SomePool1): b.spawn(x())", false));
        }
    }

    #[test]
    fn a_call_needs_its_owner_or_an_import() {
        let pattern = CallPattern { is_method: false, ..method("pools") };
        let callers = CallerMatcher::new(vec![&pattern]).unwrap();
        assert!(callers.may_call(b"from zoo import pools\npools.spawn(x())", false));
        assert!(callers.may_call(b"import zoo.pools as p\np.spawn(x())", false));
        assert!(!callers.may_call(b"import zoo.pools\nspools.spawn(x())", false));
        assert!(callers.may_call(b"from .pools import *", true));
        assert!(callers.may_call(b"from x import spawn\nspawn(y())", false));
        // The package may offer the function as its own.
        assert!(callers.may_call(b"zoo.spawn(y())", false));
        assert!(!callers.may_call(b"park.spawn(y())", false));
        assert!(!callers.may_call(b"from .pools import *", false));
        assert!(callers.may_call(b"from .pools import *\nspawn(x())", false));
        assert!(callers.may_call(b"from .pools import spawn as s\ns(x())", false));
        assert!(CallerMatcher::new(vec![]).is_none());
    }

    #[test]
    fn a_decorator_is_named_without_a_call() {
        let decorator = CallPattern { call: "spawn".into(), is_method: false, ..method("pools") };
        let function = CallPattern { is_method: false, ..method("pools") };
        let callers = CallerMatcher::new(vec![&function, &decorator]).unwrap();
        assert!(callers.may_call(b"from pools import spawn\n@spawn\nasync def f(): ...", false));
        let found = callers.matches(b"from x import spawn\n@spawn(1)\ndef f(): ...", false);
        assert_eq!(found.calls.len(), 2);
        assert!(!callers.may_call(b"from pools import spawned", false));
    }

    #[test]
    fn subclasses_and_lasting_instances_provide_a_class() {
        let pool = method("Pool");
        let callers = CallerMatcher::new(vec![&pool]).unwrap();
        for text in [
            "class Ring(Pool): ...",
            "class Ring(\n    zoo.Pool,\n): ...",
            "class Ring(\n    Base, Pool\n): ...",
            "POOL = zoo.Pool(3)",
            "    self.pool = Pool()",
            "    self.pool: Pool | None = None",
            "POOL: \"zoo.Pool\"",
            "class A:\n    pool: Pool\n",
            "def __init__(self, pool: Optional[Pool]):\n    self.pool = pool",
            "    def pool(self) -> \"Pool | None\": ...",
        ] {
            assert!(!callers.matches(text.as_bytes(), false).provides.is_empty(), "{text}");
        }
        for text in [
            "    pool = Pool()",
            "def f(pool: Pool): ...",
            "    self.pool: asyncio.Pool",
            "f(Pool)",
            "class Pool: ...",
            "class A(Pools): ...",
        ] {
            assert!(callers.matches(text.as_bytes(), false).provides.is_empty(), "{text}");
        }
    }

    #[test]
    fn a_known_instance_names_its_class() {
        let known_calls = BTreeSet::from(["POOL.spawn(".to_owned()]);
        let pattern = CallPattern { known_calls, ..method("Pool") };
        let callers = CallerMatcher::new(vec![&pattern]).unwrap();
        assert!(callers.may_call(b"POOL.spawn(x())", false));
        assert!(!callers.may_call(b"pool.spawn(x())", false));
    }
}
