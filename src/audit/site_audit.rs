//! The audit of one site: combines the answers of the modules above and picks what is wrong. It
//! analyses no code itself.

use super::assessment::{Assessment, Cancellation, Cause, Lifetime, Risk, Stop};
use super::causes::{Ending, first_cause};
use super::coroutine_exit::{CoroutineExit, is_loop};
use super::index::WorkspaceIndex;
use super::owner::{Owner, OwnerKind};
use super::related_location::RelatedLocation;
use super::stop_points::StopPoint;
use super::types::{
    ChainRoot, NodeRef, StorageLocation, TaskOp, TaskOrigin, TaskUse, TaskUses, Timeout,
};
use super::waiting::{FollowedValue, gather_value};
use crate::python::{Kind, NodeId};
use crate::tasks::{ClassifiedSite, Reason, Spawner, Verdict};

/// Everything known about one site, for rules and fixes.
#[derive(Debug, Clone)]
pub struct SiteAudit {
    /// The index of the site's file, and of the site in it.
    pub site: (usize, usize),
    /// The coroutine function that it runs, if known.
    pub function: Option<NodeRef>,
    /// How that function ends.
    pub exit: CoroutineExit,
    /// Who owns the task.
    pub owner: Owner,
    /// What is done with the task.
    pub task_uses: TaskUses,
    /// What stops it, the most certain first.
    pub stops: Vec<StopPoint>,
    /// Whether it makes a task: a `gather` of tasks that exist does not.
    pub makes_task: bool,
    /// What is reported.
    pub assessment: Assessment,
}

