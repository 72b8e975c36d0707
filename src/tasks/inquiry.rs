//! The state of judging one file: the file, the project's facts, and guards against going round in circles. The other
//! files of this folder add the questions; this one asks none.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use super::endless::waits_for_the_end;
use super::occurrences::{Occurrences, Variable};
use super::project::Project;
use super::taking::Ask;
pub(super) use super::taking::Shape;
use super::verdict::{Reason, Verdict};
use crate::python::{Cfg, Kind, Model, NodeId, Origin, ProgramPoint, ScopeId, Symbol};

/// What becomes of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fate {
    pub(super) reason: Reason,
    /// See [`super::Judged::end`].
    pub(super) end: NodeId,
    pub(super) why: String,
}

impl Fate {
    pub(super) fn new(reason: Reason, end: NodeId, why: impl Into<String>) -> Self {
        Self { reason, end, why: why.into() }
    }

    pub(super) fn verdict(&self) -> Verdict {
        self.reason.verdict()
    }

    /// Whether something keeps the value.
    pub(super) fn holds(&self) -> bool {
        matches!(self.verdict(), Verdict::Held | Verdict::Managed)
    }
}

/// Statements that wait until the program is told to stop, each with its point in its function. Sorted.
pub(super) type Waits = Rc<[(ProgramPoint, NodeId)]>;

/// One file being judged.
pub(super) struct Inquiry<'a> {
    pub(super) model: &'a Model,
    pub(super) project: &'a Project,
    depth: Cell<u32>,
    active: RefCell<Vec<(ScopeId, Symbol, NodeId)>>,
    flows: RefCell<HashMap<NodeId, Option<Rc<Cfg>>>>,
    variables: RefCell<HashMap<Variable, Rc<Occurrences>>>,
    yields: RefCell<HashMap<ScopeId, Rc<[NodeId]>>>,
    waits: RefCell<HashMap<ScopeId, Waits>>,
    origins: RefCell<HashMap<NodeId, Rc<[Origin]>>>,
    asks: RefCell<BTreeSet<Ask>>,
    assumes_nothing: bool,
}

/// Values handed on more often than this are not followed further.
const DEEPEST: u32 = 40;

impl<'a> Inquiry<'a> {
    pub(super) fn new(model: &'a Model, project: &'a Project) -> Self {
        Self {
            model,
            project,
            depth: Cell::new(0),
            active: RefCell::default(),
            flows: RefCell::default(),
            variables: RefCell::default(),
            yields: RefCell::default(),
            waits: RefCell::default(),
            origins: RefCell::default(),
            asks: RefCell::default(),
            assumes_nothing: false,
        }
    }

    /// The same, for a function in what may be a circle of calls.
    pub(super) fn assuming_nothing(model: &'a Model, project: &'a Project) -> Self {
        Self { assumes_nothing: true, ..Self::new(model, project) }
    }

    /// Whether functions that nobody has looked into yet are taken to do nothing with what they are given.
    pub(super) fn assumes_nothing(&self) -> bool {
        self.assumes_nothing
    }

    /// Notes what other files could tell.
    pub(super) fn ask(&self, ask: Ask) {
        self.asks.borrow_mut().insert(ask);
    }

    /// What other files were asked, whether they have answered or not.
    pub(super) fn into_asks(self) -> BTreeSet<Ask> {
        self.asks.into_inner()
    }

    /// Runs `question` one level deeper; none when that is too deep.
    pub(super) fn deeper<T>(&self, question: impl FnOnce() -> T) -> Option<T> {
        let depth = self.depth.get();
        if depth >= DEEPEST {
            return None;
        }
        self.depth.set(depth + 1);
        let answer = question();
        self.depth.set(depth);
        Some(answer)
    }

    /// Runs `question` about a variable's binding unless that is being asked already: then none.
    pub(super) fn once<T>(
        &self,
        variable: (ScopeId, Symbol),
        binding: NodeId,
        question: impl FnOnce() -> T,
    ) -> Option<T> {
        let key = (variable.0, variable.1, binding);
        if self.active.borrow().contains(&key) {
            return None;
        }
        self.active.borrow_mut().push(key);
        let answer = question();
        self.active.borrow_mut().pop();
        Some(answer)
    }

    /// The control flow of a function (or the module), built once.
    pub(super) fn flow(&self, owner: NodeId) -> Option<Rc<Cfg>> {
        if let Some(flow) = self.flows.borrow().get(&owner) {
            return flow.clone();
        }
        let endless = |statement| super::endless::never_completes(self.model, statement);
        let flow = Cfg::build(self.model, owner, &endless).map(Rc::new);
        self.flows.borrow_mut().insert(owner, flow.clone());
        flow
    }

    /// Where the value of an expression comes from, asked once: each read of a task leads to the same calls.
    pub(super) fn origins(&self, expression: NodeId) -> Rc<[Origin]> {
        if let Some(known) = self.origins.borrow().get(&expression) {
            return known.clone();
        }
        let found: Rc<[Origin]> = self.model.origins(expression).into();
        self.origins.borrow_mut().insert(expression, found.clone());
        found
    }

    /// The occurrences of a variable, worked out once.
    pub(super) fn occurrences(&self, variable: Variable, flow: &Cfg) -> Rc<Occurrences> {
        if let Some(known) = self.variables.borrow().get(&variable) {
            return known.clone();
        }
        let found = Rc::new(Occurrences::new(self.model, variable, flow));
        self.variables.borrow_mut().insert(variable, found.clone());
        found
    }

    /// The statements of a function's own frame that wait until the program is told to stop, each with its point, looked
    /// for once.
    pub(super) fn waits(&self, owner: ScopeId, flow: &Cfg) -> Waits {
        if let Some(known) = self.waits.borrow().get(&owner) {
            return known.clone();
        }
        let nodes = flow.points().flat_map(|p| flow.nodes(p).iter().map(move |n| (p, *n)));
        let found: Waits = nodes.filter(|(_, n)| waits_for_the_end(self.model, *n)).collect();
        self.waits.borrow_mut().insert(owner, found.clone());
        found
    }

    /// The `yield`s of a function's own frame, in source order, looked for once.
    pub(super) fn yields(&self, owner: ScopeId) -> Rc<[NodeId]> {
        if let Some(known) = self.yields.borrow().get(&owner) {
            return known.clone();
        }
        let model = self.model;
        let own = |n: &NodeId| model.kind(*n) == Kind::Yield && model.frame_of(*n) == owner;
        let node = model.scopes.scope(owner).node;
        let found: Rc<[NodeId]> = model.tree.descendants(node).filter(own).collect();
        self.yields.borrow_mut().insert(owner, found.clone());
        found
    }

    /// `line 12`, for sentences.
    pub(super) fn at(&self, node: NodeId) -> String {
        format!("line {}", self.model.line(node))
    }

    /// A node's text on one line, shortened, for sentences.
    pub(super) fn quote(&self, node: NodeId) -> String {
        let text: String = self.model.text(node).split_whitespace().collect::<Vec<_>>().join(" ");
        if text.chars().count() > 60 {
            let head: String = text.chars().take(57).collect();
            format!("`{head}...`")
        } else {
            format!("`{text}`")
        }
    }
}
