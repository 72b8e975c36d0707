//! What the user should know about the fix of one site. It must not decide how the site is fixed.

use super::super::file_context::FileContext;
use super::super::note::{FixNote, NoteKind};
use super::rewrite_form::{RewriteForm, callbacks_behind};
use crate::python::{Field, Model, NodeId, Origin, ScopeKind};

/// A further mistake at the site: the task is discarded from an attribute that it is never added
/// to, as in `t.add_done_callback(self.tasks.discard)`.
pub(super) fn unmatched_discard(
    model: &Model,
    statement: NodeId,
    form: &RewriteForm,
) -> Option<FixNote> {
    let RewriteForm::Bound { target } = form else { return None };
    let callbacks = callbacks_behind(model, statement, model.text(*target));
    let discarded = callbacks.filter_map(|(n, callback)| {
        let set = callback.strip_suffix(".discard").filter(|s| s.contains('.'))?;
        let line = model.place(n).in_words();
        let text = format!("{line} removes the task from `{set}`, but nothing adds it");
        Some(FixNote::new(NoteKind::UnmatchedDiscard, text))
    });
    discarded.last()
}

/// That the set keeps the object of an endless coroutine alive: `create_task(self._run())`.
pub(super) fn object_lives_longer(context: &FileContext<'_>, call: NodeId) -> Option<FixNote> {
    let model = context.model;
    let coroutine = model.bare(*model.positional(call).first()?);
    let callee = model.child(coroutine, Field::Function)?;
    model.child(callee, Field::Object)?;
    let is_endless_method = |origin| match origin {
        Origin::Function(function) => {
            let scope = model.scopes.scope(model.scope_of(function));
            scope.kind == ScopeKind::Class && context.frames.is_endless(model, function)
        }
        _ => false,
    };
    model.origins(callee).into_iter().any(is_endless_method).then(|| {
        let text = format!(
            "`{}` does not end by itself, so its object stays alive until the task is cancelled; \
             `--unsafe-fixes --tracker instance --drain` keeps the task on the object and, if its class has a close method, cancels it there",
            model.text(callee)
        );
        FixNote::new(NoteKind::ObjectLivesLonger, text)
    })
}
