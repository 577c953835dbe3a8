//! Types, expressions, settings and EMIT clauses.

use super::{NormalisedKind as K, Notes};
use crate::ast::{
    CastStyle, Column, Emit, EmitItem, Expr, ExprKind, FunctionCall, Ident, Literal, Setting, TypeArg, TypeName,
};
use crate::visit::Visitor;

/// Other names of types that every release takes (the engine's own aliases).
const TYPE_ALIASES: [(&str, &str); 12] = [
    ("int", "int32"),
    ("integer", "int32"),
    ("tinyint", "int8"),
    ("smallint", "int16"),
    ("bigint", "int64"),
    ("uint", "uint32"),
    ("float", "float32"),
    ("double", "float64"),
    ("boolean", "bool"),
    ("varchar", "string"),
    ("text", "string"),
    ("numeric", "decimal"),
];

/// The engine's types, which it prints in lower case with underscores.
const CAMEL_TYPES: [(&str, &str); 8] = [
    ("lowcardinality", "low_cardinality"),
    ("fixedstring", "fixed_string"),
    ("aggregatefunction", "aggregate_function"),
    ("simpleaggregatefunction", "simple_aggregate_function"),
    ("datetime64", "datetime64"),
    ("nullable", "nullable"),
    ("array", "array"),
    ("map", "map"),
];

pub(super) struct Simplifier<'n> {
    pub notes: &'n mut Notes,
}

impl Visitor for Simplifier<'_> {
    fn type_name(&mut self, ty: &mut TypeName) {
        let lower = ty.name.value.to_ascii_lowercase();
        let alias = TYPE_ALIASES.iter().find(|(alias, _)| *alias == lower);
        if let Some((alias, name)) = alias.filter(|_| ty.args.is_none() || lower == "numeric") {
            self.notes.add(K::TypeAlias, format!("{alias} = {name}"));
            ty.name.value = (*name).to_owned();
        } else if let Some((_, name)) = CAMEL_TYPES.iter().find(|(camel, _)| *camel == lower)
            && ty.name.value != *name
        {
            self.notes.add(K::Case, format!("{} = {name}", ty.name.value));
            ty.name.value = (*name).to_owned();
        } else if is_plain_type(&lower) && ty.name.value != lower {
            self.notes.add(K::Case, format!("{} = {lower}", ty.name.value));
            ty.name.value = lower;
        }
        if ty.name.value == "datetime64" && ty.args.is_none() {
            self.notes.add(K::ServerDefault, "datetime64 = datetime64(3)");
            ty.args = Some(vec![TypeArg::Literal(Literal::Number("3".to_owned()))]);
        }
    }

    fn column(&mut self, column: &mut Column) {
        if let (Some(true), Some(ty)) = (column.nullable, column.ty.take_if(|_| column.nullable == Some(true))) {
            self.notes.add(K::Synonym, format!("{ty} NULL = nullable({ty})"));
            let name = Ident::new("nullable");
            column.ty = Some(TypeName { name, span: ty.span, args: Some(vec![TypeArg::Type(ty)]) });
            column.nullable = None;
        }
        column.comment.take_if(|comment| comment.value.is_empty());
    }

    fn expr(&mut self, expr: &mut Expr) {
        let span = expr.span;
        match &mut expr.kind {
            ExprKind::Interval { value, short, .. } if !*short => {
                if let ExprKind::Literal(Literal::Number(number)) = &value.kind
                    && number.bytes().all(|byte| byte.is_ascii_digit())
                {
                    self.notes.add(K::Synonym, "INTERVAL 5 SECOND = 5s");
                    *short = true;
                }
            }
            ExprKind::Cast { style, .. } if *style == CastStyle::Colons => {
                self.notes.add(K::Synonym, "x::type = CAST(x AS type)");
                *style = CastStyle::Function;
            }
            ExprKind::Function(call) => {
                if call.name.value == "earliest_ts" {
                    self.notes.add(K::Synonym, "earliest_ts = earliest_timestamp");
                    call.name.value = "earliest_timestamp".to_owned();
                }
                if let Some(cast) = cast_call(call) {
                    self.notes.add(K::Synonym, "cast(x, 'type') = CAST(x AS type)");
                    *expr = Expr { kind: cast, span };
                }
            }
            _ => {}
        }
    }

    fn settings(&mut self, settings: &mut Vec<Setting>) {
        for setting in settings.iter_mut() {
            let lower = setting.name.value.to_ascii_lowercase();
            let now = crate::rewrite::rules::settings::current_name(&lower);
            let now = now.or_else(|| (lower == "replicas").then(|| "replication_factor".to_owned()));
            if let Some(now) = now {
                self.notes.add(K::Synonym, format!("{lower} = {now}"));
                setting.name.value = now;
            }
            if lower == "storage_type" && setting.text().eq_ignore_ascii_case("inmemory") {
                self.notes.add(K::Synonym, "inmemory = memory");
                setting.value.kind = ExprKind::Literal(Literal::String("memory".to_owned()));
            }
        }
        // Of a setting that is given twice the last one counts: then order has a meaning.
        let names: std::collections::BTreeSet<&str> = settings.iter().map(|s| s.name.value.as_str()).collect();
        if names.len() == settings.len() {
            settings.sort_by(|a, b| a.name.value.cmp(&b.name.value));
        }
    }

    fn emit(&mut self, emit: &mut Emit) {
        for item in &mut emit.items {
            if *item == EmitItem::AfterWatermark {
                self.notes.add(K::Synonym, "AFTER WATERMARK = AFTER WINDOW CLOSE");
                *item = EmitItem::AfterWindowClose;
            }
        }
        if let [rest @ .., EmitItem::Periodic(period), EmitItem::OnUpdate] = emit.items.as_slice() {
            self.notes.add(K::Synonym, "PERIODIC x ON UPDATE = ON UPDATE WITH BATCH x");
            let mut items = rest.to_vec();
            items.extend([EmitItem::OnUpdate, EmitItem::WithBatch(period.clone())]);
            emit.items = items;
        }
    }
}

