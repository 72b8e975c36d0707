//! Everything bound about one file, in one value: source, tree and scopes. It answers questions and decides nothing.

use std::sync::{Arc, OnceLock};

use super::bind::{Within, bind};
use super::holes::Holes;
use super::kind::{Field, Kind};
use super::members::Members;
use super::scopes::{Binding, ScopeId, ScopeKind, Scopes, Use};
use super::symbols::Symbol;
use super::tree::{NodeId, Tree};
use crate::text::{Position, SourceFile};

/// One parsed and bound file.
#[derive(Debug)]
pub struct Model {
    /// Its text.
    pub source: SourceFile,
    /// Its syntax.
    pub tree: Tree,
    /// Its names.
    pub scopes: Scopes,
    /// Its dotted module name in the project, `pkg.sub.mod` (of an `__init__.py`: the package).
    pub module: String,
    /// Whether it is an `__init__.py`, against which relative imports count one level less.
    pub is_package: bool,
    pub(super) members: OnceLock<Members>,
    comments: OnceLock<Vec<NodeId>>,
    within: Within,
}

impl Model {
    /// Parses and binds a file; `module` is its dotted name in the project.
    pub fn new(source: SourceFile, module: impl Into<String>) -> Self {
        Self::without(source, module.into(), Holes::default())
    }

    /// Parses and binds all of a file but its holes.
    pub(super) fn without(source: SourceFile, module: String, holes: Holes) -> Self {
        let tree = Tree::without(source.code(), Arc::new(holes));
        Self::of(source, module, tree)
    }

    /// Binds what was parsed.
    fn of(source: SourceFile, module: String, tree: Tree) -> Self {
        let (mut scopes, within) = bind(&tree, source.code());
        scopes.leave_out(tree.holes().clone(), tree.hollow());
        let is_package = source.path().file_stem().is_some_and(|s| s == "__init__");
        Self {
            source,
            tree,
            scopes,
            module,
            is_package,
            members: OnceLock::new(),
            comments: OnceLock::new(),
            within,
        }
    }

    /// Puts another tree of the same text in the place of the one that is there; nodes of the old one mean nothing any more.
    pub(super) fn put(&mut self, tree: Tree) {
        let (mut scopes, within) = bind(&tree, self.source.code());
        scopes.leave_out(tree.holes().clone(), tree.hollow());
        (self.tree, self.scopes, self.within) = (tree, scopes, within);
        (self.members, self.comments) = (OnceLock::new(), OnceLock::new());
    }

    /// The text of a node, as the parser sees it.
    pub fn text(&self, node: NodeId) -> &str {
        &self.source.code()[self.tree.range(node)]
    }

    /// The kind of a node.
    pub fn kind(&self, node: NodeId) -> Kind {
        self.tree.kind(node)
    }

    /// A child by field.
    pub fn child(&self, node: NodeId, field: Field) -> Option<NodeId> {
        self.tree.child(node, field)
    }

    /// Where a node begins, for people.
    pub fn position(&self, node: NodeId) -> Position {
        self.source.position(self.tree.start(node))
    }

    /// The 1-based line a node begins on.
    pub fn line(&self, node: NodeId) -> usize {
        self.source.line_index(self.tree.start(node)) + 1
    }

    /// The scope whose code a node is part of.
    pub fn scope_of(&self, node: NodeId) -> ScopeId {
        self.within.scope_of(node)
    }

    /// The function, lambda, class body or module whose frame runs a node (comprehensions count to what is around them).
    pub fn frame_of(&self, node: NodeId) -> ScopeId {
        self.scopes.frame(self.scope_of(node))
    }

    /// The `def` whose code a node is part of, lambdas and comprehensions looked through.
    pub fn function_of(&self, node: NodeId) -> Option<NodeId> {
        self.scopes
            .chain(self.scope_of(node))
            .map(|id| self.scopes.scope(id))
            .take_while(|s| s.kind != ScopeKind::Class)
            .find(|s| s.kind == ScopeKind::Function)
            .map(|s| s.node)
    }

    /// The innermost class around a node, functions looked through.
    pub fn class_of(&self, node: NodeId) -> Option<NodeId> {
        self.scopes
            .chain(self.scope_of(node))
            .map(|id| self.scopes.scope(id))
            .find(|s| s.kind == ScopeKind::Class)
            .map(|s| s.node)
    }

    /// Whether a `def` is `async`.
    pub fn is_async(&self, function: NodeId) -> bool {
        self.kind(function) == Kind::FunctionDefinition && self.text(function).starts_with("async")
    }

    /// The comments that begin in a range of bytes, in source order.
    pub fn comments(&self, range: std::ops::Range<usize>) -> &[NodeId] {
        self.tree.holes().ask_within(&range);
        let all = self
            .comments
            .get_or_init(|| self.tree.seen().filter(|n| self.kind(*n) == Kind::Comment).collect());
        let from = all.partition_point(|c| self.tree.start(*c) < range.start);
        let to = all.partition_point(|c| self.tree.start(*c) < range.end);
        &all[from..to.max(from)]
    }

