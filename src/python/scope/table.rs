//! The scopes and names of one part of a file: of a lazy body, or of all that is outside of these. It reads no tree.

use rustc_hash::FxHashSet;

use super::super::syntax::NodeId;
use super::binding::{Binding, Scope, ScopeId, ScopeKind, Use, UseKind};
use super::multimap::MultiMap;
use super::symbols::{Symbol, Symbols};

/// The scopes and names of one part of a file.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// The id of its first scope.
    pub(super) first: u32,
    /// In the order of the nodes that opened them.
    pub(super) scopes: Vec<Scope>,
    pub(super) symbols: Symbols,
    pub(super) bindings: MultiMap<(ScopeId, Symbol), Binding>,
    /// The names that are bound, until the bindings are readable.
    pub(super) bound: FxHashSet<(ScopeId, Symbol)>,
    /// Those of names from outside of a lazy body among them.
    pub(super) uses: MultiMap<(ScopeId, Symbol), Use>,
    /// The variable that each identifier refers to. Sorted.
    pub(super) variables: Vec<(NodeId, ScopeId, Symbol)>,
    /// Runs of consecutive nodes in the same scope, each by its first node. Sorted.
    pub(super) runs: Vec<(NodeId, ScopeId)>,
}

impl Table {
    pub(super) fn open(
        &mut self,
        kind: ScopeKind,
        node: NodeId,
        parent: Option<ScopeId>,
    ) -> ScopeId {
        let count = u32::try_from(self.scopes.len()).expect("fewer scopes than bytes");
        self.scopes.push(Scope { kind, node, parent, declarations: None });
        ScopeId(self.first + count)
    }

    pub(super) fn scope_mut(&mut self, id: ScopeId) -> &mut Scope {
        &mut self.scopes[(id.0 - self.first) as usize]
    }

    /// All of its scopes.
    pub(super) fn ids(&self) -> impl Iterator<Item = ScopeId> + use<> {
        let count = u32::try_from(self.scopes.len()).expect("fewer scopes than bytes");
        (self.first..self.first + count).map(ScopeId)
    }

    pub(super) fn opened_by(&self, node: NodeId) -> Option<ScopeId> {
        let found = self.scopes.binary_search_by_key(&node, |scope| scope.node).ok()?;
        Some(ScopeId(self.first + u32::try_from(found).expect("fewer scopes than bytes")))
    }

    /// The scope whose code a node is part of.
    pub(super) fn scope_of(&self, node: NodeId) -> ScopeId {
        let after = self.runs.partition_point(|(first, _)| *first <= node);
        self.runs[after - 1].1
    }

    pub(super) fn variable(&self, identifier: NodeId) -> Option<(ScopeId, Symbol)> {
        let found = self.variables.binary_search_by_key(&identifier, |(node, ..)| *node).ok()?;
        let (_, owner, symbol) = self.variables[found];
        Some((owner, symbol))
    }

    pub(super) fn bind(&mut self, owner: ScopeId, symbol: Symbol, binding: Binding, kind: UseKind) {
        self.add_use(owner, symbol, Use { node: binding.node, within: binding.within, kind });
        self.bound.insert((owner, symbol));
        self.bindings.push((owner, symbol), binding);
    }

    pub(super) fn add_use(&mut self, owner: ScopeId, symbol: Symbol, occurrence: Use) {
        self.variables.push((occurrence.node, owner, symbol));
        self.uses.push((owner, symbol), occurrence);
    }

    /// Ends the binding pass and makes the table readable.
    pub(super) fn freeze(&mut self, symbols: Symbols) {
        self.symbols = symbols;
        self.bound = FxHashSet::default();
        self.bindings.freeze(|b| b.node);
        self.uses.freeze(|u| u.node);
        self.variables.sort_by_key(|(node, ..)| *node);
        self.variables.shrink_to_fit();
        self.scopes.shrink_to_fit();
        self.runs.shrink_to_fit();
    }
}

/// The names that code of a file can see: those outside of the lazy bodies, and those of the body that it is part of.
#[derive(Debug, Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) outside: &'a Table,
    pub(super) body: Option<&'a Table>,
}

impl<'a> View<'a> {
    pub(super) fn table(self, scope: ScopeId) -> &'a Table {
        self.body.filter(|body| scope.0 >= body.first).unwrap_or(self.outside)
    }

    pub(super) fn scope(self, id: ScopeId) -> &'a Scope {
        let table = self.table(id);
        &table.scopes[(id.0 - table.first) as usize]
    }

    pub(super) fn chain(self, from: ScopeId) -> impl Iterator<Item = ScopeId> + 'a {
        std::iter::successors(Some(from), move |id| self.scope(*id).parent)
    }

    pub(super) fn symbol(self, code: &str, name: &str) -> Option<Symbol> {
        let symbol = |table: &Table| table.symbols.get(code, name);
        symbol(self.outside).or_else(|| self.body.and_then(symbol))
    }

    fn binds(self, scope: ScopeId, symbol: Symbol) -> bool {
        let table = self.table(scope);
        table.bound.contains(&(scope, symbol)) || table.bindings.contains((scope, symbol))
    }

    /// Whether a name is declared `nonlocal` in a scope.
    pub(super) fn is_nonlocal(self, scope: ScopeId, symbol: Symbol) -> bool {
        self.scope(scope).declarations.as_ref().is_some_and(|d| d.nonlocals.contains(&symbol))
    }

    /// The scope that a binding in `scope` belongs to, after `global` and `nonlocal`.
    pub(super) fn target(self, scope: ScopeId, symbol: Symbol) -> ScopeId {
        let here = self.scope(scope);
        let Some(declared) = &here.declarations else { return scope };
        if declared.globals.contains(&symbol) {
            return ScopeId::MODULE;
        }
        let is_bound =
            |id: &ScopeId| self.scope(*id).kind == ScopeKind::Function && self.binds(*id, symbol);
        let is_nonlocal = declared.nonlocals.contains(&symbol);
        let outer = is_nonlocal.then(|| self.chain(scope).skip(1).find(is_bound)).flatten();
        outer.unwrap_or(scope)
    }

    /// The scope whose variable a load of `symbol` in `from` reads; class scopes are visible from themselves only.
    pub(super) fn lookup(self, from: ScopeId, symbol: Symbol) -> Option<ScopeId> {
        let start = self.target(from, symbol);
        self.chain(start).find(|id| {
            let visible = *id == start || self.scope(*id).kind != ScopeKind::Class;
            visible && self.binds(*id, symbol)
        })
    }

    /// The innermost scope around code in `scope` that is no comprehension.
    pub(super) fn frame(self, scope: ScopeId) -> ScopeId {
        self.chain(scope)
            .find(|id| self.scope(*id).kind != ScopeKind::Comprehension)
            .unwrap_or(ScopeId::MODULE)
    }
}
