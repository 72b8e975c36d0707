//! Scopes and what their names are bound to. It stores what `bind` found and answers look-ups; it reads no tree.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::syntax::{LazyBodies, NodeId};
use super::multimap::MultiMap;
use super::symbols::{Symbol, Symbols};

/// A scope of one file; the module is [`ScopeId::MODULE`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopeId(u32);

impl ScopeId {
    /// The module's own scope.
    pub const MODULE: Self = Self(0);
}

/// What opens a scope (Python language reference, 4.2 "Naming and binding").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum ScopeKind {
    Module,
    Class,
    Function,
    Lambda,
    Comprehension,
}

/// One scope.
#[derive(Debug)]
pub struct Scope {
    /// What opened it.
    pub kind: ScopeKind,
    /// The node that opened it.
    pub node: NodeId,
    /// The scope around it.
    pub parent: Option<ScopeId>,
    /// Boxed, as few scopes have any.
    declarations: Option<Box<Declarations>>,
}

/// The statements of a scope about names that are not its own.
#[derive(Debug, Default)]
pub(super) struct Declarations {
    /// Names declared `global` in it.
    pub(super) globals: Vec<Symbol>,
    /// Names declared `nonlocal` in it.
    pub(super) nonlocals: Vec<Symbol>,
    /// Modules imported with `*`.
    pub(super) star_imports: Vec<String>,
}

impl Scope {
    /// The modules imported with `*`, relative ones with their dots.
    pub fn star_imports(&self) -> &[String] {
        self.declarations.as_ref().map_or(&[], |d| &d.star_imports)
    }

    pub(super) fn declarations_mut(&mut self) -> &mut Declarations {
        self.declarations.get_or_insert_default()
    }
}

/// How a name gets its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BindingKind {
    /// `import a.b as c` (module `a.b`) or `import a.b` (module `a`, the name that is bound).
    Import {
        /// The dotted module that the name refers to.
        module: String,
    },
    /// `from module import name`, relative modules with their leading dots.
    ImportFrom {
        /// The module as written.
        module: String,
        /// The name in that module.
        name: String,
    },
    /// `name = value`; also a walrus, and an element of a tuple that is unpacked one to one.
    Assign {
        /// The expression whose value it is.
        value: NodeId,
    },
    /// `name: annotation` with or without a value.
    Annotated {
        /// The annotation (a `type` node).
        annotation: NodeId,
        /// The value, if one is given.
        value: Option<NodeId>,
    },
    /// A parameter.
    Parameter {
        /// The function or lambda.
        function: NodeId,
        /// Its position, counting every parameter from 0.
        index: usize,
        /// Its annotation (a `type` node).
        annotation: Option<NodeId>,
        /// Its default.
        default: Option<NodeId>,
        /// Whether it is `*args` or `**kwargs`.
        variadic: bool,
    },
    /// A `def`.
    Function(NodeId),
    /// A `class`.
    Class(NodeId),
    /// The target of a `for`, of a statement or a comprehension.
    For {
        /// What is iterated.
        iterable: NodeId,
        /// Whether the target is the name alone, not a tuple that contains it.
        whole: bool,
    },
    /// `with value as name`.
    With {
        /// The context manager.
        value: NodeId,
        /// Whether the target is the name alone.
        whole: bool,
    },
    /// `name += value`.
    Augmented {
        /// The right-hand side.
        value: NodeId,
    },
    /// A part of a value that is unpacked.
    Unpack {
        /// The whole value.
        value: NodeId,
    },
    /// `del name`.
    Delete,
    /// `except … as name`, a match capture, or anything else whose value is unknown.
    Other,
}

/// One binding of a name.
#[derive(Debug, Clone)]
pub struct Binding {
    /// The identifier that is bound (for an import without an alias, its first identifier).
    pub node: NodeId,
    /// The scope whose code binds it; differs from the owner under `global` and `nonlocal`.
    pub within: ScopeId,
    /// How it is bound.
    pub kind: BindingKind,
}

