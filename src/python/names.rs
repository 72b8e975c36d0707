//! Where the value of an expression comes from: import paths, definitions, parameters. It follows names, never spellings,
//! within one file; what lies behind a path in another file is for the project to say.

use std::collections::{BTreeSet, HashMap};

use super::kind::{Field, Kind};
use super::model::Model;
use super::scopes::{Binding, BindingKind, ScopeId};
use super::symbols::Symbol;
use super::tree::NodeId;

/// One possible origin of a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// A dotted path that begins at an absolute module; `()` behind a part says that it was called (or is an instance):
    /// `asyncio.create_task`, `asyncio.get_event_loop()`, `pkg.app.App().loop`.
    Path(String),
    /// A `def` of this file.
    Function(NodeId),
    /// A `class` of this file.
    Class(NodeId),
    /// An instance of a class of this file (also `self`).
    Instance(NodeId),
    /// What a `def` of this file returns.
    Returned(NodeId),
    /// A parameter (the identifier that is bound) about whose values the file says nothing more.
    Parameter(NodeId),
    /// A name that nothing in the file binds: a builtin, or unknown.
    Builtin(String),
    /// Any other expression.
    Value(NodeId),
}

impl Origin {
    /// The path, if this is one.
    pub fn path(&self) -> Option<&str> {
        match self {
            Self::Path(path) => Some(path),
            _ => None,
        }
    }
}

/// Chains longer than this are not followed: people do not write them, and cycles end here.
pub(super) const DEPTH: usize = 10;

/// Of more origins than this the first ones are as good as all: they are of names that are bound from each other in circles.
const MOST: usize = 1000;

/// What one question has come to so far, and what its parts did: a name that is bound many times, each time from itself,
/// would else be asked about anew for each of them, and again at every step of the chain.
#[derive(Debug, Default)]
pub(super) struct Trail {
    found: Vec<Origin>,
    known: HashMap<(Asked, usize), Vec<Origin>>,
}

/// A part of a question that several ways lead to.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) enum Asked {
    /// What a variable is bound to.
    Name(ScopeId, Symbol),
    /// What an attribute of a class is set to.
    Member(NodeId, String),
    /// What a function's `return` statements give.
    Returned(NodeId),
}

impl Trail {
    pub(super) fn sorted(mut self) -> Vec<Origin> {
        self.found.sort();
        self.found.dedup();
        self.found
    }

    pub(super) fn push(&mut self, origin: Origin) {
        if self.found.len() < MOST {
            self.found.push(origin);
        }
    }

    /// What a step finds, kept apart from what was found before.
    pub(super) fn apart(&mut self, step: impl FnOnce(&mut Self)) -> Vec<Origin> {
        let before = std::mem::take(&mut self.found);
        step(self);
        std::mem::replace(&mut self.found, before)
    }

    /// Takes a step with so many branches of its own, or remembers what it found with the same depth before it.
    pub(super) fn once(
        &mut self,
        branches: usize,
        asked: impl FnOnce() -> Option<Asked>,
        depth: usize,
        step: impl FnOnce(&mut Self),
    ) {
        // Most questions are short and have one answer, and are not worth the memory.
        let is_worth_it = branches > 1 || depth + 3 < DEPTH;
        let Some(asked) = is_worth_it.then(asked).flatten() else { return step(self) };
        let key = (asked, depth);
        if let Some(known) = self.known.get(&key) {
            let room = MOST.saturating_sub(self.found.len());
            return self.found.extend(known.iter().take(room).cloned());
        }
        let mut found = self.apart(step);
        let mut seen = BTreeSet::new();
        found.retain(|origin| seen.insert(origin.clone()));
        let room = MOST.saturating_sub(self.found.len());
        self.found.extend(found.iter().take(room).cloned());
        self.known.insert(key, found);
    }
}

impl Model {
    /// Every origin that the file gives for the value of `expression`, sorted; `None` literals are left out.
    pub fn origins(&self, expression: NodeId) -> Vec<Origin> {
        let mut trail = Trail::default();
        self.trace(expression, DEPTH, &mut trail);
        trail.sorted()
    }

    /// The origins that are paths.
    pub fn paths(&self, expression: NodeId) -> Vec<String> {
        let path = |origin| match origin {
            Origin::Path(path) => Some(path),
            _ => None,
        };
        self.origins(expression).into_iter().filter_map(path).collect()
    }

