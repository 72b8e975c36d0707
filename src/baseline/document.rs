//! The text of a baseline: JSON with a version, one finding a line, in order. It reads no disk.

use serde::Deserialize;
use serde_json::Value;

use super::entry::Entry;

/// The version of the structure.
const VERSION: u64 = 1;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(rename = "version")]
    _version: u64,
    findings: Vec<Entry>,
}

/// The text of a baseline with these entries.
pub fn render(mut entries: Vec<Entry>) -> String {
    entries.sort();
    let line = |entry: &Entry| serde_json::to_string(entry).unwrap_or_default();
    let lines: Vec<String> = entries.iter().map(|entry| format!("\n    {}", line(entry))).collect();
    let end = if lines.is_empty() { "" } else { "\n  " };
    format!("{{\n  \"version\": {VERSION},\n  \"findings\": [{}{end}]\n}}\n", lines.join(","))
}

/// The entries of a baseline.
///
/// # Errors
/// The 1-based line, where one is to blame, and what is wrong.
pub fn parse(text: &str) -> Result<Vec<Entry>, (Option<usize>, String)> {
    let invalid = |error: serde_json::Error| {
        let line = (error.line() > 0).then_some(error.line());
        let why = error.to_string();
        let why = why.split(" at line ").next().unwrap_or_default();
        (line, format!("not a baseline file: {why}"))
    };
    let value: Value = serde_json::from_str(text).map_err(invalid)?;
    match value.get("version").and_then(Value::as_u64) {
        Some(VERSION) => {}
        Some(other) => {
            let why = format!(
                "the baseline has version {other}, and this undangle knows version {VERSION}; \
                 delete the file and make it anew with `--write-baseline`"
            );
            return Err((None, why));
        }
        None => return Err((None, "not a baseline file: it has no `version`".to_owned())),
    }
    let document: Document = serde_json::from_str(text).map_err(invalid)?;
    Ok(document.findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &str) -> Entry {
        let text = |text: &str| text.to_owned();
        Entry { path: text(path), rule: text("UND001"), function: text("f"), text: text("\"x\"") }
    }

    #[test]
    fn one_finding_a_line_in_order_and_back() {
        let text = render(vec![entry("b.py"), entry("a.py")]);
        assert_eq!(
            text,
            "{\n  \"version\": 1,\n  \"findings\": [\n    \
             {\"path\":\"a.py\",\"rule\":\"UND001\",\"function\":\"f\",\"text\":\"\\\"x\\\"\"},\n    \
             {\"path\":\"b.py\",\"rule\":\"UND001\",\"function\":\"f\",\"text\":\"\\\"x\\\"\"}\n  ]\n}\n"
        );
        assert_eq!(parse(&text), Ok(vec![entry("a.py"), entry("b.py")]));
        assert_eq!(parse(&render(Vec::new())), Ok(Vec::new()));
    }

    #[test]
    fn errors_name_the_line() {
        assert_eq!(parse("{\n<<<<<<< HEAD\n").unwrap_err().0, Some(2));
        let unknown = "{\"version\": 1,\n\"findings\": [\n{\"path\": \"a.py\", \"line\": 3}]}";
        let (line, why) = parse(unknown).unwrap_err();
        assert!(line == Some(3) && why.contains("unknown field `line`"), "{line:?} {why}");
        assert!(parse("{\"version\": 2}").unwrap_err().1.contains("version 2"));
        assert!(parse("[]").unwrap_err().1.contains("no `version`"));
    }
}
