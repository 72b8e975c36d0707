//! The class hierarchy of a project: which functions a call can run, what a class inherits, what derives from it.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;

use rayon::prelude::*;

use super::index::{Export, Hiding, ProjectIndex};
use super::resolution::{MAX_MIXIN_SUBCLASSES, last_name};
use crate::tasks::libraries::{Role, names};

/// The targets of a call within the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tasks) enum Callees {
    /// These functions, each with whether it is called on an instance.
    Functions(Vec<(String, bool)>),
    /// A generated `__init__` that stores its arguments.
    GeneratedInit,
}

/// What an attribute of a class's instances is, where one of its bases has a method of that name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tasks) enum Lookup {
    /// This method.
    Method(String),
    /// Something else.
    Other,
    /// This method, or something else.
    Unknown,
}

/// A method with more overrides than this is not followed: what a call of it does is unknown.
const MAX_OVERRIDES: usize = 64;

impl ProjectIndex {
    /// The functions that a call of `path` can run, with overriding methods if `overridden`; none
    /// when they are not all known.
    pub(in crate::tasks) fn callees(&self, path: &str, overridden: bool) -> Option<Callees> {
        let meanings = self.resolve(path);
        for meaning in &meanings {
            if self.functions.contains(meaning.as_str()) {
                let name = last_name(meaning);
                let looked_up = format!("().{name}");
                let on_instance = meanings.iter().any(|m| m.ends_with(&looked_up));
                let others = match on_instance && overridden {
                    true => self.overriding(meaning)?,
                    false => Vec::new(),
                };
                let others = others.into_iter().map(|path| (path, true));
                let all = std::iter::once((meaning.clone(), on_instance)).chain(others);
                return Some(Callees::Functions(all.collect()));
            }
            if self.is_class(meaning) {
                return self.constructor(meaning);
            }
        }
        None
    }

    /// Whether a path is a module-level variable of the project, not a function or class.
    pub(in crate::tasks) fn is_variable(&self, path: &str) -> bool {
        self.resolve(path).iter().any(|p| {
            let module = p.rsplit_once('.').map_or("", |(module, _)| module);
            self.modules.contains(module)
                && !self.modules.contains(p)
                && !self.functions.contains(p.as_str())
                && !self.is_class(p)
        })
    }

    /// What runs when a class of the project is called.
    fn constructor(&self, class: &str) -> Option<Callees> {
        self.inherited(class, "__init__").flatten()
    }

    /// The path of the method that `super()` has under a name in a class; none where it is not
    /// certain.
    pub fn super_method(&self, class: &str, name: &str) -> Option<String> {
        match self.first_in(self.classes_above(class).skip(1), name)?? {
            Callees::Functions(functions) => functions.into_iter().next().map(|(path, _)| path),
            Callees::GeneratedInit => None,
        }
    }

    /// The method that instances of a class have under a name, by the class itself or by its bases; an inner none where all
    /// of these are known, and none of them has it.
    pub(in crate::tasks) fn inherited(&self, class: &str, name: &str) -> Option<Option<Callees>> {
        self.first_in(self.classes_above(class), name)
    }

    /// The method that the first of these classes to define one has under a name.
    fn first_in(&self, mro: impl Iterator<Item = String>, name: &str) -> Option<Option<Callees>> {
        for class in mro {
            if self.has_function(&class, name) {
                let own = format!("{class}.{name}");
                return Some(Some(Callees::Functions(vec![(own, true)])));
            }
            let is_constructor = name == "__init__";
            if is_constructor && self.generated_inits.contains(&class) {
                return Some(Some(Callees::GeneratedInit));
            }
            let is_plain = self.is_class(&class)
                && !self.exports.contains_key(&format!("{class}.{name}"))
                && !(is_constructor && self.has_function(&class, "__new__"));
            if !is_plain && !names(Role::EmptyBase).contains(&class.as_str()) {
                return None;
            }
        }
        Some(None)
    }

    /// What instances of a class have under the name of a method, by the first class of its MRO that has such an attribute.
    pub(in crate::tasks) fn look_up(&self, class: &str, method: &str) -> Lookup {
        let Hiding { certain, possible } = &self.hiding;
        let mut is_known = true;
        for class in self.classes_above(class) {
            let own = format!("{class}.{method}");
            is_known &= !possible.contains(&own) && !possible.contains(&class);
            if certain.contains(&own) {
                return if is_known { Lookup::Other } else { Lookup::Unknown };
            }
            // The index has no functions of classes that are defined in functions.
            if self.has_function(&class, method) || self.wrappers.contains_key(&own) {
                return if is_known { Lookup::Method(own) } else { Lookup::Unknown };
            }
            is_known &= self.is_class(&class) && !self.exports.contains_key(&own)
                || names(Role::EmptyBase).contains(&class.as_str());
        }
        Lookup::Unknown
    }

