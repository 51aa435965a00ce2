//! The types of results, read off the source of the core: what serde makes of
//! a type is TypeScript, its doc comments included. A type this does not
//! understand is an error, not a guess.

use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry};
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use advocacy_core::operation::operations;
use proc_macro2::{TokenStream, TokenTree};
use syn::{Attribute, Fields, GenericArgument, Item, ItemEnum, ItemStruct, PathArguments, Type};

use crate::{camel, comment, union};

/// What the library returns beside the results of operations.
const ROOTS: [&str; 7] = [
    "Report",
    "Table",
    "Warning",
    "Listing",
    "Operation",
    "OptionInfo",
    "TableSchema",
];

/// Types that write themselves, and as what.
const WRITTEN: [(&str, &str); 5] = [
    ("Timestamp", "string"),
    ("Zone", "string"),
    ("Definitions", "import(\"./catalog.js\").Definitions"),
    ("PrivacyPolicy", "import(\"./catalog.js\").PrivacyPolicy"),
    ("Argument", "boolean | number | string | null"),
];

/// The types of the core by name.
pub(crate) struct Source {
    structs: BTreeMap<String, ItemStruct>,
    enums: BTreeMap<String, ItemEnum>,
    /// Closed sets of names: doc and names.
    sets: BTreeMap<String, (String, Vec<String>)>,
}

impl Source {
    pub(crate) fn read(dir: &Path) -> Result<Self, Box<dyn Error>> {
        let mut source = Self {
            structs: BTreeMap::new(),
            enums: BTreeMap::new(),
            sets: BTreeMap::new(),
        };
        source.add(dir)?;
        Ok(source)
    }

    fn add(&mut self, dir: &Path) -> Result<(), Box<dyn Error>> {
        let mut entries = fs::read_dir(dir)?.collect::<Result<Vec<_>, _>>()?;
        entries.sort_by_key(fs::DirEntry::path);
        for entry in entries {
            let path = entry.path();
            if path.is_dir() {
                self.add(&path)?;
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                self.items(syn::parse_file(&fs::read_to_string(&path)?)?.items);
            }
        }
        Ok(())
    }

    fn items(&mut self, items: Vec<Item>) {
        for item in items {
            match item {
                // Results are public; what two modules keep to themselves may share a name.
                Item::Struct(item) if serialises(&item.attrs) => {
                    self.structs.insert(item.ident.to_string(), item);
                }
                Item::Enum(item) if serialises(&item.attrs) => {
                    self.enums.insert(item.ident.to_string(), item);
                }
                Item::Macro(item) if item.mac.path.is_ident("named") => {
                    self.set(item.mac.tokens);
                }
                _ => {}
            }
        }
    }

    /// `#[doc = "…"] pub enum Name as "what" { Variant = "name" | "alias", }`.
    fn set(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let at = tokens.iter().position(|token| token.to_string() == "enum");
        let Some((TokenTree::Ident(name), TokenTree::Group(body))) =
            at.and_then(|at| tokens.get(at + 1)).zip(tokens.last())
        else {
            return;
        };
        let doc = tokens.iter().filter_map(|token| match token {
            TokenTree::Group(group) => doc_line(group.stream()),
            _ => None,
        });
        let doc = first_paragraph(&doc.collect::<Vec<_>>());
        let body: Vec<String> = body.stream().into_iter().map(|t| t.to_string()).collect();
        let named = body.windows(2).filter(|pair| pair[0] == "=");
        let choices = named.map(|pair| pair[1].trim_matches('"').to_owned());
        self.sets.insert(name.to_string(), (doc, choices.collect()));
    }

    /// Every type that a result is made of.
    pub(crate) fn results(&self) -> Result<String, Box<dyn Error>> {
        let mut wanted: BTreeSet<String> = ROOTS.map(str::to_owned).into();
        let records = operations().iter().map(|operation| operation.returns);
        let records = records.filter(|name| name.starts_with(char::is_uppercase));
        wanted.extend(records.map(|name| match name {
            "Intervals" => "Interval".to_owned(),
            name => name.to_owned(),
        }));
        let mut written: BTreeMap<String, String> = BTreeMap::new();
        while let Some(name) = wanted.pop_first() {
            if let Entry::Vacant(place) = written.entry(name) {
                let mut types = Types::default();
                let text = self.declare(place.key(), &mut types)?;
                place.insert(text);
                wanted.extend(types.used);
            }
        }
        let mut out = String::from(
            "// Made by advocacy-wasm-tool from the source of the core.\n\n\
             /** A whole number; beyond 2^53 - 1, where a number is not exact, its decimal digits. */\n\
             export type Whole = number | string;\n",
        );
        for text in written.values() {
            write!(out, "\n{text}")?;
        }
        Ok(out)
    }

