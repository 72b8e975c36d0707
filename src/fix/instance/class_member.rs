//! The text that gives the instances of a class an attribute, in `__init__`, as a field, or as a private attribute. It knows
//! how classes are written, and nothing of tasks.

use super::super::imports::RequiredImports;
use super::super::layout::{Edit, FileLayout, is_docstring, width};
use super::attribute_init::{AttributeInit, slots};
use crate::python::{Field, Model, NodeId};

/// An attribute to be made.
#[derive(Debug, Clone)]
pub(in crate::fix) struct InstanceAttribute {
    /// Of the instances of this class.
    pub class: NodeId,
    /// How.
    pub init: AttributeInit,
}

impl InstanceAttribute {
    /// The edits that make it: a set of `element`s under this name.
    pub(in crate::fix) fn edits(
        &self,
        layout: &FileLayout<'_>,
        imports: &mut RequiredImports<'_>,
        name: &str,
        element: &str,
    ) -> Vec<Edit> {
        // Within a function it is never evaluated (reference/simple_stmts.html, "Annotated assignment statements").
        let annotation = format!("set[{element}]");
        let body = Body::of(layout, self.class);
        match &self.init {
            AttributeInit::Assigned { behind, constructor, receiver } => {
                let line = format!("{receiver}.{name}: {annotation} = set()");
                let mut edits = vec![assigned(layout, *constructor, *behind, &line)];
                edits.extend(slot(layout, self.class, name));
                edits
            }
            AttributeInit::NewConstructor => {
                let line = format!("self.{name}: {annotation} = set()");
                let inner = format!("{}{}", body.indent, layout.indent_unit(self.class));
                let newline = layout.newline();
                let lines = format!("def __init__(self) -> None:{newline}{inner}{line}");
                let mut edits = vec![body.method(layout, &lines)];
                edits.extend(slot(layout, self.class, name));
                edits
            }
            AttributeInit::DataclassField => {
                let maker = imports.member("dataclasses", "field");
                let arguments = "default_factory=set, init=False, repr=False, compare=False";
                let value = body.call(layout, imports, name, &annotation, &maker, arguments);
                vec![body.attribute(layout, &imports.annotated(name, &annotation, &value))]
            }
            AttributeInit::PydanticPrivate => {
                let maker = imports.member("pydantic", "PrivateAttr");
                let arguments = "default_factory=set";
                let value = body.call(layout, imports, name, &annotation, &maker, arguments);
                vec![body.attribute(layout, &imports.annotated(name, &annotation, &value))]
            }
        }
    }
}

/// A line in `__init__`, behind a statement of it or in front of all.
fn assigned(
    layout: &FileLayout<'_>,
    constructor: NodeId,
    behind: Option<NodeId>,
    line: &str,
) -> Edit {
    let model = layout.model;
    let newline = layout.newline();
    let body = model.child(constructor, Field::Body).unwrap_or(constructor);
    let first = model.tree.first_child(body).unwrap_or(body);
    let indent = model.source.indent(model.tree.start(first));
    match behind {
        Some(statement) => {
            let end = model.source.line_end(model.tree.end(statement));
            Edit::insert(end, format!("{newline}{indent}{line}"))
        }
        // Comments above the first statement stay with it.
        None => {
            let head = model.child(constructor, Field::ReturnType);
            let head = head.or(model.child(constructor, Field::Parameters));
            let end = model.source.line_end(head.map_or(0, |h| model.tree.end(h)));
            Edit::insert(end, format!("{newline}{indent}{line}"))
        }
    }
}

