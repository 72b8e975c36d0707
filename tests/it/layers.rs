//! The layers, read off the files: a file uses only what stands above it in `lib.rs` and in each `mod.rs` around it, by path or by
//! method. It runs none of the code that it reads.
//!
//! A call of a trait's method goes to the trait: that is how a file may call what stands below it, and each such trait is listed here.
//! Calls are seen where the receiver is `self`, or a name that is declared with its type.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::files;

/// The path of a module in the crate: `["tasks", "escape"]`. That of `lib.rs` is empty.
type Module = Vec<String>;

/// The source files by module. The test code in them is left out.
struct Crate {
    files: BTreeMap<Module, SourceText>,
}

/// The code of one file.
struct SourceText {
    path: PathBuf,
    /// The statements with the 1-based lines on which they begin; only `use` statements and chains of methods are joined.
    statements: Vec<(usize, String)>,
}

/// A reference, by its 1-based line and as it is written, to something in another module.
type Reference = (usize, String, Module);

impl Crate {
    fn read() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let is_source = |p: &Path| p.extension().is_some_and(|e| e == "rs");
        let found = files::files("src", &is_source).into_iter().map(|path| {
            let inside = path.strip_prefix(&root).unwrap().with_extension("");
            let mut module: Module =
                inside.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
            module.pop_if(|last| ["lib", "mod"].contains(&last.as_str()));
            let statements = statements(&fs::read_to_string(&path).unwrap());
            (module, SourceText { path, statements })
        });
        let mut files: BTreeMap<Module, SourceText> = found.collect();
        // The program is another crate.
        files.remove(&vec!["main".to_owned()]);
        Self { files }
    }

    /// The modules that a `lib.rs` or `mod.rs` lists, in its order.
    fn plan(&self, folder: &[String]) -> Vec<&str> {
        let lines = self.files[folder].statements.iter();
        lines.filter_map(|(_, line)| module_name(line)).collect()
    }

    /// The module that defines what a path from the root names, re-exports followed.
    fn home(&self, path: &[String]) -> Module {
        let mut module = Module::new();
        let mut rest = path.to_vec();
        while !rest.is_empty() {
            let name = rest.remove(0);
            module.push(name);
            if self.files.contains_key(&module) {
                continue;
            }
            let name = module.pop().unwrap();
            if let Some(source) = self.re_export(&module, &name) {
                rest.splice(0..0, source);
            } else {
                break;
            }
        }
        module
    }

    /// Where a `mod.rs` has a name from, as a path in its folder.
    fn re_export(&self, folder: &[String], name: &str) -> Option<Vec<String>> {
        let lines = self.files.get(folder)?.statements.iter();
        let used = lines.filter_map(|(_, line)| used(line)).flatten();
        let mut named = used.filter_map(|path| {
            let (path, alias) = path.split_once(" as ").unwrap_or((&path, ""));
            let path: Vec<String> = path.split("::").map(str::to_owned).collect();
            let own = if alias.is_empty() { path.last()? } else { alias };
            (own == name && path.len() > 1).then_some(path)
        });
        named.find(|path| self.plan(folder).contains(&path[0].as_str()))
    }

    /// Whether a module stands below another where they part. What a `mod.rs` defines stands below its folder's files.
    fn is_below(&self, other: &[String], own: &[String]) -> bool {
        let common = own.iter().zip(other).take_while(|(a, b)| a == b).count();
        let plan = || self.plan(&own[..common]);
        let place = |name: &String| plan().iter().position(|m| m == name);
        match (own.get(common), other.get(common)) {
            (Some(own), Some(other)) => place(other) > place(own),
            (Some(_), None) => true,
            (None, _) => false,
        }
    }

    /// What a file names by paths of the crate.
    fn paths(&self, module: &Module) -> Vec<Reference> {
        let text = &self.files[module];
        let absolute = |path: &str| -> Option<Module> {
            let mut segments = path.split(" as ").next()?.split("::").peekable();
            let mut found = module.clone();
            match segments.next()? {
                "crate" => found.clear(),
                "super" => found.truncate(found.len().checked_sub(1)?),
                "self" => {}
                _ => return None,
            }
            while segments.next_if_eq(&"super").is_some() {
                found.pop();
            }
            found.extend(segments.filter(|s| !["self", "*"].contains(s)).map(str::to_owned));
            Some(found)
        };
        let mut found = Vec::new();
        for (number, line) in &text.statements {
            let paths = used(line).unwrap_or_else(|| inline_paths(line));
            let named = paths.into_iter().filter_map(|p| Some((*number, absolute(&p)?, p)));
            found.extend(named.map(|(number, path, written)| (number, written, self.home(&path))));
        }
        found
    }

    /// The methods of each type, with the files that define them. Those of traits are left out.
    fn methods(&self) -> BTreeMap<String, BTreeMap<String, BTreeSet<&Module>>> {
        let mut found: BTreeMap<String, BTreeMap<String, BTreeSet<&Module>>> = BTreeMap::new();
        for (module, text) in &self.files {
            for (own, _, line) in text.with_blocks() {
                let Some(own) = own.filter(|own| !own.is_of_trait) else { continue };
                let Some(name) = method_name(line) else { continue };
                let methods = found.entry(own.of.to_owned()).or_default();
                methods.entry(name.to_owned()).or_default().insert(module);
            }
        }
        found
    }

    /// The variables and fields of the whole crate, with their types; those with several types are left out.
    fn names(&self) -> BTreeMap<&str, &str> {
        single(self.files.values().flat_map(SourceText::names))
    }
}

