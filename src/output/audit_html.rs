//! The audit as one self-contained HTML page; its style and script are beside this file. It classifies
//! nothing.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::audit_patch::hunks;
use super::audit_rows::{Row, by_risk, by_verdict, conclusion, rows};
use super::excerpt::excerpt;
use super::text::{display_path, plural, sanitize};
use crate::audit::{RelatedLocation, Risk};
use crate::run::Report;
use crate::tasks::Verdict;

const STYLE: &str = include_str!("audit.css");
const SCRIPT: &str = include_str!("audit.js");

/// The columns: the heading, and the label of a cell on its own.
const HEAD: [(&str, &str); 9] = [
    ("risk", "Risk"),
    ("site", "Site"),
    ("coroutine", "Coroutine"),
    ("owner", "Owner"),
    ("lifetime", "Lifetime"),
    ("stop", "Stopped by"),
    ("failure", "Failure"),
    ("cancellation", "Cancellation"),
    ("action", "Action"),
];

/// The whole page.
pub fn audit_html(report: &Report) -> String {
    let rows = rows(report);
    let mut page = Page { text: String::new() };
    page.put("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.put("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.put("<meta name=\"color-scheme\" content=\"light dark\">\n<title>Task audit</title>\n");
    page.put(&format!("<style>\n{STYLE}</style>\n</head>\n<body>\n"));
    page.head(report, &rows);
    page.filters(&rows);
    page.put("<div class=\"columns\">\n");
    page.tree(&rows);
    page.table(&rows);
    page.put("</div>\n");
    page.findings(report);
    page.put(&format!(
        "<footer>undangle {}</footer>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n",
        env!("CARGO_PKG_VERSION")
    ));
    page.text
}

struct Page {
    text: String,
}

impl Page {
    fn put(&mut self, piece: &str) {
        self.text.push_str(piece);
    }

    fn add(&mut self, pieces: std::fmt::Arguments<'_>) {
        self.text.write_fmt(pieces).expect("a string takes everything");
    }

    fn head(&mut self, report: &Report, rows: &[Row<'_>]) {
        self.put("<header>\n<h1>Task audit</h1>\n");
        let (test, production): (Vec<Row<'_>>, Vec<Row<'_>>) =
            rows.iter().copied().partition(|r| r.file.is_test);
        self.add(format_args!(
            "<p>Checked {}. <b>Production code</b>: {} <b>Test code</b>: {}</p>\n",
            plural(report.looked_at, "file"),
            conclusion(&production),
            conclusion(&test)
        ));
        let counts = by_verdict(rows);
        self.put("<div class=\"bar\" role=\"img\" aria-label=\"verdicts\">");
        for (verdict, count) in counts.iter().filter(|(_, n)| *n > 0) {
            let word = verdict.as_str();
            self.add(format_args!(
                "<span class=\"v-{word}\" style=\"flex-grow:{count}\" title=\"{count} {word}\"></span>"
            ));
        }
        self.put("</div>\n<ul class=\"legend\">");
        for (verdict, count) in counts {
            self.add(format_args!(
                "<li><i class=\"v-{word}\"></i><b>{count}</b> {word}: {}</li>",
                meaning(verdict),
                word = verdict.as_str()
            ));
        }
        self.put("</ul>\n</header>\n");
    }

    fn filters(&mut self, rows: &[Row<'_>]) {
        self.put("<form class=\"filters\" id=\"filters\">\n<fieldset><legend>Risk</legend>");
        for (risk, count) in by_risk(rows) {
            let word = risk.as_str();
            self.add(format_args!(
                "<button type=\"button\" class=\"r-{word}\" data-risk=\"{word}\" aria-pressed=\"true\">\
                 {word} <b>{count}</b></button>"
            ));
        }
        self.put("</fieldset>\n");
        self.select("Code", "scope", rows.iter().map(|r| r.scope().to_owned()));
        self.select("Owner", "owner", rows.iter().map(|r| r.owner().to_owned()));
        self.select("Package", "package", rows.iter().map(Row::package));
        self.add(format_args!(
            "<button type=\"reset\">Reset filters</button>\n<output id=\"count\">{}</output>\n</form>\n",
            plural(rows.len(), "site")
        ));
    }

    fn select(&mut self, label: &str, name: &str, values: impl Iterator<Item = String>) {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for value in values {
            *counts.entry(value).or_default() += 1;
        }
        self.add(format_args!(
            "<label>{label} <select name=\"{name}\"><option value=\"\">all</option>"
        ));
        for (value, count) in counts {
            let value = escaped_html(&value);
            self.add(format_args!("<option value=\"{value}\">{value} ({count})</option>"));
        }
        self.put("</select></label>\n");
    }

    /// The tree of packages with the numbers of their sites.
    fn tree(&mut self, rows: &[Row<'_>]) {
        let mut counts: BTreeMap<Vec<String>, (usize, Risk)> = BTreeMap::new();
        for row in rows {
            let package = row.package();
            let parts: Vec<String> = package.split('.').map(str::to_owned).collect();
            for end in 1..=parts.len() {
                let entry = counts.entry(parts[..end].to_vec()).or_insert((0, Risk::None));
                entry.0 += 1;
                entry.1 = entry.1.max(row.audit.risk);
            }
        }
        self.put("<nav aria-label=\"packages\">\n<h2>Packages</h2>\n");
        let mut depth = 0;
        for (parts, (count, risk)) in &counts {
            while depth > parts.len() {
                self.put("</li></ul>");
                depth -= 1;
            }
            if depth == parts.len() {
                self.put("</li>");
            }
            while depth < parts.len() {
                self.put("<ul>");
                depth += 1;
            }
            let package = escaped_html(&parts.join("."));
            let name = parts.last().map_or_else(String::new, |p| escaped_html(p));
            let name = if package == "." || name.is_empty() { "(top)".to_owned() } else { name };
            let word = risk.as_str();
            self.add(format_args!(
                "<li><button type=\"button\" data-package=\"{package}\"><i class=\"r-{word}\" title=\"highest \
                 risk: {word}\"></i>{name} <b>{count}</b></button>"
            ));
        }
        for _ in 0..depth {
            self.put("</li></ul>");
        }
        self.put("\n</nav>\n");
    }

    fn table(&mut self, rows: &[Row<'_>]) {
        self.put("<table>\n<colgroup>");
        for (key, _) in HEAD {
            self.add(format_args!("<col class=\"w-{key}\">"));
        }
        self.put("</colgroup>\n<thead><tr>");
        for (key, title) in HEAD {
            self.add(format_args!(
                "<th aria-sort=\"none\"><button type=\"button\" data-sort=\"{key}\">{title}</button></th>"
            ));
        }
        self.put("</tr></thead>\n");
        for (number, row) in rows.iter().enumerate() {
            self.row(number, row);
        }
        self.put("</table>\n");
    }

    fn row(&mut self, number: usize, row: &Row<'_>) {
        let audit = row.audit;
        let (risk, verdict) = (audit.risk.as_str(), row.entry.verdict().as_str());
        self.add(format_args!(
            "<tbody class=\"site\" data-number=\"{number}\" data-risk=\"{risk}\" data-level=\"{}\" \
             data-owner=\"{}\" data-package=\"{}\" data-scope=\"{}\">\n<tr>",
            audit.risk as u8,
            escaped_html(row.owner()),
            escaped_html(&row.package()),
            row.scope()
        ));
        let purpose = audit.purpose.as_deref().unwrap_or_default();
        let cells = [
            format!("<span class=\"tag r-{risk}\">{risk}</span>"),
            format!(
                "<code>{}</code><small>{} <span class=\"verdict\"><i class=\"v-{verdict} dot\"></i>{}</span></small>",
                breaking(&row.place()),
                breaking(row.function()),
                escaped_html(&row.verdict())
            ),
            format!(
                "<code>{}</code><small>{}</small>",
                breaking(&audit.coroutine),
                escaped_html(purpose)
            ),
            breaking(row.owner()),
            audit.lifetime.as_str().to_owned(),
            breaking(&row.stopped_by()),
            audit.failure.as_str().to_owned(),
            audit.cancellation.as_str().to_owned(),
            escaped_html(&row.action()),
        ];
        for ((key, title), cell) in HEAD.iter().zip(cells) {
            self.add(format_args!("<td class=\"c-{key}\" data-label=\"{title}\">{cell}</td>"));
        }
        self.add(format_args!(
            "</tr>\n<tr class=\"more\"><td colspan=\"{}\"><details><summary>Code and evidence</summary>\n",
            HEAD.len()
        ));
        self.code(row);
        self.evidence(row);
        self.put("</details></td></tr>\n</tbody>\n");
    }

    /// The source lines of a site, and the hunks of the patch that change them.
    fn code(&mut self, row: &Row<'_>) {
        let found = excerpt(&row.file.source, &row.entry.span);
        let (before, rest) = found.text.split_at(found.span.start);
        let (site, after) = rest.split_at(found.span.end - found.span.start);
        self.add(format_args!(
            "<pre class=\"excerpt\">{}<mark>{}</mark>{}</pre>\n",
            escaped_html(before),
            escaped_html(site),
            escaped_html(after)
        ));
        let lines = hunks(row.file, row.entry);
        if lines.is_empty() {
            return;
        }
        self.put("<pre class=\"patch\">");
        for line in lines {
            let kind = match line.as_bytes().first() {
                Some(b'+') => "ins",
                Some(b'-') => "del",
                Some(b'@') => "b",
                _ => "span",
            };
            self.add(format_args!("<{kind}>{}\n</{kind}>", escaped_html(&line)));
        }
        self.put("</pre>\n");
    }

    fn evidence(&mut self, row: &Row<'_>) {
        self.add(format_args!("<p>{}: {}</p>\n", row.verdict(), prose(&row.entry.why)));
        let parts = [("Evidence", &row.audit.evidence), ("Stopped by", &row.audit.stopped_by)];
        for (title, witnesses) in parts {
            if witnesses.is_empty() {
                continue;
            }
            self.add(format_args!("<h3>{title}</h3>\n<ol>"));
            for related in witnesses {
                let (place, note) = row.location_and_note(related);
                self.add(format_args!(
                    "<li><code>{}</code> {}</li>",
                    breaking(&place),
                    prose(&note)
                ));
            }
            self.put("</ol>\n");
        }
        let facts: Vec<_> = row.facts().collect();
        if facts.is_empty() {
            return;
        }
        self.put("<h3>Facts</h3>\n<ul>");
        for (about, place, note) in facts {
            self.add(format_args!(
                "<li><b>{about}</b> <code>{}</code> {}</li>",
                breaking(&place),
                prose(&note)
            ));
        }
        self.put("</ul>\n");
    }

    fn findings(&mut self, report: &Report) {
        let mut all =
            report.files.iter().flat_map(|f| f.notices.iter().map(move |n| (f, n))).peekable();
        if all.peek().is_none() {
            return;
        }
        self.put("<section>\n<h2>Findings</h2>\n<ol class=\"findings\">");
        for (file, notice) in all {
            let state = if notice.found.suppressed { " (suppressed)" } else { "" };
            self.add(format_args!(
                "<li><b>{}</b> <code>{}:{}</code>{state} {}<ul>",
                notice.found.rule.code,
                breaking(&display_path(&file.path)),
                notice.span.start.line,
                prose(&notice.found.message)
            ));
            for RelatedLocation { path, line, note } in &notice.evidence {
                let path = breaking(&display_path(path));
                self.add(format_args!("<li><code>{path}:{line}</code> {}</li>", prose(note)));
            }
            self.put("</ul></li>\n");
        }
        self.put("</ol>\n</section>\n");
    }
}

fn meaning(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Dropped => "nothing keeps the task",
        Verdict::Unsure => "it is not clear what keeps the task",
        Verdict::Held => "something keeps the task",
        Verdict::Managed => "the called function keeps the task",
    }
}

/// Escapes text for HTML, in attributes too; control characters become visible.
pub fn escaped_html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in sanitize(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// Escapes a sentence and renders code between backquotes.
fn prose(text: &str) -> String {
    let text = escaped_html(text);
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return text;
    }
    let mark = |(i, part): (usize, &&str)| match i % 2 {
        0 => (*part).to_owned(),
        _ => format!("<code>{part}</code>"),
    };
    parts.iter().enumerate().map(mark).collect()
}

/// Escapes a path or name and allows line breaks after dots, slashes and underscores.
fn breaking(text: &str) -> String {
    let mut out = escaped_html(text);
    for mark in ["/", ".", "_"] {
        out = out.replace(mark, &format!("{mark}<wbr>"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_means_nothing_to_html() {
        assert_eq!(
            escaped_html("<a href=\"x\">'&'"),
            "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;"
        );
        assert_eq!(prose("`a<b` is"), "<code>a&lt;b</code> is");
        assert_eq!(prose("a ` b"), "a ` b");
        assert_eq!(breaking("a/b_c"), "a/<wbr>b_<wbr>c");
    }
}
