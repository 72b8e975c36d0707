//! The semantic model of one file: source, tree and scopes. It answers queries and decides nothing.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::class_attributes::ClassAttributes;
use super::origin::ResolveCache;
use super::scope::{Binding, ScopeId, ScopeKind, Scopes, Symbol, Use};
use super::syntax::{Field, Kind, NodeId, Tree};
use crate::text::{Line, Position, SourceFile};

/// One parsed and bound file.
#[derive(Debug)]
pub struct Model {
    /// Its text.
    pub source: SourceFile,
    /// Its syntax.
    pub tree: Arc<Tree>,
    /// Its names.
    pub scopes: Scopes,
    /// Its dotted module name in the project, `pkg.sub.mod` (of an `__init__.py`: the package).
    pub module: String,
    /// Whether it is test code, as the caller knows it.
    pub is_test: bool,
    /// The modules that a script imports by other names than the project has for them: by the first
    /// name that is imported, the module's name in the project.
    pub script_modules: Arc<BTreeMap<String, String>>,
    /// Whether it is an `__init__.py`, against which relative imports count one level less.
    pub is_package: bool,
    /// Those of all classes.
    pub(super) class_attributes: OnceLock<ClassAttributes>,
    /// Those bound outside of lazy bodies, and in each of these.
    pub(super) attribute_tables: Vec<OnceLock<ClassAttributes>>,
    /// Those outside of lazy bodies.
    comments: OnceLock<Vec<NodeId>>,
    linter_comments: OnceLock<Vec<usize>>,
    pub(super) resolve_cache: ResolveCache,
}

impl Model {
    /// Parses and binds a file; `module` is its dotted name in the project.
    pub fn new(source: SourceFile, module: impl Into<String>) -> Self {
        let tree = Tree::parse(source.code());
        Self::from_tree(source, module.into(), tree)
    }

    /// Binds a parsed file.
    pub(super) fn from_tree(source: SourceFile, module: String, tree: Tree) -> Self {
        let tree = Arc::new(tree);
        let scopes = Scopes::new(tree.clone(), source.code());
        let is_package = source.path().file_stem().is_some_and(|s| s == "__init__");
        let parts = 1 + tree.lazy_bodies().count();
        Self {
            source,
            tree,
            scopes,
            module,
            is_test: false,
            script_modules: Arc::default(),
            is_package,
            class_attributes: OnceLock::new(),
            attribute_tables: std::iter::repeat_with(OnceLock::new).take(parts).collect(),
            comments: OnceLock::new(),
            linter_comments: OnceLock::new(),
            resolve_cache: ResolveCache::default(),
        }
    }

    /// The text of a node in [`SourceFile::code`].
    pub fn text(&self, node: NodeId) -> &str {
        &self.source.code()[self.tree.range(node)]
    }

    /// The kind of a node.
    pub fn kind(&self, node: NodeId) -> Kind {
        self.tree.kind(node)
    }

    /// A child by field.
    pub fn child(&self, node: NodeId, field: Field) -> Option<NodeId> {
        let child = self.tree.child(node, field)?;
        match self.tree.kind(child) {
            // The grammar takes the star of `[*f(x)]` for a part of the callee.
            Kind::ListSplat if field == Field::Function => self.tree.first_child(child),
            _ => Some(child),
        }
    }

    /// Whether an expression has a star: `*tasks`.
    pub fn is_starred(&self, mut expression: NodeId) -> bool {
        loop {
            let inner = match self.kind(expression) {
                Kind::ListSplat | Kind::ListSplatPattern => return true,
                Kind::Call => self.tree.child(expression, Field::Function),
                Kind::Attribute => self.tree.child(expression, Field::Object),
                Kind::Subscript => self.tree.child(expression, Field::Value),
                _ => None,
            };
            let Some(inner) = inner else { return false };
            expression = inner;
        }
    }

    /// The name of a `def`, `class`, parameter or keyword argument; empty where there is none.
    pub fn name_of(&self, node: NodeId) -> &str {
        self.child(node, Field::Name).map_or("", |name| self.text(name))
    }

    /// The text between two nodes, such as an operator.
    pub fn between(&self, left: NodeId, right: NodeId) -> &str {
        &self.source.code()[self.tree.end(left)..self.tree.start(right)]
    }

    /// The words of the operator between two operands: `is not`, `and`. Comments and brackets around it do not count.
    pub fn operator(&self, left: NodeId, right: NodeId) -> Vec<&str> {
        let lines = self.between(left, right).lines();
        let code = lines.filter_map(|line| line.split('#').next());
        let words = code.flat_map(str::split_whitespace);
        let bare = words.map(|word| word.trim_matches(['(', ')', '\\']));
        bare.filter(|word| !word.is_empty()).collect()
    }

