//! The scopes of a file and what their names are bound to. Lazy bodies are bound when they are first asked about.

use std::sync::{Arc, OnceLock};

use super::super::syntax::{NodeId, Tree};
use super::bind::{bind, bind_body};
use super::binding::{Binding, Scope, ScopeId, ScopeKind, Use};
use super::symbols::Symbol;
use super::table::{Table, View};

/// All scopes of a file.
#[derive(Debug)]
pub struct Scopes {
    tree: Arc<Tree>,
    outside: Table,
    /// One for each lazy body.
    bodies: Vec<OnceLock<Box<Table>>>,
    /// For each variable outside of the lazy bodies its uses in all of the file.
    uses: Vec<OnceLock<Box<[Use]>>>,
}

impl Scopes {
    /// Binds the names of a tree, whose text is `code`.
    pub(in crate::python) fn new(tree: Arc<Tree>, code: &str) -> Self {
        let outside = bind(&tree, code);
        let mut scopes = Self { tree, outside, bodies: Vec::new(), uses: Vec::new() };
        scopes.bodies.resize_with(scopes.tree.lazy_bodies().count(), OnceLock::new);
        if !scopes.bodies.is_empty() {
            scopes.uses.resize_with(scopes.outside.uses.len(), OnceLock::new);
        }
        scopes
    }

    fn body(&self, index: usize) -> &Table {
        self.bodies[index].get_or_init(|| Box::new(bind_body(&self.tree, index, &self.outside)))
    }

    fn view(&self, scope: ScopeId) -> View<'_> {
        let body = scope.body(self.tree.shift).map(|index| self.body(index));
        View { outside: &self.outside, body }
    }

    /// The part of the file that a scope is in.
    fn table(&self, scope: ScopeId) -> &Table {
        scope.body(self.tree.shift).map_or(&self.outside, |index| self.body(index))
    }

    /// The part of the file that a node is in.
    fn table_of(&self, node: NodeId) -> &Table {
        self.tree.body_of(node).map_or(&self.outside, |index| self.body(index))
    }

    /// The tables of the lazy bodies that are parsed.
    fn parsed(&self) -> impl Iterator<Item = &Table> {
        self.tree.parsed_bodies().map(|index| self.body(index))
    }

    /// The data of a scope.
    pub fn scope(&self, id: ScopeId) -> &Scope {
        self.view(id).scope(id)
    }

    /// All scopes that are parsed, the module first.
    pub fn ids(&self) -> impl Iterator<Item = ScopeId> + '_ {
        self.outside.ids().chain(self.parsed().flat_map(Table::ids))
    }

    /// The scope that a function, lambda, class or comprehension opens.
    pub fn opened_by(&self, node: NodeId) -> Option<ScopeId> {
        let lazy = self.tree.lazy_body(node).map(|(index, _)| index);
        lazy.map_or_else(|| self.table_of(node), |index| self.body(index)).opened_by(node)
    }

    /// The scope whose code a node is part of.
    pub(in crate::python) fn scope_of(&self, node: NodeId) -> ScopeId {
        self.table_of(node).scope_of(node)
    }

    /// Whether a name occurs in what is parsed of the file, whose text is `code`.
    pub(in crate::python) fn has_name(&self, code: &str, name: &str) -> bool {
        let has = |table: &Table| table.symbols.get(code, name).is_some();
        has(&self.outside) || self.parsed().any(has)
    }

    /// The symbol of a name as code in `scope` sees it.
    pub(in crate::python) fn symbol(
        &self,
        code: &str,
        scope: ScopeId,
        name: &str,
    ) -> Option<Symbol> {
        self.view(scope).symbol(code, name)
    }

    /// A scope and those around it, the innermost first.
    pub fn chain(&self, from: ScopeId) -> impl Iterator<Item = ScopeId> + '_ {
        self.view(from).chain(from)
    }

    /// The scope whose variable a load of `symbol` in `from` reads; class scopes are visible from themselves only.
    pub fn lookup(&self, from: ScopeId, symbol: Symbol) -> Option<ScopeId> {
        self.view(from).lookup(from, symbol)
    }

    /// The scope that owns the variable an identifier node reads or binds; none for builtins and unknown names.
    pub fn owner(&self, identifier: NodeId) -> Option<ScopeId> {
        Some(self.variable(identifier)?.0)
    }

    /// The variable that an identifier node reads or binds: the scope that owns it, and its name.
    pub(in crate::python) fn variable(&self, identifier: NodeId) -> Option<(ScopeId, Symbol)> {
        self.table_of(identifier).variable(identifier)
    }

    /// Every binding of a variable, in source order.
    pub fn bindings(&self, scope: ScopeId, symbol: Symbol) -> &[Binding] {
        self.table(scope).bindings.get((scope, symbol))
    }

    /// Every binding of the scope's own names.
    pub fn all_bindings(&self, scope: ScopeId) -> impl Iterator<Item = &Binding> + '_ {
        let own = (scope, Symbol::FIRST)..=(scope, Symbol::LAST);
        self.table(scope).bindings.range(own).iter()
    }

    /// Every occurrence of a variable, in source order.
    pub(in crate::python) fn uses(&self, scope: ScopeId, symbol: Symbol) -> &[Use] {
        let key = (scope, symbol);
        let own = self.table(scope);
        let found = own.uses.position(key).ok();
        // Functions read the module's names, and parameter defaults those of the class around them.
        let is_read_below = scope.body(self.tree.shift).is_none()
            && matches!(self.scope(scope).kind, ScopeKind::Module | ScopeKind::Class);
        match found.and_then(|at| self.uses.get(at)).filter(|_| is_read_below) {
            Some(all) => all.get_or_init(|| {
                let name = own.bindings.get(key).first().map(|b| self.tree.range(b.node));
                name.map(|name| self.tree.parse_naming(&self.tree.code()[name]));
                let inside = self.parsed().flat_map(|table| table.uses.get(key));
                let mut all: Vec<Use> = own.uses.get(key).iter().chain(inside).copied().collect();
                all.sort_by_key(|u| u.node);
                all.into_boxed_slice()
            }),
            None => own.uses.get(key),
        }
    }

    /// The innermost scope around code in `scope` that is no comprehension: where its local names live at run time.
    pub fn frame(&self, scope: ScopeId) -> ScopeId {
        self.view(scope).frame(scope)
    }

    /// Whether `inner` is `outer` or inside it.
    pub fn is_within(&self, inner: ScopeId, outer: ScopeId) -> bool {
        self.chain(inner).any(|id| id == outer)
    }
}
