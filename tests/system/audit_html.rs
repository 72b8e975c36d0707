//! The page of an audit in a real browser: filters are clicked, rows are counted; nothing in it asks the network.

use crate::support::files::tree;
use crate::support::tools::Tool;
use crate::support::world::World;

/// How a browser is started that knows nobody and asks nobody.
const ALONE: [&str; 8] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// A window of a desktop.
const WIDE: &str = "1280,1000";

/// Says how many rows are shown.
const SHOWN_AND_NOTE: &str = "window.found.push(`${[...document.querySelectorAll('.site')].filter((s) => s.checkVisibility()).length} ${document.getElementById('count').textContent}`);";

/// The page of the demo application and of a test beside it.
fn page() -> String {
    let test =
        "import asyncio\n\n\nasync def check(job):\n    await asyncio.create_task(job('<&\\\"'))\n";
    let mut files = tree("testdata/demo");
    files.insert("tests/test_job.py".into(), test.into());
    files.insert("pyproject.toml".into(), "[project]\nname = 'courier'\n".into());
    let ran = World::of(&files).run(&["audit", "--quiet", "--format", "html", "--all"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    ran.out
}

/// Runs a script at the end of the page and gives what it leaves in `window.found`, one line an item.
fn browse(page: &str, window: &str, script: &str) -> Option<Vec<String>> {
    browse_at(page, window, "", &[], script)
}

/// The same behind a fragment of the URL, with flags of the browser.
fn browse_at(
    page: &str,
    window: &str,
    fragment: &str,
    flags: &[&str],
    script: &str,
) -> Option<Vec<String>> {
    let chromium = Tool::find("chromium")?;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("audit.html");
    let driver = format!(
        "<script>window.found = [];\n{script}\nconst list = document.createElement('pre');\n\
         list.id = 'found';\nlist.textContent = window.found.join('\\n');\ndocument.body.append(list);</script>\n</body>"
    );
    std::fs::write(&file, page.replace("</body>", &driver)).unwrap();
    let mut command = chromium.command();
    command
        .args(ALONE)
        .arg(format!("--window-size={window}"))
        .arg(format!("--user-data-dir={}", folder.path().join("user").display()));
    command.args(flags).arg("--dump-dom").arg(format!("file://{}{fragment}", file.display()));
    let output = command.output().unwrap();
    let dom = String::from_utf8_lossy(&output.stdout).into_owned();
    let found = dom.split("<pre id=\"found\">").nth(1).unwrap_or_else(|| panic!("{dom}"));
    Some(found.split("</pre>").next().unwrap().lines().map(str::to_owned).collect())
}

/// How many rows of the page the program wrote for a filter.
fn written(page: &str, mark: &str) -> usize {
    page.lines().filter(|l| l.starts_with("<tbody class=\"site\"") && l.contains(mark)).count()
}

const SHOWN: &str = "const shown = () => [...document.querySelectorAll('.site')].filter((s) => s.checkVisibility());
const note = () => window.found.push(`${shown().length} ${document.getElementById('count').textContent}`);
const click = (selector) => document.querySelector(selector).click();
const choose = (name, value) => {
  const select = document.querySelector(`select[name=${name}]`);
  select.value = value;
  select.dispatchEvent(new Event('input', { bubbles: true }));
};
";

#[test]
fn a_click_on_a_filter_leaves_its_rows_alone() {
    let page = page();
    let all = written(&page, "");
    let high = written(&page, "data-risk=\"high\"");
    let tests = written(&page, "data-scope=\"test\"");
    let nobody = written(&page, "data-owner=\"nobody\"");
    let package = written(&page, "data-package=\"courier\"");
    assert!(high > 1 && high < all && tests == 1 && nobody > 1 && package > 1);
    let script = format!(
        "{SHOWN}
note();
click('.filters [data-risk=high]'); note();
click('.filters [data-risk=high]'); note();
for (const risk of ['medium', 'low', 'none']) click(`.filters [data-risk=${{risk}}]`);
note();
for (const risk of ['medium', 'low', 'none']) click(`.filters [data-risk=${{risk}}]`);
choose('scope', 'test'); note(); choose('scope', '');
choose('owner', 'nobody'); note(); choose('owner', '');
choose('package', 'courier'); note(); choose('package', '');
click('nav [data-package=courier]'); note();
click('nav [data-package=courier]'); note();"
    );
    let Some(found) = browse(&page, WIDE, &script) else { return };
    let say = |n: usize| format!("{n} {n} site{}", if n == 1 { "" } else { "s" });
    let counts = [all, all - high, all, high, tests, nobody, package, package, all];
    assert_eq!(found, counts.map(say));
}

#[test]
fn a_filter_that_the_page_does_not_have_hides_nothing_and_owners_filter_decisions() {
    let page = page();
    let (all, high) = (written(&page, ""), written(&page, "data-risk=\"high\""));
    let wrong = browse_at(
        &page,
        WIDE,
        "#?risk=bogus&owner=bogus&package=bogus&in=bogus",
        &[],
        SHOWN_AND_NOTE,
    );
    let Some(wrong) = wrong else { return };
    assert_eq!(wrong, [format!("{all} {all} sites")]);
    let some = browse_at(&page, WIDE, "#?risk=high+bogus", &[], SHOWN_AND_NOTE).unwrap();
    assert_eq!(some, [format!("{high} {high} sites")]);
    let script = format!(
        "{SHOWN}
const seen = () => [...document.querySelectorAll('.decision')].filter((d) => d.checkVisibility());
const owners = (d) => [...d.querySelectorAll('.at')].map((at) => at.dataset.owner);
const before = seen().length;
choose('owner', 'nobody');
window.found.push(seen().length > 0 && seen().length < before);
window.found.push(seen().every((d) => owners(d).includes('nobody')));
choose('owner', '');
window.found.push(seen().length === before);"
    );
    assert_eq!(browse(&page, WIDE, &script).unwrap(), ["true", "true", "true"]);
}

#[test]
fn a_click_on_a_heading_sorts_up_and_another_down() {
    let script = format!(
        "{SHOWN}
const owners = () => shown().map((s) => s.querySelector('.c-owner').textContent);
const isUp = (list) => list.every((v, i) => i === 0 || list[i - 1] <= v);
click('[data-sort=owner]'); window.found.push(isUp(owners()));
click('[data-sort=owner]'); window.found.push(isUp(owners().reverse()));
click('[data-sort=risk]'); window.found.push(shown()[0].dataset.risk);
click('[data-sort=site]'); window.found.push(isUp(shown().map((s) => Number(s.dataset.number))));"
    );
    let Some(found) = browse(&page(), WIDE, &script) else { return };
    assert_eq!(found, ["true", "true", "high", "true"]);
}

#[test]
fn a_narrow_page_is_not_wider_than_its_window_and_every_detail_opens() {
    let script = format!(
        "{SHOWN}
for (const details of document.querySelectorAll('details')) details.open = true;
window.found.push(document.documentElement.scrollWidth <= window.innerWidth, window.innerWidth < 600);
window.found.push(shown().every((s) => s.querySelector('.excerpt mark')));
window.found.push(document.querySelectorAll('.patch ins').length > 3);"
    );
    let Some(found) = browse(&page(), "390,844", &script) else { return };
    assert_eq!(found, ["true", "true", "true", "true"]);
}

#[test]
fn nothing_in_the_page_asks_the_network_and_code_in_it_is_text() {
    let page = page();
    for word in ["http:", "https:", "src=", "@import", "url("] {
        let own = page.lines().filter(|l| !l.contains("class=\"excerpt\""));
        assert!(!own.into_iter().any(|l| l.contains(word)), "{word}");
    }
    assert!(page.replace("href=\"#", "").lines().all(|l| !l.contains("href=")));
    assert!(page.contains("&lt;&amp;"));
    assert!(!page.contains("'<&"));
}

#[test]
fn filters_are_in_the_url_and_a_link_leads_to_a_site() {
    let page = page();
    let script = format!(
        "{SHOWN}
window.found.push(location.hash);
note();
click('[type=reset]');
const q = document.querySelector('[name=q]');
q.value = 'no such word'; q.dispatchEvent(new Event('input', {{ bubbles: true }}));
note(); window.found.push(location.hash);"
    );
    let tests = written(&page, "data-scope=\"test\"");
    let fragment = "#?scope=test";
    let Some(found) = browse_at(&page, WIDE, fragment, &[], &script) else { return };
    let first = format!("{tests} {tests} site{}", if tests == 1 { "" } else { "s" });
    assert_eq!(found, [fragment, &first, "0 0 sites", "#?q=no+such+word"]);

    let id = page.split_once("class=\"site\" id=\"").unwrap().1.split_once('"').unwrap().0;
    let script = format!(
        "window.found.push(document.getElementById('{id}').querySelector('details').open);"
    );
    let found = browse_at(&page, WIDE, &format!("#{id}"), &[], &script).unwrap();
    assert_eq!(found, ["true"]);
}

/// The contrast of every text of the page with what it stands on, as WCAG 2 defines it.
const CONTRAST: &str = "
for (const details of document.querySelectorAll('details')) details.open = true;
document.querySelector('.filters button').click();
const parts = (color) => color.match(/[\\d.]+/g).map(Number);
const light = (color) => {
  const [r, g, b] = parts(color).map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const ground = (element) => {
  for (let e = element; e; e = e.parentElement) {
    const color = getComputedStyle(e).backgroundColor;
    if ((parts(color)[3] ?? 1) > 0) return color;
  }
  return 'rgb(255, 255, 255)';
};
let seen = 0;
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  if (!walker.currentNode.textContent.trim() || element.closest('script, option') || !element.checkVisibility()) continue;
  seen += 1;
  const [front, back] = [getComputedStyle(element).color, ground(element)].map(light);
  const ratio = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
  if (ratio < 4.5 || getComputedStyle(element).opacity < 1) window.found.push(`${element.outerHTML.slice(0, 99)}: ${ratio}`);
}
window.found.push(seen > 100, matchMedia('(prefers-color-scheme: dark)').matches);";

#[test]
fn every_text_has_contrast_in_light_and_in_dark() {
    let page = page();
    for (scheme, is_dark) in [("0", "true"), ("1", "false")] {
        let flag = format!("--blink-settings=preferredColorScheme={scheme}");
        let Some(found) = browse_at(&page, WIDE, "", &[&flag], CONTRAST) else { return };
        assert_eq!(found, ["true", is_dark]);
    }
}

#[test]
fn a_printed_page_is_short() {
    let Some(chromium) = Tool::find("chromium") else { return };
    let world = World::of(&tree("testdata/audit"));
    let ran = world.run(&["audit", "--quiet", "--all", "--format", "html", "-o", "audit.html"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    let sites = written(&world.text("audit.html"), "");
    assert!(sites > 76, "{sites} sites");
    let mut command = chromium.command();
    command.args(ALONE).arg(format!("--user-data-dir={}", world.path("user").display()));
    command.arg(format!("--print-to-pdf={}", world.path("audit.pdf").display()));
    command.arg(format!("file://{}", world.path("audit.html").display())).output().unwrap();
    let pdf = String::from_utf8_lossy(&world.bytes("audit.pdf")).into_owned();
    let sheets = pdf.split("/Type /Page").skip(1).filter(|rest| !rest.starts_with('s')).count();
    // At most ten for 76 sites.
    assert!(sheets > 1 && 76 * sheets <= 10 * sites, "{sheets} sheets for {sites} sites");
}
