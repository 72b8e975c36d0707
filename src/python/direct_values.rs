//! The values that attributes get from names with one meaning: an import, a definition or an annotated parameter. Most bodies
//! need no parse for that: their assignments are read as text. It knows no other file.

use std::ops::Range;

use super::annotation_text::outer_names;
use super::class_attributes::AttributeBinding;
use super::model::Model;
use super::origin::Origin;
use super::resolve::gives_more;
use super::scope::{Binding, BindingKind, ScopeId, ScopeKind};
use super::syntax::{
    AttributeText, Field, Kind, LazyBody, NodeId, closing_bracket, is_identifier_byte,
    is_whole_word,
};

/// What an attribute of a class gets, as far as other files may depend on it.
#[derive(Debug)]
pub struct StoredAttribute<'a> {
    /// The class that has the attribute.
    pub class: NodeId,
    /// Its name.
    pub name: &'a str,
    /// The byte at which the value, the annotation or the function begins.
    pub at: usize,
    /// What it gets.
    pub stored: Stored<'a>,
}

/// What an attribute gets: as a node of the tree, or as text of a body that is not parsed.
#[derive(Debug)]
pub enum Stored<'a> {
    /// A binding in what is parsed.
    Binding(AttributeBinding),
    /// A value with these origins, which is reached through names with one meaning.
    Origins(Vec<Origin>),
    /// An annotation, which is read in this scope.
    Annotation(&'a str, ScopeId),
}

/// What a text says of a value.
enum TextValue {
    /// It is not reached through names with one meaning.
    Other,
    /// It has these origins.
    Origins(Vec<Origin>),
    /// The body has to be parsed to tell.
    Unclear,
}

impl Model {
    /// Whether a value is reached through names that are bound once, by an import, a definition or an annotated parameter.
    /// Resolving any other for every attribute of a project would be too slow.
    pub fn is_direct(&self, value: NodeId) -> bool {
        let inner = |field| self.child(value, field).is_some_and(|inner| self.is_direct(inner));
        match self.kind(value) {
            Kind::Identifier => match self.bindings_of(value) {
                [binding] => is_definition(binding) || is_annotated_parameter(binding),
                _ => false,
            },
            Kind::Attribute => inner(Field::Object),
            Kind::Call => {
                let wrapped = self.positional(value);
                inner(Field::Function)
                    || self
                        .child(value, Field::Function)
                        .is_some_and(|f| self.text(f) == "staticmethod")
                        && wrapped.iter().all(|function| self.is_direct(*function))
            }
            Kind::BooleanOperator => self.tree.children(value).any(|side| self.is_direct(side)),
            _ => false,
        }
    }

    /// The attributes of the file's classes as other files may depend on them, sorted by class, name and place. A body whose
    /// text does not tell is parsed for it.
    pub fn stored_attributes(&self) -> Vec<StoredAttribute<'_>> {
        let mut found = Vec::new();
        self.add_bindings(None, &mut found);
        for (body, lazy) in self.tree.lazy_bodies() {
            let Some(stored) = &lazy.stored else { continue };
            let known = found.len();
            let is_clear = !self.tree.is_parsed(body)
                && stored.attributes.iter().all(|one| self.add_text(body, lazy, one, &mut found));
            if !is_clear {
                found.truncate(known);
                self.add_bindings(Some(body), &mut found);
            }
        }
        found.sort_by_key(|one: &StoredAttribute<'_>| (one.class, one.name, one.at));
        found
    }

