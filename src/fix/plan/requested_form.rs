//! The form of a rewrite under the requested style, and where no new local name may appear. It must not know trackers.

use super::super::file_context::FileContext;
use super::rewrite_form::RewriteForm;
use crate::python::{Binding, BindingKind, Model, NodeId};
use crate::settings::{Style, TrackerChoice};
use crate::tasks::Spawner;

/// The form under the requested style, and where no new local name may appear.
pub(super) fn requested_form(
    context: &FileContext<'_>,
    call: NodeId,
    form: RewriteForm,
) -> RewriteForm {
    let model = context.model;
    let underscore = match &form {
        RewriteForm::Bound { target } => Some(*target).filter(|t| model.text(*t) == "_"),
        _ => None,
    };
    let renames = match &form {
        RewriteForm::Bound { .. } => underscore.is_some(),
        RewriteForm::Statement | RewriteForm::MoveOut | RewriteForm::Branch(_) => true,
        RewriteForm::InPlace | RewriteForm::Uncalled | RewriteForm::CancelPending { .. } => false,
    };
    let read = underscore.is_some_and(|t| is_read(model, t));
    // The set of an instance is used in lines, not in a helper.
    let helper = context.input.settings.style == Style::Helper
        && context.input.settings.tracker != TrackerChoice::Instance;
    if let RewriteForm::Bound { target } = &form
        && is_optional_future(model, *target)
    {
        return RewriteForm::InPlace;
    }
    if form != RewriteForm::Uncalled
        && (helper
            || read
            || (renames && context.inspects_names(call))
            || pins(context, call, &form))
    {
        return RewriteForm::InPlace;
    }
    form
}

/// Whether a name is annotated as a future or something else, which type checkers do not narrow to a future when a task is
/// assigned: `y: asyncio.Future[int] | None = asyncio.create_task(w())`.
fn is_optional_future(model: &Model, target: NodeId) -> bool {
    let says_so = |binding: &Binding| match binding.kind {
        BindingKind::Annotated { annotation, .. } => {
            let text = model.text(annotation);
            let several = ["|", "Optional", "Union"].iter().any(|word| text.contains(word));
            several && text.contains("Future") && !text.contains("Task")
        }
        _ => false,
    };
    model.bindings_of(target).iter().any(says_so)
}

/// Whether a new local name would keep a failed task, and the report of its failure with it, for as long as the program runs.
fn pins(context: &FileContext<'_>, call: NodeId, form: &RewriteForm) -> bool {
    let is_new =
        matches!(form, RewriteForm::Statement | RewriteForm::MoveOut | RewriteForm::Branch(_));
    // What a future of another thread's loop holds was seen by that loop.
    let is_task = context
        .site_at(call)
        .is_none_or(|site| context.input.classified[site].site.spawner != Spawner::Threadsafe);
    let in_lines = context.input.settings.tracker != TrackerChoice::Instance;
    is_new && is_task && in_lines && context.frames.runs_on(context.model, call)
}

/// Whether the variable that an identifier binds is read anywhere.
fn is_read(model: &Model, identifier: NodeId) -> bool {
    let Some((scope, symbol)) = model.variable(identifier) else {
        return true;
    };
    model.uses(scope, symbol).iter().any(|u| u.kind != crate::python::UseKind::Store)
}
