//! Text that means nothing to HTML. It knows no page.

use super::text::sanitize;

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
pub(super) fn prose(text: &str) -> String {
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
pub(super) fn breaking(text: &str) -> String {
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