    /// Whether this method of a class, which a `with` statement calls, returns something else than its object.
    pub fn enters_other(&self, class: &str, method: &str) -> bool {
        let mut classes = self.classes_above(class).filter(|_| !self.enters_other.is_empty());
        classes
            .find(|class| self.has_function(class, method))
            .is_some_and(|class| self.enters_other.contains(&format!("{class}.{method}")))
    }

    /// Whether a base of a class may have attributes that the project does not show.
    pub(in crate::tasks) fn has_unknown_base(&self, class: &str) -> bool {
        let is_known = |class: &String| {
            self.is_class(class) || names(Role::EmptyBase).contains(&class.as_str())
        };
        !self.mro(class).iter().all(is_known)
    }

    /// The bases of classes with wrappers that were not read: the wrapper may be declared there. Each with the name of the
    /// wrapper.
    pub(in crate::tasks) fn unread_declarations(&self) -> BTreeSet<String> {
        let of = |(class, name): (&str, &str)| {
            let bases = self.mro(class).into_iter().skip(1);
            let unread = bases.filter(|base| !self.is_class(base));
            unread.map(|base| format!("{base}.{name}")).collect::<Vec<_>>()
        };
        self.wrapper_methods().flat_map(of).collect()
    }

    /// The class and name of each wrapper that is a method.
    pub(in crate::tasks) fn wrapper_methods(&self) -> impl Iterator<Item = (&str, &str)> {
        let paths = self.wrappers.keys().filter_map(|path| path.rsplit_once('.'));
        paths.filter(|(class, _)| self.is_class(class))
    }