/// The keys that have a single value.
fn single<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> BTreeMap<&'a str, &'a str> {
    let mut values: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (key, value) in pairs {
        values.entry(key).or_default().insert(value);
    }
    let only = |(key, all): (_, BTreeSet<_>)| Some((key, *all.first()?)).filter(|_| all.len() == 1);
    values.into_iter().filter_map(only).collect()
}

impl SourceText {
    /// Each statement with its line and the `impl` block that it is in.
    fn with_blocks(&self) -> impl Iterator<Item = (Option<Block<'_>>, usize, &str)> {
        let mut own = None;
        self.statements.iter().map(move |(number, line)| {
            if line == "}" || line.starts_with("impl") {
                own = implemented(line);
            }
            (own, *number, line.as_str())
        })
    }

    /// The names that are declared with a type.
    fn names(&self) -> impl Iterator<Item = (&str, &str)> {
        self.statements.iter().flat_map(|(_, line)| declared(line))
    }
}

/// An `impl` block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Block<'a> {
    of: &'a str,
    is_of_trait: bool,
}

/// The lines that are code and no test: up to `#[cfg(test)]`, comments left out. `use` statements and chains of methods are one
/// line each; indentation is kept.
fn statements(text: &str) -> Vec<(usize, String)> {
    let mut joined: Vec<(usize, String)> = Vec::new();
    let mut is_open = false;
    for (number, line) in text.lines().enumerate() {
        if line.trim() == "#[cfg(test)]" {
            break;
        }
        if line.trim_start().starts_with("//") {
            continue;
        }
        let is_chained = line.trim_start().starts_with('.');
        match joined.last_mut().filter(|_| is_open || is_chained) {
            Some((_, last)) => last.push_str(line.trim()),
            None => joined.push((number + 1, line.to_owned())),
        }
        let last = &joined.last().unwrap().1;
        is_open = without_visibility(last).starts_with("use ") && !last.ends_with(';');
    }
    joined
}

/// A statement without indentation and `pub(...)`.
fn without_visibility(line: &str) -> &str {
    let line = line.trim_start();
    match line.strip_prefix("pub") {
        Some(rest) if rest.starts_with('(') => rest.split_once(')').unwrap().1.trim_start(),
        Some(rest) if rest.starts_with(' ') => rest.trim_start(),
        _ => line,
    }
}

/// The module that a line declares.
fn module_name(line: &str) -> Option<&str> {
    without_visibility(line).strip_prefix("mod ")?.strip_suffix(';')
}

/// The paths that a `use` statement names, braces resolved.
fn used(line: &str) -> Option<Vec<String>> {
    let tree = without_visibility(line).strip_prefix("use ")?.strip_suffix(';')?;
    Some(leaves(tree))
}

/// The paths of a `use` tree: of `a::{b, c::{d, e}}` they are `a::b`, `a::c::d`, `a::c::e`.
fn leaves(tree: &str) -> Vec<String> {
    let Some((prefix, list)) = tree.split_once('{') else { return vec![tree.trim().to_owned()] };
    let list = list.trim_end().strip_suffix('}').unwrap();
    let mut depth = 0;
    let is_border = |c: char| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        c == ',' && depth == 0
    };
    let parts = list.split(is_border).filter(|part| !part.trim().is_empty());
    parts.flat_map(leaves).map(|leaf| format!("{}{leaf}", prefix.trim())).collect()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The word at the beginning of a text.
fn first_word(text: &str) -> &str {
    &text[..text.find(|c| !is_word(c)).unwrap_or(text.len())]
}