    /// Whether a boolean operator is `and`; none of anything else.
    pub fn is_conjunction(&self, expression: NodeId) -> Option<bool> {
        let is_operand = |n: &NodeId| self.kind(*n) != Kind::Comment;
        let mut sides = self.tree.children(expression).filter(is_operand);
        match (self.kind(expression), sides.next(), sides.next()) {
            (Kind::BooleanOperator, Some(left), Some(right)) => {
                Some(self.operator(left, right).contains(&"and"))
            }
            _ => None,
        }
    }

    /// The bytes at which the comments begin that have a line of their own and name ruff or flake8, as far as the text tells: a
    /// line of a string may be among them.
    pub fn linter_comments(&self) -> &[usize] {
        self.linter_comments.get_or_init(|| {
            let mut at = 0;
            let lines = self.source.code().split_inclusive(['\n', '\r']).map(|line| {
                let begin = at;
                at += line.len();
                let text = line.trim_start();
                (begin + line.len() - text.len(), text)
            });
            let comments = lines.filter(|(_, text)| text.starts_with('#'));
            let named = comments.filter(|(_, text)| {
                let text = text.to_ascii_lowercase();
                text.contains("ruff") || text.contains("flake8")
            });
            named.map(|(begin, _)| begin).collect()
        })
    }

    /// The position at which a node begins, for people.
    pub fn position(&self, node: NodeId) -> Position {
        self.source.position(self.tree.start(node))
    }

    /// The 1-based line a node begins on.
    pub fn line(&self, node: NodeId) -> usize {
        self.source.line_index(self.tree.start(node)) + 1
    }

    /// The line a node begins on, for people.
    pub fn place(&self, node: NodeId) -> Line {
        self.source.line(self.tree.start(node))
    }

    /// Whether a statement is the last of a cell of a notebook, without a semicolon behind it: IPython keeps the value of such an
    /// expression (`core/displayhook.py`: `quiet`, `update_user_ns`).
    pub fn is_displayed(&self, statement: NodeId) -> bool {
        let (start, end) = (self.tree.start(statement), self.tree.end(statement));
        let cell = self.source.notebook().and_then(|notebook| notebook.cell_at(start));
        let is_at_top = self.tree.parent(statement) == Some(NodeId::ROOT);
        cell.filter(|cell| is_at_top && cell.keeps_value).is_some_and(|cell| {
            let below = self.source.code().get(end..cell.text.end).unwrap_or_default();
            below.lines().all(|line| line.split('#').next().unwrap_or_default().trim().is_empty())
        })
    }

    /// The scope whose code a node is part of.
    pub fn scope_of(&self, node: NodeId) -> ScopeId {
        self.scopes.scope_of(node)
    }

    /// The function, lambda, class body or module whose frame evaluates a node; comprehensions belong to the one around them.
    pub fn frame_of(&self, node: NodeId) -> ScopeId {
        self.scopes.frame(self.scope_of(node))
    }

    /// The `def` whose code a node is part of; lambdas and comprehensions are skipped.
    pub fn function_of(&self, node: NodeId) -> Option<NodeId> {
        self.scopes
            .chain(self.scope_of(node))
            .map(|id| self.scopes.scope(id))
            .take_while(|s| s.kind != ScopeKind::Class)
            .find(|s| s.kind == ScopeKind::Function)
            .map(|s| s.node)
    }

    /// The innermost class around a node; functions are skipped.
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
    pub fn comments(&self, range: std::ops::Range<usize>) -> Vec<NodeId> {
        let outside = self.comments_outside();
        let from = outside.partition_point(|c| self.tree.start(*c) < range.start);
        let is_before_end = |c: &NodeId| self.tree.start(*c) < range.end;
        let mut found: Vec<NodeId> =
            outside[from..].iter().copied().take_while(is_before_end).collect();
        for body in self.tree.bodies_within(&range) {
            let inside = self.comments_of(Some(body));
            found.extend(inside.filter(|c| range.contains(&self.tree.start(*c))));
        }
        found.sort_unstable();
        found
    }

    /// The comments outside of all functions that are parsed only when they are asked for, in source order. It parses no function.
    pub fn comments_outside(&self) -> &[NodeId] {
        self.comments.get_or_init(|| self.comments_of(None).collect())
    }