    /// Whether `expression` can be the value at one of these paths.
    pub fn is_path(&self, expression: NodeId, wanted: &[&str]) -> bool {
        self.origins(expression).iter().any(|o| o.path().is_some_and(|p| wanted.contains(&p)))
    }

    /// The paths and classes that an annotation names, each as an instance; text in quotes counts.
    pub fn annotation_origins(&self, annotation: NodeId) -> Vec<Origin> {
        let mut trail = Trail::default();
        self.trace_annotation(annotation, DEPTH, &mut trail);
        trail.sorted()
    }

    /// An import path made absolute: `.utils` in `pkg.app` is `pkg.utils`.
    pub fn absolute(&self, module: &str) -> String {
        let dots = module.len() - module.trim_start_matches('.').len();
        if dots == 0 {
            return module.to_owned();
        }
        let mut parts: Vec<&str> = self.module.split('.').filter(|p| !p.is_empty()).collect();
        let levels = if self.is_package { dots - 1 } else { dots };
        parts.truncate(parts.len().saturating_sub(levels));
        let rest = &module[dots..];
        if !rest.is_empty() {
            parts.push(rest);
        }
        parts.join(".")
    }

    pub(super) fn trace(&self, expression: NodeId, depth: usize, out: &mut Trail) {
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        match self.kind(expression) {
            Kind::Identifier => self.trace_name(expression, depth, out),
            Kind::Attribute => {
                let (Some(object), Some(attribute)) = (
                    self.child(expression, Field::Object),
                    self.child(expression, Field::Attribute),
                ) else {
                    return;
                };
                let objects = out.apart(|out| self.trace(object, depth, out));
                for origin in objects {
                    self.trace_attribute(&origin, self.text(attribute), expression, depth, out);
                }
            }
            Kind::Call => {
                let Some(function) = self.child(expression, Field::Function) else {
                    return;
                };
                if self.kind(function) == Kind::Identifier && self.text(function) == "super" {
                    return self.trace_super(expression, depth, out);
                }
                // `loop.run_until_complete(x)` gives what `await x` would.
                let method = self.child(function, Field::Attribute).map(|a| self.text(a));
                if method == Some("run_until_complete")
                    && let [awaited] = self.positional(expression)[..]
                {
                    return self.trace(awaited, depth, out);
                }
                let functions = out.apart(|out| self.trace(function, depth, out));
                for origin in functions {
                    self.trace_call(origin, expression, depth, out);
                }
            }
            Kind::Await | Kind::ParenthesizedExpression => {
                if let Some(inner) = self.tree.first_child(expression) {
                    self.trace(inner, depth, out);
                }
            }
            Kind::NamedExpression => {
                if let Some(value) = self.child(expression, Field::Value) {
                    self.trace(value, depth, out);
                }
            }
            Kind::BooleanOperator => {
                for side in self.tree.children(expression) {
                    self.trace(side, depth, out);
                }
            }
            Kind::ConditionalExpression => {
                // body `if` condition `else` alternative
                for (i, part) in self.tree.children(expression).enumerate() {
                    if i != 1 {
                        self.trace(part, depth, out);
                    }
                }
            }
            Kind::None => {}
            _ => out.push(Origin::Value(expression)),
        }
    }

    fn trace_name(&self, identifier: NodeId, depth: usize, out: &mut Trail) {
        let name = self.text(identifier);
        let bindings = self.bindings_of(identifier);
        if bindings.is_empty() {
            self.trace_unbound(name, self.scope_of(identifier), out);
        }
        let asked = || self.variable(identifier).map(|(scope, name)| Asked::Name(scope, name));
        out.once(bindings.len(), asked, depth, |out| {
            for binding in bindings {
                self.trace_binding(binding, depth, out);
            }
        });
    }

    fn trace_unbound(&self, name: &str, scope: ScopeId, out: &mut Trail) {
        for id in self.scopes.chain(scope) {
            for module in self.scopes.scope(id).stars() {
                out.push(Origin::Path(format!("{}.{name}", self.absolute(module))));
            }
        }
        out.push(Origin::Builtin(name.to_owned()));
    }