    /// Adds the bindings in a body, which is parsed for it, or outside of all lazy bodies.
    fn add_bindings<'a>(&'a self, body: Option<usize>, found: &mut Vec<StoredAttribute<'a>>) {
        let code = self.source.code();
        for (class, name, bindings) in self.attributes_of(body).iter(code) {
            found.extend(bindings.iter().map(|binding| StoredAttribute {
                class,
                name,
                at: self.tree.start(binding.node()),
                stored: Stored::Binding(*binding),
            }));
        }
    }

    /// Adds what a line of a body that is not parsed stores; says whether its text tells.
    fn add_text<'a>(
        &'a self,
        body: usize,
        lazy: &LazyBody,
        text: &AttributeText,
        found: &mut Vec<StoredAttribute<'a>>,
    ) -> bool {
        let function = self.tree.function_of_body(body);
        let scope = self.scope_of(function);
        let Some(Origin::Instance(class) | Origin::Class(class)) = self.receiver_class(function, 0)
        else {
            return true;
        };
        let code = self.source.code();
        let mut add = |at: usize, stored| {
            found.push(StoredAttribute { class, name: &code[text.name.clone()], at, stored });
        };
        let annotation = code[text.annotation.clone()].trim();
        if !annotation.is_empty() {
            // Comments and continued lines are left to the parser.
            if annotation.contains(['#', '\\']) {
                return false;
            }
            add(text.annotation.start, Stored::Annotation(annotation, scope));
        }
        match self.value_of_text(lazy, scope, text.value.clone()) {
            TextValue::Other => {}
            TextValue::Origins(origins) => add(text.value.start, Stored::Origins(origins)),
            TextValue::Unclear => return false,
        }
        true
    }

    /// What the text of a value says, in a method whose class has this scope.
    fn value_of_text(&self, lazy: &LazyBody, scope: ScopeId, value: Range<usize>) -> TextValue {
        let text = self.source.code()[value].trim();
        let Some(operands) = operands(text) else { return TextValue::Unclear };
        if let [operand] = operands[..] {
            return self.operand_of_text(lazy, scope, operand);
        }
        let is_other =
            |text: &&str| matches!(self.operand_of_text(lazy, scope, text), TextValue::Other);
        if operands.iter().all(is_other) { TextValue::Other } else { TextValue::Unclear }
    }

    fn operand_of_text(&self, lazy: &LazyBody, scope: ScopeId, text: &str) -> TextValue {
        let Some(path) = ValuePath::of(text) else { return TextValue::Other };
        if path.name == "staticmethod" {
            return TextValue::Unclear;
        }
        let origins = match self.name_in_body(lazy, scope, path.name) {
            TextValue::Origins(origins) => origins,
            other => return other,
        };
        match (&path.shape, &origins[..]) {
            (PathShape::Plain, _) if path.rest.is_empty() => TextValue::Origins(origins),
            (PathShape::Called, [Origin::Class(class)]) if path.rest.is_empty() => {
                TextValue::Origins(vec![Origin::Instance(*class)])
            }
            (PathShape::Plain, [Origin::Path(base)]) => {
                TextValue::Origins(vec![Origin::Path(format!("{base}{}", path.rest))])
            }
            (PathShape::Called, [Origin::Path(base)]) => {
                let whole = format!("{base}{}", path.rest);
                match gives_more(&whole) {
                    true => TextValue::Unclear,
                    false => TextValue::Origins(vec![Origin::Path(format!("{whole}()"))]),
                }
            }
            _ => TextValue::Unclear,
        }
    }

    /// What a name in a body that is not parsed stands for.
    fn name_in_body(&self, lazy: &LazyBody, scope: ScopeId, name: &str) -> TextValue {
        let code = self.source.code();
        let mut is_bound = false;
        for range in lazy.stored.iter().flat_map(|stored| &stored.bindings) {
            let text = &code[range.clone()];
            // The only target of an assignment.
            if text == name {
                return TextValue::Other;
            }
            is_bound |= has_word(text, name);
        }
        if is_bound || !self.scopes.scope(ScopeId::MODULE).star_imports().is_empty() {
            return TextValue::Unclear;
        }
        let parameters = &code[lazy.parameters()];
        if has_word(parameters, name) {
            match parameter_annotation(parameters, name) {
                ParameterText::Absent => {}
                ParameterText::Plain => return TextValue::Other,
                ParameterText::Unclear => return TextValue::Unclear,
                ParameterText::Annotated(annotation) => {
                    return self.annotated_value(annotation, scope);
                }
            }
        }
        let mut around = self.scopes.chain(scope);
        let Some(outer) = around.find(|id| self.scopes.scope(*id).kind != ScopeKind::Class) else {
            return TextValue::Other;
        };
        let Some((owner, symbol)) = self.lookup(outer, name) else { return TextValue::Other };
        match self.scopes.bindings(owner, symbol) {
            [binding] if is_definition(binding) => {
                TextValue::Origins(self.binding_origins(binding))
            }
            _ => TextValue::Other,
        }
    }

    /// The origins of a parameter with an annotation.
    fn annotated_value(&self, annotation: &str, scope: ScopeId) -> TextValue {
        let is_simple = |c: char| c.is_alphanumeric() || "_.|[], \"'".contains(c);
        if !annotation.chars().all(is_simple) {
            return TextValue::Unclear;
        }
        for name in outer_names(annotation) {
            let Some((first, _)) = name.split_once('.') else { continue };
            let bindings = self
                .lookup(scope, first)
                .map(|(owner, symbol)| self.scopes.bindings(owner, symbol));
            if !bindings.is_some_and(|all| all.iter().all(is_import)) {
                return TextValue::Unclear;
            }
        }
        match self.annotation_origins(annotation, scope) {
            origins if origins.is_empty() => TextValue::Other,
            origins => TextValue::Origins(origins),
        }
    }
}