    fn declare(&self, name: &str, types: &mut Types) -> Result<String, Box<dyn Error>> {
        if let Some((doc, names)) = self.sets.get(name) {
            return Ok(format!(
                "{}export type {name} = {};\n",
                comment("", doc),
                union(names)
            ));
        }
        if let Some(item) = self.structs.get(name) {
            let doc = comment("", &docs(&item.attrs));
            let serde = Serde::of(&item.attrs);
            let item = match &serde.into {
                Some(into) if into == "String" => {
                    return Ok(format!("{doc}export type {name} = string;\n"));
                }
                Some(into) => self.structs.get(into).ok_or(format!("no struct {into}"))?,
                None => item,
            };
            if let Fields::Unnamed(fields) = &item.fields {
                let inner = fields.unnamed.first().ok_or("an empty tuple struct")?;
                return Ok(format!(
                    "{doc}export type {name} = {};\n",
                    types.of(&inner.ty)?
                ));
            }
            let (bases, body) = fields(&item.fields, "  ", types)?;
            let base = if bases.is_empty() {
                String::new()
            } else {
                format!(" extends {}", bases.join(", "))
            };
            return Ok(format!("{doc}export interface {name}{base} {{\n{body}}}\n"));
        }
        let item = self.enums.get(name).ok_or_else(|| {
            format!("{name} is no public type of the core that serialises by derive")
        })?;
        let doc = comment("", &docs(&item.attrs));
        let serde = Serde::of(&item.attrs);
        if serde.into.as_deref() == Some("String") {
            return Ok(format!("{doc}export type {name} = string;\n"));
        }
        let mut choices = String::new();
        for variant in &item.variants {
            let note = comment("  ", &docs(&variant.attrs));
            let called = serde.named(&variant.ident.to_string());
            let choice = Self::variant(&serde, &called, &variant.fields, types)?;
            write!(choices, "\n{note}  | {choice}")?;
        }
        Ok(format!("{doc}export type {name} ={choices};\n"))
    }

    fn variant(
        serde: &Serde,
        called: &str,
        given: &Fields,
        types: &mut Types,
    ) -> Result<String, Box<dyn Error>> {
        let inner = match given {
            Fields::Unit => None,
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                Some(types.of(&fields.unnamed[0].ty)?)
            }
            Fields::Unnamed(_) => return Err(format!("variant {called} is a tuple").into()),
            Fields::Named(_) => {
                let (_, body) = fields(given, "", types)?;
                let body = body.lines().filter(|line| !line.starts_with("/**"));
                Some(format!("{{ {} }}", body.collect::<Vec<_>>().join(" ")))
            }
        };
        Ok(match (&serde.tag, serde.untagged, inner) {
            (_, true, Some(inner)) => inner,
            (_, true, None) => "null".to_owned(),
            (Some(tag), _, None) => format!("{{ {tag}: {called:?} }}"),
            (Some(tag), _, Some(inner)) => format!("({{ {tag}: {called:?} }} & {inner})"),
            (None, _, None) => format!("{called:?}"),
            (None, _, Some(inner)) => format!("{{ {}: {inner} }}", camel(called)),
        })
    }
}

/// Named fields, and the types flattened into them.
fn fields(
    given: &Fields,
    indent: &str,
    types: &mut Types,
) -> Result<(Vec<String>, String), Box<dyn Error>> {
    let (mut bases, mut body) = (Vec::new(), String::new());
    for field in given {
        let serde = Serde::of(&field.attrs);
        if serde.skip {
            continue;
        }
        let mut of = types.of(&field.ty)?;
        if serde.flatten {
            bases.push(of);
            continue;
        }
        if serde.may_be_left_out && !of.ends_with("| null") {
            of.push_str(" | null");
        }
        let name = field
            .ident
            .as_ref()
            .ok_or("a field without a name")?
            .to_string();
        body += &comment(indent, &docs(&field.attrs));
        writeln!(body, "{indent}{}: {of};", camel(&name))?;
    }
    Ok((bases, body))
}

/// Types as TypeScript, and which of the core's they use.
#[derive(Default)]
struct Types {
    used: BTreeSet<String>,
}

impl Types {
    fn of(&mut self, given: &Type) -> Result<String, Box<dyn Error>> {
        match given {
            Type::Reference(reference) => self.of(&reference.elem),
            Type::Slice(slice) => self.list(&slice.elem),
            Type::Array(array) => self.list(&array.elem),
            Type::Path(path) => {
                let last = path.path.segments.last().ok_or("a path without a name")?;
                let inner: Vec<&Type> = match &last.arguments {
                    PathArguments::AngleBracketed(angled) => {
                        angled.args.iter().filter_map(only_type).collect()
                    }
                    _ => Vec::new(),
                };
                self.named(&last.ident.to_string(), &inner)
            }
            _ => Err("a type that has no name".into()),
        }
    }

    fn list(&mut self, of: &Type) -> Result<String, Box<dyn Error>> {
        let of = self.of(of)?;
        Ok(if of.contains(' ') {
            format!("({of})[]")
        } else {
            format!("{of}[]")
        })
    }

