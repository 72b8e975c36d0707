//! The audit as one self-contained HTML page; its style and script are beside this file. It classifies
//! nothing.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use super::audit_decisions::{Decision, DecisionSite};
use super::audit_legend::{legend, verdict};
use super::audit_patch::hunks;
use super::audit_rows::{Row, by_risk, by_verdict, conclusion, location, of_scope, package};
use super::audit_selection::Selection;
use super::excerpt::{excerpt, neighbours};
use super::format::AuditView;
use super::html_text::{breaking, escaped_html, prose};
use super::repository::uri;
use super::text::{flat, plural};
use super::watch_text::run_text;
use crate::audit::{RelatedLocation, Risk};
use crate::run::{FileReport, Report, Span};
use crate::text::Line;

const STYLE: &str = include_str!("audit.css");
const SCRIPT: &str = include_str!("audit.js");

/// So many sites of a decision are shown before the others are folded.
const MAX_LISTED: usize = 8;
/// The lines shown before and after those of a site.
const CONTEXT: usize = 3;

/// The columns: the heading, and the label of a cell on its own.
const HEAD: [(&str, &str); 10] = [
    ("risk", "Risk"),
    ("site", "Site"),
    ("coroutine", "Coroutine"),
    ("owner", "Owner"),
    ("lifetime", "Lifetime"),
    ("stop", "Stopped by"),
    ("failure", "Failure"),
    ("cancellation", "Cancellation"),
    ("run", "At run time"),
    ("action", "Action"),
];

/// The columns of a page; what was seen at run time is one only if that is known.
fn columns(selection: &Selection<'_>) -> impl Iterator<Item = (&'static str, &'static str)> {
    let has_runs = selection.has_runs();
    HEAD.into_iter().filter(move |(key, _)| has_runs || *key != "run")
}

/// The whole page.
pub fn audit_html(report: &Report, view: &AuditView<'_>) -> String {
    let selection = Selection::new(report, view);
    let mut page = Page { text: String::new(), view };
    page.put("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.put("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.put("<meta name=\"color-scheme\" content=\"light dark\">\n");
    let title = escaped_html(&flat(view.version));
    page.add(format_args!("<title>Task audit: {title}</title>\n"));
    page.add(format_args!("<style>\n{STYLE}</style>\n</head>\n<body>\n"));
    page.head(report, &selection.all_rows);
    page.filters(&selection);
    page.decisions(&selection);
    page.put("<h2>Sites</h2>\n<div class=\"columns\">\n");
    page.tree(&selection.rows);
    page.table(&selection);
    page.put("</div>\n");
    page.add(format_args!("<p>{}</p>\n", prose(&selection.left_out())));
    page.add(format_args!(
        "<footer>undangle {}</footer>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n",
        env!("CARGO_PKG_VERSION")
    ));
    page.text
}

struct Page<'a> {
    text: String,
    view: &'a AuditView<'a>,
}