/// Whether a binding is an import or a definition.
fn is_definition(binding: &Binding) -> bool {
    is_import(binding) || matches!(binding.kind, BindingKind::Class(_) | BindingKind::Function(_))
}

fn is_import(binding: &Binding) -> bool {
    matches!(binding.kind, BindingKind::Import { .. } | BindingKind::ImportFrom { .. })
}

fn is_annotated_parameter(binding: &Binding) -> bool {
    matches!(binding.kind, BindingKind::Parameter { annotation: Some(_), .. })
}

fn has_word(text: &str, word: &str) -> bool {
    let mut found = memchr::memmem::find_iter(text.as_bytes(), word);
    found.any(|at| is_whole_word(text.as_bytes(), at, word.len()))
}

/// A value that begins with a name.
struct ValuePath<'a> {
    name: &'a str,
    /// The attributes behind the name, each with its dot.
    rest: &'a str,
    shape: PathShape,
}

#[derive(PartialEq, Eq)]
enum PathShape {
    /// A name or an attribute.
    Plain,
    /// A call of one.
    Called,
    /// An access to what a call gives, or what the text does not tell.
    Unclear,
}

impl<'a> ValuePath<'a> {
    /// The path of a value without boolean operators; none where it is another expression.
    fn of(text: &'a str) -> Option<Self> {
        let bytes = text.as_bytes();
        let word =
            |from: usize| bytes[from..].iter().take_while(|b| is_identifier_byte(**b)).count();
        let length = word(0);
        let name = &text[..length];
        if length == 0 || bytes[0].is_ascii_digit() || NO_NAMES.contains(&name) {
            return None;
        }
        let mut end = length;
        while bytes.get(end) == Some(&b'.') && word(end + 1) > 0 {
            end += 1 + word(end + 1);
        }
        let rest = &text[length..end];
        let mut shape = PathShape::Plain;
        if bytes.get(end) == Some(&b'(') {
            let Some(close) = closing_bracket(bytes, end) else {
                return Some(Self { name, rest, shape: PathShape::Unclear });
            };
            (shape, end) = (PathShape::Called, close + 1);
        }
        match text[end..].trim_start().bytes().next() {
            None => {}
            Some(b'.' | b'(' | b'\\' | b'#') => shape = PathShape::Unclear,
            // An operator, or a subscript.
            Some(_) => return None,
        }
        Some(Self { name, rest, shape })
    }
}

/// Words that begin a value and are no names.
const NO_NAMES: [&str; 7] = ["None", "True", "False", "not", "await", "yield", "lambda"];

/// The operands of the boolean operators of a value; none in doubt.
fn operands(text: &str) -> Option<Vec<&str>> {
    if !has_word(text, "or") && !has_word(text, "and") {
        return Some(vec![text]);
    }
    let bytes = text.as_bytes();
    let (mut found, mut start, mut at) = (Vec::new(), 0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'(' | b'[' | b'{' => at = closing_bracket(bytes, at)? + 1,
            b'"' | b'\'' | b'#' | b'\\' => return None,
            byte if is_identifier_byte(byte) => {
                let length = bytes[at..].iter().take_while(|b| is_identifier_byte(**b)).count();
                if matches!(&text[at..at + length], "or" | "and") {
                    found.push(text[start..at].trim());
                    start = at + length;
                }
                at += length;
            }
            _ => at += 1,
        }
    }
    found.push(text[start..].trim());
    Some(found)
}

/// What the text of the parameters says of one with a name.
enum ParameterText<'a> {
    Absent,
    /// Without an annotation, or variadic.
    Plain,
    Annotated(&'a str),
    Unclear,
}