    /// The origins of what one binding gives its name.
    pub fn binding_origins(&self, binding: &Binding) -> Vec<Origin> {
        let mut trail = Trail::default();
        self.trace_binding(binding, DEPTH, &mut trail);
        trail.found
    }

    fn trace_binding(&self, binding: &Binding, depth: usize, out: &mut Trail) {
        match &binding.kind {
            BindingKind::Import { module } => out.push(Origin::Path(module.clone())),
            BindingKind::From { module, name } => {
                let module = self.absolute(module);
                let path =
                    if module.is_empty() { name.clone() } else { format!("{module}.{name}") };
                out.push(Origin::Path(path));
            }
            BindingKind::Assign { value } | BindingKind::With { value, whole: true } => {
                self.trace(*value, depth, out);
            }
            BindingKind::Annotated { annotation, value } => {
                self.trace_annotation(*annotation, depth, out);
                if let Some(value) = value {
                    self.trace(*value, depth, out);
                }
            }
            BindingKind::Parameter { function, index, annotation, default, variadic } => {
                if let Some(origin) = self.receiver_class(*function, *index) {
                    out.push(origin);
                } else if let Some(annotation) = annotation.filter(|_| !variadic) {
                    let before = out.found.len();
                    self.trace_annotation(annotation, depth, out);
                    if out.found.len() == before {
                        out.push(Origin::Parameter(binding.node));
                    }
                } else {
                    out.push(Origin::Parameter(binding.node));
                    if let Some(default) = default {
                        self.trace(*default, depth, out);
                    }
                }
            }
            BindingKind::Function(node) => out.push(Origin::Function(*node)),
            BindingKind::Class(node) => out.push(Origin::Class(*node)),
            BindingKind::Delete | BindingKind::Augmented { .. } => {}
            BindingKind::For { .. }
            | BindingKind::With { .. }
            | BindingKind::Unpack { .. }
            | BindingKind::Other => out.push(Origin::Value(binding.node)),
        }
    }

    fn trace_attribute(
        &self,
        object: &Origin,
        name: &str,
        whole: NodeId,
        depth: usize,
        out: &mut Trail,
    ) {
        match object {
            Origin::Path(path) => out.push(Origin::Path(format!("{path}.{name}"))),
            Origin::Instance(class) | Origin::Class(class) => {
                let before = out.found.len();
                self.trace_member(*class, name, depth, out);
                if out.found.len() == before {
                    // Inherited from elsewhere, or given by a subclass: for the project to say.
                    let brackets = if matches!(object, Origin::Instance(_)) { "()" } else { "" };
                    out.push(Origin::Path(format!("{}{brackets}.{name}", self.path_of(*class))));
                }
            }
            _ => out.push(Origin::Value(whole)),
        }
    }

    fn trace_call(&self, function: Origin, call: NodeId, depth: usize, out: &mut Trail) {
        match function {
            Origin::Path(path) if path == "typing.cast" => match self.positional(call)[..] {
                [annotation, _] => self.trace_annotation(annotation, depth, out),
                _ => out.push(Origin::Value(call)),
            },
            Origin::Path(path) => out.push(Origin::Path(format!("{path}()"))),
            Origin::Class(class) => out.push(Origin::Instance(class)),
            Origin::Builtin(name) if name == "staticmethod" => match self.positional(call)[..] {
                [function] => self.trace(function, depth, out),
                _ => out.push(Origin::Value(call)),
            },
            Origin::Function(function) => {
                out.push(Origin::Returned(function));
                self.trace_returned(function, depth, out);
            }
            _ => out.push(Origin::Value(call)),
        }
    }

    /// What a function returns, by its annotation, else by its `return` statements.
    pub(super) fn trace_returned(&self, function: NodeId, depth: usize, out: &mut Trail) {
        if let Some(annotation) = self.child(function, Field::ReturnType) {
            self.trace_annotation(annotation, depth, out);
        }
        let values = self.returns(function);
        out.once(
            values.len(),
            || Some(Asked::Returned(function)),
            depth,
            |out| {
                for value in values {
                    self.trace(value, depth, out);
                }
            },
        );
    }

