//! The types of what our own pages ask and are told, for `tsc`: read off the sources that serde derives from.
//!
//! Only the shapes that `rustfmt` leaves and that our messages use are understood; anything else ends the run.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// What our pages ask, what they are told, and the settings file, as export writes it.
const ROOTS: [(&str, Way); 3] = [("PanelToCore", Way::In), ("PanelReply", Way::Out), ("FileOut", Way::Out)];

const HEAD: &str = "// Written by tools/generate/ from src/protocol/ and what it is made of: change it there, not here. Nothing of this
// file ships.
";

/// Whether the core reads a type or writes it: what may be left out differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    In,
    Out,
}

/// A struct or an enum in the sources: its attributes and the lines of its body.
#[derive(Debug, Clone)]
struct Item {
    is_enum: bool,
    about: Vec<String>,
    serde: String,
    /// What follows the name: generics, or the fields of a tuple.
    rest: String,
    body: Vec<String>,
}

#[derive(Debug, Default)]
struct Sources {
    items: BTreeMap<String, Vec<Item>>,
    aliases: BTreeMap<String, String>,
}

impl Sources {
    fn read(folder: &Path, sources: &mut Sources) {
        let mut paths: Vec<_> =
            fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                Sources::read(&path, sources);
            } else if path.extension().is_some_and(|end| end == "rs") {
                sources.add(&fs::read_to_string(&path).expect("a source"));
            }
        }
    }

    fn add(&mut self, text: &str) {
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let bare = line.strip_prefix("pub ").unwrap_or(line);
            if let Some((name, to)) = line.strip_prefix("pub type ").and_then(|rest| rest.split_once(" = ")) {
                self.aliases.insert(name.to_owned(), to.trim_end_matches(';').to_owned());
            }
            let (is_enum, rest) = match (bare.strip_prefix("struct "), bare.strip_prefix("enum ")) {
                (Some(rest), _) => (false, rest),
                (_, Some(rest)) => (true, rest),
                _ => continue,
            };
            let above = lines[..at].iter().rev().take_while(|l| l.starts_with("#[") || l.starts_with("///"));
            let mut above: Vec<&str> = above.copied().collect();
            above.reverse();
            if !above.iter().any(|line| line.starts_with("#[derive(") && line.contains("Serialize")) {
                continue;
            }
            let name = rest.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
            let body = lines[at + 1..].iter().take_while(|l| **l != "}").map(|l| (*l).to_owned());
            let item = Item {
                is_enum,
                about: above.iter().filter_map(|l| l.strip_prefix("/// ")).map(str::to_owned).collect(),
                serde: above.iter().filter(|l| l.starts_with("#[serde(")).copied().collect(),
                rest: rest[name.len()..].to_owned(),
                body: if rest.ends_with('{') { body.collect() } else { vec![] },
            };
            self.items.entry(name.to_owned()).or_default().push(item);
        }
    }

    fn item(&self, name: &str) -> &Item {
        match self.items.get(name).map(Vec::as_slice) {
            Some([one]) => one,
            Some(_) => panic!("{name} is the name of several types that are written"),
            None => panic!("{name} is no type that is written"),
        }
    }
}

struct Writer<'a> {
    sources: &'a Sources,
    todo: Vec<(String, Way)>,
    done: BTreeMap<String, (Way, String)>,
    names: BTreeSet<String>,
}

