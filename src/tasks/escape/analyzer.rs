//! The state of the escape analysis of one file: the tree, the project index, caches, and guards
//! against infinite recursion. The analysis itself is in the other files of this folder.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::fmt::Display;
use std::hash::Hash;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::def_use::{TrackedVariable, VariableUses};
use super::noreturn::{endless_method, ends_in_loop, never_completes};
use crate::python::{Cfg, Field, Kind, Model, NodeId, Origin, ProgramPoint, ScopeId, Symbol};
use crate::tasks::effects::{
    AccessPath, ArgSlot, Dependency, FunctionSummary, ParamEffect, SummaryKey, ValueKind,
};
use crate::tasks::libraries::{self, LibraryEffect};
use crate::tasks::project::{Callees, ProjectIndex};
use crate::tasks::verdict::{Reason, Verdict};
use crate::text::single_line;

/// Where a value ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tasks) struct EscapeResult {
    pub(in crate::tasks) reason: Reason,
    /// See [`crate::tasks::ClassifiedSite::sink`].
    pub(in crate::tasks) sink: NodeId,
    pub(in crate::tasks) why: String,
    /// See [`crate::tasks::ClassifiedSite::left_by`].
    pub(in crate::tasks) left_by: Option<NodeId>,
    pub(in crate::tasks) flow: ReturnFlow,
}

/// What becomes of a value on the way to the `return` that returns it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::tasks) struct ReturnFlow {
    /// Where in what is returned the value is; none when it is returned itself.
    pub(in crate::tasks) access: Option<AccessPath>,
    /// The points on some paths that keep it.
    pub(in crate::tasks) kept: Vec<ProgramPoint>,
    /// The points on some paths that wait for it.
    pub(in crate::tasks) done: Vec<ProgramPoint>,
    /// The points that may keep it.
    pub(in crate::tasks) unclear: Vec<ProgramPoint>,
}

impl EscapeResult {
    pub(in crate::tasks) fn new(reason: Reason, sink: NodeId, why: impl Into<String>) -> Self {
        Self { reason, sink, why: why.into(), left_by: None, flow: ReturnFlow::default() }
    }

    /// The same of a value that `call` leaves behind.
    pub(super) fn left_by(self, call: Option<NodeId>) -> Self {
        Self { left_by: call.or(self.left_by), ..self }
    }

    pub(in crate::tasks) fn verdict(&self) -> Verdict {
        self.reason.verdict()
    }

    /// Whether something keeps the value.
    pub(in crate::tasks) fn holds(&self) -> bool {
        matches!(self.verdict(), Verdict::Held | Verdict::Managed)
    }

    /// The result that counts of several for one value: held beats unsure beats dropped, and being
    /// stored beats being returned.
    pub(super) fn strongest(results: Vec<Self>) -> Option<Self> {
        let rank = |result: &Self| match (result.verdict(), result.reason) {
            (Verdict::Held, Reason::Returned) => 1,
            (Verdict::Held | Verdict::Managed, _) => 0,
            (Verdict::Unsure, _) => 2,
            (Verdict::Dropped, _) => 3,
        };
        let mut strongest: Option<Self> = None;
        for result in results {
            if strongest.as_ref().is_none_or(|b| rank(&result) < rank(b)) {
                strongest = Some(result);
            }
        }
        strongest
    }
}

/// The recursion of the analysis: an expression leads to the variable that it is assigned to, that to its reads, and these are
/// expressions again. Whatever follows a value further calls this trait; all other calls go to files above the caller's.
pub(in crate::tasks) trait Follow {
    /// Where the value of an expression ends.
    fn escape_of(&self, expression: NodeId, value_kind: ValueKind) -> EscapeResult;

    /// Follows the value of the variable `name` from the node `from` on, or from the entry of its
    /// function.
    fn escape_from(
        &self,
        name: NodeId,
        value_kind: ValueKind,
        from: Option<NodeId>,
    ) -> EscapeResult;

    /// Follows the value that the identifier `name` is bound to at this very node.
    fn escape_of_variable(&self, name: NodeId, value_kind: ValueKind) -> EscapeResult {
        self.escape_from(name, value_kind, Some(name))
    }
}

/// Statements that wait until the program is told to stop, or for all tasks of the loop, each with its point in the control-flow
/// graph. Sorted.
pub(super) type LongWaits = Rc<[(ProgramPoint, NodeId)]>;

/// Points of a control-flow graph. Sorted.
pub(super) type Points = Rc<[ProgramPoint]>;

/// The escape analysis of one file.
pub(in crate::tasks) struct EscapeAnalyzer<'a> {
    pub(in crate::tasks) model: &'a Model,
    pub(in crate::tasks) project: &'a ProjectIndex,
    depth: Cell<u32>,
    active: RefCell<Vec<(ScopeId, Symbol, NodeId)>>,
    flows: RefCell<FxHashMap<NodeId, Option<Rc<Cfg>>>>,
    variables: RefCell<FxHashMap<TrackedVariable, Rc<VariableUses>>>,
    yields: RefCell<FxHashMap<ScopeId, Rc<[NodeId]>>>,
    pub(super) long_waits: RefCell<FxHashMap<ScopeId, LongWaits>>,
    pub(super) outliving: RefCell<FxHashMap<(NodeId, ScopeId), bool>>,
    pub(super) ended: RefCell<FxHashMap<(ScopeId, Symbol), Points>>,
    origins: RefCell<FxHashMap<NodeId, Rc<[Origin]>>>,
    pub(super) spawning_names: RefCell<FxHashMap<(ScopeId, Symbol), bool>>,
    dependencies: RefCell<BTreeSet<Dependency>>,
    is_optimistic: bool,
}