    fn comments_of(&self, body: Option<usize>) -> impl Iterator<Item = NodeId> + '_ {
        self.tree.nodes_of(body).filter(|node| self.kind(*node) == Kind::Comment)
    }

    /// The innermost statement that is or contains a node.
    pub fn statement_of(&self, node: NodeId) -> NodeId {
        self.tree.closest(node, Kind::is_statement).unwrap_or(NodeId::ROOT)
    }

    /// The variable an identifier refers to: its owner scope and symbol.
    pub fn variable(&self, identifier: NodeId) -> Option<(ScopeId, Symbol)> {
        if self.kind(identifier) != Kind::Identifier {
            return None;
        }
        self.scopes.variable(identifier)
    }

    /// The bindings of a name of this scope.
    pub fn bindings_in(&self, scope: ScopeId, name: &str) -> &[Binding] {
        let symbol = self.scopes.symbol(self.source.code(), scope, name);
        symbol.map_or(&[], |symbol| self.scopes.bindings(scope, symbol))
    }

    /// Whether a name is bound or read in what is parsed of the file.
    pub fn has_name(&self, name: &str) -> bool {
        self.scopes.has_name(self.source.code(), name)
    }

    /// The variable that a load of a name in `scope` reads; class scopes are visible from themselves only.
    pub fn lookup(&self, scope: ScopeId, name: &str) -> Option<(ScopeId, Symbol)> {
        let symbol = self.scopes.symbol(self.source.code(), scope, name)?;
        Some((self.scopes.lookup(scope, symbol)?, symbol))
    }

    /// The bindings of the variable an identifier refers to.
    pub fn bindings_of(&self, identifier: NodeId) -> &[Binding] {
        self.variable(identifier).map_or(&[], |(scope, symbol)| self.scopes.bindings(scope, symbol))
    }

    /// Whether an `import *` may bind the names of the scope of a node.
    pub fn star_imports(&self, node: NodeId) -> bool {
        let mut scopes = self.scopes.chain(self.scope_of(node)).map(|id| self.scopes.scope(id));
        scopes.any(|scope| !scope.star_imports().is_empty())
    }

    /// The uses of a variable.
    pub fn uses(&self, scope: ScopeId, symbol: Symbol) -> &[Use] {
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

    /// The expression without enclosing parentheses.
    pub fn bare(&self, mut node: NodeId) -> NodeId {
        while self.kind(node) == Kind::ParenthesizedExpression {
            match self.tree.first_child(node) {
                Some(inner) => node = inner,
                None => break,
            }
        }
        node
    }

    /// The dotted text of a name or attribute chain, without white space: `self.loop`.
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

    /// The receiver and the name of the method that a call calls: `tasks` and `add` of `tasks.add(t)`.
    pub fn called_method(&self, call: NodeId) -> Option<(NodeId, &str)> {
        let callee = self.child(call, Field::Function)?;
        let name = self.child(callee, Field::Attribute)?;
        Some((self.child(callee, Field::Object)?, self.text(name)))
    }

    /// The last name of what a call calls: `sleep` of `asyncio.sleep(1)`.
    pub fn callee_name(&self, call: NodeId) -> Option<&str> {
        self.text(self.child(call, Field::Function)?).rsplit('.').next()
    }

    /// The positional arguments of a call, in order, starred ones included.
    pub fn positional(&self, call: NodeId) -> Vec<NodeId> {
        let Some(arguments) = self.child(call, Field::Arguments) else { return Vec::new() };
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
        let mut keywords = self.children_of_kind(arguments, Kind::KeywordArgument);
        let argument = keywords.find(|n| self.name_of(*n) == name)?;
        self.child(argument, Field::Value)
    }
}

impl Model {
    /// The nodes of these kinds in a function's own frame: not in functions and classes inside it.
    pub fn own_nodes(
        &self,
        function: NodeId,
        kinds: impl Fn(Kind) -> bool,
    ) -> impl Iterator<Item = NodeId> {
        let own = self.scopes.opened_by(function);
        self.tree
            .descendants(function)
            .filter(move |n| kinds(self.kind(*n)) && Some(self.frame_of(*n)) == own)
    }

    /// The parent of a node, if it is of this kind.
    pub fn parent_of_kind(&self, node: NodeId, kind: Kind) -> Option<NodeId> {
        self.tree.parent(node).filter(|parent| self.kind(*parent) == kind)
    }

    /// The children of a node that are of this kind.
    pub fn children_of_kind(&self, node: NodeId, kind: Kind) -> impl Iterator<Item = NodeId> {
        self.tree.children(node).filter(move |child| self.kind(*child) == kind)
    }

    /// The suite of a clause, such as an `except`.
    pub fn suite_of(&self, clause: NodeId) -> Option<NodeId> {
        self.children_of_kind(clause, Kind::Block).next()
    }

    /// Whether a loop is a `while True`.
    pub fn is_while_true(&self, node: NodeId) -> bool {
        self.kind(node) == Kind::WhileStatement
            && self
                .child(node, Field::Condition)
                .is_some_and(|c| matches!(self.text(self.bare(c)), "True" | "1"))
    }

    /// The dotted path of a `def` or `class` of this file: `pkg.mod.App.start`.
    pub fn path_of(&self, definition: NodeId) -> String {
        let mut parts = vec![self.name_of(definition)];
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
