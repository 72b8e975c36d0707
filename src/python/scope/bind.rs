//! Binds every name of a tree to its scope, in one pass, after the language reference's section 4.2. It follows no values.

use super::super::syntax::{Field, Kind, NodeId, Tree};
use super::scopes::{Binding, BindingKind, ScopeId, ScopeKind, Scopes, UseKind};
use super::symbols::{Interner, Symbol};

/// Binds the names of a tree; returns its scopes, and the scope of each node.
pub(in crate::python) fn bind(tree: &Tree, code: &str) -> (Scopes, NodeScopes) {
    let mut binder = Binder {
        tree,
        code,
        scopes: Scopes::default(),
        names: Interner::new(code),
        node_scopes: Vec::with_capacity(tree.len()),
        loads: Vec::new(),
        nonlocal_stores: Vec::new(),
    };
    binder.scopes.open(ScopeKind::Module, NodeId::ROOT, None);
    binder.node_scopes.push(ScopeId::MODULE);
    for node in tree.parsed_ids().skip(1) {
        let scope = binder.scope_for(node);
        binder.node_scopes.push(scope);
        binder.visit(node, scope);
    }
    for (scope, symbol, binding, how) in std::mem::take(&mut binder.nonlocal_stores) {
        binder.scopes.bind(scope, symbol, binding, how);
    }
    for (scope, node) in std::mem::take(&mut binder.loads) {
        let symbol = binder.names.intern(tree.range(node));
        binder.scopes.load(scope, symbol, node);
    }
    let Binder { mut scopes, names, node_scopes, .. } = binder;
    scopes.freeze(names.freeze());
    (scopes, NodeScopes::new(&node_scopes))
}

/// For each node of a tree the scope whose code it is part of.
#[derive(Debug)]
pub(in crate::python) struct NodeScopes {
    /// Runs of consecutive nodes in the same scope, each by its first node. Sorted.
    runs: Vec<(NodeId, ScopeId)>,
}

impl NodeScopes {
    fn new(scopes: &[ScopeId]) -> Self {
        let mut runs: Vec<(NodeId, ScopeId)> = Vec::new();
        for (index, scope) in (0..).zip(scopes) {
            if runs.last().is_none_or(|(_, last)| last != scope) {
                runs.push((NodeId::from_index(index), *scope));
            }
        }
        runs.shrink_to_fit();
        Self { runs }
    }

    /// The scope whose code a node is part of.
    pub(in crate::python) fn scope_of(&self, node: NodeId) -> ScopeId {
        let after = self.runs.partition_point(|(first, _)| *first <= node);
        self.runs[after - 1].1
    }
}

struct Binder<'a> {
    tree: &'a Tree,
    code: &'a str,
    scopes: Scopes,
    names: Interner<'a>,
    node_scopes: Vec<ScopeId>,
    loads: Vec<(ScopeId, NodeId)>,
    /// Bindings under `nonlocal`, deferred: the function around may bind the name further below.
    nonlocal_stores: Vec<(ScopeId, Symbol, Binding, UseKind)>,
}