/// Audits one site.
pub(super) fn audit_site(
    index: &WorkspaceIndex<'_>,
    site: (usize, usize),
    classified: &ClassifiedSite,
) -> SiteAudit {
    let file = site.0;
    let is_test = index.files[file].is_test;
    let coroutine = index.coroutine(file, classified);
    let function = coroutine.function;
    let parts = match function {
        Some(function) => Some(vec![function]),
        None => index.coroutine_parts(file, classified),
    };
    let node_ref = NodeRef { file, node: classified.site.node };
    let purpose = index.purpose(node_ref, &coroutine, parts.as_deref().unwrap_or_default());
    let mut owner = index.owner(file, classified);
    if let Some(at) = function.and_then(|f| index.lets_go(&owner, f)) {
        let name = owner.name.take().unwrap_or_default();
        let note = format!("its coroutine removes the reference from `{name}`, and goes on");
        let evidence = Some(index.related(at, note));
        let (kind, name) = (OwnerKind::Unknown, Some("unknown".to_owned()));
        owner = Owner { kind, name, evidence, ..owner };
    }
    let mut task_uses = site_task_uses(index, file, classified, &owner);
    if let Some(location) = &owner.location {
        let stored = index.task_uses_of(location, &owner.keys, owner.stored_at);
        let overwriting = owner.stored_at.and_then(|end| index.overwriting(location, end));
        let has_it = |e: &&TaskUse| {
            overwriting.is_none_or(|o| {
                index.function_of(e.node_ref) == index.function_of(o)
                    && e.node_ref.node > classified.sink
                    && e.node_ref.node < o.node
            })
        };
        // A sibling of the class that makes the task has another attribute of that name.
        let site = NodeRef { file, node: classified.site.node };
        let class = index.calling_class(site, classified);
        let class = class.or_else(|| index.storing_class(owner.stored_at?));
        let is_of_sibling = |e: &&TaskUse| {
            let model = index.model(e.node_ref);
            let own = model.class_of(e.node_ref.node).map(|class| model.path_of(class));
            let (StorageLocation::Attribute { class: base, .. }, Some(class), Some(own)) =
                (location, &class, own)
            else {
                return false;
            };
            index.may_be_one_object(&own, base)
                && (!index.may_be_one_object(&own, class)
                    || index.is_overridden(e.node_ref, &own, class))
        };
        let is_own = |e: &&TaskUse| has_it(e) && !is_of_sibling(e);
        task_uses.extend(stored.uses.iter().filter(is_own));
    }
    // `self._job = spawn(work())`: what keeps it is not the only one that has it.
    let assigned = index.assigned_attribute(node_ref, classified);
    if let Some(location) = assigned.filter(|_| owner.kind == OwnerKind::Holder) {
        let stored = index.task_uses_of(&location, &Default::default(), None);
        task_uses.extend(&stored.uses);
    }
    index.add_field_uses(&mut task_uses);
    // Of several coroutines, the one that takes longest.
    let exits = parts.iter().flatten().map(|f| index.coroutine_exit(*f));
    let exit = exits.max().unwrap_or(CoroutineExit::Unknown);
    let is_given_away = owner.kind == OwnerKind::Frame && index.is_given_away(node_ref, &task_uses);
    if is_given_away
        || owner.kind == OwnerKind::Awaiting && index.is_kept_instead(file, classified, &task_uses)
        || owner.kind == OwnerKind::Caller
            && (index.is_stored_too(file, classified)
                || index.returns_shield(NodeRef { file, node: classified.sink }))
    {
        let name = Some("unknown".to_owned());
        owner = Owner { kind: OwnerKind::Unknown, name, ..owner };
    }
    task_uses.uses.retain(|e| is_test || !index.is_test(e.node_ref));
    let is_wait = |e: &TaskUse| matches!(e.op, TaskOp::Await { .. });
    task_uses.uses.retain(|e| !is_wait(e) || !index.is_unreached(e.node_ref));
    let mut ending = task_uses.clone();
    if let CoroutineExit::Loops(loop_node) = exit {
        ending.uses.extend(index.stop_signals(loop_node));
    }
    let origin = TaskOrigin {
        location: owner.location.clone().filter(|_| owner.kind == OwnerKind::Holder),
        coroutines: function.into_iter().collect(),
    };
    let made_at = owner.stored_at.filter(|at| {
        let is_here = index.function_of(*at) == index.function_of(node_ref);
        owner.kind == OwnerKind::Holder && is_here
    });
    let made_at = made_at.unwrap_or(node_ref);
    let mut stops = index.stop_points(&ending, &origin, Some(made_at), is_test);
    // What waits in the task itself waits for others, and who gets a task ends it as it likes.
    let is_own = |f: NodeRef| parts.as_ref().is_some_and(|parts| parts.contains(&f));
    let is_home = |s: &StopPoint| s.function == index.function_of(made_at);
    stops.retain(|s| match owner.kind {
        OwnerKind::Holder => true,
        OwnerKind::Caller => is_home(s),
        _ => is_home(s) || !s.function.is_some_and(is_own),
    });
    let is_cut_off =
        |s: &StopPoint| owner.location.as_ref().is_some_and(|l| index.is_cut_off(s, l));
    let misses_task =
        |s: &StopPoint| is_cut_off(s) || function.is_some_and(|f| index.spares_itself(s, f));
    let is_missed = stops.iter().any(misses_task);
    stops.retain(|s| !misses_task(s));
    let (mut lifetime, mut lives) = index.lifetime(file, classified, &owner);
    // A group waits for its tasks however its block is left.
    if lifetime == Lifetime::Call
        && owner.kind != OwnerKind::Group
        && index.may_outlive_call(classified, &task_uses, made_at, function)
    {
        lifetime = Lifetime::Unknown;
    }
    let sink = NodeRef { file, node: classified.sink };
    let is_read_with_limit =
        owner.kind == OwnerKind::Awaiting && index.reads_with_limit(sink, node_ref);
    if is_read_with_limit && !stops.iter().any(|s| s.cancel.is_some() && is_home(s)) {
        lifetime = Lifetime::Unknown;
    }
    let is_abandoned = lifetime == Lifetime::Unknown
        && matches!(owner.kind, OwnerKind::Awaiting | OwnerKind::Frame)
        && index.waits_in_passing(&task_uses, made_at);
    if lifetime == Lifetime::Object && index.ends_with_call(&task_uses, made_at, function) {
        lifetime = Lifetime::Call;
    }
    // Who makes it waits for it in passing, if a longer-lived owner keeps it.
    let goes_on = owner.kind == OwnerKind::Holder
        && !matches!(lifetime, Lifetime::Statement | Lifetime::Call);
    let is_passing = |s: &StopPoint| {
        let is_limited = |w: &TaskUse| {
            let TaskOp::Await { timeout, .. } = w.op else { return false };
            matches!(timeout, Timeout::Unknown | Timeout::Present)
        };
        let is_wait = s.cancel.is_none() && s.signal.is_none();
        let is_limited = is_abandoned || goes_on && s.wait.as_ref().is_some_and(is_limited);
        // So does who else asks for it in between, and may leave it running.
        let is_end =
            s.chain.root >= ChainRoot::CloseMethod || s.function.is_some_and(|f| index.is_end(f));
        is_limited && is_wait && is_home(s) || goes_on && s.is_left() && !is_end
    };
    let is_waited_for = stops.iter().any(is_passing);
    stops.retain(|s| !is_passing(s));
    let is_claimed = index.claim_stop(&mut stops, &owner, &ending, made_at, function);
    let (failure, fails) = index.failure(&owner, &ending, function, made_at, classified);
    let dropping = index.drops_next(&owner, function, &task_uses, &stops);
    if let Some(at) = dropping {
        let name = owner.name.take().unwrap_or_default();
        let note =
            format!("its done-callback removes whatever task is in `{name}`, perhaps the next");
        let evidence = Some(index.related(at, note));
        let (kind, name) = (OwnerKind::Unknown, Some("unknown".to_owned()));
        owner = Owner { kind, name, evidence, ..owner };
        (lifetime, lives) = (Lifetime::Unknown, None);
        stops.clear();
    }
    // What a coroutine is given to wait for may be known: it is what the site names.
    let given = function.filter(|f| index.awaits_parameter(*f)).map(|f| (f, coroutine.named));
    let parts = match given {
        Some((own, Some(named))) if named != own => Some(vec![own, named]),
        _ => parts,
    };
    let (cancellation, swallows) =
        parts.map_or((Cancellation::Unknown, None), |parts| index.cancellation_of_all(&parts));
    let swallows = swallows.map(|s| {
        let note = match cancellation {
            Cancellation::Swallowed => "catches the cancellation, and the coroutine continues",
            _ => "catches the cancellation, and the coroutine may continue",
        };
        index.related(s, note)
    });
    let is_told_to_stop = stops.iter().any(|s| s.cancel.is_some() || s.signal.is_some());
    let release = owner.location.as_ref().filter(|_| !is_told_to_stop);
    let is_released =
        release.is_some_and(|location| index.releasing_callback(location, &task_uses).is_some());
    // Who has it then may end it.
    let claimed = stops.first().filter(|s| is_claimed && !(is_given_away && is_home(s)));
    let is_in_passing = is_read_with_limit || is_abandoned;
    let stopped_by = stopped_by(index, file, classified, &owner, claimed, is_in_passing);
    // Other code may end it, which does not see its exception.
    let sweep = index.sweep(file).filter(|_| owner.kind != OwnerKind::Nobody);
    let unknown_end = match exit {
        CoroutineExit::Loops(loop_node) => index
            .unknown_end(loop_node)
            .or_else(|| index.end_by_error(loop_node))
            .or_else(|| index.compared_state(loop_node))
            .or_else(|| index.event_in_task(loop_node)),
        _ => function.and_then(|f| {
            let announced = index.announcement(f).or_else(|| index.compared_state(f));
            announced.or_else(|| index.event_of_end(f))
        }),
    };
    let may_be_told = function.is_none() && index.may_be_told(file, classified);
    let escape = |node_ref| TaskUse { node_ref, op: TaskOp::Escape, via: None, inner: None };
    let mut open_uses = task_uses.clone();
    open_uses.uses.extend(sweep.map(escape));
    let is_open = open_uses.escapes() || unknown_end.is_some() || !stops.is_empty();
    let is_open = is_open || is_missed || is_waited_for || is_in_passing || may_be_told;
    let is_open = is_open || dropping.is_some();
    // The end of the application is not that of an object.
    let is_swept = index.is_swept_at_end(file, &classified.site);
    let is_swept_at_end = owner.kind != OwnerKind::Nobody && is_swept;
    // But that of a loop which something else runs is that of all tasks in it.
    let is_of_run_loop = index.is_in_swept_loop(file, &classified.site);
    let is_open = is_open || is_of_run_loop || is_swept_at_end && lifetime != Lifetime::Object;
    let is_swept = owner.kind == OwnerKind::Nobody && (index.sweep(file).is_some() || is_swept);
    let stop = match stop_of(classified, &owner, &stopped_by, is_open) {
        Stop::Nothing if is_swept => Stop::Unknown,
        stop => stop,
    };
    let is_blocked = index.blocks_own_loop(file, classified);
    let (stopped_by, stop) =
        if is_blocked { (Vec::new(), Stop::Nothing) } else { (stopped_by, stop) };
    let blocked = is_blocked.then(|| {
        let note = "this waits on the thread of the loop that has to run the task";
        index.related(NodeRef { file, node: classified.sink }, note)
    });
    let mut assessment = Assessment {
        coroutine: coroutine.text,
        purpose,
        owner: owner.name.clone(),
        lifetime,
        stopped_by,
        stop,
        is_end_known: is_end_known(&owner, &stops),
        is_released,
        failure,
        cancellation,
        cause: None,
        risk: Risk::None,
        await_obstacle: None,
        evidence: owner
            .evidence
            .iter()
            .cloned()
            .chain(lives)
            .chain(fails)
            .chain(swallows)
            .chain(blocked)
            .collect(),
        facts: Vec::new(),
    };
    let cleanup = function.and_then(|f| index.cleanup(f));
    let is_made_at_end = index.function_of(made_at).is_some_and(|f| index.is_end(f));
    let end = Ending { exit, cleanup, is_made_at_end, is_blocked };
    assessment.cause = first_cause(index, classified, &assessment, &end, &open_uses, &stops);
    if dropping.is_some() {
        assessment.cause = Some(Cause::Unsure);
    }
    // A wait with a limit, or for the first of several, is one in passing.
    let wrapper = index.wrapper(file, classified);
    let is_in_passing = |e: &TaskUse| {
        matches!(e.op, TaskOp::Await { .. })
            && (wrapper.is_none() || index.function_of(e.node_ref) != wrapper)
    };
    let is_uncertain = is_swept_at_end || task_uses.uses.iter().any(is_in_passing);
    if assessment.stop == Stop::Nothing && is_uncertain {
        assessment.stop = Stop::Unknown;
    }
    let never_waits =
        || function.is_some_and(|f| index.never_waits(f) || index.only_puts_at_once(f));
    if matches!(assessment.cause, Some(Cause::Dropped | Cause::DroppedIfMade))
        && (never_waits() || index.puts_at_once(file, classified))
    {
        assessment.cause = Some(Cause::NeverWaits);
    }
    if let (Some(Cause::DroppedIfMade), Some(wrapper)) = (assessment.cause, wrapper) {
        let at = |j: &ClassifiedSite| NodeRef { node: j.site.node, ..wrapper };
        let made = index.sites_in(wrapper).into_iter();
        let made = made.map(|j| index.related(at(j), "the task is made here"));
        assessment.evidence.extend(made);
    }
    if assessment.cause == Some(Cause::UnawaitedCleanup) {
        let related = cleanup.map(|c| index.related(c, "it cleans up here when it is cancelled"));
        assessment.evidence.extend(related);
    }
    let is_unawaited = matches!(
        assessment.cause,
        Some(Cause::Unawaited | Cause::UnawaitedAtExit | Cause::UnawaitedCleanup)
    );
    if is_unawaited {
        assessment.await_obstacle = index.await_obstacle(&stops, function);
    }
    assessment.risk = assessment.cause.map_or(Risk::None, |c| c.risk(is_test));
    let makes_task = index.makes_task(file, classified);
    SiteAudit { site, function, exit, owner, task_uses, stops, makes_task, assessment }
}

