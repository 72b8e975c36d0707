//! The names in the text of an annotation. It resolves none.

/// Whether a generic type stands for its parameters (library/typing.html).
pub(super) fn is_transparent(head: &str) -> bool {
    let name = head.rsplit('.').next().unwrap_or(head);
    matches!(
        name,
        "Optional" | "Union" | "Final" | "ClassVar" | "Annotated" | "Required" | "NotRequired"
    )
}

/// The dotted names of a string annotation, without those in the brackets of opaque generic types.
pub(super) fn outer_names(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut opaque = 0_usize;
    let mut stack = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        if c.is_alphanumeric() || c == '_' || c == '.' {
            start.get_or_insert(at);
            continue;
        }
        let name = start.take().map(|from| &text[from..at]);
        match c {
            '[' => {
                let hidden = !name.is_some_and(is_transparent);
                if opaque == 0 && hidden {
                    names.extend(name);
                }
                opaque += usize::from(hidden);
                stack.push(hidden);
            }
            _ => {
                if opaque == 0 {
                    names.extend(name);
                }
                if c == ']' && stack.pop() == Some(true) {
                    opaque -= 1;
                }
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_outer_names_of_a_string_annotation_count() {
        assert_eq!(
            outer_names("asyncio.AbstractEventLoop | None"),
            ["asyncio.AbstractEventLoop", "None"]
        );
        assert_eq!(outer_names("dict[str, Loop]"), ["dict"]);
        assert_eq!(outer_names("Optional[weakref.WeakSet[asyncio.Task]]"), ["weakref.WeakSet"]);
    }
}
