//! Scopes and what their names are bound to. It stores what `bind` found and answers look-ups; it reads no tree.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::holes::Holes;
use super::table::Table;
use super::tree::NodeId;

/// An interned name of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol(u32);

/// A scope of one file; the module is [`ScopeId::MODULE`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopeId(u32);

impl ScopeId {
    /// The module's own scope.
    pub const MODULE: Self = Self(0);
    const NONE: Self = Self(u32::MAX);
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
    /// Names declared `global` in it.
    pub globals: Vec<Symbol>,
    /// Names declared `nonlocal` in it.
    pub nonlocals: Vec<Symbol>,
    /// Modules that it star-imports, relative ones with their dots.
    pub stars: Vec<String>,
}

/// How a name came by its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BindingKind {
    /// `import a.b as c` (module `a.b`) or `import a.b` (module `a`, the name that is bound).
    Import {
        /// The dotted module that the name stands for.
        module: String,
    },
    /// `from module import name`, relative modules with their leading dots.
    From {
        /// The module as written.
        module: String,
        /// The name as it is called there.
        name: String,
    },
    /// `name = value`; also an element of a tuple that is unpacked one to one, and a walrus.
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
        /// Whether the target is the name alone (not a tuple of which it is a part).
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

/// One place that binds a name.
#[derive(Debug, Clone)]
pub struct Binding {
    /// The identifier that is bound (for an import without an alias, its first identifier).
    pub node: NodeId,
    /// The scope whose code does it; differs from the owner's under `global` and `nonlocal`.
    pub within: ScopeId,
    /// How.
    pub kind: BindingKind,
}

/// What an occurrence of a name does.
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

/// One occurrence of a name.
#[derive(Debug, Clone, Copy)]
pub struct Use {
    /// The identifier.
    pub node: NodeId,
    /// The scope whose code it stands in.
    pub within: ScopeId,
    /// What it does.
    pub kind: UseKind,
}

/// All scopes of a file.
#[derive(Debug, Default)]
pub struct Scopes {
    scopes: Vec<Scope>,
    opened_by: HashMap<NodeId, ScopeId>,
    symbols: HashMap<Box<str>, Symbol>,
    bindings: Table<(ScopeId, Symbol), Binding>,
    uses: Table<(ScopeId, Symbol), Use>,
    /// By the place of an identifier among the nodes: the scope that owns its variable.
    owners: Vec<ScopeId>,
    holes: Arc<Holes>,
    /// The scopes of the functions whose bodies are holes, and which.
    hollow: BTreeMap<ScopeId, usize>,
}

impl Scopes {
    pub(super) fn open(
        &mut self,
        kind: ScopeKind,
        node: NodeId,
        parent: Option<ScopeId>,
    ) -> ScopeId {
        let id = ScopeId(u32::try_from(self.scopes.len()).expect("fewer scopes than bytes"));
        let scope = Scope {
            kind,
            node,
            parent,
            globals: Vec::new(),
            nonlocals: Vec::new(),
            stars: Vec::new(),
        };
        self.scopes.push(scope);
        self.opened_by.insert(node, id);
        id
    }

    pub(super) fn intern(&mut self, name: &str) -> Symbol {
        if let Some(symbol) = self.symbols.get(name) {
            return *symbol;
        }
        let symbol = Symbol(u32::try_from(self.symbols.len()).expect("fewer names than bytes"));
        self.symbols.insert(name.into(), symbol);
        symbol
    }

    pub(super) fn scope_mut(&mut self, id: ScopeId) -> &mut Scope {
        &mut self.scopes[id.0 as usize]
    }