/// What is done with the value of the site itself, up to where it is stored.
fn site_task_uses(
    index: &WorkspaceIndex<'_>,
    file: usize,
    classified: &ClassifiedSite,
    owner: &Owner,
) -> TaskUses {
    let model = index.files[file].model;
    let mut node = classified.site.node;
    if classified.site.uncalled {
        // `context.run(create_task, work())` returns the task.
        let call = model.tree.ancestors(node).find(|n| model.kind(*n) == Kind::Call);
        match call.filter(|_| classified.verdict() != Verdict::Dropped) {
            Some(call) => node = call,
            None => return TaskUses::default(),
        }
    }
    node = task_value(index, file, classified, node);
    let followed = match classified.site.spawner {
        Spawner::Gather => gather_value(model, classified.site.node),
        _ => FollowedValue::Task,
    };
    let mut uses = index.collect_task_uses(NodeRef { file, node }, followed, false);
    let storage = NodeRef { file, node: classified.sink };
    // What the call itself is given can only be the task of a round before.
    let site = classified.site.node;
    let mut around = model.tree.ancestors(site);
    let is_repeated = around.any(|n| is_loop(model, n));
    uses.retain(|e| {
        let is_given = || e.node_ref.file == file && model.tree.contains(site, e.node_ref.node);
        (e.op != TaskOp::Escape || e.node_ref != storage || is_stored_elsewhere(index, e, owner))
            && (is_repeated || !is_given())
    });
    if classified.site.spawner == Spawner::Wrapper {
        uses.extend(wrapper_task_uses(index, file, classified, owner));
    }
    TaskUses { uses }
}

