//! The audit of one site: combines the answers of the modules above and picks what is wrong. It
//! analyses no code itself.

use super::assessment::{Assessment, Cancellation, Cause, Lifetime, Risk, Stop};
use super::causes::{Ending, first_cause};
use super::coroutine::Coroutine;
use super::coroutine_exit::CoroutineExit;
use super::index::WorkspaceIndex;
use super::owner::{Owner, OwnerKind};
use super::related_location::RelatedLocation;
use super::site_task_uses::task_uses;
use super::stop_answer::{is_end_known, stop_of, stopped_by};
use super::stop_points::StopPoint;
use super::types::{ChainRoot, NodeRef, TaskOp, TaskOrigin, TaskUse, TaskUses, Timeout};
use crate::tasks::ClassifiedSite;

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
    SiteAuditor::new(index, site.0, classified).audit(site)
}

/// A site and what is known of its coroutine, before anything is asked about its task.
struct SiteAuditor<'a, 'p> {
    index: &'a WorkspaceIndex<'p>,
    classified: &'a ClassifiedSite,
    /// The call that makes the task.
    node_ref: NodeRef,
    is_test: bool,
    coroutine: Coroutine,
    /// The functions that run in the task, if they are known.
    parts: Option<Vec<NodeRef>>,
    /// How they end.
    exit: CoroutineExit,
}

/// How long a task lives.
struct Life {
    lifetime: Lifetime,
    evidence: Option<RelatedLocation>,
    /// Whether a wait with a limit reads it where it is made.
    is_read_with_limit: bool,
    /// Whether its function waits for it only in passing.
    is_abandoned: bool,
}

/// What ends a task, as it stands in the code.
struct Ends {
    /// What stops it, the most certain first.
    stops: Vec<StopPoint>,
    /// Whether something stops the tasks of that owner that does not reach this one.
    is_missed: bool,
    /// Whether something waits for it in passing.
    is_waited_for: bool,
}

impl<'a, 'p> SiteAuditor<'a, 'p> {
    fn new(index: &'a WorkspaceIndex<'p>, file: usize, classified: &'a ClassifiedSite) -> Self {
        let coroutine = index.coroutine(file, classified);
        let parts = match coroutine.function {
            Some(function) => Some(vec![function]),
            None => index.coroutine_parts(file, classified),
        };
        // Of several coroutines, the one that takes longest.
        let exits = parts.iter().flatten().map(|f| index.coroutine_exit(*f));
        let exit = exits.max().unwrap_or(CoroutineExit::Unknown);
        let node_ref = NodeRef { file, node: classified.site.node };
        let is_test = index.files[file].is_test;
        Self { index, classified, node_ref, is_test, coroutine, parts, exit }
    }