/// What a use of a name does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UseKind {
    /// Reads it.
    Load,
    /// Binds it.
    Store,
    /// Reads and binds it (`+=`).
    Update,
    /// Deletes it.
    Delete,
}

/// One use of a name: a load, store or deletion.
#[derive(Debug, Clone, Copy)]
pub struct Use {
    /// The identifier.
    pub node: NodeId,
    /// The scope whose code contains it.
    pub within: ScopeId,
    /// What it does.
    pub kind: UseKind,
}

/// All scopes of a file.
#[derive(Debug, Default)]
pub struct Scopes {
    /// In the order of the nodes that opened them.
    scopes: Vec<Scope>,
    symbols: Symbols,
    bindings: MultiMap<(ScopeId, Symbol), Binding>,
    uses: MultiMap<(ScopeId, Symbol), Use>,
    /// The variable that each identifier refers to. Sorted.
    variables: Vec<(NodeId, ScopeId, Symbol)>,
    lazy_bodies: Arc<LazyBodies>,
    /// The scopes of functions with a lazy body, and its index.
    lazy_scopes: BTreeMap<ScopeId, usize>,
}

impl Scopes {
    pub(super) fn open(
        &mut self,
        kind: ScopeKind,
        node: NodeId,
        parent: Option<ScopeId>,
    ) -> ScopeId {
        let id = ScopeId(u32::try_from(self.scopes.len()).expect("fewer scopes than bytes"));
        self.scopes.push(Scope { kind, node, parent, declarations: None });
        id
    }

    pub(super) fn scope_mut(&mut self, id: ScopeId) -> &mut Scope {
        &mut self.scopes[id.0 as usize]
    }

    /// Whether a name is declared `nonlocal` in a scope.
    pub(super) fn is_nonlocal(&self, scope: ScopeId, symbol: Symbol) -> bool {
        self.scope(scope).declarations.as_ref().is_some_and(|d| d.nonlocals.contains(&symbol))
    }

    /// The scope that a binding in `scope` belongs to, after `global` and `nonlocal`.
    pub(super) fn target(&self, scope: ScopeId, symbol: Symbol) -> ScopeId {
        let here = self.scope(scope);
        let Some(declared) = &here.declarations else { return scope };
        if declared.globals.contains(&symbol) {
            return ScopeId::MODULE;
        }
        if declared.nonlocals.contains(&symbol) {
            let mut up = here.parent;
            while let Some(id) = up {
                let outer = self.scope(id);
                if outer.kind == ScopeKind::Function && self.bindings.contains((id, symbol)) {
                    return id;
                }
                up = outer.parent;
            }
        }
        scope
    }

    pub(super) fn bind(&mut self, scope: ScopeId, symbol: Symbol, binding: Binding, kind: UseKind) {
        let owner = self.target(scope, symbol);
        let occurrence = Use { node: binding.node, within: binding.within, kind };
        self.variables.push((binding.node, owner, symbol));
        self.uses.push((owner, symbol), occurrence);
        self.bindings.push((owner, symbol), binding);
    }

    pub(super) fn load(&mut self, within: ScopeId, symbol: Symbol, node: NodeId) {
        if let Some(owner) = self.lookup(within, symbol) {
            self.variables.push((node, owner, symbol));
            self.uses.push((owner, symbol), Use { node, within, kind: UseKind::Load });
        }
    }

    /// Ends the binding pass and makes the scopes readable.
    pub(super) fn freeze(&mut self, symbols: Symbols) {
        self.symbols = symbols;
        self.bindings.freeze(|b| b.node);
        self.uses.freeze(|u| u.node);
        self.variables.sort_by_key(|(node, ..)| *node);
        self.variables.shrink_to_fit();
        self.scopes.shrink_to_fit();
    }