/// Upper bound on the recursion depth.
const MAX_DEPTH: u32 = 40;
/// Longer code is shortened to this many characters where a sentence quotes it.
const MAX_QUOTED: usize = 60;

impl<'a> EscapeAnalyzer<'a> {
    pub(in crate::tasks) fn new(model: &'a Model, project: &'a ProjectIndex) -> Self {
        Self {
            model,
            project,
            depth: Cell::new(0),
            active: RefCell::default(),
            flows: RefCell::default(),
            variables: RefCell::default(),
            yields: RefCell::default(),
            long_waits: RefCell::default(),
            outliving: RefCell::default(),
            ended: RefCell::default(),
            origins: RefCell::default(),
            spawning_names: RefCell::default(),
            dependencies: RefCell::default(),
            is_optimistic: false,
        }
    }

    /// The same for computing summaries, where calls may be recursive: unknown summaries count as
    /// "keeps nothing".
    pub(in crate::tasks) fn optimistic(model: &'a Model, project: &'a ProjectIndex) -> Self {
        Self { is_optimistic: true, ..Self::new(model, project) }
    }

    /// What a call of `path` can run, see [`ProjectIndex::callees`]. Like all queries about other
    /// files, this one records what the answer depends on.
    pub(super) fn callees(&self, path: &str, overridden: bool) -> Option<Callees> {
        let callees = self.project.callees(path, overridden);
        match &callees {
            None => self.depends_on_name(path.to_owned()),
            Some(Callees::Functions(functions)) if overridden => {
                let methods = functions.iter().take(1).filter(|(_, on_instance)| *on_instance);
                methods.for_each(|(method, _)| self.depends_on_overrides(method.clone()));
            }
            Some(_) => {}
        }
        callees
    }

    /// The methods that override a method, see [`ProjectIndex::overriding`].
    pub(super) fn overriding(&self, method: &str) -> Option<Vec<String>> {
        self.depends_on_overrides(method.to_owned());
        self.project.overriding(method)
    }

    /// The method that instances of a class have, see [`ProjectIndex::inherited`].
    pub(super) fn inherited(&self, class: &str, name: &str) -> Option<Option<Callees>> {
        let method = self.project.inherited(class, name);
        if method.is_none() {
            self.depends_on_name(format!("{class}().{name}"));
        }
        method
    }

    /// Records that the result depends on what a path names.
    pub(super) fn depends_on_name(&self, path: String) {
        self.dependencies.borrow_mut().insert(Dependency::Name(path));
    }

    /// Records that the result depends on what overrides a method.
    pub(super) fn depends_on_overrides(&self, method: String) {
        self.dependencies.borrow_mut().insert(Dependency::Overrides(method));
    }

    /// Everything in other files that the results depend on, known or not.
    pub(in crate::tasks) fn into_dependencies(self) -> BTreeSet<Dependency> {
        self.dependencies.into_inner()
    }

    /// Runs `run` one level deeper; none when that is too deep.
    pub(super) fn deeper<T>(&self, run: impl FnOnce() -> T) -> Option<T> {
        let depth = self.depth.get();
        if depth >= MAX_DEPTH {
            return None;
        }
        self.depth.set(depth + 1);
        let result = run();
        self.depth.set(depth);
        Some(result)
    }

    /// Runs `run` for a variable's binding; none when that is already in progress.
    pub(in crate::tasks) fn once<T>(
        &self,
        variable: (ScopeId, Symbol),
        binding: NodeId,
        run: impl FnOnce() -> T,
    ) -> Option<T> {
        let key = (variable.0, variable.1, binding);
        if self.active.borrow().contains(&key) {
            return None;
        }
        self.active.borrow_mut().push(key);
        let result = run();
        self.active.borrow_mut().pop();
        Some(result)
    }

    /// The control-flow graph of a function (or the module); cached.
    pub(in crate::tasks) fn flow(&self, owner: NodeId) -> Option<Rc<Cfg>> {
        let endless = |statement| self.never_completes(statement);
        cached(&self.flows, owner, || Cfg::build(self.model, owner, &endless).map(Rc::new))
    }

    /// Whether a statement never completes. A method of the project does, whatever it is called, unless its body ends in a loop.
    fn never_completes(&self, statement: NodeId) -> bool {
        never_completes(self.model, statement)
            && match self.own_endless_method(statement) {
                None => true,
                Some(body) => body.is_some_and(|function| ends_in_loop(self.model, function)),
            }
    }

    /// Whether a statement calls a method of the project that may take as long as those of a library with its name: what the method
    /// calls may block.
    pub(super) fn may_take_long(&self, statement: NodeId) -> bool {
        self.own_endless_method(statement).is_some()
    }