impl Page<'_> {
    fn put(&mut self, piece: &str) {
        self.text.push_str(piece);
    }

    fn add(&mut self, pieces: std::fmt::Arguments<'_>) {
        self.text.write_fmt(pieces).expect("a string takes everything");
    }

    fn head(&mut self, report: &Report, rows: &[Row<'_>]) {
        let version = escaped_html(&flat(self.view.version));
        self.add(format_args!(
            "<header>\n<h1>Task audit</h1>\n<p class=\"version\">{version}</p>\n\
             <p>Checked {}. <b>Production code</b>: {} <b>Test code</b>: {}</p>\n",
            plural(report.looked_at, "file"),
            conclusion(&of_scope(rows, "production")),
            conclusion(&of_scope(rows, "test"))
        ));
        let counts = by_verdict(rows);
        self.put("<div class=\"bar\" role=\"img\" aria-label=\"verdicts\">");
        for (verdict, count) in counts.iter().filter(|(_, n)| *n > 0) {
            let word = verdict.as_str();
            self.add(format_args!(
                "<span class=\"v-{word}\" style=\"flex-grow:{count}\" title=\"{count} {word}\"></span>"
            ));
        }
        self.put("</div>\n<ul class=\"verdicts\">");
        for (each, count) in counts {
            self.add(format_args!(
                "<li><i class=\"v-{word}\"></i><b>{count}</b> {word}: {}</li>",
                verdict(each),
                word = each.as_str()
            ));
        }
        self.put("</ul>\n<details class=\"legend\"><summary>Legend</summary>\n<div>");
        for column in legend() {
            self.add(format_args!("<dl><dt>{}</dt>", column.title));
            for (word, meaning) in column.words {
                self.add(format_args!("<dd><b>{word}</b>: {meaning}</dd>"));
            }
            self.put("</dl>\n");
        }
        self.put("</div></details>\n</header>\n");
    }

    fn filters(&mut self, selection: &Selection<'_>) {
        let rows = &selection.rows;
        self.put("<form class=\"filters\" id=\"filters\">\n<fieldset><legend>Risk</legend>");
        for (risk, count) in by_risk(rows) {
            let word = risk.as_str();
            self.add(format_args!(
                "<button type=\"button\" class=\"r-{word}\" data-risk=\"{word}\" aria-pressed=\"true\">\
                 {word} <b>{count}</b></button>"
            ));
        }
        self.put("</fieldset>\n<label>Search <input type=\"search\" name=\"q\"></label>\n");
        self.select("Code", "scope", rows.iter().map(|r| r.scope().to_owned()));
        self.select("Owner", "owner", rows.iter().map(|r| r.owner().to_owned()));
        self.select("Package", "package", rows.iter().map(Row::package));
        if selection.has_runs() {
            let outcomes = rows.iter().map(|row| selection.outcome(row).to_owned());
            self.select("At run time", "run", outcomes);
        }
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

    fn decisions(&mut self, selection: &Selection<'_>) {
        if selection.decisions.is_empty() {
            return;
        }
        self.put("<section>\n<h2>What to do</h2>\n<ol class=\"decisions\">\n");
        for (index, decision) in selection.decisions.iter().enumerate() {
            self.decision(selection, index + 1, decision);
        }
        self.put("</ol>\n</section>\n");
    }

    fn decision(&mut self, selection: &Selection<'_>, number: usize, decision: &Decision<'_>) {
        let risk = decision.risk.as_str();
        let scope = decision.scope();
        let tests = if decision.is_test { " <small>test code</small>" } else { "" };
        self.add(format_args!(
            "<li class=\"decision\" id=\"decision-{number}\" data-risk=\"{risk}\" data-scope=\"{scope}\">\
             <span class=\"tag r-{risk}\">{risk}</span>{tests} {}\n<p class=\"do\">{}</p>\n<p>",
            prose(&decision.problem),
            prose(&decision.action)
        ));
        let links = decision.sites.iter().map(|site| self.site_link(selection, site));
        let links: Vec<String> = links.collect();
        let (shown, folded) = links.split_at(links.len().min(MAX_LISTED));
        self.put(&shown.join(", "));
        if !folded.is_empty() {
            let (more, folded) = (plural(folded.len(), "site"), folded.join(", "));
            self.add(format_args!(
                "</p>\n<details class=\"rest\"><summary>{more} more</summary><p>{folded}</p></details><p>"
            ));
        }
        self.put("</p>\n");
        if !decision.evidence.is_empty() {
            self.put("<details><summary>Evidence</summary>\n");
            self.locations(&decision.evidence);
            self.put("</details>");
        }
        self.put("</li>\n");
    }

    /// A link to the row of a site, or to the source of what has no row.
    fn site_link(&self, selection: &Selection<'_>, site: &DecisionSite<'_>) -> String {
        let place = breaking(&site.place());
        let (owner, run) = match &site.row {
            Some(row) => (escaped_html(row.owner()), selection.outcome(row)),
            None => (String::new(), ""),
        };
        let package = escaped_html(&package(site.file));
        let link = match &site.row {
            Some(row) => {
                let (anchor, coroutine) =
                    (anchor(site.file, site.span), breaking(row.coroutine_or_callee()));
                format!("<a href=\"#{anchor}\"><code>{place}</code></a> <code>{coroutine}</code>")
            }
            None => self.linked(&site.file.path, site.span.start.line, &place),
        };
        format!(
            "<span class=\"at\" data-owner=\"{owner}\" data-package=\"{package}\" data-run=\"{run}\">{link}</span>"
        )
    }

    /// Code, with a link to its source if links are asked for.
    fn linked(&self, path: &Path, line: Line, code: &str) -> String {
        match self.view.source {
            Some(links) => {
                let url = escaped_html(&links.url(path, line));
                format!("<a href=\"{url}\" rel=\"noreferrer\"><code>{code}</code></a>")
            }
            None => format!("<code>{code}</code>"),
        }
    }

    fn locations(&mut self, locations: &[RelatedLocation]) {
        self.put("<ol>");
        for related in locations {
            let place = self.linked(&related.path, related.line, &breaking(&location(related)));
            self.add(format_args!("<li>{place} {}</li>", prose(&flat(&related.note))));
        }
        self.put("</ol>\n");
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
        self.put("<nav aria-label=\"packages\">\n<h3>Packages</h3>\n");
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

    fn table(&mut self, selection: &Selection<'_>) {
        self.put("<table>\n<colgroup>");
        for (key, _) in columns(selection) {
            self.add(format_args!("<col class=\"w-{key}\">"));
        }
        self.put("</colgroup>\n<thead><tr>");
        for (key, title) in columns(selection) {
            self.add(format_args!(
                "<th aria-sort=\"none\"><button type=\"button\" data-sort=\"{key}\">{title}</button></th>"
            ));
        }
        self.put("</tr></thead>\n");
        for (number, row) in selection.rows.iter().enumerate() {
            self.row(number, row, selection);
        }
        self.put("</table>\n");
    }

    fn row(&mut self, number: usize, row: &Row<'_>, selection: &Selection<'_>) {
        let audit = row.audit;
        let (risk, verdict) = (audit.risk.as_str(), row.entry.verdict().as_str());
        let anchor = anchor(row.file, &row.entry.span);
        self.add(format_args!(
            "<tbody class=\"site\" id=\"{anchor}\" data-number=\"{number}\" data-risk=\"{risk}\" data-level=\"{}\" \
             data-owner=\"{}\" data-package=\"{}\" data-scope=\"{}\" data-run=\"{}\">\n<tr>",
            audit.risk as u8,
            escaped_html(row.owner()),
            escaped_html(&row.package()),
            row.scope(),
            selection.outcome(row)
        ));
        let purpose = audit.purpose.as_deref().unwrap_or_default();
        let cells = [
            format!("<span class=\"tag r-{risk}\">{risk}</span>"),
            format!(
                "<a href=\"#{anchor}\"><code>{}</code></a><small>{} <span class=\"verdict\">\
                 <i class=\"v-{verdict} dot\"></i>{}</span></small>",
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
            selection.run_of(row).map(|run| breaking(&run_text(run))).unwrap_or_default(),
            match selection.decision_of(row) {
                Some(number) => format!("<a href=\"#decision-{number}\">see {number}</a>"),
                None => prose(&row.action()),
            },
        ];
        let cells = HEAD.iter().zip(cells);
        let cells = cells.filter(|((key, _), _)| selection.has_runs() || *key != "run");
        for ((key, title), cell) in cells {
            self.add(format_args!("<td class=\"c-{key}\" data-label=\"{title}\">{cell}</td>"));
        }
        self.add(format_args!(
            "</tr>\n<tr class=\"more\"><td colspan=\"{}\"><details><summary>Code and evidence</summary>\n",
            columns(selection).count()
        ));
        self.code(row);
        self.evidence(row);
        self.put("</details></td></tr>\n</tbody>\n");
    }

    /// The source lines of a site and around it, and the hunks of the patch that change them.
    fn code(&mut self, row: &Row<'_>) {
        let span = &row.entry.span;
        let found = excerpt(&row.file.source, span);
        let [before, after] = neighbours(&row.file.source, span, CONTEXT);
        self.put("<pre class=\"excerpt\">");
        for (line, text) in before {
            self.numbered(row, line, &escaped_html(&text));
        }
        let mut start = 0;
        for (index, text) in found.text.split('\n').enumerate() {
            let at = |offset: usize| offset.clamp(start, start + text.len()) - start;
            let (left, rest) = text.split_at(at(found.span.start));
            let (site, right) = rest.split_at(at(found.span.end) - left.len());
            start += text.len() + 1;
            let line = Line { number: span.start.line.number + index, ..span.start.line };
            let [left, site, right] = [left, site, right].map(escaped_html);
            self.numbered(row, line, &format!("{left}<mark>{site}</mark>{right}"));
        }
        for (line, text) in after {
            self.numbered(row, line, &escaped_html(&text));
        }
        self.put("</pre>\n");
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

    /// A line of code with its number.
    fn numbered(&mut self, row: &Row<'_>, line: Line, code: &str) {
        let number = format!("{:>5}", line.number);
        let number = match self.view.source {
            Some(links) => {
                let url = escaped_html(&links.url(&row.file.path, line));
                format!("<a href=\"{url}\" rel=\"noreferrer\">{number}</a>")
            }
            None => number,
        };
        self.add(format_args!("<i>{number}</i> {code}\n"));
    }

    fn evidence(&mut self, row: &Row<'_>) {
        self.add(format_args!("<p>{}: {}</p>\n", row.verdict(), prose(&row.entry.why)));
        let parts = [("Evidence", &row.audit.evidence), ("Stopped by", &row.audit.stopped_by)];
        for (title, witnesses) in parts {
            if !witnesses.is_empty() {
                self.add(format_args!("<h4>{title}</h4>\n"));
                self.locations(witnesses);
            }
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
}

/// What names a site in the page and in links to it.
fn anchor(file: &FileReport, span: &Span) -> String {
    format!("{}:{}", uri(&file.path), span.start).replace(' ', "-")
}
