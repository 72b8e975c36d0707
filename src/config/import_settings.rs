//! How a project sorts its imports, as ruff and isort are configured. It reads no file.

use toml::Value;

use super::ini;
use crate::settings::ImportSettings;

/// Each setting from the nearer folder that states it.
pub(super) fn nearest(own: ImportSettings, outer: ImportSettings) -> ImportSettings {
    ImportSettings {
        force_sort_within_sections: own
            .force_sort_within_sections
            .or(outer.force_sort_within_sections),
        force_single_line: own.force_single_line.or(outer.force_single_line),
        lines_after_imports: own.lines_after_imports.or(outer.lines_after_imports),
        type_checking_block: own.type_checking_block.or(outer.type_checking_block),
    }
}

/// The settings in ruff's table, isort's table and INI files, in this order.
pub(super) fn read(ruff: Option<&Value>, isort: Option<&Value>, ini: &[String]) -> ImportSettings {
    let lint = ruff.map(|r| r.get("lint").unwrap_or(r));
    let of_ruff = lint.and_then(|l| l.get("isort"));
    let in_ini = |key: &str| {
        let sections = ["settings", "isort", "tool:isort"];
        ini.iter().find_map(|text| ini::value(text, &sections, key))
    };
    let table = |key: &str| {
        let ruffs = of_ruff.and_then(|t| t.get(key.replace('_', "-")));
        ruffs.or_else(|| isort.and_then(|t| t.get(key)))
    };
    let profile = isort.and_then(|t| t.get("profile")?.as_str()).or_else(|| in_ini("profile"));
    let flag = |key: &str| {
        let stated = table(key).and_then(Value::as_bool);
        let in_ini =
            || in_ini(key).map(|v| matches!(v.to_lowercase().as_str(), "true" | "1" | "yes"));
        stated.or_else(in_ini)
    };
    let is_google = (profile == Some("google")).then_some(true);
    let lines = table("lines_after_imports").and_then(Value::as_integer);
    let lines = lines.or_else(|| in_ini("lines_after_imports")?.parse().ok());
    ImportSettings {
        force_sort_within_sections: flag("force_sort_within_sections").or(is_google),
        force_single_line: flag("force_single_line"),
        lines_after_imports: lines.and_then(|n| usize::try_from(n).ok()),
        type_checking_block: lint.and_then(wants_type_checking_block),
    }
}

/// Whether the rules that ruff is told to apply have TC003; none where it is told none.
fn wants_type_checking_block(lint: &Value) -> Option<bool> {
    let longest = |keys: [&str; 2]| {
        let lists = keys.into_iter().filter_map(|k| lint.get(k)?.as_array());
        let codes = lists.flatten().filter_map(Value::as_str);
        let length = |code: &str| match code {
            "ALL" => Some(1),
            _ => ["TC003", "TCH003"]
                .iter()
                .any(|rule| rule.starts_with(code))
                .then_some(code.len() + 1),
        };
        codes.filter_map(length).max()
    };
    let is_told = ["select", "extend-select"].iter().any(|k| lint.get(k).is_some());
    let selected = longest(["select", "extend-select"]);
    is_told.then(|| selected > longest(["ignore", "extend-ignore"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(toml: &str) -> ImportSettings {
        let table: toml::Table = toml.parse().unwrap();
        read(table.get("ruff"), table.get("isort"), &[])
    }

    #[test]
    fn ruff_precedes_isort() {
        let both = "[ruff.lint.isort]\nforce-sort-within-sections = true\n[isort]\nforce_sort_within_sections = false\n";
        assert_eq!(of(both).force_sort_within_sections, Some(true));
        assert_eq!(of("[isort]\nprofile = 'google'\n").force_sort_within_sections, Some(true));
        assert_eq!(of("[ruff.isort]\nlines-after-imports = 2\n").lines_after_imports, Some(2));
        let ini = ["[isort]\nforce_sort_within_sections = True\n".to_owned()];
        assert_eq!(read(None, None, &ini).force_sort_within_sections, Some(true));
    }

    #[test]
    fn rules_are_selected_by_their_prefixes() {
        let of = |toml: &str| of(toml).type_checking_block;
        assert_eq!(of("[ruff.lint]\nselect = ['E', 'TC']\n"), Some(true));
        assert_eq!(of("[ruff.lint]\nselect = ['ALL']\nignore = ['TC003']\n"), Some(false));
        assert_eq!(of("[ruff]\nselect = ['E']\n"), Some(false));
        assert_eq!(of("[ruff]\nline-length = 99\n"), None);
    }
}