    fn named(&mut self, name: &str, inner: &[&Type]) -> Result<String, Box<dyn Error>> {
        Ok(match (name, inner) {
            ("str" | "String" | "char", _) => "string".to_owned(),
            ("bool", _) => "boolean".to_owned(),
            ("u64" | "i64" | "u128" | "i128", _) => "Whole".to_owned(),
            ("u8" | "u16" | "u32" | "i8" | "i16" | "i32" | "usize" | "f64", _) => {
                "number".to_owned()
            }
            ("Box" | "Arc" | "Cow" | "Shared", [inner]) => self.of(inner)?,
            ("Option", [inner]) => format!("{} | null", self.of(inner)?),
            ("Vec", [inner]) => self.list(inner)?,
            ("BTreeMap", [_, value]) => format!("Record<string, {}>", self.of(value)?),
            (name, []) | (name @ "Argument", _) => {
                if let Some((_, written)) = WRITTEN.iter().find(|(known, _)| *known == name) {
                    return Ok((*written).to_owned());
                }
                self.used.insert(name.to_owned());
                name.to_owned()
            }
            _ => return Err(format!("{name} is a type this does not know").into()),
        })
    }
}

fn only_type(argument: &GenericArgument) -> Option<&Type> {
    match argument {
        GenericArgument::Type(inner) => Some(inner),
        _ => None,
    }
}

/// What serde is told.
#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an attribute of its own"
)]
struct Serde {
    tag: Option<String>,
    into: Option<String>,
    snake: bool,
    untagged: bool,
    flatten: bool,
    skip: bool,
    may_be_left_out: bool,
}

impl Serde {
    fn of(attributes: &[Attribute]) -> Self {
        let mut found = Self::default();
        for attribute in attributes.iter().filter(|a| a.path().is_ident("serde")) {
            // What is of no account here is passed over.
            let _ = attribute.parse_nested_meta(|meta| {
                let text = || {
                    meta.value()?
                        .parse::<syn::LitStr>()
                        .map(|text| text.value())
                };
                match meta.path.get_ident().map(ToString::to_string).as_deref() {
                    Some("tag") => found.tag = Some(text()?),
                    Some("into") => found.into = Some(text()?),
                    Some("rename_all") => found.snake = text()? == "snake_case",
                    Some("untagged") => found.untagged = true,
                    Some("flatten") => found.flatten = true,
                    Some("skip" | "skip_serializing") => found.skip = true,
                    Some("skip_serializing_if") => {
                        text()?;
                        found.may_be_left_out = true;
                    }
                    _ if meta.input.peek(syn::Token![=]) => {
                        text()?;
                    }
                    _ => {}
                }
                Ok(())
            });
        }
        found
    }

    fn named(&self, variant: &str) -> String {
        if !self.snake {
            return variant.to_owned();
        }
        let mut out = String::new();
        for letter in variant.chars() {
            if letter.is_uppercase() && !out.is_empty() {
                out.push('_');
            }
            out.extend(letter.to_lowercase());
        }
        out
    }
}

/// Whether a type serialises by derive, or through one that does.
fn serialises(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        syn::Meta::List(list) if list.path.is_ident("derive") => {
            // What is only read by derive says the same of its shape.
            let derived = list.tokens.to_string();
            derived.contains("Serialize") || derived.contains("Deserialize")
        }
        _ => false,
    })
}

fn docs(attributes: &[Attribute]) -> String {
    let lines = attributes
        .iter()
        .filter_map(|attribute| match &attribute.meta {
            syn::Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
                syn::Expr::Lit(syn::ExprLit {
                    lit: syn::Lit::Str(text),
                    ..
                }) => Some(text.value()),
                _ => None,
            },
            _ => None,
        });
    first_paragraph(&lines.collect::<Vec<_>>())
}

/// `doc = "…"`.
fn doc_line(attribute: TokenStream) -> Option<String> {
    let pair: syn::MetaNameValue = syn::parse2(attribute).ok()?;
    match pair.value {
        syn::Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Str(text),
            ..
        }) if pair.path.is_ident("doc") => Some(text.value()),
        _ => None,
    }
}

/// The first paragraph, with Rust's links as plain names.
fn first_paragraph(lines: &[String]) -> String {
    let paragraph: Vec<String> = lines
        .iter()
        .map(|line| line.trim().to_owned())
        .take_while(|line| !line.is_empty())
        .collect();
    let mut out = String::new();
    let text = paragraph.join("\n");
    let mut rest = text.as_str();
    while let Some(open) = rest.find("[`") {
        let Some(close) = rest[open..].find("`]") else {
            break;
        };
        let after = &rest[open + close + 2..];
        out += &rest[..open];
        out += &rest[open + 1..=open + close];
        // `[name](path)`: the path says nothing here.
        rest = match after.strip_prefix('(').and_then(|path| path.find(')')) {
            Some(end) => &after[end + 2..],
            None => after,
        };
    }
    out + rest
}
