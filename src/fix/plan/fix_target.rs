//! The call where a task is kept: the site's own, the `gather` around it, or the one inside the
//! wrapper that returned it. It must not know how the call is rewritten.

use super::super::file_context::FileContext;
use super::super::wrapper_fixes::{WrapperFix, unlocated_wrapper};
use super::rewrite_form::{RewriteForm, rewrite_form};
use crate::decline::{Decline, DeclineKind};
use crate::python::{Binding, BindingKind, Kind, Model, NodeId};
use crate::tasks::{ClassifiedSite, Reason, Spawner};

/// The call where a task is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::fix) struct FixTarget {
    /// The call (or the reference to a spawner that is passed uncalled).
    pub call: NodeId,
    /// The index of its site.
    pub site: usize,
    /// Whether it is in a wrapper and keeps the task for all callers.
    pub in_wrapper: bool,
}

impl FixTarget {
    /// The call in a wrapper that keeps the task for all callers.
    pub(in crate::fix) fn of_wrapper(context: &FileContext<'_>, site: usize) -> Self {
        Self { call: context.input.classified[site].site.node, site, in_wrapper: true }
    }
}

/// The file where a task is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::fix) enum TargetLocation {
    /// In this file, at a call.
    Here(FixTarget),
    /// In a wrapper of another file.
    Elsewhere(WrapperFix),
}

/// The call where the task of a dropped site is kept.
///
/// # Errors
/// Why there is none, for the user.
pub(in crate::fix) fn fix_target(
    context: &FileContext<'_>,
    site: usize,
) -> Result<TargetLocation, Decline> {
    let classified = &context.input.classified[site];
    if classified.site.spawner == Spawner::TaskOwner {
        let class = context.model.text(classified.site.callee);
        let message = format!(
            "only an object of `{class}` keeps the task. Keep the object, or the task in its constructor"
        );
        return Err(Decline::new(DeclineKind::TaskOwner, message));
    }
    if classified.reason == Reason::Wrapper || classified.site.spawner == Spawner::Wrapper {
        return inside_wrapper(context, site);
    }
    let around = gather_around(context, classified);
    let site = around.unwrap_or(site);
    Ok(TargetLocation::Here(FixTarget {
        call: context.input.classified[site].site.node,
        site,
        in_wrapper: false,
    }))
}

/// Whether a site makes an `asyncio.Future` that is not a task.
pub(in crate::fix) fn makes_future(classified: &ClassifiedSite) -> bool {
    matches!(classified.site.spawner, Spawner::Gather | Spawner::Shield)
}

/// Whether a task is bound to a name annotated as a future, which cannot be added to a set of
/// tasks.
pub(in crate::fix) fn is_annotated_as_future(model: &Model, shape: &RewriteForm) -> bool {
    let RewriteForm::Bound { target } = shape else { return false };
    let says_so = |binding: &Binding| match binding.kind {
        BindingKind::Annotated { annotation, .. } => {
            let text = model.text(annotation);
            text.contains("Future") && !text.contains("Task")
        }
        _ => false,
    };
    model.bindings_of(*target).iter().any(says_so)
}

/// The `gather` or `shield` around the task that is a statement of its own or bound to a name. Its
/// future refers to its tasks, so keeping the future is enough.
fn gather_around(context: &FileContext<'_>, classified: &ClassifiedSite) -> Option<usize> {
    let model = context.model;
    let inner = classified.site.node;
    let whole = |i: &usize| {
        let node = context.input.classified[*i].site.node;
        let statement = model.statement_of(node);
        statement == model.statement_of(inner)
            && matches!(
                rewrite_form(context, node, statement),
                RewriteForm::Statement | RewriteForm::Bound { .. }
            )
    };
    // The outermost of several.
    let around: Vec<usize> = model
        .tree
        .ancestors(inner)
        .filter_map(|n| context.site_at(n))
        .filter(|i| makes_future(&context.input.classified[*i]))
        .collect();
    around.into_iter().rev().find(whole)
}

/// Why a wrapper is not fixed when parsing the whole file changed the verdict of its call.
pub(in crate::fix) const LOST: &str =
    "the call that makes the task could not be located when the whole file was analysed";

/// The call of a wrapper as the place where its task is kept: where the wrapper cannot keep it.
pub(in crate::fix) fn kept_by_caller(context: &FileContext<'_>, site: usize) -> Option<FixTarget> {
    let classified = &context.input.classified[site];
    let wrapper = classified.wrapper.as_deref()?;
    let is_call =
        !classified.site.uncalled && context.model.kind(classified.site.node) == Kind::Call;
    (is_call && context.input.wrapper_fixes.is_plain(wrapper)).then_some(FixTarget {
        call: classified.site.node,
        site,
        in_wrapper: false,
    })
}

/// The spawning call inside the wrapper that is called here.
fn inside_wrapper(context: &FileContext<'_>, site: usize) -> Result<TargetLocation, Decline> {
    let classified = &context.input.classified[site];
    let wrapper_fix =
        classified.wrapper.as_deref().and_then(|path| context.input.wrapper_fixes.of(path));
    match wrapper_fix {
        Some(Ok(wrapper_fix)) if wrapper_fix.file == context.model.source.path() => {
            let first = wrapper_fix.calls.first().and_then(|c| context.site_of(c));
            let inner = first.ok_or_else(|| Decline::new(DeclineKind::WrapperUnknown, LOST))?;
            Ok(TargetLocation::Here(FixTarget::of_wrapper(context, inner)))
        }
        Some(Ok(wrapper_fix)) if wrapper_fix.in_container => Err(Decline::new(
            DeclineKind::WrapperContainer,
            format!(
                "`{}` ({}) returns the task inside a container. Keep the task there, or keep the result here",
                wrapper_fix.name,
                wrapper_fix.file.display()
            ),
        )),
        Some(Ok(wrapper_fix)) => Ok(TargetLocation::Elsewhere(wrapper_fix.clone())),
        Some(Err(reason)) => match kept_by_caller(context, site) {
            Some(target) => Ok(TargetLocation::Here(target)),
            None => Err(reason.clone()),
        },
        None => Err(unlocated_wrapper(context.model.text(classified.site.callee))),
    }
}
