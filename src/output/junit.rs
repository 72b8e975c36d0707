//! JUnit XML, for the test reports of CI servers. It shows no source.

use std::path::Path;

use super::text::{sanitize, slash_path};
use crate::fault::Fault;
use crate::run::{FileReport, Item, Report};

/// A suite for each file with open findings and one for the faults; without any a suite that passes.
pub fn junit(report: &Report) -> String {
    let with_findings = report.files.iter().map(|file| (file, file.open()));
    let with_findings: Vec<_> = with_findings.filter(|(_, open)| !open.is_empty()).collect();
    let failures: usize = with_findings.iter().map(|(_, open)| open.len()).sum();
    let errors = report.faults.len();
    let mut suites: Vec<String> = with_findings.iter().map(|(f, open)| suite(f, open)).collect();
    if errors > 0 {
        let cases: String = report.faults.iter().map(error).collect();
        suites.push(test_suite("faults", &cases, errors, 0, errors));
    }
    if suites.is_empty() {
        let case = "    <testcase name=\"undangle\" classname=\"undangle\" time=\"0\"/>\n";
        suites.push(test_suite("undangle", case, 1, 0, 0));
    }
    let tests = (failures + errors).max(1);
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"undangle\" tests=\"{tests}\" failures=\"{failures}\" \
         errors=\"{errors}\" time=\"0\">\n{}</testsuites>\n",
        suites.concat()
    )
}

fn suite(file: &FileReport, open: &[Item<'_>]) -> String {
    let path = slash_path(&file.path);
    let cases: String = open.iter().map(|item| failure(&path, *item)).collect();
    test_suite(&path, &cases, open.len(), open.len(), 0)
}

fn test_suite(name: &str, cases: &str, tests: usize, failures: usize, errors: usize) -> String {
    format!(
        "  <testsuite name=\"{}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"0\" time=\"0\">\n{cases}  \
         </testsuite>\n",
        escape(name)
    )
}

fn failure(path: &str, item: Item<'_>) -> String {
    let (found, start) = (item.found(), item.span().start);
    let (code, name) = (found.rule.code, found.rule.name);
    let (class, path, message) = (class_name(path), escape(path), escape(&found.message));
    format!(
        "    <testcase name=\"{code} {name} {start}\" classname=\"{class}\" time=\"0\">\n      \
         <failure type=\"{code}\" message=\"{message}\">{path}:{start}: {code} {message}</failure>\n    </testcase>\n"
    )
}

fn error(fault: &Fault) -> String {
    let path = slash_path(&fault.path);
    let (class, path, message) = (class_name(&path), escape(&path), escape(&fault.message));
    let kind = fault.kind.as_str();
    format!(
        "    <testcase name=\"{kind}\" classname=\"{class}\" time=\"0\">\n      <error type=\"{kind}\" \
         message=\"{message}\">{path}: {message}</error>\n    </testcase>\n"
    )
}

/// A path without its suffix: readers take what follows the last dot of a class for its name, and the rest for its package.
fn class_name(path: &str) -> String {
    let suffix = Path::new(path).extension().map_or(0, |suffix| suffix.len() + 1);
    escape(&path[..path.len() - suffix])
}

/// Text for an attribute or an element. XML has no place for control characters, not even escaped.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for c in sanitize(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            '\t' => escaped.push_str("&#9;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}
