//! Name resolution within one file: the import paths, definitions and parameters that an expression's value can come from. It
//! follows bindings, never spellings; what a path means in another file is for the project to say.

use super::annotation_text::{is_transparent, outer_names};
use super::class_attributes::AttributeBinding;
use super::model::Model;
use super::origin::{CacheKey, MAX_DEPTH, Origin, Resolution};
use super::scope::{Binding, BindingKind, ScopeId};
use super::syntax::{Field, Kind, NodeId};

impl Model {
    /// Every origin of the value of `expression` that the file shows, sorted; `None` literals are left out.
    pub fn origins(&self, expression: NodeId) -> Vec<Origin> {
        let mut resolution = Resolution::new(&self.resolve_cache);
        self.resolve(expression, MAX_DEPTH, &mut resolution);
        resolution.into_sorted()
    }

    /// The origins that are paths.
    pub fn paths(&self, expression: NodeId) -> Vec<String> {
        let path = |origin| match origin {
            Origin::Path(path) => Some(path),
            _ => None,
        };
        self.origins(expression).into_iter().filter_map(path).collect()
    }

    /// Whether the value of `expression` can come from one of these paths.
    pub fn is_path(&self, expression: NodeId, wanted: &[&str]) -> bool {
        self.origins(expression).iter().any(|o| o.path().is_some_and(|p| wanted.contains(&p)))
    }

    /// Whether a node is a call of a function at one of these paths.
    pub fn is_call_of(&self, node: NodeId, paths: &[&str]) -> bool {
        self.child(node, Field::Function).is_some_and(|callee| self.is_path(callee, paths))
    }