/// Types without arguments that are one word.
fn is_plain_type(lower: &str) -> bool {
    let digits = lower.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let letters = &lower[..lower.len() - digits.len()];
    let sized = matches!(letters, "int" | "uint" | "float" | "decimal" | "enum")
        && matches!(digits, "8" | "16" | "32" | "64" | "128" | "256");
    let plain = matches!(
        lower,
        "string" | "bool" | "date" | "date32" | "datetime" | "uuid" | "ipv4" | "ipv6" | "json" | "tuple" | "decimal"
    );
    sized || plain
}

/// `cast(x, 'type')` is the same as `CAST(x AS type)`.
fn cast_call(call: &FunctionCall) -> Option<ExprKind> {
    let is_cast = call.name.value.eq_ignore_ascii_case("cast") && call.parameters.is_none() && !call.distinct;
    let [value, ty] = call.args.as_slice() else { return None };
    let ExprKind::Literal(Literal::String(ty)) = &ty.kind else { return None };
    let mut ty = crate::parse_type(ty).ok().filter(|_| is_cast)?;
    let mut quiet = Notes::default();
    // Its types are seen here for the first time.
    visit_type(&mut ty, &mut Simplifier { notes: &mut quiet });
    Some(ExprKind::Cast { expr: Box::new(value.clone()), ty: Box::new(ty), style: CastStyle::Function })
}

fn visit_type(ty: &mut TypeName, simplifier: &mut Simplifier<'_>) {
    for arg in ty.args.iter_mut().flatten() {
        if let TypeArg::Type(inner) | TypeArg::Named { ty: inner, .. } = arg {
            visit_type(inner, simplifier);
        }
    }
    simplifier.type_name(ty);
}
