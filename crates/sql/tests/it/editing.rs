use ferry_sql::edit::{Edit, EditError, apply};
use ferry_sql::{Span, StatementKind, parse_one};

#[test]
fn only_the_places_change() {
    let sql = "CREATE STREAM  db . s -- keep\n(a   int)";
    let StatementKind::CreateStream(create) = parse_one(sql).unwrap().kind else { panic!() };
    let database = create.name.database.as_ref().unwrap().span;
    let changed = apply(sql, vec![Edit::new(create.name.name.span, "t"), Edit::new(database, "other")]);
    assert_eq!(changed.as_deref(), Ok("CREATE STREAM  other . t -- keep\n(a   int)"));
}

#[test]
fn wrong_places_are_refused() {
    let span = Span::new;
    assert_eq!(apply("é", vec![Edit::new(span(1, 2), "x")]), Err(EditError::OutOfRange(span(1, 2))));
    assert_eq!(apply("abc", vec![Edit::new(span(2, 9), "x")]), Err(EditError::OutOfRange(span(2, 9))));
    let overlapping = vec![Edit::new(span(0, 2), "x"), Edit::new(span(1, 3), "y")];
    assert_eq!(apply("abc", overlapping), Err(EditError::Overlap(span(1, 3))));
    assert_eq!(apply("abc", vec![Edit::new(span(1, 1), "x"), Edit::new(span(1, 1), "y")]).as_deref(), Ok("axybc"));
}