    /// An import path made absolute: `.utils` in `pkg.app` is `pkg.utils`.
    pub fn absolute(&self, module: &str) -> String {
        let dots = module.len() - module.trim_start_matches('.').len();
        if dots == 0 {
            let (first, rest) = module.split_at(module.find('.').unwrap_or(module.len()));
            let beside = self.script_modules.get(first);
            return beside.map_or_else(|| module.to_owned(), |name| format!("{name}{rest}"));
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

    fn resolve(&self, expression: NodeId, depth: usize, out: &mut Resolution<'_>) {
        let Some(depth) = depth.checked_sub(1) else { return };
        match self.kind(expression) {
            Kind::Identifier => self.resolve_name(expression, depth, out),
            Kind::Attribute => {
                let (Some(object), Some(attribute)) = (
                    self.child(expression, Field::Object),
                    self.child(expression, Field::Attribute),
                ) else {
                    return;
                };
                let mut objects = out.collect(|out| self.resolve(object, depth, out));
                // What an undecorated function returns is known by its values.
                let stands_for_values = |o: &Origin| match o {
                    Origin::Returned(function) => self.decorators(*function).is_empty(),
                    _ => false,
                };
                if !objects.iter().all(stands_for_values) {
                    objects.retain(|o| !stands_for_values(o));
                }
                for origin in objects {
                    self.resolve_attribute(&origin, self.text(attribute), expression, depth, out);
                }
            }
            Kind::Call => {
                let Some(function) = self.child(expression, Field::Function) else { return };
                if self.kind(function) == Kind::Identifier && self.text(function) == "super" {
                    return self.resolve_super(expression, depth, out);
                }
                // `loop.run_until_complete(x)` gives what `await x` would.
                let method = self.child(function, Field::Attribute).map(|a| self.text(a));
                if method == Some("run_until_complete")
                    && let [awaited] = self.positional(expression)[..]
                {
                    return self.resolve(awaited, depth, out);
                }
                let functions = out.collect(|out| self.resolve(function, depth, out));
                for origin in functions {
                    self.resolve_call(origin, expression, depth, out);
                }
            }
            Kind::Await | Kind::ParenthesizedExpression => {
                if let Some(inner) = self.tree.first_child(expression) {
                    self.resolve(inner, depth, out);
                }
            }
            Kind::NamedExpression => {
                if let Some(value) = self.child(expression, Field::Value) {
                    self.resolve(value, depth, out);
                }
            }
            Kind::BooleanOperator => {
                for side in self.tree.children(expression) {
                    self.resolve(side, depth, out);
                }
            }
            Kind::ConditionalExpression => {
                // body `if` condition `else` alternative
                for (i, part) in self.tree.children(expression).enumerate() {
                    if i != 1 {
                        self.resolve(part, depth, out);
                    }
                }
            }
            Kind::None => {}
            _ => out.push(Origin::Value(expression)),
        }
    }

    fn resolve_name(&self, identifier: NodeId, depth: usize, out: &mut Resolution<'_>) {
        let name = self.text(identifier);
        let bindings = self.bindings_of(identifier);
        if bindings.is_empty() {
            self.resolve_unbound(name, self.scope_of(identifier), out);
        }
        let key = || self.variable(identifier).map(|(scope, name)| CacheKey::Name(scope, name));
        out.cached(bindings.len(), key, depth, |out| {
            for binding in bindings {
                self.resolve_binding(binding, depth, out);
            }
        });
    }

    fn resolve_unbound(&self, name: &str, scope: ScopeId, out: &mut Resolution<'_>) {
        for id in self.scopes.chain(scope) {
            for (_, module) in self.scopes.scope(id).star_imports() {
                out.push(Origin::Path(format!("{}.{name}", self.absolute(module))));
            }
        }
        out.push(Origin::Builtin(name.to_owned()));
    }

    /// The origins of the value that one binding gives its name.
    pub fn binding_origins(&self, binding: &Binding) -> Vec<Origin> {
        let mut resolution = Resolution::new(&self.resolve_cache);
        self.resolve_binding(binding, MAX_DEPTH, &mut resolution);
        resolution.found
    }

    /// The origins of values with an annotation, whose text is read in a scope.
    pub fn annotation_origins(&self, annotation: &str, scope: ScopeId) -> Vec<Origin> {
        let mut resolution = Resolution::new(&self.resolve_cache);
        let origins = resolution.collect(|out| {
            for name in outer_names(annotation) {
                self.resolve_dotted(name, scope, MAX_DEPTH, out);
            }
        });
        origins.into_iter().for_each(|origin| push_instance(origin, &mut resolution));
        resolution.into_sorted()
    }

    /// The origins of an attribute of a class of this file, bases included.
    pub fn attribute_origins(&self, class: NodeId, name: &str) -> Vec<Origin> {
        let mut resolution = Resolution::new(&self.resolve_cache);
        self.resolve_class_attribute(class, name, MAX_DEPTH, &mut resolution);
        resolution.into_sorted()
    }

    fn resolve_binding(&self, binding: &Binding, depth: usize, out: &mut Resolution<'_>) {
        match &binding.kind {
            BindingKind::Import { module } => out.push(Origin::Path(self.absolute(module))),
            BindingKind::ImportFrom { module, name } => {
                let module = self.absolute(module);
                let path =
                    if module.is_empty() { name.clone() } else { format!("{module}.{name}") };
                out.push(Origin::Path(path));
            }
            BindingKind::Assign { value } => self.resolve(*value, depth, out),
            BindingKind::With { value, whole: true } => self.resolve_entered(*value, depth, out),
            BindingKind::Annotated { annotation, value } => {
                self.resolve_annotation(*annotation, depth, out);
                if let Some(value) = value {
                    self.resolve(*value, depth, out);
                }
            }
            BindingKind::Parameter { function, index, annotation, default, variadic } => {
                if let Some(origin) = self.receiver_class(*function, *index) {
                    out.push(origin);
                } else if let Some(annotation) = annotation.filter(|_| !variadic) {
                    let before = out.found.len();
                    self.resolve_annotation(annotation, depth, out);
                    if out.found.len() == before {
                        out.push(Origin::Parameter(binding.node));
                    }
                } else {
                    out.push(Origin::Parameter(binding.node));
                    if let Some(default) = default {
                        self.resolve(*default, depth, out);
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

    /// Resolves what a `with` statement gives its name: what `__enter__` of the value returns, or `__aenter__`
    /// (reference/datamodel.html#object.__enter__), which is the value itself where no class of this file says otherwise.
    fn resolve_entered(&self, value: NodeId, depth: usize, out: &mut Resolution<'_>) {
        let method = self.entering_method(value);
        for origin in out.collect(|out| self.resolve(value, depth, out)) {
            let entered = match &origin {
                Origin::Instance(class) => self.entered_instead(*class, method, depth, out),
                _ => Vec::new(),
            };
            match entered.is_empty() {
                true => out.push(origin),
                false => entered.into_iter().for_each(|other| out.push(other)),
            }
        }
    }

    /// What the `__enter__` or `__aenter__` of a class returns that is none of its objects.
    fn entered_instead(
        &self,
        class: NodeId,
        method: &str,
        depth: usize,
        out: &mut Resolution<'_>,
    ) -> Vec<Origin> {
        let found = out.collect(|out| self.resolve_class_attribute(class, method, depth, out));
        let [Origin::Function(function)] = found[..] else { return Vec::new() };
        let returned = out.collect(|out| self.resolve_returned(function, depth, out));
        if self.is_self(function, &returned) { Vec::new() } else { returned }
    }

    /// Whether a method returns something, and as far as the file shows never its object.
    pub fn returns_other(&self, method: NodeId) -> bool {
        let mut resolution = Resolution::new(&self.resolve_cache);
        self.resolve_returned(method, MAX_DEPTH, &mut resolution);
        let returned = resolution.into_sorted();
        !returned.is_empty() && !self.is_self(method, &returned)
    }

    fn resolve_attribute(
        &self,
        object: &Origin,
        name: &str,
        whole: NodeId,
        depth: usize,
        out: &mut Resolution<'_>,
    ) {
        match object {
            Origin::Path(path) => out.push(Origin::Path(format!("{path}.{name}"))),
            Origin::Instance(class) | Origin::Class(class) => {
                let before = out.found.len();
                self.resolve_class_attribute(*class, name, depth, out);
                if out.found.len() == before {
                    // Inherited from another file, or assigned by a subclass: for the project to resolve.
                    let brackets = if matches!(object, Origin::Instance(_)) { "()" } else { "" };
                    out.push(Origin::Path(format!("{}{brackets}.{name}", self.path_of(*class))));
                }
            }
            _ => out.push(Origin::Value(whole)),
        }
    }

    fn resolve_class_attribute(
        &self,
        class: NodeId,
        name: &str,
        depth: usize,
        out: &mut Resolution<'_>,
    ) {
        let Some(depth) = depth.checked_sub(1) else { return };
        let bindings = self.attribute_bindings(class, name);
        if !bindings.is_empty() {
            let key = || Some(CacheKey::Attribute(class, name.to_owned()));
            return out.cached(bindings.len(), key, depth, |out| {
                for binding in bindings.iter() {
                    match binding {
                        AttributeBinding::Value(value) => self.resolve(*value, depth, out),
                        AttributeBinding::Annotation(annotation) => {
                            self.resolve_annotation(*annotation, depth, out);
                        }
                        AttributeBinding::Method(function, false) => {
                            out.push(Origin::Function(*function))
                        }
                        AttributeBinding::Method(function, true) => {
                            self.resolve_returned(*function, depth, out);
                        }
                        AttributeBinding::Other { value: Some(value), .. } => {
                            self.resolve(*value, depth, out);
                        }
                        AttributeBinding::Other { target, value: None } => {
                            out.push(Origin::Value(*target));
                        }
                    }
                }
            });
        }
        for base in self.bases(class) {
            let origins = out.collect(|out| self.resolve(base, depth, out));
            for origin in origins {
                if let Origin::Class(base) = origin
                    && base != class
                {
                    self.resolve_class_attribute(base, name, depth, out);
                }
            }
        }
    }

    /// Resolves `super()` in a method to instances of the class's bases.
    fn resolve_super(&self, call: NodeId, depth: usize, out: &mut Resolution<'_>) {
        let bases = self.class_of(call).map(|class| self.bases(class)).unwrap_or_default();
        if bases.is_empty() {
            out.push(Origin::Value(call));
        }
        for base in bases {
            for origin in out.collect(|out| self.resolve(base, depth, out)) {
                out.push(match origin {
                    Origin::Path(path) => Origin::Path(format!("{path}()")),
                    Origin::Class(class) => Origin::Instance(class),
                    _ => Origin::Value(call),
                });
            }
        }
    }

    fn resolve_call(&self, function: Origin, call: NodeId, depth: usize, out: &mut Resolution<'_>) {
        match function {
            Origin::Path(path) if path == CAST => match self.positional(call)[..] {
                [annotation, _] => self.resolve_annotation(annotation, depth, out),
                _ => out.push(Origin::Value(call)),
            },
            // What a coroutine gives when it is run.
            Origin::Path(path) if AWAITING.contains(&path.as_str()) => {
                match self.positional(call).first() {
                    Some(awaited) => self.resolve(*awaited, depth, out),
                    None => out.push(Origin::Path(format!("{path}()"))),
                }
            }
            // A callable that adds arguments to the calls of another; without any it is that.
            Origin::Path(path) if PARTIAL.contains(&path.as_str()) => {
                let arguments = self.child(call, Field::Arguments);
                match arguments.map_or(0, |list| self.tree.children(list).count()) {
                    1 => {
                        let function = self.positional(call);
                        function.into_iter().for_each(|f| self.resolve(f, depth, out));
                    }
                    _ => {
                        out.push(Origin::Path(format!("{path}()")));
                        out.push(Origin::Value(call));
                    }
                }
            }
            Origin::Path(path) => out.push(Origin::Path(format!("{path}()"))),
            Origin::Class(class) => out.push(Origin::Instance(class)),
            Origin::Builtin(name) if name == "staticmethod" => match self.positional(call)[..] {
                [function] => self.resolve(function, depth, out),
                _ => out.push(Origin::Value(call)),
            },
            Origin::Function(function) => {
                out.push(Origin::Returned(function));
                self.resolve_returned(function, depth, out);
            }
            _ => out.push(Origin::Value(call)),
        }
    }

    /// Resolves what a function returns, by its annotation and its `return` statements.
    fn resolve_returned(&self, function: NodeId, depth: usize, out: &mut Resolution<'_>) {
        if let Some(annotation) = self.child(function, Field::ReturnType) {
            self.resolve_annotation(annotation, depth, out);
        }
        let values = self.returns(function);
        out.cached(
            values.len(),
            || Some(CacheKey::Returned(function)),
            depth,
            |out| {
                for value in values {
                    self.resolve(value, depth, out);
                }
            },
        );
    }

    /// The values of a function's own `return` statements.
    pub fn returns(&self, function: NodeId) -> Vec<NodeId> {
        let own = self.own_nodes(function, |kind| kind == Kind::ReturnStatement);
        own.filter_map(|n| self.tree.first_child(n)).collect()
    }

    /// Resolves an annotation to instances of the paths and classes that it names; text in quotes counts.
    fn resolve_annotation(&self, annotation: NodeId, depth: usize, out: &mut Resolution<'_>) {
        let Some(depth) = depth.checked_sub(1) else { return };
        let mut pending = vec![annotation];
        while let Some(node) = pending.pop() {
            let names = out.collect(|out| match self.kind(node) {
                Kind::Identifier | Kind::Attribute => self.resolve(node, depth, out),
                Kind::StringContent => {
                    for name in outer_names(self.text(node)) {
                        self.resolve_dotted(name, self.scope_of(node), depth, out);
                    }
                }
                _ => {}
            });
            match self.kind(node) {
                Kind::Identifier | Kind::Attribute | Kind::StringContent => {}
                // `dict[str, Loop]` is not a loop; `Optional[Loop]` is one.
                Kind::Subscript | Kind::GenericType => {
                    let Some(head) = self.tree.first_child(node) else { continue };
                    if is_transparent(self.text(head)) {
                        pending.extend(self.tree.children(node).skip(1));
                    } else {
                        pending.push(head);
                    }
                }
                _ => pending.extend(self.tree.children(node)),
            }
            names.into_iter().for_each(|origin| push_instance(origin, out));
        }
    }

    /// The origins of a dotted name in a string annotation.
    fn resolve_dotted(&self, dotted: &str, scope: ScopeId, depth: usize, out: &mut Resolution<'_>) {
        let mut parts = dotted.split('.');
        let Some(first) = parts.next().filter(|p| !p.is_empty()) else { return };
        let Some((owner, symbol)) = self.lookup(scope, first) else { return };
        let origins = out.collect(|out| {
            let bindings = self.scopes.bindings(owner, symbol);
            out.cached(
                bindings.len(),
                || Some(CacheKey::Name(owner, symbol)),
                depth,
                |out| {
                    for binding in bindings.iter() {
                        self.resolve_binding(binding, depth, out);
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

/// What gives its second argument as an instance of the first (library/typing.html).
const CAST: &str = "typing.cast";

/// Functions that give what awaiting their first argument would (library/asyncio-runner.html, library/asyncio-task.html).
const AWAITING: &[&str] = &["asyncio.run", "asyncio.Runner().run", "asyncio.wait_for"];

/// What makes a callable that adds arguments to the calls of another (library/functools.html).
const PARTIAL: &[&str] = &["functools.partial", "functools.partialmethod"];

/// Whether a call of what lies at a path gives what its arguments say.
pub(super) fn gives_more(path: &str) -> bool {
    path == CAST || AWAITING.contains(&path) || PARTIAL.contains(&path)
}

/// Adds what a value is whose annotation names this.
fn push_instance(named: Origin, out: &mut Resolution<'_>) {
    match named {
        Origin::Path(path) if path.starts_with("typing.") => {}
        Origin::Path(path) => out.push(Origin::Path(format!("{path}()"))),
        Origin::Class(class) => out.push(Origin::Instance(class)),
        _ => {}
    }
}
