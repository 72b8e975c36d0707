//! The coroutine of a spawning call: the name of its function, and the type of its result as far as annotations show it. It must
//! not know what they are needed for.

use crate::python::{Binding, BindingKind, Field, Kind, Model, NodeId, Origin};

/// The expression that a spawning call, or the call that an uncalled spawner is passed to, makes a task of.
fn coroutine(model: &Model, call: NodeId) -> Option<NodeId> {
    if model.kind(call) == Kind::Call {
        let given = model.positional(call).first().copied().or_else(|| model.keyword(call, "coro"));
        return given.map(|c| model.bare(c));
    }
    // `call_soon(create_task, coroutine)`
    let arguments = model.tree.parent(call).filter(|p| model.kind(*p) == Kind::ArgumentList)?;
    let outer = model.tree.parent(arguments)?;
    let given = model.positional(outer);
    let own = given.iter().position(|a| *a == call)?;
    given.get(own + 1).map(|c| model.bare(*c))
}

/// The callee of the coroutine of a spawning call.
fn coroutine_function(model: &Model, call: NodeId) -> Option<NodeId> {
    let coroutine = coroutine(model, call).filter(|c| model.kind(*c) == Kind::Call)?;
    model.child(coroutine, Field::Function)
}

/// A word for the coroutine of a spawning call: the name of its function without leading underscores, if that is in snake case.
pub(in crate::fix) fn coroutine_name(model: &Model, call: NodeId) -> Option<&str> {
    const LONGEST: usize = 20;
    let function = coroutine_function(model, call)?;
    let name = match model.kind(function) {
        Kind::Attribute => model.child(function, Field::Attribute)?,
        Kind::Identifier => function,
        _ => return None,
    };
    let word = model.text(name).trim_matches('_');
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let starts_well = word.starts_with(|c: char| c.is_ascii_lowercase());
    (starts_well && word.len() <= LONGEST && word.chars().all(plain)).then_some(word)
}

/// The type of the result of a spawning call's coroutine, without white space; none where it is not known. Code without
/// annotations has `Any`, or `None` where a function returns no value.
pub(in crate::fix) fn result_type(model: &Model, call: NodeId) -> Option<String> {
    let coroutine = coroutine(model, call)?;
    let by = match model.kind(coroutine) {
        Kind::Call => model.child(coroutine, Field::Function)?,
        _ => coroutine,
    };
    match &model.origins(by)[..] {
        [Origin::Parameter(name)] => is_unannotated(model, *name).then(|| "Any".to_owned()),
        [Origin::Function(function)] if by != coroutine => function_result(model, *function),
        [Origin::Path(path)] if path == "asyncio.sleep" => Some("None".to_owned()),
        _ => None,
    }
}

/// What the coroutine of a function returns.
fn function_result(model: &Model, function: NodeId) -> Option<String> {
    if model.child(function, Field::ReturnType).is_some() {
        return annotated_result(model, function);
    }
    let is_plain = model.decorators(function).is_empty() && model.is_async(function);
    let is_coroutine = is_plain && !yields(model, function);
    is_coroutine.then(|| match model.returns(function).is_empty() {
        true => "None".to_owned(),
        false => "Any".to_owned(),
    })
}

/// The same by the function's annotation alone, which is not that of a generator.
fn annotated_result(model: &Model, function: NodeId) -> Option<String> {
    let annotation = compact(model.text(model.child(function, Field::ReturnType)?));
    let is_generator = ["AsyncIterator", "AsyncGenerator", "AsyncIterable"];
    let is_coroutine = model.is_async(function)
        && model.decorators(function).is_empty()
        && !is_generator.iter().any(|name| annotation.contains(name));
    is_coroutine.then_some(annotation)
}

/// Whether a parameter has no annotation.
fn is_unannotated(model: &Model, parameter: NodeId) -> bool {
    let bindings = model.bindings_of(parameter);
    let bare = |b: &Binding| matches!(b.kind, BindingKind::Parameter { annotation: None, .. });
    bindings.len() == 1 && bindings.iter().all(bare)
}