    /// Sets the functions whose bodies are not parsed.
    pub(in crate::python) fn set_lazy_bodies(
        &mut self,
        lazy_bodies: Arc<LazyBodies>,
        functions: impl Iterator<Item = (NodeId, usize)>,
    ) {
        let functions: Vec<_> = functions.collect();
        let scope = |(function, body)| Some((self.opened_by(function)?, body));
        self.lazy_scopes = functions.into_iter().filter_map(scope).collect();
        self.lazy_bodies = lazy_bodies;
    }

    /// Requests the lazy body of a scope, if it has one.
    fn request_body(&self, scope: ScopeId) {
        if let Some(body) = self.lazy_scopes.get(&scope) {
            self.lazy_bodies.request(*body);
        }
    }

    /// The data of a scope.
    pub fn scope(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.0 as usize]
    }

    /// All scopes, the module first.
    pub fn ids(&self) -> impl Iterator<Item = ScopeId> + use<> {
        (0..u32::try_from(self.scopes.len()).expect("fewer scopes than bytes")).map(ScopeId)
    }

    /// The scope that a function, lambda, class or comprehension opens.
    pub fn opened_by(&self, node: NodeId) -> Option<ScopeId> {
        let found = self.scopes.binary_search_by_key(&node, |scope| scope.node).ok()?;
        Some(ScopeId(u32::try_from(found).expect("fewer scopes than bytes")))
    }

    /// The symbol of a name, if it occurs in the file, whose text is `code`.
    pub(in crate::python) fn symbol(&self, code: &str, name: &str) -> Option<Symbol> {
        self.symbols.get(code, name)
    }

    /// A scope and those around it, the innermost first.
    pub fn chain(&self, from: ScopeId) -> impl Iterator<Item = ScopeId> + '_ {
        std::iter::successors(Some(from), |id| self.scope(*id).parent)
    }

    /// The scope whose variable a load of `symbol` in `from` reads; class scopes are visible from themselves only.
    pub fn lookup(&self, from: ScopeId, symbol: Symbol) -> Option<ScopeId> {
        let start = self.target(from, symbol);
        self.chain(start).find(|id| {
            let visible = *id == start || self.scope(*id).kind != ScopeKind::Class;
            visible && self.bindings.contains((*id, symbol))
        })
    }

    /// The scope that owns the variable an identifier node reads or binds; none for builtins and unknown names.
    pub fn owner(&self, identifier: NodeId) -> Option<ScopeId> {
        Some(self.variable(identifier)?.0)
    }

    /// The variable that an identifier node reads or binds: the scope that owns it, and its name.
    pub(in crate::python) fn variable(&self, identifier: NodeId) -> Option<(ScopeId, Symbol)> {
        let found = self.variables.binary_search_by_key(&identifier, |(node, ..)| *node).ok()?;
        let (_, owner, symbol) = self.variables[found];
        Some((owner, symbol))
    }

    /// Every binding of a variable, in source order.
    pub fn bindings(&self, scope: ScopeId, symbol: Symbol) -> &[Binding] {
        self.request_body(scope);
        self.bindings.get((scope, symbol))
    }

    /// Every binding of the scope's own names.
    pub fn all_bindings(&self, scope: ScopeId) -> impl Iterator<Item = &Binding> + '_ {
        self.request_body(scope);
        let own = (scope, Symbol::FIRST)..=(scope, Symbol::LAST);
        self.bindings.range(own).iter()
    }

    /// Every occurrence of a variable, in source order.
    pub(in crate::python) fn uses(&self, scope: ScopeId, symbol: Symbol) -> &[Use] {
        self.request_body(scope);
        self.uses.get((scope, symbol))
    }

    /// The innermost scope around code in `scope` that is no comprehension: where its local names live at run time.
    pub fn frame(&self, scope: ScopeId) -> ScopeId {
        self.chain(scope)
            .find(|id| !matches!(self.scope(*id).kind, ScopeKind::Comprehension))
            .unwrap_or(ScopeId::MODULE)
    }

    /// Whether `inner` is `outer` or inside it.
    pub fn is_within(&self, inner: ScopeId, outer: ScopeId) -> bool {
        self.chain(inner).any(|id| id == outer)
    }
}