    fn audit(self, site: (usize, usize)) -> SiteAudit {
        let (index, classified, file) = (self.index, self.classified, self.node_ref.file);
        let function = self.coroutine.function;
        let mut owner = self.owner();
        let mut task_uses = task_uses(index, self.node_ref, classified, &owner);
        let is_given_away =
            owner.kind == OwnerKind::Frame && index.is_given_away(self.node_ref, &task_uses);
        if is_given_away || self.is_kept_elsewhere(&owner, &task_uses) {
            owner = unknown(owner);
        }
        self.retain_reached(&mut task_uses);
        let mut ending = task_uses.clone();
        if let CoroutineExit::Loops(loop_node) = self.exit {
            ending.uses.extend(index.stop_signals(loop_node));
        }
        let made_at = self.made_at(&owner);
        let mut ends = self.ends(&owner, &ending, made_at);
        let mut life = self.life(&owner, &task_uses, made_at, &ends.stops);
        self.take_waits_in_passing(&mut ends, &owner, &life, made_at);
        let is_claimed = index.claim_stop(&mut ends.stops, &owner, &ending, made_at, function);
        let (failure, fails) = index.failure(&owner, &ending, function, made_at, classified);
        let dropping = index.drops_next(&owner, function, &task_uses, &ends.stops);
        if let Some(at) = dropping {
            owner = self.disowned(owner, at, |name| {
                format!("its done-callback removes whatever task is in `{name}`, perhaps the next")
            });
            (life.lifetime, life.evidence) = (Lifetime::Unknown, None);
            ends.stops.clear();
        }
        let (cancellation, swallows) = self.cancellation();
        // Who has it then may end it.
        let claimed = ends.stops.first();
        let claimed = claimed
            .filter(|s| is_claimed && !(is_given_away && s.function == index.function_of(made_at)));
        let is_in_passing = life.is_read_with_limit || life.is_abandoned;
        let mut stopped_by = stopped_by(index, file, classified, &owner, claimed, is_in_passing);
        let open_uses = self.open_uses(&task_uses, &owner);
        let is_open = open_uses.escapes()
            || is_in_passing
            || dropping.is_some()
            || self.is_open(&owner, &ends, life.lifetime);
        let mut stop = stop_of(classified, &owner, &stopped_by, is_open);
        let is_swept = index.is_swept_at_end(file, &classified.site);
        let is_ended_by_sweep = index.sweep(file).is_some() || is_swept;
        if stop == Stop::Nothing && owner.kind == OwnerKind::Nobody && is_ended_by_sweep {
            stop = Stop::Unknown;
        }
        let is_blocked = index.blocks_own_loop(file, classified);
        if is_blocked {
            (stopped_by, stop) = (Vec::new(), Stop::Nothing);
        }
        let blocked = is_blocked.then(|| {
            let note = "this waits on the thread of the loop that has to run the task";
            index.related(NodeRef { file, node: classified.sink }, note)
        });
        let shown = owner.evidence.iter().cloned().chain(life.evidence);
        let mut assessment = Assessment {
            coroutine: self.coroutine.text.clone(),
            purpose: self.purpose(),
            owner: owner.name.clone(),
            lifetime: life.lifetime,
            stopped_by,
            stop,
            is_end_known: is_end_known(&owner, &ends.stops),
            is_released: self.is_released(&owner, &task_uses, &ends.stops),
            failure,
            cancellation,
            cause: None,
            risk: Risk::None,
            await_obstacle: None,
            evidence: shown.chain(fails).chain(swallows).chain(blocked).collect(),
            facts: Vec::new(),
        };
        let cleanup = function.and_then(|f| index.cleanup(f));
        let is_made_at_end = index.function_of(made_at).is_some_and(|f| index.is_end(f));
        let end = Ending { exit: self.exit, cleanup, is_made_at_end, is_blocked };
        let stops = &ends.stops;
        let cause = first_cause(index, classified, &assessment, &end, &open_uses, stops);
        let is_swept_at_end = owner.kind != OwnerKind::Nobody && is_swept;
        let is_uncertain = is_swept_at_end || self.waits_in_passing(&task_uses);
        if assessment.stop == Stop::Nothing && is_uncertain {
            assessment.stop = Stop::Unknown;
        }
        let cause = if dropping.is_some() { Some(Cause::Unsure) } else { self.refined(cause) };
        self.explain(&mut assessment, cause, cleanup, stops);
        SiteAudit {
            site,
            function,
            exit: self.exit,
            owner,
            task_uses,
            stops: ends.stops,
            makes_task: index.makes_task(file, classified),
            assessment,
        }
    }

    /// What it is for.
    fn purpose(&self) -> Option<String> {
        let parts = self.parts.as_deref().unwrap_or_default();
        self.index.purpose(self.node_ref, &self.coroutine, parts)
    }

    /// Who owns the task; unknown if its own coroutine removes the reference and goes on.
    fn owner(&self) -> Owner {
        let owner = self.index.owner(self.node_ref.file, self.classified);
        let function = self.coroutine.function;
        match function.and_then(|f| self.index.lets_go(&owner, f)) {
            Some(at) => self.disowned(owner, at, |name| {
                format!("its coroutine removes the reference from `{name}`, and goes on")
            }),
            None => owner,
        }
    }

    /// An owner that lets go of the task at a node, as a note says of its name.
    fn disowned(&self, owner: Owner, at: NodeRef, note: impl Fn(&str) -> String) -> Owner {
        let note = note(owner.name.as_deref().unwrap_or_default());
        Owner { evidence: Some(self.index.related(at, note)), ..unknown(owner) }
    }

    /// Whether who awaits or returns the task is not the only one that keeps it.
    fn is_kept_elsewhere(&self, owner: &Owner, task_uses: &TaskUses) -> bool {
        let (index, classified, file) = (self.index, self.classified, self.node_ref.file);
        match owner.kind {
            OwnerKind::Awaiting => index.is_kept_instead(file, classified, task_uses),
            OwnerKind::Caller => {
                index.is_stored_too(file, classified)
                    || index.returns_shield(NodeRef { file, node: classified.sink })
            }
            _ => false,
        }
    }

    /// Leaves out what tests do with the task of production code, and waits that no code reaches.
    fn retain_reached(&self, task_uses: &mut TaskUses) {
        let index = self.index;
        let is_wait = |e: &TaskUse| matches!(e.op, TaskOp::Await { .. });
        task_uses.uses.retain(|e| {
            (self.is_test || !index.is_test(e.node_ref))
                && (!is_wait(e) || !index.is_unreached(e.node_ref))
        });
    }

    /// Where its function has the task first.
    fn made_at(&self, owner: &Owner) -> NodeRef {
        let home = self.index.function_of(self.node_ref);
        let stored_at = owner.stored_at.filter(|_| owner.kind == OwnerKind::Holder);
        stored_at.filter(|at| self.index.function_of(*at) == home).unwrap_or(self.node_ref)
    }

