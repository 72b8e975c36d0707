//! Which coroutine a site runs, what it is called and what it is for. It says nothing of what the coroutine does.

use super::hook::one_line;
use super::index::{File, Index};
use super::terms::Spot;
use crate::python::{BindingKind, Field, Kind, Model, NodeId};
use crate::tasks::{ClassifiedSite, Spawner};

/// What a site runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coroutine {
    /// As it is written, without arguments: `self._loop`; several, of `gather`, with commas.
    pub text: String,
    /// The one function of the project that it is, where that can be told.
    pub function: Option<Spot>,
}

/// More coroutines of one `gather` than this are counted, not named.
const NAMED: usize = 3;

impl Index<'_> {
    /// What a site of a file runs.
    pub fn coroutine(&self, file: usize, judged: &ClassifiedSite) -> Coroutine {
        let model = self.files[file].model;
        let given = given(model, judged);
        let texts: Vec<String> = given.iter().map(|n| text(model, *n)).collect();
        let text = match texts.len() {
            0 => text_of_callee(model, judged),
            n if n <= NAMED => texts.join(", "),
            n => format!("{} and {} more", texts[..NAMED - 1].join(", "), n + 1 - NAMED),
        };
        let functions = match given[..] {
            [only] => self.behind(Spot { file, node: only }),
            _ => Vec::new(),
        };
        let function = match functions[..] {
            [only] if !self.model(only).is_stub(only.node) => Some(only),
            _ => None,
        };
        Coroutine { text, function }
    }

    /// The coroutine functions whose call an expression may be.
    fn behind(&self, spot: Spot) -> Vec<Spot> {
        let model = self.model(spot);
        let node = model.bare(spot.node);
        let mut found = match model.kind(node) {
            Kind::Call => self.coroutines(Spot { node, ..spot }),
            Kind::Identifier => self.returned_by(Spot { node, ..spot }),
            _ => Vec::new(),
        };
        found.dedup();
        found
    }

    /// `coro = work(); create_task(coro)`
    fn returned_by(&self, spot: Spot) -> Vec<Spot> {
        let model = self.model(spot);
        let values: Vec<NodeId> = model
            .bindings_of(spot.node)
            .iter()
            .filter_map(|b| match b.kind {
                BindingKind::Assign { value }
                | BindingKind::Annotated { value: Some(value), .. } => Some(value),
                _ => None,
            })
            .collect();
        match values[..] {
            [value] if model.bindings_of(spot.node).len() == 1 => {
                self.coroutines(Spot { node: model.bare(value), ..spot })
            }
            _ => Vec::new(),
        }
    }

    /// The first line of a function's docstring.
    pub fn purpose(&self, function: Spot) -> Option<String> {
        let model = self.model(function);
        let body = model.child(function.node, Field::Body)?;
        let first = model.tree.first_child(body)?;
        let string = model.tree.first_child(first).filter(|s| model.kind(*s) == Kind::String)?;
        let content =
            model.tree.children(string).find(|c| model.kind(*c) == Kind::StringContent)?;
        let line = model.text(content).lines().map(str::trim).find(|l| !l.is_empty())?;
        Some(one_line(line))
    }

    /// The function of the project that a site calls, when it is one of its own spawners.
    pub(super) fn wrapper(&self, file: usize, judged: &ClassifiedSite) -> Option<Spot> {
        match self.functions(Spot { file, node: judged.site.callee })[..] {
            [only] => Some(only),
            _ => None,
        }
    }

    /// The sites inside a function.
    pub(super) fn sites_in(&self, function: Spot) -> Vec<&ClassifiedSite> {
        let File { model, judged, .. } = self.files[function.file];
        let inside = |j: &&ClassifiedSite| model.tree.contains(function.node, j.site.node);
        judged.iter().filter(inside).collect()
    }
}

/// The expressions of a site that stand for coroutines.
fn given(model: &Model, judged: &ClassifiedSite) -> Vec<NodeId> {
    let site = judged.site;
    if site.uncalled {
        // `call_soon(create_task, work())`: what comes behind the reference.
        let call = model.tree.ancestors(site.node).find(|n| model.kind(*n) == Kind::Call);
        let arguments = call.map(|c| model.positional(c)).unwrap_or_default();
        let at = arguments.iter().position(|a| *a == site.node);
        return at.and_then(|i| arguments.get(i + 1).copied()).into_iter().collect();
    }
    let arguments = model.positional(site.node);
    match site.spawner {
        Spawner::Gather => arguments,
        Spawner::Wrapper | Spawner::Manager => {
            // `spawn(asyncio.get_running_loop(), work())`
            let is_coroutine = |n: &&NodeId| {
                let call = model.bare(**n);
                let callee = model.child(call, Field::Function).map(|c| model.text(c));
                model.kind(call) == Kind::Call && !callee.is_some_and(|c| c.ends_with("_loop"))
            };
            let called = arguments.iter().find(is_coroutine);
            let may_be = |n: &&NodeId| !is_literal(model.kind(model.bare(**n)));
            let first = arguments.first().filter(may_be);
            called.or(first).copied().into_iter().collect()
        }
        _ => {
            let named = || model.keyword(site.node, "coro");
            arguments.first().copied().or_else(named).into_iter().collect()
        }
    }
}

fn is_literal(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::String
            | Kind::ConcatenatedString
            | Kind::Integer
            | Kind::Float
            | Kind::True
            | Kind::False
            | Kind::None
            | Kind::Dictionary
    )
}

/// A coroutine's call without its arguments, of what is gathered those of its elements; anything else as it is.
fn text(model: &Model, node: NodeId) -> String {
    let node = model.bare(node);
    match model.kind(node) {
        Kind::Call => match passed_on(model, node) {
            Some(coroutine) => text(model, coroutine),
            None => written(model, model.child(node, Field::Function).unwrap_or(node)),
        },
        Kind::ListSplat => {
            let all = model.tree.first_child(node).map(|n| model.bare(n));
            let all = all.filter(|n| model.kind(*n).is_comprehension());
            all.map_or_else(|| written(model, node), |all| format!("*{}", text(model, all)))
        }
        kind if kind.is_comprehension() => {
            model.child(node, Field::Body).map_or_else(String::new, |body| text(model, body))
        }
        _ => written(model, node),
    }
}

/// `create_task(work())`: what is run is `work`.
fn passed_on(model: &Model, call: NodeId) -> Option<NodeId> {
    let callee = model.text(model.child(call, Field::Function)?);
    let name = callee.rsplit('.').next().unwrap_or(callee);
    let first = *model.positional(call).first()?;
    let passes = matches!(name, "create_task" | "ensure_future" | "shield" | "wait_for");
    (passes && model.kind(first) == Kind::Call).then_some(first)
}

/// What is written, on one line and without its comments.
fn written(model: &Model, node: NodeId) -> String {
    let range = model.tree.range(node);
    let (mut out, mut from) = (String::new(), range.start);
    for comment in model.comments(range.clone()) {
        out.push_str(&model.source.code()[from..model.tree.start(*comment)]);
        from = model.tree.end(*comment);
    }
    out.push_str(&model.source.code()[from..range.end]);
    one_line(&out)
}

fn text_of_callee(model: &Model, judged: &ClassifiedSite) -> String {
    one_line(model.text(judged.site.callee))
}
