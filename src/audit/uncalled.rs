//! Whether nothing in the project calls a method of its objects: who has them, and by which names. It follows no chain of callers.

use std::collections::BTreeSet;

use super::callers::camel_words;
use super::file_entries::getattr_lookup;
use super::index::WorkspaceIndex;
use super::types::NodeRef;
use crate::python::{Binding, BindingKind, Field, Kind, NodeId};
use crate::tasks::last_name;
use crate::tasks::libraries::{ContainerMethod, MethodEffect};

/// The names by which code has the objects of a class.
#[derive(Default)]
struct ObjectNames<'a> {
    /// Attributes and module-level names that are one object.
    kept: BTreeSet<&'a str>,
    /// Local variables, and containers of objects.
    passed: BTreeSet<&'a str>,
}

impl<'a> WorkspaceIndex<'a> {
    /// Whether nothing in the project calls a method: the project keeps the objects of its class, and calls the method on nothing
    /// that may be one of them.
    pub(super) fn is_never_called(&self, method: NodeRef) -> bool {
        let Some(class) = self.enclosing_class(method) else { return false };
        if self.is_exported(&class) {
            return false;
        }
        let Some(names) = self.names_of_objects(&class) else { return false };
        let mut kept = names.kept.iter().flat_map(|name| self.occurrences(name));
        if kept.any(|o| !self.is_test(*o) && self.is_passed_on(*o)) {
            return false;
        }
        let own = self.with_subclasses(&class).into_iter().map(|c| camel_words(last_name(c)));
        let mut words: BTreeSet<String> = own.flatten().collect();
        // `service` may be an object of any class that is a `BaseService`.
        let bases = self.with_bases(&class);
        words.extend(bases.iter().filter_map(|base| camel_words(last_name(base)).pop()));
        words.extend(names.kept.iter().chain(&names.passed).map(|name| plain(name)));
        words.remove("");
        let calls = self.calls_by_name(self.model(method).name_of(method.node));
        let mut unresolved = calls.iter().flat_map(|calls| &calls.unresolved);
        let is_called = unresolved.any(|(call, _)| {
            let text = self.text_of_receiver(call.occurrence);
            text.is_none_or(|text| words.iter().any(|word| text.contains(word)))
        });
        !is_called && self.callers_of_base(method).is_empty()
    }

    /// Whether a package has a class of one of its modules under its own name, too, where others make objects of it.
    fn is_exported(&self, class: &str) -> bool {
        let name = last_name(class);
        let mut packages = std::iter::successors(package_of(class), |p| package_of(p)).skip(1);
        packages.any(|package| {
            let path = format!("{package}.{name}");
            self.paths_behind(&path).iter().any(|found| found == class)
        })
    }