impl Binder<'_> {
    fn text(&self, node: NodeId) -> &str {
        &self.code[self.tree.range(node)]
    }

    fn scope_at(&self, node: NodeId) -> ScopeId {
        // Ids are dense and visited in order, so a parent's scope is always known before its children's.
        self.node_scopes[node.index()]
    }

    /// The scope whose code `node` is part of: its parent's, or the one that its parent opens.
    fn scope_for(&mut self, node: NodeId) -> ScopeId {
        let parent = self.tree.parent(node).expect("only the module has none");
        let around = self.scope_at(parent);
        let opened = || self.scopes.opened_by(parent).unwrap_or(around);
        match self.tree.kind(parent) {
            Kind::FunctionDefinition | Kind::ClassDefinition | Kind::Lambda => {
                if self.tree.field(node) == Field::Body { opened() } else { around }
            }
            kind if kind.is_comprehension() => opened(),
            // The first iterable of a comprehension is evaluated outside it.
            Kind::ForInClause if self.tree.field(node) == Field::Right => {
                let comprehension =
                    self.tree.parent(parent).expect("a clause is part of a comprehension");
                let first = self
                    .tree
                    .children(comprehension)
                    .find(|c| self.tree.kind(*c) == Kind::ForInClause);
                if first == Some(parent) { self.scope_at(comprehension) } else { around }
            }
            _ => around,
        }
    }

    fn visit(&mut self, node: NodeId, scope: ScopeId) {
        match self.tree.kind(node) {
            Kind::FunctionDefinition => {
                self.bind_name(node, scope, BindingKind::Function(node));
                self.open(ScopeKind::Function, node, scope);
            }
            Kind::ClassDefinition => {
                self.bind_name(node, scope, BindingKind::Class(node));
                self.scopes.open(ScopeKind::Class, node, Some(scope));
            }
            Kind::Lambda => self.open(ScopeKind::Lambda, node, scope),
            kind if kind.is_comprehension() => {
                self.scopes.open(ScopeKind::Comprehension, node, Some(scope));
            }
            Kind::ImportStatement | Kind::ImportFromStatement => self.import(node, scope),
            Kind::GlobalStatement | Kind::NonlocalStatement => self.declare(node, scope),
            Kind::Identifier => self.identifier(node, scope),
            _ => {}
        }
    }

    fn bind_name(&mut self, definition: NodeId, scope: ScopeId, kind: BindingKind) {
        if let Some(name) = self.tree.child(definition, Field::Name) {
            self.store(name, scope, kind, UseKind::Store);
        }
    }

    fn store(&mut self, name: NodeId, scope: ScopeId, kind: BindingKind, how: UseKind) {
        let symbol = self.names.intern(self.tree.range(name));
        let binding = Binding { node: name, within: scope, kind };
        match self.scopes.is_nonlocal(scope, symbol) {
            true => self.nonlocal_stores.push((scope, symbol, binding, how)),
            false => self.scopes.bind(scope, symbol, binding, how),
        }
    }

    /// Opens a function's or lambda's scope and binds its parameters.
    fn open(&mut self, kind: ScopeKind, function: NodeId, around: ScopeId) {
        let scope = self.scopes.open(kind, function, Some(around));
        let Some(parameters) = self.tree.child(function, Field::Parameters) else {
            return;
        };
        let is_code =
            |n: &NodeId| !matches!(self.tree.kind(*n), Kind::Comment | Kind::LineContinuation);
        let parameters: Vec<NodeId> =
            self.tree.parsed_children(parameters).filter(is_code).collect();
        for (index, parameter) in parameters.into_iter().enumerate() {
            let field = |f| self.tree.child(parameter, f);
            let (annotation, default) = (field(Field::Type), field(Field::Value));
            let declared = match self.tree.kind(parameter) {
                Kind::DefaultParameter | Kind::TypedDefaultParameter => field(Field::Name),
                Kind::TypedParameter => self.tree.first_child(parameter),
                _ => Some(parameter),
            };
            let Some(declared) = declared else { continue };
            let variadic = matches!(
                self.tree.kind(declared),
                Kind::ListSplatPattern | Kind::DictionarySplatPattern
            );
            let name = if variadic { self.tree.first_child(declared) } else { Some(declared) };
            if let Some(name) = name.filter(|n| self.tree.kind(*n) == Kind::Identifier) {
                let kind =
                    BindingKind::Parameter { function, index, annotation, default, variadic };
                self.store(name, scope, kind, UseKind::Store);
            }
        }
    }

    fn import(&mut self, statement: NodeId, scope: ScopeId) {
        let from = self.tree.child(statement, Field::ModuleName).map(|m| self.dotted_text(m));
        let children: Vec<NodeId> = self.tree.children(statement).collect();
        for child in children {
            if self.tree.kind(child) == Kind::WildcardImport {
                if let Some(module) = &from {
                    self.scopes
                        .scope_mut(scope)
                        .declarations_mut()
                        .star_imports
                        .push(module.clone());
                }
                continue;
            }
            if self.tree.field(child) != Field::Name {
                continue;
            }
            let aliased = self.tree.kind(child) == Kind::AliasedImport;
            let path = if aliased { self.tree.child(child, Field::Name) } else { Some(child) };
            let alias = if aliased { self.tree.child(child, Field::Alias) } else { None };
            let Some(path) = path else { continue };
            let dotted = self.dotted_text(path);
            let Some(name) = alias.or_else(|| self.tree.first_child(path)) else {
                continue;
            };
            let kind = match &from {
                Some(module) => BindingKind::ImportFrom { module: module.clone(), name: dotted },
                None if alias.is_some() => BindingKind::Import { module: dotted },
                None => BindingKind::Import { module: self.text(name).to_owned() },
            };
            self.store(name, scope, kind, UseKind::Store);
        }
    }

    /// The text of a dotted name without the white space that Python allows in it.
    fn dotted_text(&self, node: NodeId) -> String {
        self.text(node).chars().filter(|c| !c.is_whitespace() && *c != '\\').collect()
    }

    fn declare(&mut self, statement: NodeId, scope: ScopeId) {
        let global = self.tree.kind(statement) == Kind::GlobalStatement;
        let names: Vec<NodeId> = self.tree.children(statement).collect();
        for name in names {
            let symbol = self.names.intern(self.tree.range(name));
            let here = self.scopes.scope_mut(scope).declarations_mut();
            if global { here.globals.push(symbol) } else { here.nonlocals.push(symbol) }
        }
    }

    /// Classifies an identifier: part of another construct, binding target, or load.
    fn identifier(&mut self, node: NodeId, scope: ScopeId) {
        let parent = self.tree.parent(node).expect("an identifier is below the module");
        let field = self.tree.field(node);
        match (self.tree.kind(parent), field) {
            (Kind::Attribute, Field::Attribute)
            | (
                Kind::KeywordArgument | Kind::FunctionDefinition | Kind::ClassDefinition,
                Field::Name,
            )
            | (Kind::GlobalStatement | Kind::NonlocalStatement | Kind::AliasedImport, _)
            | (Kind::Parameters | Kind::LambdaParameters, _)
            | (Kind::DefaultParameter | Kind::TypedDefaultParameter, Field::Name)
            | (Kind::MemberType, _) => return,
            (Kind::TypedParameter, f) if f != Field::Type => return,
            (Kind::ListSplatPattern | Kind::DictionarySplatPattern, _)
                if self.is_parameter(parent) =>
            {
                return;
            }
            (Kind::KeywordPattern, _) if self.tree.first_child(parent) == Some(node) => return,
            (Kind::DottedName, _) => return self.dotted(node, parent, scope),
            (Kind::SplatPattern, _) => return self.capture(node, scope),
            (Kind::NamedExpression, Field::Name) => {
                let value = self.tree.child(parent, Field::Value);
                let kind = value.map_or(BindingKind::Other, |value| BindingKind::Assign { value });
                return self.store(node, self.scopes.frame(scope), kind, UseKind::Store);
            }
            _ => {}
        }
        match self.target_of(node) {
            Some((kind, how)) => self.store(node, scope, kind, how),
            None => self.loads.push((scope, node)),
        }
    }

    fn is_parameter(&self, splat: NodeId) -> bool {
        self.tree.parent(splat).is_some_and(|p| {
            matches!(
                self.tree.kind(p),
                Kind::Parameters | Kind::LambdaParameters | Kind::TypedParameter
            )
        })
    }

    /// A dotted name outside imports: a capture or a value pattern of a `case`.
    fn dotted(&mut self, node: NodeId, dotted: NodeId, scope: ScopeId) {
        let Some(around) = self.tree.parent(dotted) else {
            return;
        };
        let single = self.tree.children(dotted).count() == 1;
        match self.tree.kind(around) {
            Kind::CasePattern | Kind::AsPattern | Kind::KeywordPattern | Kind::DictPattern
                if single =>
            {
                self.capture(node, scope);
            }
            Kind::ImportStatement
            | Kind::ImportFromStatement
            | Kind::FutureImportStatement
            | Kind::AliasedImport
            | Kind::RelativeImport => {}
            _ if self.tree.first_child(dotted) == Some(node) => self.loads.push((scope, node)),
            _ => {}
        }
    }

    fn capture(&mut self, node: NodeId, scope: ScopeId) {
        if self.text(node) != "_" {
            self.store(node, scope, BindingKind::Other, UseKind::Store);
        }
    }

    /// The binding of an identifier in a target position; `None` for a load.
    fn target_of(&self, identifier: NodeId) -> Option<(BindingKind, UseKind)> {
        let tree = self.tree;
        let mut whole = true;
        let mut node = identifier;
        let mut steps = Vec::new();
        loop {
            let parent = tree.parent(node)?;
            let field = tree.field(node);
            match (tree.kind(parent), field) {
                (
                    Kind::PatternList
                    | Kind::TuplePattern
                    | Kind::ListPattern
                    | Kind::ListSplatPattern
                    | Kind::Tuple
                    | Kind::List
                    | Kind::ExpressionList
                    | Kind::ListSplat,
                    _,
                ) => {
                    whole = false;
                    steps.push((parent, node));
                }
                (Kind::ParenthesizedExpression, _) => {}
                (Kind::Assignment, Field::Left) => {
                    return Some((self.assigned(parent, whole, &steps), UseKind::Store));
                }
                (Kind::AugmentedAssignment, Field::Left) => {
                    let kind = tree
                        .child(parent, Field::Right)
                        .map_or(BindingKind::Other, |value| BindingKind::Augmented { value });
                    return Some((kind, UseKind::Update));
                }
                (Kind::ForStatement | Kind::ForInClause, Field::Left) => {
                    let kind =
                        tree.child(parent, Field::Right).map_or(BindingKind::Other, |iterable| {
                            BindingKind::For { iterable, whole }
                        });
                    return Some((kind, UseKind::Store));
                }
                (Kind::AsPatternTarget, _) => {
                    return Some((self.aliased(parent, whole), UseKind::Store));
                }
                (Kind::AsPattern, Field::Alias) => {
                    return Some((BindingKind::Other, UseKind::Store));
                }
                (Kind::ExceptClause, Field::Alias) => {
                    return Some((BindingKind::Other, UseKind::Store));
                }
                (Kind::DeleteStatement, _) => return Some((BindingKind::Delete, UseKind::Delete)),
                _ => return None,
            }
            node = parent;
        }
    }

    /// The binding that an assignment gives to a name in its target; `steps` lead from the name up to the target.
    fn assigned(&self, assignment: NodeId, whole: bool, steps: &[(NodeId, NodeId)]) -> BindingKind {
        let tree = self.tree;
        let annotation = tree.child(assignment, Field::Type);
        let mut value = tree.child(assignment, Field::Right);
        // `a = b = value`: every target gets the last right-hand side.
        while let Some(inner) = value.filter(|v| tree.kind(*v) == Kind::Assignment) {
            value = tree.child(inner, Field::Right);
        }
        if let Some(annotation) = annotation {
            return BindingKind::Annotated { annotation, value };
        }
        let Some(value) = value else {
            return BindingKind::Other;
        };
        if whole {
            return BindingKind::Assign { value };
        }
        let [(pattern, element)] = steps else {
            return BindingKind::Unpack { value };
        };
        let targets: Vec<NodeId> = tree.children(*pattern).collect();
        let values: Vec<NodeId> = tree.children(value).collect();
        let splat = |n: &NodeId| matches!(tree.kind(*n), Kind::ListSplat | Kind::ListSplatPattern);
        let one_to_one =
            matches!(tree.kind(value), Kind::Tuple | Kind::List | Kind::ExpressionList)
                && targets.len() == values.len()
                && !targets.iter().chain(&values).any(splat);
        match targets.iter().position(|t| t == element) {
            Some(i) if one_to_one => BindingKind::Assign { value: values[i] },
            _ => BindingKind::Unpack { value },
        }
    }

    /// The binding of `value as target` in a `with` (or, value unknown, in an `except`).
    fn aliased(&self, target: NodeId, whole: bool) -> BindingKind {
        let as_pattern = self.tree.parent(target);
        let item = as_pattern.and_then(|p| self.tree.parent(p));
        match (as_pattern, item) {
            (Some(pattern), Some(item)) if self.tree.kind(item) == Kind::WithItem => {
                match self.tree.first_child(pattern) {
                    Some(value) => BindingKind::With { value, whole },
                    None => BindingKind::Other,
                }
            }
            _ => BindingKind::Other,
        }
    }
}
