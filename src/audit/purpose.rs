//! What a task is for, in words: its coroutine's docstring, a comment, or else the coroutine's name. It does not look at what
//! the coroutine does.

use super::coroutine::Coroutine;
use super::index::WorkspaceIndex;
use super::source_text::one_line;
use super::types::NodeRef;
use crate::python::{Field, Kind, Model, NodeId};
use crate::tasks::last_name;

/// Names that say nothing without their object.
const PLAIN_NAMES: &str = "
    aclose call close connect execute get handle join loop main process read receive recv run send serve start
    stop task update wait work worker write
";

/// How comments begin that a tool reads.
const TOOL_COMMENTS: &[&str] = &[
    "!", "flake8", "fmt:", "isort", "mypy", "noqa", "nosec", "pragma", "pylint", "pyright", "ruff",
    "type:", "undangle",
];

impl WorkspaceIndex<'_> {
    /// What the task of a site is for: the first sentence of its coroutine's docstring or of the comment above the site, or the
    /// coroutine's name in words.
    pub(super) fn purpose(
        &self,
        site: NodeRef,
        coroutine: &Coroutine,
        parts: &[NodeRef],
    ) -> Option<String> {
        let documented = coroutine.named.and_then(|f| self.docstring(f));
        let commented = || comment_above(self.model(site), site.node);
        documented.or_else(commented).or_else(|| self.name_in_words(coroutine, parts))
    }

    /// The first sentence of a function's docstring.
    fn docstring(&self, function: NodeRef) -> Option<String> {
        let model = self.model(function);
        let body = model.child(function.node, Field::Body)?;
        let first = model.tree.first_child(body)?;
        let string = model.tree.first_child(first).filter(|s| model.kind(*s) == Kind::String)?;
        let content = model.children_of_kind(string, Kind::StringContent).next()?;
        let lines = model.text(content).lines().map(str::trim).skip_while(|l| l.is_empty());
        let paragraph: Vec<&str> = lines.take_while(|l| !l.is_empty()).collect();
        first_sentence(&paragraph.join(" "))
    }

    /// `reconnect loop` of `self._reconnect_loop`; with the class, or the object, where the name alone says nothing.
    fn name_in_words(&self, coroutine: &Coroutine, parts: &[NodeRef]) -> Option<String> {
        let of_function = |function: &NodeRef| {
            let name = self.model(*function).name_of(function.node);
            let class = self.enclosing_class(*function);
            name_of_object(name, class.as_deref().map(|class| last_name(class).to_owned()))
        };
        let of_text = |text: &str| {
            let (object, name) = text.rsplit_once('.').unwrap_or(("", text));
            // Not a name but an expression, or a part of one.
            if name.contains(['(', ')', '=', '"', '\'', '{']) {
                return String::new();
            }
            let object = words_of(last_name(object));
            let is_named =
                !object.is_empty() && !matches!(object.as_str(), "self" | "cls" | "asyncio");
            name_of_object(name, Some(object).filter(|_| is_named))
        };
        let mut names: Vec<String> = match coroutine.named {
            Some(function) => vec![of_function(&function)],
            None if coroutine.is_called => coroutine.text.split(", ").map(of_text).collect(),
            None => parts.iter().map(of_function).collect(),
        };
        names.retain(|name| !name.is_empty());
        names.dedup();
        Some(names.join(", ")).filter(|names| !names.is_empty())
    }
}

/// A name in words, with the object that it belongs to if it says nothing alone.
fn name_of_object(name: &str, object: Option<String>) -> String {
    let words = words_of(name);
    let is_plain = PLAIN_NAMES.split_whitespace().any(|plain| plain == words);
    match object.filter(|_| is_plain) {
        Some(object) => format!("{words} ({object})"),
        None => words,
    }
}

/// The first sentence of the comment directly above the statement of a node.
fn comment_above(model: &Model, node: NodeId) -> Option<String> {
    let statement = model.statement_of(node);
    let code = model.source.code();
    let before = &code[..model.tree.start(statement)];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    before[line_start..].trim().is_empty().then_some(())?;
    let comment = |line: &'_ str| line.trim().strip_prefix('#').map(|text| text.trim().to_owned());
    let above = code[..line_start].lines().rev().map_while(comment);
    let is_of_tool = |line: &String| {
        let text = line.to_lowercase();
        !text.contains(char::is_alphabetic)
            || TOOL_COMMENTS.iter().any(|tool| text.starts_with(tool))
    };
    let mut lines: Vec<String> = above.filter(|line| !is_of_tool(line)).collect();
    lines.reverse();
    let says_purpose = lines.first().is_some_and(|line| !has_codetag(line));
    (says_purpose && !lines.iter().any(|line| is_code(line))).then_some(())?;
    first_sentence(&lines.join(" "))
}

/// Whether a comment begins with a codetag (PEP 350), a word in capitals or with a colon or bracket: it is about the code, not about
/// what that is for.
fn has_codetag(line: &str) -> bool {
    let end = line.find(|c: char| !c.is_alphabetic()).unwrap_or(line.len());
    let (word, rest) = line.split_at(end);
    rest.starts_with([':', '(']) || word.len() > 1 && word.chars().all(char::is_uppercase)
}

/// Whether a comment is code that is left out.
fn is_code(line: &str) -> bool {
    let words = line.split_whitespace().count();
    let is_call = line.ends_with(')') && line.contains('(') && !line.contains(" (");
    line.contains(" = ") || line.contains("==") || is_call && words < 4 || line.ends_with("):")
}

/// The text up to the end of its first sentence.
fn first_sentence(text: &str) -> Option<String> {
    let text = one_line(text);
    let end = text.match_indices(['.', '!', '?']).map(|(at, _)| at + 1).find(|end| {
        let next = text[*end..].strip_prefix(' ');
        next.is_some_and(|next| next.starts_with(|c: char| !c.is_lowercase()))
            && !text[..*end].ends_with("e.g.")
            && !text[..*end].ends_with("i.e.")
    });
    Some(end.map_or(text.as_str(), |end| &text[..end]).to_owned()).filter(|text| !text.is_empty())
}

/// `_reconnectLoop` as `reconnect loop`
fn words_of(name: &str) -> String {
    let mut words = String::new();
    let mut was_lower = false;
    for c in name.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }) {
        if c.is_uppercase() && was_lower {
            words.push(' ');
        }
        was_lower = c.is_lowercase() || c.is_numeric();
        words.extend(c.to_lowercase());
    }
    one_line(&words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_words() {
        assert_eq!(words_of("_reconnect_loop"), "reconnect loop");
        assert_eq!(words_of("handleHTTPMessage2"), "handle httpmessage2");
    }

    #[test]
    fn code_is_no_comment() {
        assert!(is_code("self.close()") && is_code("task = create_task(work())"));
        assert!(!is_code("Close it (and wait)") && !is_code("First this: then that"));
    }

    #[test]
    fn a_sentence_ends_at_a_full_stop_before_a_new_one() {
        let first = |text| first_sentence(text).unwrap();
        assert_eq!(first("Call a.b() e.g. now. Then stop."), "Call a.b() e.g. now.");
        assert_eq!(first("No full stop"), "No full stop");
        assert_eq!(first_sentence(" "), None);
    }
}