    /// The names of the objects of a class; none if the project does not keep one of them.
    fn names_of_objects(&self, class: &str) -> Option<ObjectNames<'a>> {
        let mut names = ObjectNames::default();
        for made in self.constructions(class).iter() {
            let model = self.model(*made);
            let assignment = model.parent_of_kind(made.node, Kind::Assignment)?;
            let left = model.child(assignment, Field::Left)?;
            match model.kind(left) {
                Kind::Attribute => {
                    names.kept.insert(model.text(model.child(left, Field::Attribute)?));
                }
                Kind::Identifier if self.function_of(*made).is_none() => {
                    names.kept.insert(model.text(left));
                }
                Kind::Identifier => {
                    let containers = self.containers_of(NodeRef { node: left, ..*made });
                    names.passed.insert(model.text(left));
                    names.passed.extend(Some(containers).filter(|found| !found.is_empty())?);
                }
                _ => return None,
            }
        }
        Some(names).filter(|names| !names.kept.is_empty() || !names.passed.is_empty())
    }

    /// What keeps the value of a local variable: the containers and registries that it is added to.
    fn containers_of(&self, name: NodeRef) -> BTreeSet<&'a str> {
        let model = self.model(name);
        let Some((scope, symbol)) = model.variable(name.node) else { return BTreeSet::new() };
        let kept_by = |n: NodeId| {
            let arguments = model.parent_of_kind(n, Kind::ArgumentList)?;
            let (object, method) = model.called_method(model.tree.parent(arguments)?)?;
            let effect = ContainerMethod::named(method).effect;
            let keeps = matches!(effect, MethodEffect::Store(_) | MethodEffect::Enqueue)
                || ["add_", "register"].iter().any(|verb| method.starts_with(verb));
            let name = model.child(object, Field::Attribute).unwrap_or(object);
            keeps.then(|| model.text(name))
        };
        model.uses(scope, symbol).iter().filter_map(|used| kept_by(used.node)).collect()
    }

    /// Whether an object that a name stands for is passed on: more is done with it than calling its methods and asking whether it
    /// is there.
    fn is_passed_on(&self, occurrence: NodeRef) -> bool {
        let model = self.model(occurrence);
        let field = model.tree.field(occurrence.node);
        match model.tree.parent(occurrence.node).map(|p| model.kind(p)) {
            Some(Kind::Attribute) => field != Field::Object,
            Some(Kind::Assignment) => field != Field::Left,
            parent => !matches!(
                parent,
                Some(Kind::ComparisonOperator | Kind::NotOperator | Kind::IfStatement)
            ),
        }
    }

    /// The text of what a method is called on, with what it is an element of and what it is annotated with; none if that may be
    /// anything.
    fn text_of_receiver(&self, occurrence: NodeRef) -> Option<String> {
        let model = self.model(occurrence);
        let object = match getattr_lookup(model, occurrence.node) {
            Some((object, _)) => object,
            None => model.child(occurrence.node, Field::Object)?,
        };
        let mut texts = vec![model.text(object)];
        for binding in model.bindings_of(object) {
            texts.extend(self.text_of_source(occurrence, binding)?);
        }
        Some(plain(&texts.join(" ")))
    }

    /// What shows where a name has its value from; none if nothing does.
    fn text_of_source(&self, at: NodeRef, binding: &Binding) -> Option<Vec<&'a str>> {
        let model = self.model(at);
        match &binding.kind {
            BindingKind::Parameter { .. } => {
                let annotation = || {
                    let parameter = model.tree.parent(binding.node)?;
                    model.child(parameter, Field::Type)
                };
                let is_vague =
                    ["i", "it", "obj", "object", "item", "x"].contains(&model.text(binding.node));
                match annotation() {
                    Some(annotation) => Some(vec![model.text(annotation)]),
                    None => (!is_vague).then(Vec::new),
                }
            }
            // `for part in parts:`, where `parts` is a parameter.
            BindingKind::For { iterable, .. } => {
                let mut texts = vec![model.text(*iterable)];
                for node in model.tree.subtree(*iterable) {
                    if model.self_class(node).is_some() {
                        continue;
                    }
                    for source in model
                        .bindings_of(node)
                        .iter()
                        .filter(|_| model.kind(node) == Kind::Identifier)
                    {
                        let is_parameter = matches!(source.kind, BindingKind::Parameter { .. });
                        let annotation = model
                            .tree
                            .parent(source.node)
                            .and_then(|p| model.child(p, Field::Type));
                        match annotation {
                            Some(annotation) => texts.push(model.text(annotation)),
                            None if is_parameter => return None,
                            None => {}
                        }
                        texts.extend(source.kind.value().map(|value| model.text(value)));
                    }
                }
                Some(texts)
            }
            kind => Some(kind.value().map(|value| model.text(value)).into_iter().collect()),
        }
    }
}

/// What a dotted path is in: `pkg` of `pkg.jobs`.
fn package_of(path: &str) -> Option<&str> {
    path.rsplit_once('.').map(|(package, _)| package)
}

/// A name or an expression in lower case, without underscores and, of a name, the last `s`.
fn plain(text: &str) -> String {
    let text = text.to_lowercase().replace('_', "");
    text.strip_suffix('s').unwrap_or(&text).to_owned()
}