    /// The method of the project that a statement calls by the name of one that never completes, if it does: its definition, if
    /// that is in this file.
    fn own_endless_method(&self, statement: NodeId) -> Option<Option<NodeId>> {
        let callee = endless_method(self.model, statement)?;
        self.origins(callee).iter().find_map(|origin| match origin {
            Origin::Function(function) => Some(Some(*function)),
            Origin::Path(path) => match self.callees(path, false)? {
                Callees::Functions(functions) => (!functions.is_empty()).then_some(None),
                _ => None,
            },
            _ => None,
        })
    }

    /// The origins of an expression; cached, as every read of a task leads to the same calls.
    pub(in crate::tasks) fn origins(&self, expression: NodeId) -> Rc<[Origin]> {
        cached(&self.origins, expression, || self.model.origins(expression).into())
    }

    /// The definitions and uses of a variable; cached.
    pub(super) fn variable_uses(&self, variable: TrackedVariable, flow: &Cfg) -> Rc<VariableUses> {
        cached(&self.variables, variable, || Rc::new(VariableUses::new(self.model, variable, flow)))
    }

    /// The `yield`s of a function, without nested ones, in source order; cached.
    pub(in crate::tasks) fn yields(&self, owner: ScopeId) -> Rc<[NodeId]> {
        let model = self.model;
        let own = |n: &NodeId| model.kind(*n) == Kind::Yield && model.frame_of(*n) == owner;
        let node = model.scopes.scope(owner).node;
        cached(&self.yields, owner, || model.tree.descendants(node).filter(own).collect())
    }

    /// `line 12`, for sentences.
    pub(in crate::tasks) fn line_text(&self, node: NodeId) -> String {
        self.model.place(node).in_words()
    }

    /// A node's text on one line, shortened, for sentences.
    pub(in crate::tasks) fn quote(&self, node: NodeId) -> String {
        let text = single_line(self.model.text(node), MAX_QUOTED + 1);
        if text.chars().count() > MAX_QUOTED {
            let head: String = text.chars().take(MAX_QUOTED - 3).collect();
            format!("`{head}...`")
        } else {
            format!("`{text}`")
        }
    }

    /// The effect of a library function, also through re-exports of the project.
    pub(super) fn library_effect(&self, origin: &Origin) -> Option<LibraryEffect> {
        match origin {
            Origin::Path(path) => libraries::at_path(path).or_else(|| {
                self.project.resolve(path)[1..].iter().find_map(|p| libraries::at_path(p))
            }),
            Origin::Builtin(name) => libraries::at_path(name),
            _ => None,
        }
    }

    /// The text of what is called, for sentences.
    pub(super) fn callee_of(&self, call: NodeId) -> String {
        self.model.child(call, Field::Function).map_or_else(String::new, |c| self.quote(c))
    }

    /// A function summary; its absence is a dependency, too.
    pub(super) fn summary_of(
        &self,
        path: String,
        slot: ArgSlot,
        on_instance: bool,
        value_kind: ValueKind,
    ) -> FunctionSummary {
        let key = SummaryKey { path, slot, on_instance, value_kind };
        let summary = self.project.summary(&key).cloned();
        self.dependencies.borrow_mut().insert(Dependency::Summary(key));
        summary.unwrap_or_else(|| match self.is_optimistic {
            true => FunctionSummary::Param(ParamEffect::none()),
            false => FunctionSummary::Unknown,
        })
    }

    /// Whether a function contains a `yield`.
    pub(in crate::tasks) fn is_generator(&self, function: NodeId) -> bool {
        let scope = self.model.scopes.opened_by(function);
        scope.is_some_and(|s| !self.yields(s).is_empty())
    }

    /// The value ends at a sink, whose line is added to the sentence.
    pub(in crate::tasks) fn ends_at(
        &self,
        reason: Reason,
        sink: NodeId,
        why: impl Display,
    ) -> EscapeResult {
        EscapeResult::new(reason, sink, format!("{why} ({})", self.line_text(sink)))
    }

    /// The value ends inside a bigger expression that does not keep it.
    pub(in crate::tasks) fn dropped_at(&self, node: NodeId) -> EscapeResult {
        let statement = self.model.statement_of(node);
        let why = format!("the surrounding expression does not keep it ({})", self.line_text(node));
        EscapeResult::new(Reason::Expression, statement, why)
    }

    /// The value is used as its kind cannot be: the analysis lost track of it.
    pub(super) fn unknown_use(&self, place: NodeId) -> EscapeResult {
        self.ends_at(Reason::Argument, place, "it is not known which element is used")
    }
}

/// The value for a key, computed on first use. The computation may ask for other keys.
pub(super) fn cached<K: Copy + Eq + Hash, V: Clone>(
    known: &RefCell<FxHashMap<K, V>>,
    key: K,
    compute: impl FnOnce() -> V,
) -> V {
    if let Some(value) = known.borrow().get(&key) {
        return value.clone();
    }
    let value = compute();
    known.borrow_mut().insert(key, value.clone());
    value
}
