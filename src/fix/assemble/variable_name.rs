//! The name of the variable that a fix binds a task to. It writes no edit.

use super::super::imports::listed_names;
use super::super::plan::SiteFix;
use super::super::trackers::{FreeNames, FutureKind, coroutine_name, same_type_key};
use crate::python::Model;

/// The name of the variable that a fix binds a task to.
pub(super) fn variable_name(model: &Model, fix: &SiteFix, names: &mut FreeNames) -> String {
    // `from module import *` would find a global without an underscore.
    let is_seen = fix.is_global && listed_names(model).is_none();
    let noun = match fix.future_kind {
        FutureKind::Task if !fix.is_future => "task",
        FutureKind::Task | FutureKind::Concurrent => "future",
    };
    let own = coroutine_name(model, fix.call).filter(|own| *own != noun);
    let own = own.map(|own| match own.strip_suffix(noun) {
        Some(rest) if rest.ends_with('_') => own.to_owned(),
        _ => format!("{own}_{noun}"),
    });
    let start = if is_seen { "_" } else { "" };
    let words = [Some(noun.to_owned()), own, Some(format!("background_{noun}"))];
    let names_in_order: Vec<String> =
        words.into_iter().flatten().map(|word| format!("{start}{word}")).collect();
    let bases: Vec<&str> = names_in_order.iter().map(String::as_str).collect();
    // The results of `gather` and `shield` depend on more than a coroutine.
    let type_key = (!fix.is_future).then(|| same_type_key(model, fix.call)).flatten();
    let type_key = type_key.map(|key| format!("{noun} {key}"));
    names.local(model, fix.call, &bases, type_key)
}
