//! The text of a new attribute on the instances of a class: in `__init__`, as a dataclass field, or
//! as a pydantic attribute. It must not know what the attribute is for.

use super::super::imports::RequiredImports;
use super::super::layout::{Edit, FileLayout, is_docstring, width};
use super::attribute_init::{AttributeInit, slots};
use crate::python::{Field, Model, NodeId};

/// A new attribute.
#[derive(Debug, Clone)]
pub(in crate::fix) struct InstanceAttribute {
    /// The class of the instances.
    pub class: NodeId,
    /// How they get it.
    pub init: AttributeInit,
}

impl InstanceAttribute {
    /// The edits that add a set of `element`s under this name.
    pub(in crate::fix) fn edits(
        &self,
        layout: &FileLayout<'_>,
        imports: &mut RequiredImports<'_>,
        name: &str,
        element: &str,
    ) -> Vec<Edit> {
        // Annotations of attributes in a function are not evaluated (reference/simple_stmts.html,
        // "Annotated assignment statements").
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
                vec![body.field(layout, imports, (name, &annotation), &maker, arguments)]
            }
            AttributeInit::PydanticPrivate => {
                let maker = imports.member("pydantic", "PrivateAttr");
                let arguments = "default_factory=set";
                vec![body.field(layout, imports, (name, &annotation), &maker, arguments)]
            }
        }
    }
}

/// A line in `__init__`, below a statement or above all of them.
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
    // Comments above the first statement stay with it.
    let above = behind
        .or_else(|| model.child(constructor, Field::ReturnType))
        .or_else(|| model.child(constructor, Field::Parameters));
    let end = above.map_or(0, |node| line_end(model, node));
    Edit::insert(end, format!("{newline}{indent}{line}"))
}

/// Adds the name to the `__slots__` of a class, if it has any.
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
    /// The indentation of its statements.
    indent: String,
    /// The byte where its header ends.
    header: usize,
    /// The last statement above its first `def` or `class`, and whether it is the docstring.
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

    /// Inserts a method above all others, with blank lines around it.
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

    /// Inserts an attribute below the others.
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

    /// Inserts text directly below the header of the class.
    fn first(&self, layout: &FileLayout<'_>, text: &str) -> Edit {
        let newline = layout.newline();
        let tail = if is_blank(layout.model, self.header) { "" } else { newline };
        Edit::insert(self.header, format!("{newline}{}{text}{tail}", self.indent))
    }

    /// Inserts an attribute with a call as its value, broken as black and `ruff format` do it where
    /// the line is too long.
    fn field(
        &self,
        layout: &FileLayout<'_>,
        imports: &RequiredImports<'_>,
        (name, annotation): (&str, &str),
        callee: &str,
        arguments: &str,
    ) -> Edit {
        let indent = &self.indent;
        let with = |value: String| imports.annotated(name, annotation, &value);
        let flat = with(format!("{callee}({arguments})"));
        if width(format!("{indent}{flat}").as_bytes()) <= layout.line_length() {
            return self.attribute(layout, &flat);
        }
        let (newline, unit) = (layout.newline(), layout.indent_unit(NodeId::ROOT));
        let inside = format!("{newline}{indent}{unit}{arguments}{newline}{indent}");
        self.attribute(layout, &with(format!("{callee}({inside})")))
    }
}

fn line_end(model: &Model, statement: NodeId) -> usize {
    model.source.line_end(model.tree.end(statement))
}

/// Whether the line after the one that ends at a byte is blank or missing.
fn is_blank(model: &Model, line_end: usize) -> bool {
    let rest = &model.source.code()[line_end..];
    rest.lines().nth(1).is_none_or(|l| l.trim().is_empty())
}
