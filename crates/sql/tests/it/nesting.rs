use ferry_sql::parser::{MAX_DEPTH, MAX_HEIGHT};
use ferry_sql::rename::Rename;
use ferry_sql::rewrite::{Migration, Release, rewrite};
use ferry_sql::{parse, parse_expr, print, references, secrets};

/// The same shape at depth `n`.
fn shapes(n: usize) -> Vec<String> {
    vec![
        format!("SELECT {}1{}", "(".repeat(n), ")".repeat(n)),
        format!("SELECT {}1{}", "[".repeat(n), "]".repeat(n)),
        format!("SELECT {}1{}", "f(".repeat(n), ")".repeat(n)),
        format!("SELECT {}1{}", "(SELECT ".repeat(n), ")".repeat(n)),
        format!("SELECT * FROM {}t{}", "(SELECT * FROM ".repeat(n), ")".repeat(n)),
        format!("SELECT * FROM {}t{}", "(".repeat(n), ")".repeat(n)),
        format!("{}SELECT 1{}", "(".repeat(n), ")".repeat(n)),
        format!("SELECT {}1", "- ".repeat(n)),
        format!("SELECT {}1", "NOT ".repeat(n)),
        format!("SELECT {}1", "x -> ".repeat(n)),
        format!("SELECT {}1{}", "CASE WHEN 1 THEN ".repeat(n), " END".repeat(n)),
        format!("SELECT {}1{}", "a ? ".repeat(n), " : 2".repeat(n)),
        format!("SELECT x::{}int{}", "array(".repeat(n), ")".repeat(n)),
        format!("CREATE STREAM s (a {}int{})", "tuple(".repeat(n), ")".repeat(n)),
        format!("{}SELECT 1", "EXPLAIN ".repeat(n)),
        format!("SELECT {}1", "{'a': ".repeat(n)),
        "SELECT ".to_owned() + &"(".repeat(n),
        format!("CREATE DICTIONARY d (a int) PRIMARY KEY a SOURCE(X{}", "(a".repeat(n)),
        format!("SELECT * FROM {}t", "tumble(".repeat(n)),
    ]
}

#[test]
fn deep_nesting_is_an_error_and_no_crash() {
    for sql in shapes(20_000) {
        let parsed = parse(&sql);
        assert!(!parsed.is_ok(), "{}", &sql[..40]);
    }
    let error = parse_expr(&format!("{}1{}", "(".repeat(500), ")".repeat(500))).unwrap_err();
    assert_eq!(error.message, format!("nested deeper than {MAX_DEPTH} levels"));
}

#[test]
fn the_deepest_trees_fit_a_workers_stack_with_room() {
    // A worker has two MiB of which a caller may have used some; a build without optimisation needs most.
    let walk = || {
        let mut texts = shapes(MAX_DEPTH / 4);
        texts.extend(shapes(MAX_DEPTH - 2));
        texts.push(format!("SELECT {}", vec!["a"; MAX_HEIGHT - 2].join(" + ")));
        texts.push(format!("SELECT a{}", "::int".repeat(MAX_HEIGHT - 2)));
        let mut whole = 0;
        for sql in texts {
            let parsed = parse(&sql);
            whole += usize::from(parsed.is_ok());
            for statement in &parsed.statements {
                references(statement, "d", &|_: &str| false);
                secrets(statement, &sql);
                print::statement(statement, &sql, print::Dialect::V3);
                assert_eq!(statement.clone(), *statement);
                ferry_sql::normal::normalize(statement, &sql, "d");
                let renames = [Rename::database("a", "b"), Rename::relation(("d", "t"), ("d", "u"))];
                ferry_sql::rename::edits(statement, &sql, &renames, "d");
            }
            ferry_sql::pretty::pretty(&sql);
            let _ = rewrite(&sql, &Migration::new(Release::proton(1, 6, 1), Release::enterprise(3, 3, 1)));
            let _ = ferry_sql::compare::compare(&sql, &format!("{sql} "), "d");
        }
        whole
    };
    let thread = std::thread::Builder::new().stack_size(7 << 18).spawn(walk).unwrap();
    assert!(thread.join().unwrap() > 20);
}

#[test]
fn moderate_nesting_is_read() {
    for sql in shapes(20).into_iter().take(15) {
        let parsed = parse(&sql);
        assert!(parsed.is_ok(), "{sql}: {:?}", parsed.errors);
    }
}

#[test]
fn long_chains_and_lists_are_bounded_or_flat() {
    let chain = |operator: &str, n: usize| format!("SELECT {}", vec!["a"; n].join(operator));
    assert!(parse(&chain(" + ", MAX_HEIGHT - 10)).is_ok());
    assert!(parse(&chain(" AND ", MAX_HEIGHT - 10)).is_ok());
    for operator in [" + ", " AND ", "::int + ", " || ", " UNION ALL SELECT ", ", "] {
        let sql = chain(operator, 30_000);
        let parsed = parse(&sql);
        // Lists and runs of UNION ALL are flat; a chain is a tree that someone must walk.
        let is_flat = operator == ", " || operator.contains("UNION");
        assert_eq!(parsed.is_ok(), is_flat, "{operator}");
    }
    let casts = format!("SELECT a{}", "::int".repeat(30_000));
    assert!(!parse(&casts).is_ok());
    let changing = format!("SELECT 1{}", " UNION ALL SELECT 1 EXCEPT SELECT 2".repeat(10_000));
    assert!(!parse(&changing).is_ok());
}