/// The expression whose value is the task of a site at `node`: what awaits a call of an async wrapper returns its task. Of a
/// dropped one the wrapper may be unknown; an awaited task would have [`Reason::Awaited`].
fn task_value(
    index: &WorkspaceIndex<'_>,
    file: usize,
    classified: &ClassifiedSite,
    node: NodeId,
) -> NodeId {
    let model = index.files[file].model;
    let is_async = |wrapper: NodeRef| index.model(wrapper).is_async(wrapper.node);
    let is_wrapper = index.wrapper(file, classified).is_some_and(is_async)
        || classified.reason != Reason::Awaited && classified.verdict() == Verdict::Dropped;
    let outer = model.tree.parent(node).filter(|p| model.kind(*p) == Kind::Await);
    outer.filter(|_| is_wrapper).unwrap_or(node)
}

/// Whether a task is added to a container in another attribute than that which owns it: `self._pending.add(task)`.
fn is_stored_elsewhere(index: &WorkspaceIndex<'_>, stored: &TaskUse, owner: &Owner) -> bool {
    let container = index.container_of(stored.inner.unwrap_or(stored.node_ref));
    match (container.and_then(|c| index.storage_of(c)), &owner.location) {
        (
            Some(StorageLocation::Attribute { name, .. }),
            Some(StorageLocation::Attribute { name: own, .. }),
        ) => stored.inner.is_some() && name != *own,
        _ => false,
    }
}