/// The name among the `__slots__` of a class, if it has any.
fn slot(layout: &FileLayout<'_>, class: NodeId, name: &str) -> Option<Edit> {
    let model = layout.model;
    let list = slots(model, class)?;
    let code = model.source.code();
    let close = model.tree.end(list) - 1;
    let Some(last) = model.tree.children(list).last() else {
        let text = if code[close..].starts_with(')') { "," } else { "" };
        return Some(Edit::insert(close, format!("{}{text}", layout.quoted(name))));
    };
    let quote = if model.text(last).ends_with('\'') { '\'' } else { '"' };
    let end = model.tree.end(last);
    let item = format!("{quote}{name}{quote}");
    if layout.is_one_line(list) {
        return Some(Edit::replace(end..close, format!(", {item}")));
    }
    let newline = layout.newline();
    let indent = model.source.indent(model.tree.start(last));
    let comma = code[end..close].trim_start().starts_with(',');
    Some(match comma {
        true => Edit::insert(model.source.line_end(end), format!("{newline}{indent}{item},")),
        false => Edit::insert(end, format!(",{newline}{indent}{item}")),
    })
}

/// The body of a class.
struct Body {
    /// The white space before its statements.
    indent: String,
    /// Where its header ends.
    header: usize,
    /// The last statement above its first `def` or `class`, and whether that is the docstring.
    last: Option<(NodeId, bool)>,
}

impl Body {
    fn of(layout: &FileLayout<'_>, class: NodeId) -> Self {
        let model = layout.model;
        let body = model.child(class, Field::Body).unwrap_or(class);
        let statements: Vec<NodeId> = model.tree.children(body).collect();
        let simple = |s: &&NodeId| model.kind(**s).is_simple_statement();
        let first = model.tree.first_child(body).unwrap_or(body);
        let last = statements.iter().take_while(simple).last().copied();
        let head = model.child(class, Field::Superclasses).or(model.child(class, Field::Name));
        Self {
            indent: model.source.indent(model.tree.start(first)).to_owned(),
            header: model.source.line_end(head.map_or(0, |h| model.tree.end(h))),
            last: last.map(|s| (s, s == first && is_docstring(model, s))),
        }
    }

    /// A definition above all others of the body, with a blank line around it.
    fn method(&self, layout: &FileLayout<'_>, lines: &str) -> Edit {
        let newline = layout.newline();
        let indent = &self.indent;
        match self.last {
            Some((statement, _)) => {
                let end = line_end(layout.model, statement);
                let tail = if is_blank(layout.model, end) { "" } else { newline };
                Edit::insert(end, format!("{newline}{newline}{indent}{lines}{tail}"))
            }
            None => self.first(layout, lines),
        }
    }

    /// An attribute below the others.
    fn attribute(&self, layout: &FileLayout<'_>, line: &str) -> Edit {
        let newline = layout.newline();
        let indent = &self.indent;
        match self.last {
            Some((statement, docstring)) => {
                let gap = if docstring { newline } else { "" };
                let end = line_end(layout.model, statement);
                Edit::insert(end, format!("{newline}{gap}{indent}{line}"))
            }
            None => self.first(layout, line),
        }
    }

    /// Below the header of the class, above everything.
    fn first(&self, layout: &FileLayout<'_>, text: &str) -> Edit {
        let newline = layout.newline();
        let tail = if is_blank(layout.model, self.header) { "" } else { newline };
        Edit::insert(self.header, format!("{newline}{}{text}{tail}", self.indent))
    }

    /// A call that fits behind `name: annotation = `, else broken as black and `ruff format` do it.
    fn call(
        &self,
        layout: &FileLayout<'_>,
        imports: &RequiredImports<'_>,
        name: &str,
        annotation: &str,
        callee: &str,
        arguments: &str,
    ) -> String {
        let flat = format!("{callee}({arguments})");
        let line = format!("{}{}", self.indent, imports.annotated(name, annotation, &flat));
        if width(line.as_bytes()) <= layout.line_length() {
            return flat;
        }
        let newline = layout.newline();
        let indent = &self.indent;
        let unit = layout.indent_unit(NodeId::ROOT);
        format!("{callee}({newline}{indent}{unit}{arguments}{newline}{indent})")
    }
}

fn line_end(model: &Model, statement: NodeId) -> usize {
    model.source.line_end(model.tree.end(statement))
}

/// Whether the line behind the one that ends at a byte is blank, or there is none.
fn is_blank(model: &Model, line_end: usize) -> bool {
    let rest = &model.source.code()[line_end..];
    rest.lines().nth(1).is_none_or(|l| l.trim().is_empty())
}