/// The word at the end of a text.
fn last_word(text: &str) -> &str {
    &text[text.rfind(|c| !is_word(c)).map_or(0, |at| at + 1)..]
}

/// The paths in an expression or type that begin with `crate`, `super` or `self`. Visibilities are no uses.
fn inline_paths(line: &str) -> Vec<String> {
    let starts = line.match_indices("::").map(|(at, _)| at).filter(|at| {
        let root = last_word(&line[..*at]);
        let before = &line[..at - root.len()];
        ["crate", "super", "self"].contains(&root)
            && !before.ends_with("::")
            && !before.ends_with("pub(in ")
    });
    let path = |at: usize| {
        let start = at - last_word(&line[..at]).len();
        let end =
            line[start..].find(|c| !is_word(c) && c != ':').map_or(line.len(), |end| start + end);
        line[start..end].trim_end_matches(':').to_owned()
    };
    starts.map(path).collect()
}

/// The `impl` block that a line opens.
fn implemented(line: &str) -> Option<Block<'_>> {
    let header = line.strip_prefix("impl")?.strip_suffix(" {")?;
    let header = match header.strip_prefix('<') {
        Some(generic) => generic.split_once("> ")?.1,
        None => header.trim_start(),
    };
    let of = header.split_once(" for ").map(|(_, of)| of);
    Some(Block { of: first_word(of.unwrap_or(header)), is_of_trait: of.is_some() })
}

/// The function that a line of an `impl` block defines.
fn method_name(line: &str) -> Option<&str> {
    let line = without_visibility(line.strip_prefix("    ").filter(|rest| !rest.starts_with(' '))?);
    let line = line.strip_prefix("const ").unwrap_or(line);
    line.strip_prefix("fn ").map(first_word)
}

/// The names that a line declares with a type: of `model: &'a Model` it is `model` with `Model`.
fn declared(line: &str) -> Vec<(&str, &str)> {
    let borders = line.match_indices(": ").map(|(at, _)| at);
    let typed = borders.filter_map(|at| {
        let name = last_word(&line[..at]);
        let mut of = line[at + 2..].trim_start_matches('&');
        if of.starts_with('\'') {
            of = of.split_once(' ')?.1;
        }
        let of = first_word(of.strip_prefix("mut ").unwrap_or(of));
        let is_type = of.starts_with(char::is_uppercase);
        (is_type && name.starts_with(char::is_lowercase)).then_some((name, of))
    });
    let made = || {
        let (name, value) = line.trim_start().strip_prefix("let ")?.split_once(" = ")?;
        let of = value.split_once("::")?.0;
        let is_type = of.starts_with(char::is_uppercase) && of.chars().all(is_word);
        is_type.then(|| (name.strip_prefix("mut ").unwrap_or(name), of))
    };
    typed.chain(made()).collect()
}

/// The calls `receiver.method(...)` and `Type::function(...)` in a line: the receiver's last name, and the method.
fn calls(line: &str) -> Vec<(&str, &str)> {
    let opened = line.match_indices('(').map(|(at, _)| &line[..at]);
    let call = |before: &'_ str| -> Option<(usize, usize)> {
        let method = last_word(before).len();
        let rest = &before[..before.len() - method];
        let receiver = rest.strip_suffix("::").or_else(|| rest.strip_suffix('.'))?;
        Some((receiver.len(), method)).filter(|_| method > 0)
    };
    opened
        .filter_map(|before| {
            let (receiver, method) = call(before)?;
            Some((last_word(&before[..receiver]), &before[before.len() - method..]))
        })
        .collect()
}

#[test]
fn paths_are_read_through_braces_and_whole_words() {
    let of = |line: &str| used(line).unwrap();
    assert_eq!(of("use crate::fix::patch;"), ["crate::fix::patch"]);
    assert_eq!(
        of("    pub(in crate::a) use b::{c, d::{self, e as f}};"),
        ["b::c", "b::d::self", "b::d::e as f"]
    );
    assert_eq!(
        inline_paths("let x = crate::run::walk(super::super::y);"),
        ["crate::run::walk", "super::super::y"]
    );
    assert_eq!(inline_paths("pub(in crate::tasks) fn f(x: mycrate::y, z: a::super::b)"), [""; 0]);
    let joined = statements(
        "use crate::{\n    fix,\n    run::x,\n};\n    self\n        .f()\n// x\nfn f() {}\n",
    );
    assert_eq!(joined[0].1, "use crate::{fix,run::x,};");
    assert_eq!(joined[1], (5, "    self.f()".to_owned()));
    assert_eq!(joined[2], (8, "fn f() {}".to_owned()));
}