/// Whether a function is a generator, whose body does not run when it is called.
pub(in crate::fix) fn yields(model: &Model, function: NodeId) -> bool {
    let mut inside = model.tree.descendants(function).filter(|n| model.kind(*n) == Kind::Yield);
    inside.any(|n| model.function_of(n) == Some(function))
}

/// Text that is equal for two spawning calls whose tasks have one type.
pub(in crate::fix) fn same_type_key(model: &Model, call: NodeId) -> Option<String> {
    let written = || {
        let coroutine = coroutine(model, call)?;
        let by = match model.kind(coroutine) {
            Kind::Call => model.child(coroutine, Field::Function)?,
            Kind::Identifier => coroutine,
            _ => return None,
        };
        Some(format!("{}()", model.text(by)))
    };
    let annotated = || match &model.origins(coroutine_function(model, call)?)[..] {
        [Origin::Function(function)] => annotated_result(model, *function),
        _ => None,
    };
    annotated().or_else(written)
}

/// The result type that an annotation asks of tasks or coroutines: `None` in `set[asyncio.Task[None]]` and in
/// `Coroutine[Any, Any, None]`; none where every type will do.
pub(in crate::fix) fn wanted_result(code: &str, annotation: &str) -> Option<String> {
    let text = compact(annotation);
    let heads = ["Task[", "Future[", "Coroutine[", "Awaitable["];
    let start = heads.iter().filter_map(|h| Some(text.find(h)? + h.len())).min()?;
    let (mut depth, mut last) = (0usize, start);
    let mut end = text.len();
    for (at, c) in text.char_indices().skip_while(|(at, _)| *at < start) {
        match c {
            '[' | '(' => depth += 1,
            ']' | ')' if depth == 0 => {
                end = at;
                break;
            }
            ']' | ')' => depth -= 1,
            ',' if depth == 0 => last = at + 1,
            _ => {}
        }
    }
    let result = &text[last..end];
    let takes_all = matches!(result, "Any" | "object" | "typing.Any" | "t.Any" | "...")
        || is_type_variable(code, result);
    (!takes_all && !result.is_empty()).then(|| result.to_owned())
}

/// Whether a type is a type variable, by its spelling or by an assignment.
fn is_type_variable(code: &str, name: &str) -> bool {
    let bare = name.trim_start_matches('_');
    let short = bare.len() <= 2 && !bare.is_empty() && bare.chars().all(|c| c.is_ascii_uppercase());
    short
        || bare.ends_with("_co")
        || [" = TypeVar(", " = typing.TypeVar(", " = t.TypeVar("].iter().any(|tail| {
            let made = format!("{name}{tail}");
            code.contains(&made)
        })
}

/// A type without white space and quotes.
fn compact(annotation: &str) -> String {
    annotation.chars().filter(|c| !c.is_whitespace() && !matches!(c, '"' | '\'')).collect()
}

/// Whether tasks with this result may go where `wanted` is asked for.
pub(in crate::fix) fn takes(wanted: Option<&str>, result: Option<&str>) -> bool {
    wanted.is_none() || wanted == result || matches!(result, Some("Any" | "NoReturn" | "Never"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_result_is_read_from_an_annotation() {
        let of = |text: &str| wanted_result("", text);
        assert_eq!(of("set[asyncio.Task[None]]").as_deref(), Some("None"));
        assert_eq!(of("'set[Task[dict[str, int]]]'").as_deref(), Some("dict[str,int]"));
        assert_eq!(of("Coroutine[Any, Any, None]").as_deref(), Some("None"));
        assert_eq!(of("set[asyncio.Task]"), None);
        assert_eq!(of("set[asyncio.Task[Any]]"), None);
        assert_eq!(of("Coroutine[Any, Any, T]"), None);
        assert_eq!(wanted_result("R_ = TypeVar('R_')", "Task[R_]"), None);
    }
}