impl Writer<'_> {
    /// A Rust type in TypeScript. What it names is written as well.
    fn of(&mut self, rust: &str, way: Way) -> String {
        let rust = rust.trim().trim_start_matches("&'a ").trim_start_matches("&");
        let inside = |open: &str| rust.strip_prefix(open).and_then(|rest| rest.strip_suffix('>'));
        if let Some(inner) = inside("Option<") {
            return format!("{} | null", self.of(inner, way));
        }
        if let Some(inner) = inside("Box<") {
            return self.of(inner, way);
        }
        let list = rust.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        if let Some(inner) = inside("Vec<").or(list) {
            let one = self.of(inner, way);
            return if one.contains(' ') && !one.starts_with('[') { format!("({one})[]") } else { format!("{one}[]") };
        }
        if let Some((key, value)) = inside("BTreeMap<").and_then(|rest| rest.split_once(", ")) {
            return format!("{{ [key: {}]: {} }}", self.of(key, way), self.of(value, way));
        }
        if let Some(inner) = rest_of_tuple(rust) {
            let parts: Vec<String> = inner.split(", ").map(|part| self.of(part, way)).collect();
            return format!("[{}]", parts.join(", "));
        }
        let name = rust.rsplit("::").next().unwrap_or(rust).trim_end_matches("<'a>");
        match name {
            "String" | "str" => "string".to_owned(),
            "bool" => "boolean".to_owned(),
            "u16" | "u32" | "u64" | "usize" | "i64" => "number".to_owned(),
            _ if !self.sources.items.contains_key(name) && self.sources.aliases.contains_key(name) => {
                self.of(&self.sources.aliases[name], way)
            }
            _ => {
                let serde = &self.sources.item(name).serde;
                let is_text = serde.contains("into = \"String\"")
                    || serde.contains("transparent") && self.sources.item(name).rest.starts_with("(String)");
                if is_text {
                    return "string".to_owned();
                }
                self.todo.push((name.to_owned(), way));
                name.to_owned()
            }
        }
    }

    /// `name: type` of a field, with its comment above; nothing for one that is not written.
    fn field(&mut self, about: &str, serde: &str, line: &str, way: Way) -> Option<String> {
        if serde.contains("(skip)") {
            return None;
        }
        let line = line.strip_prefix("pub ").unwrap_or(line).trim_end_matches(',');
        let (name, rust) = line.split_once(": ").unwrap_or_else(|| panic!("{line} is no field"));
        let renamed = serde.split_once("rename = \"").and_then(|(_, rest)| rest.split_once('"'));
        let name = renamed.map_or(name, |(name, _)| name);
        let skipped = serde.contains("skip_serializing_if");
        let is_option = rust.starts_with("Option<");
        let optional = match way {
            Way::In => serde.contains("default") || is_option,
            Way::Out => skipped,
        };
        let mut type_of = self.of(rust, way);
        if skipped && is_option {
            type_of = type_of.trim_end_matches(" | null").to_owned();
        }
        let about = if about.is_empty() { String::new() } else { format!("/** {about} */ ") };
        Some(format!("{about}{name}{}: {type_of};", if optional { "?" } else { "" }))
    }

    /// Fields that stand one below the other.
    fn fields(&mut self, lines: &[String], way: Way) -> Vec<String> {
        let (mut about, mut serde, mut out) = (Vec::new(), String::new(), Vec::new());
        for line in lines.iter().map(|line| line.trim()) {
            if let Some(text) = line.strip_prefix("/// ") {
                about.push(text);
            } else if line.starts_with("#[serde(") {
                serde += line;
            } else {
                out.extend(self.field(&about.join(" "), &serde, line, way));
                about.clear();
                serde.clear();
            }
        }
        out
    }

    fn write(&mut self, name: &str, way: Way) -> String {
        let item = self.sources.item(name).clone();
        let about: String = match item.about.as_slice() {
            [] => String::new(),
            lines => format!("/** {} */\n", lines.join(" ")),
        };
        if !item.is_enum {
            assert!(item.rest.ends_with('{'), "{name} has no named fields");
            return format!("{about}export interface {name} {{\n{}}}\n", indented(&self.fields(&item.body, way)));
        }
        assert!(item.serde.contains("rename_all = \"kebab-case\""), "{name} is not in kebab-case");
        let tag = item.serde.split_once("tag = \"").and_then(|(_, rest)| rest.split_once('"')).map(|(tag, _)| tag);
        let mut variants: Vec<String> = Vec::new();
        let mut apart = String::new();
        let mut lines = item.body.iter();
        while let Some(line) = lines.next() {
            let line = line.trim();
            if line.starts_with("///") || line.starts_with("#[") {
                continue;
            }
            let variant: String = line.chars().take_while(|c| c.is_alphanumeric()).collect();
            let rest = line[variant.len()..].trim_end_matches(',').trim();
            let word = kebab(&variant);
            let Some(tag) = tag else {
                assert!(rest.is_empty(), "{name}::{variant} has fields and no tag");
                variants.push(format!("'{word}'"));
                continue;
            };
            if let Some(inner) = rest_of_tuple(rest) {
                variants.push(format!("({{ {tag}: '{word}' }} & {})", self.of(inner, way)));
                continue;
            }
            let fields = if rest == "{" {
                let body: Vec<String> = lines.by_ref().take_while(|l| l.as_str() != "    },").cloned().collect();
                self.fields(&body, way)
            } else {
                let inner = rest.strip_prefix("{ ").and_then(|rest| rest.strip_suffix(" }")).unwrap_or_default();
                let parts = split(inner);
                parts.iter().filter_map(|part| self.field("", "", part, way)).collect()
            };
            let mut all = vec![format!("{tag}: '{word}';")];
            all.extend(fields);
            // Answers are named one by one: our pages keep them.
            if way == Way::Out && all.len() > 1 {
                assert!(self.names.insert(variant.clone()), "{variant} names two things");
                apart += &format!("export interface {variant} {{\n{}}}\n", indented(&all));
                variants.push(variant);
            } else {
                let all: Vec<&str> = all.iter().map(|field| field.rsplit("*/ ").next().unwrap_or(field)).collect();
                variants.push(format!("{{ {} }}", all.join(" ").trim_end_matches(';')));
            }
        }
        if tag.is_none() {
            return format!("{about}export type {name} = {};\n", variants.join(" | "));
        }
        format!("{apart}{about}export type {name} =\n  | {};\n", variants.join("\n  | "))
    }
}