    /// What ends the task.
    fn ends(&self, owner: &Owner, ending: &TaskUses, made_at: NodeRef) -> Ends {
        let index = self.index;
        let function = self.coroutine.function;
        let origin = TaskOrigin {
            location: owner.location.clone().filter(|_| owner.kind == OwnerKind::Holder),
            coroutines: function.into_iter().collect(),
        };
        let mut stops = index.stop_points(ending, &origin, Some(made_at), self.is_test);
        // What waits in the task itself waits for others, and who gets a task ends it as it likes.
        let is_own = |f: NodeRef| self.parts.as_ref().is_some_and(|parts| parts.contains(&f));
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
        Ends { stops, is_missed, is_waited_for: false }
    }

    /// How long the task lives.
    fn life(
        &self,
        owner: &Owner,
        task_uses: &TaskUses,
        made_at: NodeRef,
        stops: &[StopPoint],
    ) -> Life {
        let (index, classified, file) = (self.index, self.classified, self.node_ref.file);
        let function = self.coroutine.function;
        let (mut lifetime, evidence) = index.lifetime(file, classified, owner);
        // A group waits for its tasks however its block is left.
        if lifetime == Lifetime::Call
            && owner.kind != OwnerKind::Group
            && index.may_outlive_call(classified, task_uses, made_at, function)
        {
            lifetime = Lifetime::Unknown;
        }
        let sink = NodeRef { file, node: classified.sink };
        let is_read_with_limit =
            owner.kind == OwnerKind::Awaiting && index.reads_with_limit(sink, self.node_ref);
        let home = index.function_of(made_at);
        if is_read_with_limit && !stops.iter().any(|s| s.cancel.is_some() && s.function == home) {
            lifetime = Lifetime::Unknown;
        }
        let is_abandoned = lifetime == Lifetime::Unknown
            && matches!(owner.kind, OwnerKind::Awaiting | OwnerKind::Frame)
            && index.waits_in_passing(task_uses, made_at);
        if lifetime == Lifetime::Object && index.ends_with_call(task_uses, made_at, function) {
            lifetime = Lifetime::Call;
        }
        Life { lifetime, evidence, is_read_with_limit, is_abandoned }
    }

    /// Takes out the waits of who makes the task that end while it may run.
    fn take_waits_in_passing(&self, ends: &mut Ends, owner: &Owner, life: &Life, made_at: NodeRef) {
        let index = self.index;
        // Who makes it waits for it in passing, if a longer-lived owner keeps it.
        let goes_on = owner.kind == OwnerKind::Holder
            && !matches!(life.lifetime, Lifetime::Statement | Lifetime::Call);
        let is_home = |s: &StopPoint| s.function == index.function_of(made_at);
        let is_passing = |s: &StopPoint| {
            let is_limited = |w: &TaskUse| {
                let TaskOp::Await { timeout, .. } = w.op else { return false };
                matches!(timeout, Timeout::Unknown | Timeout::Present)
            };
            let is_wait = s.cancel.is_none() && s.signal.is_none();
            let is_limited =
                life.is_abandoned || goes_on && s.wait.as_ref().is_some_and(is_limited);
            // So does who else asks for it in between, and may leave it running.
            let is_end = s.chain.root >= ChainRoot::CloseMethod
                || s.function.is_some_and(|f| index.is_end(f));
            is_limited && is_wait && is_home(s) || goes_on && s.is_left() && !is_end
        };
        ends.is_waited_for = ends.stops.iter().any(is_passing);
        ends.stops.retain(|s| !is_passing(s));
    }

    /// What a cancellation does to the coroutine, and where that shows.
    fn cancellation(&self) -> (Cancellation, Option<RelatedLocation>) {
        let index = self.index;
        // What a coroutine is given to wait for may be known: it is what the site names.
        let given = self.coroutine.function.filter(|f| index.awaits_parameter(*f));
        let both = match (given, self.coroutine.named) {
            (Some(own), Some(named)) if named != own => Some(vec![own, named]),
            _ => self.parts.clone(),
        };
        let Some(parts) = both else { return (Cancellation::Unknown, None) };
        let (cancellation, swallows) = index.cancellation_of_all(&parts);
        let note = match cancellation {
            Cancellation::Swallowed => "catches the cancellation, and the coroutine continues",
            _ => "catches the cancellation, and the coroutine may continue",
        };
        (cancellation, swallows.map(|s| index.related(s, note)))
    }

