//! One site, audited: the facts of the other files of this folder put together, and what is wrong with it. It finds nothing
//! out by itself.

use super::body::Runs;
use super::effect::{Shape, gathered};
use super::index::Index;
use super::owner::{Owner, OwnerKind};
use super::stop::Stop;
use super::terms::{Deed, Deeds, Effect, Spot, Top};
use super::witness::Witness;
use super::words::{Audit, Cancellation, Cause, Failure, Lifetime, Risk};
use crate::python::{Kind, NodeId};
use crate::tasks::{ClassifiedSite, Reason, Spawner, Verdict};

/// Everything found out about one site, for rules and fixes.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The site's file and place in its ledger.
    pub site: (usize, usize),
    /// The function that it runs, where that can be told.
    pub function: Option<Spot>,
    /// How that comes to its end.
    pub runs: Runs,
    /// Who keeps the task.
    pub owner: Owner,
    /// What is done with it.
    pub deeds: Deeds,
    /// What ends it, the surest first.
    pub stops: Vec<Stop>,
    /// What makes the report.
    pub audit: Audit,
}

/// The facts of one site.
pub(super) fn site_facts(
    index: &Index<'_>,
    site: (usize, usize),
    judged: &ClassifiedSite,
) -> Facts {
    let file = site.0;
    let is_test = index.files[file].is_test;
    let coroutine = index.coroutine(file, judged);
    let function = coroutine.function;
    let owner = index.owner(file, judged);
    let mut deeds = site_deeds(index, file, judged);
    if let Some(key) = &owner.key {
        deeds.effects.extend(index.deeds_of(key).effects.iter().cloned());
        deeds.effects.sort();
        deeds.effects.dedup();
    }
    let runs = function.map_or(Runs::Unknown, |f| index.runs(f));
    let mut ending = deeds.clone();
    if let Runs::Loops(looping) = runs {
        ending.effects.extend(index.tells(looping));
    }
    let stops = index.stops(&ending, is_test);
    let (lifetime, lives) = index.lifetime(file, judged, &owner);
    let (failure, fails) = index.failure(&owner, &deeds, function);
    let (cancellation, swallows) =
        function.map_or((Cancellation::Unknown, None), |f| index.cancellation(f));
    let swallows = swallows.map(|s| {
        let note = match cancellation {
            Cancellation::Swallowed => "catches the cancellation, and the coroutine goes on",
            _ => "catches the cancellation, and may go on",
        };
        index.witness(s, note)
    });
    let mut audit = Audit {
        coroutine: coroutine.text,
        purpose: function.and_then(|f| index.purpose(f)),
        owner: owner.name.clone(),
        lifetime,
        stopped_by: stopped_by(index, file, judged, &owner, &stops),
        failure,
        cancellation,
        cause: None,
        risk: Risk::None,
        evidence: owner
            .evidence
            .iter()
            .cloned()
            .chain(lives)
            .chain(fails)
            .chain(swallows)
            .collect(),
    };
    audit.cause = cause(index, judged, &audit, runs, &deeds, &stops);
    audit.risk = audit.cause.map_or(Risk::None, |c| c.risk(is_test));
    Facts { site, function, runs, owner, deeds, stops, audit }
}

/// What is done with the value of the site itself, up to its keeper.
fn site_deeds(index: &Index<'_>, file: usize, judged: &ClassifiedSite) -> Deeds {
    if judged.site.uncalled {
        return Deeds::default();
    }
    let model = index.files[file].model;
    let mut node = judged.site.node;
    // The task of an async wrapper comes out of its `await`; one that was awaited itself would be judged so.
    let is_wrapper = judged.wrapper.is_some() && judged.reason != Reason::Awaited;
    if let Some(outer) = model.tree.parent(node).filter(|p| model.kind(*p) == Kind::Await)
        && is_wrapper
    {
        node = outer;
    }
    let shape = match judged.site.spawner {
        Spawner::Gather => gathered(model, judged.site.node),
        _ => Shape::Task,
    };
    let mut effects = index.effects(Spot { file, node }, shape);
    let is_keeper = |spot: NodeId| spot == judged.sink;
    effects.retain(|e| e.deed != Deed::Escape || !is_keeper(e.spot.node));
    if judged.site.spawner == Spawner::Wrapper {
        effects.extend(inside_wrapper(index, file, judged));
    }
    Deeds { effects }
}

/// What a function of the project does with the task that it makes, before its caller has it.
fn inside_wrapper(index: &Index<'_>, file: usize, judged: &ClassifiedSite) -> Vec<Effect> {
    let Some(wrapper) = index.wrapper(file, judged) else { return Vec::new() };
    let sites = index.sites_in(wrapper).into_iter();
    let inner = sites.flat_map(|site| {
        let mut effects = index.effects(Spot { node: site.site.node, ..wrapper }, Shape::Task);
        effects.retain(|e| e.deed != Deed::Escape);
        effects
    });
    inner.collect()
}

fn stopped_by(
    index: &Index<'_>,
    file: usize,
    judged: &ClassifiedSite,
    owner: &Owner,
    stops: &[Stop],
) -> Vec<Witness> {
    let end = Spot { file, node: judged.sink };
    match owner.kind {
        OwnerKind::Awaiting => vec![index.witness(end, judged.why.clone())],
        OwnerKind::Group => {
            vec![index.witness(end, "the group waits for it, or cancels it, where it is left")]
        }
        _ => stops.first().map(|s| index.told(s, owner.kind)).unwrap_or_default(),
    }
}

/// The first thing that is wrong with a site; the rule for each is that of [`Cause`].
fn cause(
    index: &Index<'_>,
    judged: &ClassifiedSite,
    audit: &Audit,
    runs: Runs,
    deeds: &Deeds,
    stops: &[Stop],
) -> Option<Cause> {
    match judged.verdict() {
        Verdict::Dropped => return Some(Cause::Dropped),
        Verdict::Unsure => return Some(Cause::Unsure),
        Verdict::Held | Verdict::Managed => {}
    }
    let is_worker = matches!(runs, Runs::Loops(_));
    let is_endless = matches!(runs, Runs::Loops(looping) if !index.may_leave(looping));
    if audit.cancellation == Cancellation::Swallowed {
        return Some(Cause::Swallowed);
    }
    let is_lost = audit.failure == Failure::Lost;
    if !matches!(audit.lifetime, Lifetime::Object | Lifetime::Application) {
        return is_lost.then_some(Cause::Lost);
    }
    let is_stopped = !audit.stopped_by.is_empty() || deeds.escapes();
    if is_endless && !is_stopped {
        return Some(Cause::Endless);
    }
    let best = stops.iter().map(|s| s.chain.top).max();
    if best == Some(Top::Nobody) && !deeds.escapes() {
        return Some(Cause::Uncalled);
    }
    if is_lost && is_worker {
        return Some(Cause::LostWorker);
    }
    if !is_stopped {
        return Some(Cause::Unstopped);
    }
    if is_never_awaited(index, deeds, stops) {
        return Some(Cause::Unawaited);
    }
    is_lost.then_some(Cause::Lost)
}

/// Whether tasks are cancelled, and nobody gives them a turn of the loop to end in.
pub fn is_never_awaited(index: &Index<'_>, deeds: &Deeds, stops: &[Stop]) -> bool {
    let mut cancelling = stops.iter().filter(|s| s.cancel.is_some()).peekable();
    cancelling.peek().is_some()
        && !deeds.waits()
        && !deeds.escapes()
        && !cancelling.any(|s| index.waits_after(s))
        && !deeds.callbacks().any(|c| index.callback_hands_on(c))
}