#[test]
fn methods_and_their_calls_are_read() {
    let of_model = |is_of_trait| Some(Block { of: "Model", is_of_trait });
    assert_eq!(implemented("impl<'a> Model<'a> {"), of_model(false));
    assert_eq!(implemented("impl Display for Model {"), of_model(true));
    assert_eq!(method_name("    pub(in crate::tasks) fn spawner(&self) {"), Some("spawner"));
    assert_eq!(method_name("        fn inner() {"), None);
    assert_eq!(declared("fn f(model: &'a Model, x: usize) {"), [("model", "Model")]);
    assert_eq!(declared("    let mut found = Graph::new();"), [("found", "Graph")]);
    assert_eq!(
        calls("a.b(self.model.text(x), Self::of(y))"),
        [("a", "b"), ("model", "text"), ("Self", "of")]
    );
}

#[test]
fn re_exports_lead_to_the_file_that_defines_a_name() {
    let of = |module: &str, lines: &[&str]| {
        let module: Module =
            module.split("::").filter(|m| !m.is_empty()).map(str::to_owned).collect();
        let statements = statements(&lines.join("\n"));
        (module, SourceText { path: PathBuf::new(), statements })
    };
    let code = Crate {
        files: BTreeMap::from([
            of("", &["pub mod low;", "pub mod high;"]),
            of("low", &[]),
            of("high", &["mod a;", "mod b;", "pub use b::{Y as Z, X};"]),
            of(
                "high::a",
                &["use super::Z;", "use crate::high::b::X;", "crate::low::f(self::g);", "super::W"],
            ),
            of("high::b", &["use super::a;"]),
        ]),
    };
    let below = |module: &str| -> Vec<String> {
        let (module, _) = of(module, &[]);
        let paths = code.paths(&module).into_iter();
        paths
            .filter(|(_, _, home)| code.is_below(home, &module))
            .map(|(_, written, _)| written)
            .collect()
    };
    assert_eq!(below("high::a"), ["super::Z", "crate::high::b::X", "super::W"]);
    assert_eq!(below("high::b"), [""; 0]);
}

#[test]
fn a_file_names_only_what_stands_above_it() {
    let code = Crate::read();
    let mut wrong = Vec::new();
    for (module, text) in &code.files {
        for (number, written, home) in code.paths(module) {
            if code.is_below(&home, module) {
                wrong.push(down(text, number, &written, &home));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn a_file_calls_only_methods_that_stand_above_it() {
    let code = Crate::read();
    let (methods, names) = (code.methods(), code.names());
    let mut wrong = Vec::new();
    for (module, text) in &code.files {
        let own_names = single(text.names());
        for (own, number, line) in text.with_blocks() {
            for (receiver, method) in calls(line) {
                let of = match receiver {
                    "self" | "Self" => own.map(|own| own.of),
                    receiver if methods.contains_key(receiver) => Some(receiver),
                    receiver => own_names.get(receiver).or_else(|| names.get(receiver)).copied(),
                };
                let homes = of.and_then(|of| methods.get(of)?.get(method)).into_iter().flatten();
                let homes: Vec<_> = homes.collect();
                if !homes.is_empty() && homes.iter().all(|home| code.is_below(home, module)) {
                    wrong.push(down(text, number, &format!("{receiver}.{method}"), homes[0]));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// The traits, which are declared above what implements them: the only ways down.
const RECURSIONS: &[&str] = &[
    "src/run/folder_config.rs: trait ConfigSource",
    "src/tasks/effects/param_guard.rs: trait ArgumentFacts",
    "src/tasks/escape/analyzer.rs: trait Follow",
    "src/tasks/prefilter/visible_sets.rs: trait Packages",
];

#[test]
fn every_way_down_is_declared() {
    let code = Crate::read();
    let found = code.files.values().flat_map(|text| {
        let lines = text.statements.iter().map(|(_, line)| without_visibility(line));
        let names = lines.filter_map(|line| line.strip_prefix("trait ").map(first_word));
        names.map(|name| format!("{}: trait {name}", shown(&text.path)))
    });
    assert_eq!(found.collect::<Vec<_>>(), RECURSIONS);
}

/// A file as messages name it.
fn shown(path: &Path) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}

fn down(text: &SourceText, number: usize, written: &str, home: &[String]) -> String {
    let path = shown(&text.path);
    format!(
        "{path}:{number}: uses `{written}` of `{}`, which stands below it: move what is shared up, or what uses it down",
        home.join("::")
    )
}