    /// Whether a callback lets go of the task as it ends, which nothing tells to stop.
    fn is_released(&self, owner: &Owner, task_uses: &TaskUses, stops: &[StopPoint]) -> bool {
        let is_told_to_stop = stops.iter().any(|s| s.cancel.is_some() || s.signal.is_some());
        let location = owner.location.as_ref().filter(|_| !is_told_to_stop);
        location.is_some_and(|l| self.index.releasing_callback(l, task_uses).is_some())
    }

    /// What is done with the task; the end of all tasks of a loop by other code, which does not see its exception, is an escape.
    fn open_uses(&self, task_uses: &TaskUses, owner: &Owner) -> TaskUses {
        let sweep = self.index.sweep(self.node_ref.file);
        let sweep = sweep.filter(|_| owner.kind != OwnerKind::Nobody);
        let escape = |node_ref| TaskUse { node_ref, op: TaskOp::Escape, via: None, inner: None };
        let mut open_uses = task_uses.clone();
        open_uses.uses.extend(sweep.map(escape));
        open_uses
    }

    /// Whether something that is not listed may end the task.
    fn is_open(&self, owner: &Owner, ends: &Ends, lifetime: Lifetime) -> bool {
        let (index, classified, file) = (self.index, self.classified, self.node_ref.file);
        let function = self.coroutine.function;
        let may_end_unseen = || match self.exit {
            CoroutineExit::Loops(loop_node) => index
                .unknown_end(loop_node)
                .or_else(|| index.end_by_error(loop_node))
                .or_else(|| index.compared_state(loop_node))
                .or_else(|| index.event_in_task(loop_node))
                .is_some(),
            _ => function.is_some_and(|f| {
                let announced = index.announcement(f).or_else(|| index.compared_state(f));
                announced.or_else(|| index.event_of_end(f)).is_some()
            }),
        };
        // The end of the application is not that of an object.
        let is_swept_at_end = || {
            owner.kind != OwnerKind::Nobody
                && lifetime != Lifetime::Object
                && index.is_swept_at_end(file, &classified.site)
        };
        !ends.stops.is_empty()
            || ends.is_missed
            || ends.is_waited_for
            || may_end_unseen()
            || function.is_none() && index.may_be_told(file, classified)
            // But that of a loop which something else runs is that of all tasks in it.
            || index.is_in_swept_loop(file, &classified.site)
            || is_swept_at_end()
    }

    /// Whether something waits for the task with a limit, or for the first of several.
    fn waits_in_passing(&self, task_uses: &TaskUses) -> bool {
        let wrapper = self.index.wrapper(self.node_ref.file, self.classified);
        task_uses.uses.iter().any(|e| {
            matches!(e.op, TaskOp::Await { .. })
                && (wrapper.is_none() || self.index.function_of(e.node_ref) != wrapper)
        })
    }

    /// The cause; a dropped task whose coroutine ends in one step has another.
    fn refined(&self, cause: Option<Cause>) -> Option<Cause> {
        let (index, file) = (self.index, self.node_ref.file);
        let function = self.coroutine.function;
        let never_waits =
            || function.is_some_and(|f| index.never_waits(f) || index.only_puts_at_once(f));
        let ends_at_once = || never_waits() || index.puts_at_once(file, self.classified);
        match cause {
            Some(Cause::Dropped | Cause::DroppedIfMade) if ends_at_once() => {
                Some(Cause::NeverWaits)
            }
            cause => cause,
        }
    }

    /// Writes the cause down, with its risk and what shows it.
    fn explain(
        &self,
        assessment: &mut Assessment,
        cause: Option<Cause>,
        cleanup: Option<NodeRef>,
        stops: &[StopPoint],
    ) {
        let index = self.index;
        assessment.cause = cause;
        assessment.risk = cause.map_or(Risk::None, |c| c.risk(self.is_test));
        let wrapper = || index.wrapper(self.node_ref.file, self.classified);
        if let (Some(Cause::DroppedIfMade), Some(wrapper)) = (cause, wrapper()) {
            let at = |j: &ClassifiedSite| NodeRef { node: j.site.node, ..wrapper };
            let made = index.sites_in(wrapper).into_iter();
            let made = made.map(|j| index.related(at(j), "the task is made here"));
            assessment.evidence.extend(made);
        }
        if cause == Some(Cause::UnawaitedCleanup) {
            let note = "it cleans up here when it is cancelled";
            assessment.evidence.extend(cleanup.map(|c| index.related(c, note)));
        }
        let is_unawaited = matches!(
            cause,
            Some(Cause::Unawaited | Cause::UnawaitedAtExit | Cause::UnawaitedCleanup)
        );
        if is_unawaited {
            assessment.await_obstacle = index.await_obstacle(stops, self.coroutine.function);
        }
    }
}

/// The owner, whose reference may not be the one that keeps the task.
fn unknown(owner: Owner) -> Owner {
    Owner { kind: OwnerKind::Unknown, name: Some("unknown".to_owned()), ..owner }
}