/// What stands between the brackets of a tuple.
fn rest_of_tuple(text: &str) -> Option<&str> {
    text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'))
}

/// Fields in one line, parted by commas outside of brackets.
fn split(text: &str) -> Vec<String> {
    let (mut depth, mut out) = (0, vec![String::new()]);
    for c in text.chars() {
        match c {
            '<' | '(' => depth += 1,
            '>' | ')' => depth -= 1,
            ',' if depth == 0 => {
                out.push(String::new());
                continue;
            }
            _ => {}
        }
        out.last_mut().expect("a part").push(c);
    }
    out.iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// Each field in lines of its own, its comment above it.
fn indented(fields: &[String]) -> String {
    let lines = fields.iter().map(|field| match field.split_once("*/ ") {
        Some((about, field)) => format!("  {about}*/\n  {field}\n"),
        None => format!("  {field}\n"),
    });
    lines.collect()
}

fn kebab(variant: &str) -> String {
    let mut out = String::new();
    for c in variant.chars() {
        if c.is_uppercase() && !out.is_empty() {
            out.push('-');
        }
        out.extend(c.to_lowercase());
    }
    out
}

pub(crate) fn types() -> String {
    let mut sources = Sources::default();
    Sources::read(Path::new("src"), &mut sources);
    let todo = ROOTS.iter().rev().map(|(name, way)| ((*name).to_owned(), *way)).collect();
    let mut writer = Writer { sources: &sources, todo, done: BTreeMap::new(), names: BTreeSet::new() };
    let mut order = Vec::new();
    while let Some((name, way)) = writer.todo.pop() {
        let text = writer.write(&name, way);
        match writer.done.get(&name) {
            Some((before, old)) => assert_eq!(old, &text, "{name} differs between {before:?} and {way:?}"),
            None => {
                assert!(writer.names.insert(name.clone()), "{name} names two things");
                writer.done.insert(name.clone(), (way, text));
                order.push(name);
            }
        }
    }
    let texts: Vec<&str> = order.iter().map(|name| writer.done[name].1.as_str()).collect();
    format!("{HEAD}\n{}", texts.join("\n"))
}