    /// The values of a function's own `return` statements.
    pub fn returns(&self, function: NodeId) -> Vec<NodeId> {
        let Some(scope) = self.scopes.opened_by(function) else {
            return Vec::new();
        };
        self.tree
            .descendants(function)
            .filter(|n| self.kind(*n) == Kind::ReturnStatement && self.scope_of(*n) == scope)
            .filter_map(|n| self.tree.first_child(n))
            .collect()
    }

    pub(super) fn trace_annotation(&self, annotation: NodeId, depth: usize, out: &mut Trail) {
        let Some(depth) = depth.checked_sub(1) else { return };
        let mut todo = vec![annotation];
        while let Some(node) = todo.pop() {
            let names = out.apart(|out| match self.kind(node) {
                Kind::Identifier | Kind::Attribute => self.trace(node, depth, out),
                Kind::StringContent => {
                    for name in outer_names(self.text(node)) {
                        self.trace_dotted(name, self.scope_of(node), depth, out);
                    }
                }
                _ => {}
            });
            match self.kind(node) {
                Kind::Identifier | Kind::Attribute | Kind::StringContent => {}
                // `dict[str, Loop]` is no loop; `Optional[Loop]` is one.
                Kind::Subscript | Kind::GenericType => {
                    let Some(head) = self.tree.first_child(node) else { continue };
                    if is_transparent(self.text(head)) {
                        todo.extend(self.tree.children(node).skip(1));
                    } else {
                        todo.push(head);
                    }
                }
                _ => todo.extend(self.tree.children(node)),
            }
            for origin in names {
                match origin {
                    Origin::Path(path) if path.starts_with("typing.") => {}
                    Origin::Path(path) => out.push(Origin::Path(format!("{path}()"))),
                    Origin::Class(class) => out.push(Origin::Instance(class)),
                    _ => {}
                }
            }
        }
    }

    /// The origins of a dotted name in a string annotation.
    fn trace_dotted(&self, dotted: &str, scope: ScopeId, depth: usize, out: &mut Trail) {
        let mut parts = dotted.split('.');
        let Some(first) = parts.next().filter(|p| !p.is_empty()) else {
            return;
        };
        let owner = self.symbol(first).and_then(|s| Some((self.scopes.lookup(scope, s)?, s)));
        let Some((owner, symbol)) = owner else { return };
        let origins = out.apart(|out| {
            let bindings = self.scopes.bindings(owner, symbol);
            out.once(
                bindings.len(),
                || Some(Asked::Name(owner, symbol)),
                depth,
                |out| {
                    for binding in bindings {
                        self.trace_binding(binding, depth, out);
                    }
                },
            );
        });
        let rest: String = parts.map(|p| format!(".{p}")).collect();
        for origin in origins {
            match origin {
                Origin::Path(path) => out.push(Origin::Path(format!("{path}{rest}"))),
                Origin::Class(class) if rest.is_empty() => out.push(Origin::Class(class)),
                _ => {}
            }
        }
    }
}

/// Whether a generic type is what its parameter is (library/typing.html).
fn is_transparent(head: &str) -> bool {
    let name = head.rsplit('.').next().unwrap_or(head);
    matches!(
        name,
        "Optional" | "Union" | "Final" | "ClassVar" | "Annotated" | "Required" | "NotRequired"
    )
}

/// The dotted names of a string annotation, those inside the brackets of generic types left out.
fn outer_names(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut opaque = 0_usize;
    let mut stack = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        if c.is_alphanumeric() || c == '_' || c == '.' {
            start.get_or_insert(at);
            continue;
        }
        let name = start.take().map(|from| &text[from..at]);
        match c {
            '[' => {
                let hidden = !name.is_some_and(is_transparent);
                if opaque == 0 && hidden {
                    names.extend(name);
                }
                opaque += usize::from(hidden);
                stack.push(hidden);
            }
            _ => {
                if opaque == 0 {
                    names.extend(name);
                }
                if c == ']' && stack.pop() == Some(true) {
                    opaque -= 1;
                }
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_outer_names_of_a_string_annotation_count() {
        assert_eq!(
            outer_names("asyncio.AbstractEventLoop | None"),
            ["asyncio.AbstractEventLoop", "None"]
        );
        assert_eq!(outer_names("dict[str, Loop]"), ["dict"]);
        assert_eq!(outer_names("Optional[weakref.WeakSet[asyncio.Task]]"), ["weakref.WeakSet"]);
    }
}
