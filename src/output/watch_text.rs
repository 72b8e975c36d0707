//! What became of tasks at run time, beside the verdicts, for people. It decides nothing.

use super::text::{display_path, flat, plural};
use crate::tasks::{Reason, Verdict};
use crate::watch::{Joined, Outcome, Record, SiteRun, TaskCounts, WatchedSite};

/// The sections of a report, in order. What they say of each site is below.
const SECTIONS: [(Outcome, &str); 5] = [
    (Outcome::HeldButLost, "Held, but lost"),
    (Outcome::Lost, "Dropped, and lost"),
    (Outcome::SettledLost, "Unsure, and lost"),
    (Outcome::NeverLost, "Dropped, never lost here"),
    (Outcome::SettledHeld, "Unsure, settled by evidence"),
];

/// The report of a run.
pub fn watch_text(joined: &Joined<'_>) -> String {
    let mut text = String::new();
    for (outcome, title) in SECTIONS {
        let sites = joined.sites.iter().filter(|site| site.outcome == outcome);
        section(&mut text, title, sites.map(|site| site_line(site, &outcome_text(site))));
        if outcome == Outcome::HeldButLost {
            let others = joined.others.iter().map(|place| place_line(place));
            section(&mut text, "Lost, but no site of a verdict", others);
        }
    }
    let unsettled = joined.sites.iter().filter(|site| site.outcome == Outcome::Unsettled);
    section(&mut text, "Unsure, not settled", unsettled.map(|s| site_line(s, &outcome_text(s))));
    let is_unclean = |site: &&SiteRun<'_>| {
        site.outcome != Outcome::PassedOn && site.tasks.unretrieved + site.tasks.left > 0
    };
    let unclean = joined.sites.iter().filter(is_unclean);
    section(
        &mut text,
        "Failed unseen, or left running",
        unclean.map(|s| site_line(s, &unclean_text(&s.tasks))),
    );
    let packages = joined.packages.iter().map(|place| place_line(place));
    section(&mut text, "Lost by installed packages", packages);
    text
}

/// What a run comes to, in a sentence or two.
pub fn watch_summary(joined: &Joined<'_>, record: &Record) -> String {
    let totals = record.totals();
    if record.processes == 0 {
        return "No Python process that imports asyncio reported.\n".to_owned();
    }
    let tasks = number(totals.created, "task");
    let mut text =
        format!("{tasks} in {}: {}", plural_es(record.processes, "process"), lost(totals.lost));
    for (count, what) in [(totals.unretrieved, "failed unseen"), (totals.left, "left running")] {
        if count > 0 {
            text += &format!(", {count} {what}");
        }
    }
    text.push('.');
    let count = |outcome| joined.sites.iter().filter(|site| site.outcome == outcome).count();
    match count(Outcome::NotSeen) {
        0 => {}
        unseen => text += &format!(" No task of {} was seen.", plural(unseen, "site")),
    }
    let known = joined.sites.iter().filter(|site| site.is_known && site.tasks.lost > 0).count();
    if known > 0 {
        text += &format!(" {} that lost tasks in the baseline.", plural(known, "site"));
    }
    if record.killed > 0 {
        text += &format!(
            " {} killed: what they did last is unknown.",
            plural_es(record.killed, "process")
        );
    }
    text.push('\n');
    text
}

fn section(text: &mut String, title: &str, lines: impl Iterator<Item = String>) {
    let lines: Vec<String> = lines.collect();
    if lines.is_empty() {
        return;
    }
    if !text.is_empty() {
        text.push('\n');
    }
    *text += &format!("{title}\n\n");
    lines.iter().for_each(|line| *text += line);
}

/// `path:line:column: <what> (function)`, and why the verdict is what it is.
fn site_line(site: &SiteRun<'_>, what: &str) -> String {
    let (path, place) = (display_path(&site.file.path), site.entry.span.start);
    let known = if site.is_known { " (in the baseline)" } else { "" };
    let why = flat(&site.entry.why);
    format!("{path}:{place}: {what}{known}\n    {}: {why}\n", coroutines(site))
}