/// Finds a parameter in the text between the brackets of a `def`.
fn parameter_annotation<'a>(parameters: &'a str, name: &str) -> ParameterText<'a> {
    if parameters.contains(['#', '\\']) || parameters.contains("lambda") {
        return ParameterText::Unclear;
    }
    let bytes = parameters.as_bytes();
    let (mut depth, mut start, mut at) = (0_usize, 0, 0);
    let (mut colon, mut equals) = (None, None);
    let mut quote = None;
    while at <= bytes.len() {
        let byte = bytes.get(at).copied().unwrap_or(b',');
        match (quote, byte) {
            (Some(_), _) if at == bytes.len() => return ParameterText::Unclear,
            (Some(open), _) => quote = Some(open).filter(|_| byte != open),
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'(' | b'[' | b'{') => depth += 1,
            (None, b')' | b']' | b'}') => depth = depth.saturating_sub(1),
            (None, b':') if depth == 0 => {
                colon.get_or_insert(at);
            }
            (None, b'=') if depth == 0 => {
                equals.get_or_insert(at);
            }
            (None, b',') if depth == 0 || at == bytes.len() => {
                let end = equals.unwrap_or(at);
                let own = parameters[start..colon.unwrap_or(end)].trim();
                let is_variadic = own.starts_with('*');
                if own.trim_start_matches('*').trim() == name {
                    return match colon {
                        // The receiver.
                        Some(_) if start == 0 => ParameterText::Unclear,
                        Some(colon) if !is_variadic => {
                            ParameterText::Annotated(parameters[colon + 1..end].trim())
                        }
                        _ => ParameterText::Plain,
                    };
                }
                (start, colon, equals) = (at + 1, None, None);
            }
            _ => {}
        }
        at += 1;
    }
    ParameterText::Absent
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::text::SourceFile;

    const CODE: &str = "\
import asyncio
from clients import Client, open_client
from typing import Optional


class Queue: ...


class App:
    def __init__(self, size, client: Client, loop: Optional[asyncio.AbstractEventLoop], *rest: Client):
        local = size
        Queue = size
        self.size = size
        self.client = client
        self.loop = loop
        self.rest = rest
        self.local = local
        self.shadowed = Queue()
        self.made = open_client(size, ')')
        self.inner = client.inner
        self.text = str(size)
        self.sum = client + size
        self.item = client[0]
        self.choice = size or None

    def reset(self, client: Client = None):
        self.other = client or open_client()

    def fill(self):
        self.queue: Optional[Queue] = Queue()
        self.events = asyncio.Event()
";

    fn model(is_lazy: bool) -> Model {
        let source = SourceFile::new(Path::new("app.py"), CODE.as_bytes().to_vec()).unwrap();
        match is_lazy {
            true => Model::partial(source, "app", &[]),
            false => Model::new(source, "app"),
        }
    }

    /// The attributes whose value is reached through names with one meaning, with the origins of that.
    fn values(model: &Model) -> Vec<String> {
        let shown = |one: StoredAttribute<'_>| {
            let origins = match one.stored {
                Stored::Binding(AttributeBinding::Value(value)) if model.is_direct(value) => {
                    model.origins(value)
                }
                Stored::Origins(origins) => origins,
                _ => return None,
            };
            let paths: Vec<String> = origins
                .iter()
                .map(|origin| match origin {
                    Origin::Path(path) => path.clone(),
                    Origin::Instance(class) => format!("{}()", model.name_of(*class)),
                    _ => "?".to_owned(),
                })
                .collect();
            (paths != ["?"]).then(|| format!("{} {}", one.name, paths.join(" ")))
        };
        model.stored_attributes().into_iter().filter_map(shown).collect()
    }

    #[test]
    fn the_text_of_a_body_tells_what_its_tree_does() {
        let lazy = model(true);
        let expected = [
            "client clients.Client()",
            "events asyncio.Event()",
            "inner clients.Client().inner",
            "loop asyncio.AbstractEventLoop()",
            "made clients.open_client()",
            "other clients.Client() clients.open_client()",
            "queue Queue()",
        ];
        assert_eq!(values(&lazy), expected);
        assert_eq!(values(&model(false)), expected);
        // Operands are left to the parser.
        let parsed: Vec<usize> = lazy.tree.parsed_bodies().collect();
        assert_eq!(parsed, [1]);
    }
}