    /// The scope that a binding in `scope` really goes to, `global` and `nonlocal` considered.
    pub(super) fn target(&self, scope: ScopeId, symbol: Symbol) -> ScopeId {
        let here = self.scope(scope);
        if here.globals.contains(&symbol) {
            return ScopeId::MODULE;
        }
        if here.nonlocals.contains(&symbol) {
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
        self.own(binding.node, owner);
        self.uses.push((owner, symbol), occurrence);
        self.bindings.push((owner, symbol), binding);
    }

    pub(super) fn load(&mut self, within: ScopeId, symbol: Symbol, node: NodeId) {
        if let Some(owner) = self.lookup(within, symbol) {
            self.own(node, owner);
            self.uses.push((owner, symbol), Use { node, within, kind: UseKind::Load });
        }
    }

    fn own(&mut self, identifier: NodeId, owner: ScopeId) {
        let at = identifier.index();
        if self.owners.len() <= at {
            self.owners.resize(at + 1, ScopeId::NONE);
        }
        self.owners[at] = owner;
    }

    /// Ends the binding: all is known.
    pub(super) fn settle(&mut self) {
        self.bindings.settle(|_| ());
        self.uses.settle(|u| u.node);
        self.owners.shrink_to_fit();
    }

    /// Takes note of the functions that were not parsed.
    pub(super) fn leave_out(
        &mut self,
        holes: Arc<Holes>,
        functions: impl Iterator<Item = (NodeId, usize)>,
    ) {
        let functions: Vec<_> = functions.collect();
        let scope = |(function, hole)| Some((self.opened_by(function)?, hole));
        self.hollow = functions.into_iter().filter_map(scope).collect();
        self.holes = holes;
    }

    /// Says that somebody asks for all names of a scope.
    fn look_into(&self, scope: ScopeId) {
        if let Some(hole) = self.hollow.get(&scope) {
            self.holes.ask(*hole);
        }
    }

    /// A scope's data.
    pub fn scope(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.0 as usize]
    }

    /// All scopes, the module first.
    pub fn ids(&self) -> impl Iterator<Item = ScopeId> + use<> {
        (0..u32::try_from(self.scopes.len()).expect("fewer scopes than bytes")).map(ScopeId)
    }

    /// The scope that a function, lambda, class or comprehension opens.
    pub fn opened_by(&self, node: NodeId) -> Option<ScopeId> {
        self.opened_by.get(&node).copied()
    }

    /// The symbol of a name, if the file has it at all.
    pub fn symbol(&self, name: &str) -> Option<Symbol> {
        self.symbols.get(name).copied()
    }

    /// A scope and those around it, the innermost first.
    pub fn chain(&self, from: ScopeId) -> impl Iterator<Item = ScopeId> + '_ {
        std::iter::successors(Some(from), |id| self.scope(*id).parent)
    }

    /// The scope whose variable a load of `symbol` in `from` reads: class scopes are seen from themselves only.
    pub fn lookup(&self, from: ScopeId, symbol: Symbol) -> Option<ScopeId> {
        let start = self.target(from, symbol);
        self.chain(start).find(|id| {
            let visible = *id == start || self.scope(*id).kind != ScopeKind::Class;
            visible && self.bindings.contains((*id, symbol))
        })
    }

    /// The scope that owns the variable an identifier node reads or binds; none for builtins and unknown names.
    pub fn owner(&self, identifier: NodeId) -> Option<ScopeId> {
        self.owners.get(identifier.index()).copied().filter(|owner| *owner != ScopeId::NONE)
    }

    /// Every binding of a variable, in source order.
    pub fn bindings(&self, scope: ScopeId, symbol: Symbol) -> &[Binding] {
        self.look_into(scope);
        self.bindings.get((scope, symbol))
    }

    /// Every binding of a scope's own names.
    pub fn all_bindings(&self, scope: ScopeId) -> impl Iterator<Item = &Binding> + '_ {
        self.look_into(scope);
        let own = (scope, Symbol(0))..=(scope, Symbol(u32::MAX));
        self.bindings.range(own).iter()
    }

    /// Every occurrence of a variable, in source order.
    pub(super) fn uses(&self, scope: ScopeId, symbol: Symbol) -> &[Use] {
        self.look_into(scope);
        self.uses.get((scope, symbol))
    }

    /// The nearest function, lambda or module around code in `scope`: where its local names live at run time.
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