    /// The classes whose attributes may hide methods of these classes: these, their subclasses, and all bases of either.
    pub(in crate::tasks) fn relatives<'p>(
        &'p self,
        classes: BTreeSet<&'p str>,
    ) -> BTreeSet<&'p str> {
        self.with_all_bases(self.with_all_subclasses(classes))
    }

    /// These classes and all that they derive from.
    pub(in crate::tasks) fn with_all_bases<'p>(
        &'p self,
        classes: BTreeSet<&'p str>,
    ) -> BTreeSet<&'p str> {
        let above = |class: &str| {
            let bases = self.bases.get(class).into_iter().flatten();
            bases.map(String::as_str).collect()
        };
        spread(classes, &above)
    }

    /// These classes and all that derive from them.
    pub(in crate::tasks) fn with_all_subclasses<'p>(
        &'p self,
        classes: BTreeSet<&'p str>,
    ) -> BTreeSet<&'p str> {
        let below = |class: &str| {
            let subclasses = self.subclasses.get(class).into_iter().flatten();
            subclasses.map(String::as_str).collect()
        };
        spread(classes, &below)
    }

    /// Whether a class of the project derives from `asyncio.Task`, and then whether it is constructed as that is.
    pub(in crate::tasks) fn task_class(&self, class: &str) -> Option<bool> {
        if !self.task_classes.contains(class) {
            return None;
        }
        let own = |class: &String| {
            self.has_function(class, "__init__") || self.has_function(class, "__new__")
        };
        Some(!self.mro(class).iter().any(own))
    }

    /// Whether a class defines a method of this name itself.
    fn has_function(&self, class: &str, name: &str) -> bool {
        self.functions.contains(format!("{class}.{name}").as_str())
    }

    /// The class that a base refers to, star imports followed too.
    fn base_class(&self, base: &str) -> String {
        let path = self.canonical(base);
        if self.is_class(&path) || !self.is_own(&path) {
            return path;
        }
        let targets = self.closure(vec![path.clone()]).unwrap_or_default();
        targets.into_iter().find(|target| self.is_class(target)).unwrap_or(path)
    }

    /// The method resolution order of a class, the class itself first, as far as the project shows
    /// it: CPython's C3 linearisation. Where that has no result, the order of the bases decides.
    pub fn mro(&self, class: &str) -> Vec<String> {
        self.linearize(self.canonical(class), &mut BTreeMap::new())
    }

    /// The same one by one, for those who need the first of them only: the bases of a class that has one are not linearised.
    pub(in crate::tasks) fn classes_above(&self, class: &str) -> impl Iterator<Item = String> {
        let mut met: FxHashSet<String> = FxHashSet::default();
        let mut next = vec![self.canonical(class)];
        std::iter::from_fn(move || {
            let class = next.pop()?;
            met.insert(class.clone());
            if next.is_empty() {
                next = match self.bases.get(&class).map_or(&[][..], Vec::as_slice) {
                    [base] => vec![base.clone()],
                    [] => Vec::new(),
                    _ => self.linearize(class.clone(), &mut BTreeMap::new()),
                };
                next.retain(|class| !met.contains(class));
                next.reverse();
            }
            Some(class)
        })
    }

    /// Whether a class derives from another, directly or not.
    pub(in crate::tasks) fn derives_from(&self, class: &str, base: &str) -> bool {
        let mut met: FxHashSet<&str> = FxHashSet::default();
        let mut pending = vec![class];
        while let Some(class) = pending.pop() {
            let bases = self.bases.get(class).into_iter().flatten();
            let new = bases.map(String::as_str).filter(|base| met.insert(base));
            pending.extend(new);
            if met.contains(base) {
                return true;
            }
        }
        false
    }

    /// The linearisation of a class; `known` holds those of other classes, empty while in progress.
    fn linearize(&self, class: String, known: &mut BTreeMap<String, Vec<String>>) -> Vec<String> {
        if let Some(order) = known.get(&class) {
            return order.clone();
        }
        known.insert(class.clone(), Vec::new());
        let mut order = vec![class.clone()];
        let bases_of = |class: &str| self.bases.get(class).map_or(&[][..], Vec::as_slice);
        let mut bases = bases_of(&class);
        let mut met: FxHashSet<&str> = FxHashSet::default();
        // Single inheritance, the usual case, takes no recursion.
        while let [base] = bases
            && *base != class
            && met.insert(base)
        {
            order.push(base.clone());
            bases = bases_of(base);
        }
        let above = bases.iter().map(|base| self.linearize(base.clone(), known));
        let mut lists: Vec<Vec<String>> = above.collect();
        lists.push(bases.to_vec());
        lists.iter_mut().for_each(|list| list.retain(|class| !order.contains(class)));
        loop {
            let is_next =
                |class: &&String| !lists.iter().any(|l| l.iter().skip(1).any(|c| c == *class));
            let heads = || lists.iter().filter_map(|list| list.first());
            let Some(next) = heads().find(is_next).or_else(|| heads().next()).cloned() else {
                break;
            };
            lists.iter_mut().for_each(|list| list.retain(|class| *class != next));
            order.push(next);
        }
        known.insert(class, order.clone());
        order
    }

    /// The class that declares an attribute of a class: the topmost of its MRO for which `declares`
    /// holds; for a mixin, the only one that its subclasses have it from.
    pub fn declaring_class(&self, class: &str, declares: &dyn Fn(&str) -> bool) -> Option<String> {
        let topmost = |class: &str| self.mro(class).into_iter().rfind(|c| declares(c));
        topmost(class).or_else(|| {
            let subclasses = self.all_subclasses(class);
            let is_mixin = subclasses.len() <= MAX_MIXIN_SUBCLASSES;
            let mut found: BTreeSet<String> =
                subclasses.into_iter().filter(|_| is_mixin).filter_map(topmost).collect();
            found.pop_first().filter(|_| found.is_empty())
        })
    }

    /// The methods that override a method in subclasses; none when they are too many to follow.
    pub(in crate::tasks) fn overriding(&self, method: &str) -> Option<Vec<String>> {
        let Some((class, name)) = method.rsplit_once('.') else { return Some(Vec::new()) };
        let defined = |path: &String| self.functions.contains(path.as_str());
        let in_class = |subclass: &str| {
            let own = format!("{subclass}.{name}");
            match self.exports.get(&own) {
                // A function of that name: `spawn = keeping_spawn`.
                Some(Export::Alias(target)) => self.resolve(target).into_iter().find(defined),
                _ if defined(&own) => Some(own),
                // Of a class with several bases another one may come first.
                _ if self.has_several_bases(subclass) => {
                    let mut mro = self.mro(subclass).into_iter();
                    let first = mro.find_map(|c| Some(format!("{c}.{name}")).filter(defined));
                    first.filter(|first| first != method)
                }
                _ => None,
            }
        };
        let found: BTreeSet<String> =
            self.all_subclasses(class).into_iter().filter_map(in_class).collect();
        (found.len() <= MAX_OVERRIDES).then(|| found.into_iter().collect())
    }

    fn has_several_bases(&self, class: &str) -> bool {
        self.bases.get(class).is_some_and(|bases| bases.len() > 1)
    }

    /// What bases that were not read may define in the place of the methods of which it matters what overrides them.
    pub(in crate::tasks) fn unread_overrides(&self) -> BTreeSet<String> {
        let of = |method: &String| {
            let (class, name) = method.rsplit_once('.')?;
            let subclasses = self.all_subclasses(class).into_iter();
            let bases = subclasses.filter(|s| self.has_several_bases(s)).flat_map(|s| self.mro(s));
            let unread = bases.filter(|base| !self.is_class(base));
            Some(unread.map(|base| format!("{base}.{name}")).collect::<Vec<_>>())
        };
        self.overridable.iter().filter_map(of).flatten().collect()
    }

    /// The methods that override a wrapper, those of classes inside functions too, and those of test code only if `in_tests`.
    pub(in crate::tasks) fn overriding_wrapper(
        &self,
        method: &str,
        in_tests: bool,
    ) -> Option<BTreeSet<String>> {
        let mut found: BTreeSet<String> = self.overriding(method)?.into_iter().collect();
        let (class, name) = method.rsplit_once('.')?;
        let own = self.all_subclasses(class).into_iter().map(|s| format!("{s}.{name}"));
        found.extend(
            own.filter(|own| self.wrappers.contains_key(own) || self.keeping_methods.contains(own)),
        );
        let is_of = |path: &str, module: &str| {
            path.strip_prefix(module).is_some_and(|rest| rest.starts_with('.'))
        };
        found.retain(|path| in_tests || !self.test_modules.iter().any(|test| is_of(path, test)));
        Some(found)
    }

    /// Any subclass of a class that has an `__init__` which does not call that of a base before it
    /// calls anything else. A generated one is such an `__init__` if `or_generated`.
    pub fn subclass_without_base_init(&self, class: &str, or_generated: bool) -> Option<&str> {
        let is_generated = |subclass: &str| {
            self.generated_inits.contains(subclass) && !self.has_function(subclass, "__init__")
        };
        self.all_subclasses(class).into_iter().find(|subclass| {
            self.replaced_inits.contains(*subclass) || or_generated && is_generated(subclass)
        })
    }

    /// All direct and indirect subclasses of a class.
    pub fn all_subclasses(&self, class: &str) -> BTreeSet<&str> {
        let mut subclasses: BTreeSet<&str> = BTreeSet::new();
        let mut pending = vec![class];
        while let Some(class) = pending.pop() {
            for subclass in self.subclasses.get(class).into_iter().flatten() {
                if subclasses.insert(subclass) {
                    pending.push(subclass);
                }
            }
        }
        subclasses
    }

    /// A class, and those that derive from it unless they, or all classes between, have a method of this name of their own.
    pub(in crate::tasks) fn inheriting<'p>(
        &'p self,
        class: &'p str,
        name: &str,
    ) -> BTreeSet<&'p str> {
        let mut classes: BTreeSet<&str> = BTreeSet::from([class]);
        let mut pending = vec![class];
        while let Some(class) = pending.pop() {
            for subclass in self.subclasses.get(class).into_iter().flatten() {
                if !self.has_function(subclass, name) && classes.insert(subclass) {
                    pending.push(subclass);
                }
            }
        }
        classes
    }

    /// The bases that lie in the project, but in no file that was read.
    pub fn missing_bases(&self) -> impl Iterator<Item = &String> {
        self.subclasses.keys().filter(|base| self.is_own(base) && !self.is_class(base))
    }

    /// Rebuilds the maps from classes to their bases and to their direct subclasses.
    pub(in crate::tasks) fn collect_subclasses(&mut self) {
        let of = |(class, export): (&String, &Export)| match export {
            Export::Class(bases) => {
                let bases = bases.iter().map(|base| self.base_class(base));
                Some((class.clone(), bases.filter(|base| base != class).collect()))
            }
            Export::Alias(_) => None,
        };
        let found: Vec<(String, Vec<String>)> = self.exports.par_iter().filter_map(of).collect();
        for (class, bases) in &found {
            for base in bases {
                self.subclasses.entry(base.clone()).or_default().insert(class.clone());
            }
        }
        self.bases = found.into_iter().collect();
    }
}

/// These classes and all that `next` leads to from them.
fn spread<'p>(
    mut all: BTreeSet<&'p str>,
    next: &dyn Fn(&str) -> Vec<&'p str>,
) -> BTreeSet<&'p str> {
    let mut pending: Vec<&str> = all.iter().copied().collect();
    while let Some(class) = pending.pop() {
        pending.extend(next(class).into_iter().filter(|class| all.insert(class)));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_linearised_as_cpython_does_it() {
        let mut project = ProjectIndex::default();
        for (class, bases) in [
            ("K1", "A B C"),
            ("K2", "D B E"),
            ("K3", "D A"),
            ("Z", "K1 K2 K3"),
            ("Z2", "Z"),
            ("A", "O"),
            ("B", "O"),
            ("C", "O"),
            ("D", "O"),
            ("E", "O"),
            ("Round", "Trip O"),
            ("Trip", "Round"),
        ] {
            let bases = bases.split(' ').map(str::to_owned).collect();
            project.exports.insert(class.to_owned(), Export::Class(bases));
        }
        project.collect_subclasses();
        assert_eq!(project.mro("Z2").join(" "), "Z2 Z K1 K2 K3 D A B C E O");
        assert_eq!(project.mro("Round").join(" "), "Round Trip O");
    }
}
