//! What a scope is, and how its names are bound and used. It holds no names.

use super::super::syntax::NodeId;
use super::symbols::Symbol;

/// A scope of one file; the module is [`ScopeId::MODULE`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopeId(pub(super) u32);

impl ScopeId {
    /// The module's own scope.
    pub const MODULE: Self = Self(0);

    /// The ids of the scopes in lazy bodies begin here.
    const IN_BODIES: u32 = 1 << 31;

    /// The first scope of a lazy body. A body has fewer scopes than nodes, whose position in it takes `shift` bits of 31 that
    /// name the body, too.
    pub(super) fn first_in(body: usize, shift: u32) -> Self {
        let body =
            u32::try_from(body << shift).expect("bodies and their nodes are numbered in 31 bits");
        Self(Self::IN_BODIES | body)
    }

    /// The index of the lazy body that the scope is part of.
    pub(super) fn body(self, shift: u32) -> Option<usize> {
        let body = self.0.checked_sub(Self::IN_BODIES)?;
        Some((body >> shift) as usize)
    }
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
    pub(super) declarations: Option<Box<Declarations>>,
}

/// The statements of a scope about names that are not its own.
#[derive(Debug, Default)]
pub(super) struct Declarations {
    /// Names declared `global` in it.
    pub(super) globals: Vec<Symbol>,
    /// Names declared `nonlocal` in it.
    pub(super) nonlocals: Vec<Symbol>,
    /// Modules imported with `*`, each with the statement.
    pub(super) star_imports: Vec<(NodeId, String)>,
}

impl Scope {
    /// The modules imported with `*`, relative ones with their dots, each with the statement.
    pub fn star_imports(&self) -> &[(NodeId, String)] {
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

impl BindingKind {
    /// The whole value that the name is bound to, if it is assigned one.
    pub fn value(&self) -> Option<NodeId> {
        match *self {
            Self::Assign { value } => Some(value),
            Self::Annotated { value, .. } => value,
            _ => None,
        }
    }
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