/// What a wrapper does with the task before its caller gets it.
fn wrapper_task_uses(
    index: &WorkspaceIndex<'_>,
    file: usize,
    classified: &ClassifiedSite,
    owner: &Owner,
) -> Vec<TaskUse> {
    let Some(wrapper) = index.wrapper(file, classified) else { return Vec::new() };
    let sites = index.sites_in(wrapper).into_iter();
    let inner = sites.flat_map(|site| {
        let node = task_value(index, wrapper.file, site, site.site.node);
        let value = NodeRef { node, ..wrapper };
        let mut uses = index.collect_task_uses(value, FollowedValue::Task, false);
        // What the wrapper cancels is not what its caller gets.
        let cancel = uses.iter().filter(|e| e.op == TaskOp::Cancel).map(|e| e.node_ref).min();
        uses.retain(|e| {
            let is_after = cancel.is_some_and(|cancel| e.node_ref >= cancel);
            let is_end = matches!(e.op, TaskOp::Cancel | TaskOp::Await { .. });
            let is_open = e.op != TaskOp::Escape || is_stored_elsewhere(index, e, owner);
            is_open && !(is_after && is_end)
        });
        uses
    });
    inner.collect()
}

fn stopped_by(
    index: &WorkspaceIndex<'_>,
    file: usize,
    classified: &ClassifiedSite,
    owner: &Owner,
    stop: Option<&StopPoint>,
    is_in_passing: bool,
) -> Vec<RelatedLocation> {
    let end = NodeRef { file, node: classified.sink };
    let home = index.function_of(NodeRef { file, node: classified.site.node });
    match owner.kind {
        OwnerKind::Awaiting
            if let Some(stop) = stop.filter(|s| s.function == home && s.cancel.is_some()) =>
        {
            index.stop_evidence(stop, OwnerKind::Frame)
        }
        OwnerKind::Awaiting if is_in_passing => Vec::new(),
        OwnerKind::Awaiting => {
            let wait = index.blocking_wait(file, classified);
            vec![index.related(end, wait.map_or_else(|| classified.why.clone(), str::to_owned))]
        }
        OwnerKind::Group => {
            vec![index.related(end, "the task group awaits or cancels it on exit")]
        }
        _ => stop.map(|s| index.stop_evidence(s, owner.kind)).unwrap_or_default(),
    }
}

/// Whether the list of what stops a task is the whole answer.
fn stop_of(
    classified: &ClassifiedSite,
    owner: &Owner,
    stopped_by: &[RelatedLocation],
    is_open: bool,
) -> Stop {
    let is_unsure = classified.verdict() == Verdict::Unsure || is_open;
    match owner.kind {
        _ if !stopped_by.is_empty() => Stop::Found,
        OwnerKind::Nobody => Stop::Nothing,
        OwnerKind::Caller => Stop::Caller,
        OwnerKind::Unknown | OwnerKind::Factory => Stop::Unknown,
        _ if is_unsure => Stop::Unknown,
        _ => Stop::Nothing,
    }
}

/// Whether what ends a task is known to the end: its owner's close method, the exit of a block, the shutdown.
fn is_end_known(owner: &Owner, stops: &[StopPoint]) -> bool {
    match owner.kind {
        OwnerKind::Holder => stops.iter().any(|s| s.chain.root >= ChainRoot::CloseMethod),
        _ => true,
    }
}