    /// The nearest statement that a node is, or is part of.
    pub fn statement_of(&self, node: NodeId) -> NodeId {
        self.tree.closest(node, Kind::is_statement).unwrap_or(NodeId::ROOT)
    }

    /// The variable an identifier stands for: its owner scope and symbol.
    pub fn variable(&self, identifier: NodeId) -> Option<(ScopeId, Symbol)> {
        if self.kind(identifier) != Kind::Identifier {
            return None;
        }
        self.scopes.variable(identifier)
    }

    /// The symbol of a name, if the file has it at all.
    pub fn symbol(&self, name: &str) -> Option<Symbol> {
        self.scopes.symbol(self.source.code(), name)
    }

    /// The bindings of the variable an identifier stands for.
    pub fn bindings_of(&self, identifier: NodeId) -> &[Binding] {
        self.variable(identifier).map_or(&[], |(scope, symbol)| self.scopes.bindings(scope, symbol))
    }

    /// The occurrences of a variable.
    pub fn uses(&self, scope: ScopeId, symbol: Symbol) -> &[Use] {
        // Defaults of parameters read the names of a class, too.
        let is_around =
            matches!(self.scopes.scope(scope).kind, ScopeKind::Module | ScopeKind::Class);
        if is_around && !self.tree.holes().is_empty() {
            let name = self.scopes.bindings(scope, symbol).first().map(|b| self.text(b.node));
            name.iter().for_each(|name| self.ask_for(name));
        }
        self.scopes.uses(scope, symbol)
    }

    /// The qualified name of the function around a node, `App.start`; none at module level.
    pub fn qualified_function(&self, node: NodeId) -> Option<String> {
        let mut parts = Vec::new();
        let mut in_function = false;
        for scope in self.scopes.chain(self.scope_of(node)).map(|id| self.scopes.scope(id)) {
            if matches!(scope.kind, ScopeKind::Function | ScopeKind::Class) {
                in_function |= scope.kind == ScopeKind::Function;
                if let Some(name) = self.child(scope.node, Field::Name) {
                    parts.push(self.text(name));
                }
            }
        }
        parts.reverse();
        (in_function || !parts.is_empty()).then(|| parts.join("."))
    }

    /// The expression without the parentheses around it.
    pub fn bare(&self, mut node: NodeId) -> NodeId {
        while self.kind(node) == Kind::ParenthesizedExpression {
            match self.tree.first_child(node) {
                Some(inner) => node = inner,
                None => break,
            }
        }
        node
    }

    /// The dotted text of a plain name or attribute chain, white space left out: `self.loop`.
    pub fn dotted(&self, node: NodeId) -> Option<String> {
        match self.kind(node) {
            Kind::Identifier => Some(self.text(node).to_owned()),
            Kind::Attribute => {
                let object = self.child(node, Field::Object)?;
                let attribute = self.child(node, Field::Attribute)?;
                Some(format!("{}.{}", self.dotted(object)?, self.text(attribute)))
            }
            Kind::ParenthesizedExpression => self.dotted(self.bare(node)),
            _ => None,
        }
    }

    /// The positional arguments of a call, in order, stars included.
    pub fn positional(&self, call: NodeId) -> Vec<NodeId> {
        let Some(arguments) = self.child(call, Field::Arguments) else {
            return Vec::new();
        };
        if self.kind(arguments) == Kind::GeneratorExpression {
            return vec![arguments];
        }
        let keyword =
            |n: &NodeId| matches!(self.kind(*n), Kind::KeywordArgument | Kind::DictionarySplat);
        self.tree.children(arguments).filter(|n| !keyword(n)).collect()
    }

    /// The value of a keyword argument.
    pub fn keyword(&self, call: NodeId, name: &str) -> Option<NodeId> {
        let arguments = self.child(call, Field::Arguments)?;
        self.tree
            .children(arguments)
            .filter(|n| self.kind(*n) == Kind::KeywordArgument)
            .find(|n| self.child(*n, Field::Name).is_some_and(|k| self.text(k) == name))
            .and_then(|n| self.child(n, Field::Value))
    }
}

impl Model {
    /// The dotted path of a `def` or `class` of this file: `pkg.mod.App.start`.
    pub fn path_of(&self, definition: NodeId) -> String {
        let mut parts = vec![self.child(definition, Field::Name).map_or("", |n| self.text(n))];
        let around = self.scopes.chain(self.scope_of(definition));
        for scope in around.filter(|id| *id != ScopeId::MODULE).map(|id| self.scopes.scope(id)) {
            if let Some(name) = self.child(scope.node, Field::Name) {
                parts.push(self.text(name));
            }
        }
        if !self.module.is_empty() {
            parts.push(&self.module);
        }
        parts.reverse();
        parts.join(".")
    }
}
