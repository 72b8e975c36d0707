//! Benchmarks: a check of a generated tree, of one large file, and the patch of a tree. Run them by hand with `cargo bench`;
//! they assert no results.

#![allow(missing_docs, clippy::unwrap_used)] // Criterion's macro writes the functions, and a benchmark may stop.

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use undangle::output::{PatchStyle, diff};
use undangle::run::{
    ConfigSource, Input, Job, Lookups, Progress, Report, Texts, UniformConfig, run, targets,
};

const FILES: usize = 1000;
const FUNCTIONS: usize = 5000;

/// A function of six lines; every fourth drops a task.
fn function(number: usize) -> String {
    let call = if number.is_multiple_of(4) { "asyncio.create_task" } else { "await asyncio.sleep" };
    format!(
        "\n\nasync def function_{number}(items, flag=False):\n    total = len(items) + {number}\n    \
         for item in items:\n        if flag and item > total:\n            {call}(item)\n    return total\n"
    )
}

/// A file with one site, or one that never names a spawner, as most of a repository do.
fn module(number: usize, has_site: bool) -> String {
    let functions = (0..20).map(|i| function(4 * (number + i) + 1)).collect::<String>();
    let site = if has_site { function(0) } else { String::new() };
    format!("\"\"\"Module {number}.\"\"\"\n\nimport asyncio\nimport os\n{functions}{site}")
}

fn large() -> String {
    let functions = (0..FUNCTIONS).map(function).collect::<String>();
    format!("import asyncio\n{functions}")
}

fn tree(folder: &Path) {
    fs::write(folder.join("pyproject.toml"), "[project]\nname = \"tree\"\n").unwrap();
    for number in 0..FILES {
        let package = folder.join(format!("package_{}", number % 20));
        fs::create_dir_all(&package).unwrap();
        let text = module(number, number.is_multiple_of(10));
        fs::write(package.join(format!("module_{number}.py")), text).unwrap();
    }
}

fn report(folder: &Path) -> Report {
    let (targets, faults) = targets(vec![Input::Path(folder.to_path_buf())], folder);
    assert!(faults.is_empty(), "{faults:?}");
    let config: Arc<dyn ConfigSource> = Arc::new(UniformConfig::default());
    run(&Job {
        target: &targets[0],
        config: &config,
        every_site: false,
        respects_ignore_files: true,
        texts: &Texts::default(),
        selected: None,
        threads: 0,
        progress: &Progress::default(),
        lookups: &Lookups::default(),
        cache: None,
    })
}

fn check_a_tree(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    tree(folder.path());
    let mut group = criterion.benchmark_group("check");
    group.sample_size(20).throughput(Throughput::Elements(FILES as u64));
    group.bench_function("a tree of 1,000 files, 100 with a site", |bencher| {
        bencher.iter(|| black_box(report(folder.path())));
    });
    group.finish();
}

fn check_a_large_file(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let text = large();
    fs::write(folder.path().join("large.py"), &text).unwrap();
    let mut group = criterion.benchmark_group("check");
    group.sample_size(10).throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("one file of 5,000 functions, 1,250 with a site", |bencher| {
        bencher.iter(|| black_box(report(folder.path())));
    });
    group.finish();
}

fn render_a_patch(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    tree(folder.path());
    let report = report(folder.path());
    let patched = report.files.iter().filter(|f| f.patch.is_some()).count();
    assert_eq!(patched, FILES / 10);
    let mut group = criterion.benchmark_group("diff");
    group.throughput(Throughput::Elements(patched as u64));
    group.bench_function("the patch of 100 files", |bencher| {
        bencher.iter(|| black_box(diff(&report, folder.path(), PatchStyle::Raw)));
    });
    group.finish();
}

criterion_group!(benches, check_a_tree, check_a_large_file, render_a_patch);
criterion_main!(benches);
