//! Binds every name of a tree to its scope, in one pass, after the language reference's section 4.2. It follows no values.

use std::cell::Cell;

use super::super::syntax::{Field, Kind, NodeId, Tree};
use super::binding::{Binding, BindingKind, ScopeId, ScopeKind, Use, UseKind};
use super::symbols::{Interner, Symbol};
use super::table::{Table, View};

/// Binds the names of a tree outside of its lazy bodies.
pub(super) fn bind(tree: &Tree, code: &str) -> Table {
    let mut binder = Binder::new(tree, code, Table::default(), None);
    binder.own.open(ScopeKind::Module, NodeId::ROOT, None);
    binder.finish(None)
}

/// Binds the names of a lazy body, and of the parameters that come with it.
pub(super) fn bind_body(tree: &Tree, index: usize, outside: &Table) -> Table {
    let function = tree.function_of_body(index);
    let own = Table { first: ScopeId::first_in(index, tree.shift).0, ..Table::default() };
    let mut binder = Binder::new(tree, tree.code(), own, Some(outside));
    binder.open(ScopeKind::Function, function, outside.scope_of(function));
    binder.finish(Some(index))
}

struct Binder<'a> {
    tree: &'a Tree,
    code: &'a str,
    own: Table,
    /// The names around the lazy body, if one is bound.
    outside: Option<&'a Table>,
    names: Interner<'a>,
    node_scopes: Vec<ScopeId>,
    loads: Vec<(ScopeId, NodeId)>,
    /// Bindings under `nonlocal`, deferred: the function around may bind the name further below.
    nonlocal_stores: Vec<(ScopeId, Symbol, Binding, UseKind)>,
    /// The last chain of assignments: its first, and its value.
    chain: Cell<Option<(NodeId, NodeId)>>,
}

impl<'a> Binder<'a> {
    fn new(tree: &'a Tree, code: &'a str, own: Table, outside: Option<&'a Table>) -> Self {
        Self {
            tree,
            code,
            own,
            outside,
            names: Interner::new(code, outside.map(|outside| &outside.symbols)),
            node_scopes: Vec::new(),
            chain: Cell::new(None),
            loads: Vec::new(),
            nonlocal_stores: Vec::new(),
        }
    }

    fn finish(mut self, body: Option<usize>) -> Table {
        for node in self.tree.nodes_of(body) {
            let scope = if node == NodeId::ROOT { ScopeId::MODULE } else { self.scope_for(node) };
            if self.node_scopes.last() != Some(&scope) {
                self.own.runs.push((node, scope));
            }
            self.node_scopes.push(scope);
            self.visit(node, scope);
        }
        for (scope, symbol, binding, how) in std::mem::take(&mut self.nonlocal_stores) {
            let owner = self.view().target(scope, symbol);
            self.own.bind(owner, symbol, binding, how);
        }
        for (within, node) in std::mem::take(&mut self.loads) {
            let symbol = self.names.intern(self.tree.range(node));
            if let Some(owner) = self.view().lookup(within, symbol) {
                self.own.add_use(owner, symbol, Use { node, within, kind: UseKind::Load });
            }
        }
        self.own.freeze(self.names.freeze());
        self.own
    }

