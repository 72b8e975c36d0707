//! Takes credentials out of text that is kept or shown. It knows no file.

/// The text without user names, passwords, queries and fragments in its URLs.
pub(super) fn without_credentials(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("://") {
        let (before, after) = rest.split_at(start + 3);
        out.push_str(before);
        let is_end = |c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '<' | '>');
        let end = after.find(is_end).unwrap_or(after.len());
        let url = &after[..end];
        let url = &url[..url.find(['?', '#']).unwrap_or(url.len())];
        let authority = &url[..url.find('/').unwrap_or(url.len())];
        // A password may hold an @.
        let host = authority.rfind('@').map_or(0, |at| at + 1);
        out.push_str(&url[host..]);
        rest = &after[end..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_keeps_its_host_and_path() {
        let clean = |text| without_credentials(text);
        assert_eq!(clean("https://me:s3cr@t@git.example/a/b.git"), "https://git.example/a/b.git");
        assert_eq!(clean("ssh://git@host:22/a?token=x"), "ssh://host:22/a");
        assert_eq!(
            clean("fatal: 'https://tok@h/a#x' not found, see http://x:y@h2"),
            "fatal: 'https://h/a' not found, see http://h2"
        );
        assert_eq!(clean("git@host:owner/name"), "git@host:owner/name");
    }
}
