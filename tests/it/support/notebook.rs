//! Notebooks as Jupyter writes them. It knows nothing of what is in their cells.

use serde_json::{Value, json};

/// A notebook with these cells of code, and a cell of text before them.
pub fn notebook(cells: &[&str]) -> String {
    let text = json!({"cell_type": "markdown", "metadata": {}, "source": ["# Jobs é"]});
    let code = cells.iter().map(|source| {
        let lines: Vec<&str> = source.split_inclusive('\n').collect();
        let output = json!({"data": {"text/plain": ["create_task\n"]}, "output_type": "display_data"});
        json!({"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [output], "source": lines})
    });
    of(std::iter::once(text).chain(code).collect())
}

fn of(cells: Vec<Value>) -> String {
    let language = json!({"name": "python", "version": "3.11.2"});
    let notebook = json!({
        "cells": cells,
        "metadata": {"language_info": language},
        "nbformat": 4,
        "nbformat_minor": 5
    });
    let mut text = Vec::new();
    let layout = serde_json::ser::PrettyFormatter::with_indent(b" ");
    let mut writer = serde_json::Serializer::with_formatter(&mut text, layout);
    serde::Serialize::serialize(&notebook, &mut writer).unwrap();
    String::from_utf8(text).unwrap() + "\n"
}

/// The code of each cell of a notebook.
pub fn sources(notebook: &str) -> Vec<String> {
    let notebook: Value = serde_json::from_str(notebook).unwrap();
    let cells = notebook["cells"].as_array().unwrap().iter();
    let code = cells.filter(|cell| cell["cell_type"] == "code");
    let text = |cell: &Value| match &cell["source"] {
        Value::String(text) => text.clone(),
        lines => lines.as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect(),
    };
    code.map(text).collect()
}