    fn view(&self) -> View<'_> {
        let body = self.outside.map(|_| &self.own);
        View { outside: self.outside.unwrap_or(&self.own), body }
    }

    fn text(&self, node: NodeId) -> &str {
        &self.code[self.tree.range(node)]
    }

    fn scope_at(&self, node: NodeId) -> ScopeId {
        // Nodes are visited in order, so a parent's scope is always known before its children's.
        match self.outside {
            Some(outside) if self.tree.body_of(node).is_none() => outside.scope_of(node),
            _ => self.node_scopes[self.tree.position(node)],
        }
    }

    /// The scope whose code `node` is part of: its parent's, or the one that its parent opens.
    fn scope_for(&mut self, node: NodeId) -> ScopeId {
        let parent = self.tree.parent(node).expect("only the module has none");
        let around = self.scope_at(parent);
        let opened = || self.own.opened_by(parent).unwrap_or(around);
        match self.tree.kind(parent) {
            Kind::FunctionDefinition | Kind::ClassDefinition | Kind::Lambda => {
                if self.tree.field(node) == Field::Body { opened() } else { around }
            }
            kind if kind.is_comprehension() => opened(),
            // The first iterable of a comprehension is evaluated outside it.
            Kind::ForInClause if self.tree.field(node) == Field::Right => {
                let comprehension =
                    self.tree.parent(parent).expect("a clause is part of a comprehension");
                let mut parts = self.tree.children(comprehension);
                let first = parts.find(|c| self.tree.kind(*c) == Kind::ForInClause);
                if first == Some(parent) { self.scope_at(comprehension) } else { around }
            }
            _ => around,
        }
    }

    fn visit(&mut self, node: NodeId, scope: ScopeId) {
        match self.tree.kind(node) {
            Kind::FunctionDefinition => {
                self.bind_name(node, scope, BindingKind::Function(node));
                if self.tree.lazy_body(node).is_none() {
                    self.open(ScopeKind::Function, node, scope);
                }
            }
            Kind::ClassDefinition => {
                self.bind_name(node, scope, BindingKind::Class(node));
                self.own.open(ScopeKind::Class, node, Some(scope));
            }
            Kind::Lambda => self.open(ScopeKind::Lambda, node, scope),
            kind if kind.is_comprehension() => {
                self.own.open(ScopeKind::Comprehension, node, Some(scope));
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
        if self.view().is_nonlocal(scope, symbol) {
            self.nonlocal_stores.push((scope, symbol, binding, how));
        } else {
            let owner = self.view().target(scope, symbol);
            self.own.bind(owner, symbol, binding, how);
        }
    }

    /// Opens a function's or lambda's scope and binds its parameters.
    fn open(&mut self, kind: ScopeKind, function: NodeId, around: ScopeId) {
        let scope = self.own.open(kind, function, Some(around));
        let Some(parameters) = self.tree.child(function, Field::Parameters) else { return };
        for (index, parameter) in self.tree.children(parameters).enumerate() {
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
                    let here = self.own.scope_mut(scope).declarations_mut();
                    here.star_imports.push((statement, module.clone()));
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
            let Some(name) = alias.or_else(|| self.tree.first_child(path)) else { continue };
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
            let here = self.own.scope_mut(scope).declarations_mut();
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
            // `case Task() as t`
            (Kind::AsPattern, _)
                if self.tree.first_child(parent).map(|n| self.tree.kind(n))
                    == Some(Kind::CasePattern) =>
            {
                return self.capture(node, scope);
            }
            (Kind::NamedExpression, Field::Name) => {
                let value = self.tree.child(parent, Field::Value);
                let kind = value.map_or(BindingKind::Other, |value| BindingKind::Assign { value });
                return self.store(node, self.view().frame(scope), kind, UseKind::Store);
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
        let Some(around) = self.tree.parent(dotted) else { return };
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
                    let value = tree.child(parent, Field::Right);
                    let kind = value.map(|value| BindingKind::Augmented { value });
                    return Some((kind.unwrap_or(BindingKind::Other), UseKind::Update));
                }
                (Kind::ForStatement | Kind::ForInClause, Field::Left) => {
                    let iterable = tree.child(parent, Field::Right);
                    let kind = iterable.map(|iterable| BindingKind::For { iterable, whole });
                    return Some((kind.unwrap_or(BindingKind::Other), UseKind::Store));
                }
                (Kind::AsPatternTarget, _) => {
                    return Some((self.aliased(parent, whole), UseKind::Store));
                }
                (Kind::AsPattern | Kind::ExceptClause, Field::Alias) => {
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
        let value = self.assigned_value(assignment);
        if let Some(annotation) = annotation {
            return BindingKind::Annotated { annotation, value };
        }
        let Some(value) = value else { return BindingKind::Other };
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

    /// `a = b = value`: every target gets the last right-hand side.
    fn assigned_value(&self, assignment: NodeId) -> Option<NodeId> {
        let tree = self.tree;
        if let Some((first, value)) = self.chain.get()
            && tree.contains(first, assignment)
            && tree.contains(assignment, value)
        {
            return Some(value);
        }
        let mut value = tree.child(assignment, Field::Right)?;
        while tree.kind(value) == Kind::Assignment {
            value = tree.child(value, Field::Right)?;
        }
        self.chain.set(Some((assignment, value)));
        Some(value)
    }

    /// The binding of `value as target` in a `with` (or, value unknown, in an `except`).
    fn aliased(&self, target: NodeId, whole: bool) -> BindingKind {
        let pattern = self.tree.parent(target);
        let item = pattern.and_then(|p| self.tree.parent(p));
        let is_with = item.is_some_and(|item| self.tree.kind(item) == Kind::WithItem);
        match pattern.and_then(|p| self.tree.first_child(p)) {
            Some(value) if is_with => BindingKind::With { value, whole },
            _ => BindingKind::Other,
        }
    }
}