fn coroutines(site: &SiteRun<'_>) -> String {
    let all: Vec<String> = site.coroutines.iter().map(|name| format!("`{}`", flat(name))).collect();
    all.join(", ")
}

/// The verdict and what became of the tasks, such as `dropped, lost 3 of 120 runs`.
pub(super) fn outcome_text(site: &SiteRun<'_>) -> String {
    // Evidence has decided what was unsure.
    let verdict = match site.entry.reason {
        Reason::Evidence => Verdict::Unsure,
        reason => reason.verdict(),
    };
    let joint = match site.outcome {
        Outcome::SettledLost | Outcome::SettledHeld => " → ",
        Outcome::Unsettled => ": ",
        Outcome::HeldButLost => ", but ",
        _ => ", ",
    };
    format!("{}{joint}{}", verdict.as_str(), run_text(site))
}

/// What became of the tasks, such as `lost 3 of 120 runs`.
pub(super) fn run_text(site: &SiteRun<'_>) -> String {
    let (holders, tasks) = (&site.holders, &site.tasks);
    let runs = number(tasks.created, "run");
    let owner = |(owner, count): (&str, u64)| match count == holders.looked_at() {
        true => owner.to_owned(),
        false => format!("{owner} ({count})"),
    };
    let owners = || flat(&holders.owners().into_iter().map(owner).collect::<Vec<_>>().join(", "));
    let looked_at = || format!("{} of {} looked at", holders.looked_at(), tasks.created);
    match site.outcome {
        Outcome::NotSeen => "no task seen".to_owned(),
        Outcome::HeldButLost => format!("lost {} of {runs}; held by {}", tasks.lost, owners()),
        Outcome::Lost | Outcome::SettledLost => format!("lost {} of {runs}", tasks.lost),
        Outcome::NeverLost => format!("never lost here: {}", never_lost(site)),
        Outcome::SettledHeld => {
            let owners: Vec<&str> = holders.lasting().collect();
            format!("held by {} ({})", flat(&owners.join(", ")), looked_at())
        }
        Outcome::Unsettled if holders.looked_at() == 0 => {
            format!("each of {runs} was done before its owner could be seen")
        }
        Outcome::Unsettled if !holders.are_enough(tasks.created) => {
            format!("held by {}, but only {}", owners(), looked_at())
        }
        Outcome::Unsettled => format!("held by {}, {}", owners(), looked_at()),
        Outcome::Held | Outcome::PassedOn => runs,
    }
}

/// Why no task of a dropped site was lost.
fn never_lost(site: &SiteRun<'_>) -> String {
    let runs = number(site.tasks.created, "run");
    let owners = site.holders.owners();
    let others: Vec<&str> = owners.into_keys().filter(|owner| *owner != "nothing").collect();
    match others.is_empty() {
        true => format!("{runs}, none collected while it was waiting"),
        false => format!("{runs}, kept for a while by {}", flat(&others.join(", "))),
    }
}

fn unclean_text(tasks: &TaskCounts) -> String {
    let parts =
        [(tasks.unretrieved, "failed unseen"), (tasks.left, "left running when the loop ended")];
    let parts = parts.iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts.map(|(count, what)| format!("{count} {what}")).collect();
    format!("of {}: {}", number(tasks.created, "run"), parts.join(", "))
}

fn place_line(place: &WatchedSite) -> String {
    let (tasks, coroutine) = (&place.tasks, flat(&place.coroutine));
    let at = match place.frames.first() {
        Some(frame) => {
            let line = frame.line.map_or(String::new(), |line| format!(":{line}"));
            format!("{}{line}", display_path(frame.path.as_ref()))
        }
        None => "called by the event loop".to_owned(),
    };
    format!("{at}: `{coroutine}`: lost {} of {}\n", tasks.lost, number(tasks.created, "run"))
}

fn lost(count: u64) -> String {
    if count == 0 { "none lost".to_owned() } else { format!("{count} lost") }
}

fn number(count: u64, one: &str) -> String {
    plural(usize::try_from(count).unwrap_or(usize::MAX), one)
}

fn plural_es(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}es") }
}
