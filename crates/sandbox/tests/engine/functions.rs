//! Every function does what its entry in the table says.

use ferry_sandbox::engine::ErrorCode;
use ferry_sandbox::engine::functions::{self, Build};

use super::support::{World, check, refuse, run};

#[tokio::test]
async fn every_example_of_the_function_table_is_true() {
    let context = World::new().context();
    let mut wrong = Vec::new();
    for (_, function) in functions::all() {
        let Some((call, expected)) = function.example else {
            continue;
        };
        let sql = match function.build {
            Build::Aggregate => format!("SELECT {call} FROM numbers(3)"),
            _ => format!("SELECT {call}"),
        };
        match run(&context, &sql).await {
            Ok(found) if found.lines().nth(1) == Some(expected) => {}
            Ok(found) => wrong.push(format!("{call}: {found:?}, expected {expected}")),
            Err(error) => wrong.push(format!("{call}: {error}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn functions_give_the_same_for_constants_and_for_rows() {
    let context = World::new().context();
    let mut wrong = Vec::new();
    for (_, function) in functions::all() {
        let (Some((call, expected)), Build::Scalar(_)) = (function.example, function.build) else {
            continue;
        };
        // A constant inside a call of materialize() is computed for each row.
        let Some((name, rest)) = call.split_once('(') else { continue };
        let first_is_plain = rest.starts_with(|c: char| c.is_ascii_digit() || c == '\'' || c == '[');
        let Some(end) = rest.find([',', ')']).filter(|_| first_is_plain && name == function.name) else {
            continue;
        };
        let (first, others) = rest.split_at(end);
        if first.contains(['[', '(']) || first.matches('\'').count() == 1 || wants_constant(name) {
            continue;
        }
        let sql = format!("SELECT {name}(materialize({first}){others} FROM numbers(2)");
        match run(&context, &sql).await {
            Ok(found) if found.lines().skip(1).all(|line| line == expected) => {}
            Ok(found) => wrong.push(format!("{sql}: {found:?}, expected {expected}")),
            Err(error) => wrong.push(format!("{sql}: {error}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn wants_constant(name: &str) -> bool {
    matches!(name, "date_trunc" | "date_diff" | "date_add" | "negate")
}

#[tokio::test]
async fn types_of_arithmetic_are_those_of_a_server() {
    let context = World::new().context();
    check(
        &context,
        "SELECT 1 + 1, 1 - 2, 300 * 2, 7 / 2, 7 % 4, int_div(7, 2), -1, 1.5 + 1, to_int64(1) + to_uint8(1)",
        "plus(1, 1) uint16, minus(1, 2) int16, multiply(300, 2) uint32, divide(7, 2) float64, \
         modulo(7, 4) uint8, int_div(7, 2) uint8, -1 int8, plus(1.5, 1) float64, plus(to_int64(1), to_uint8(1)) int64
         2 | -1 | 600 | 3.5 | 3 | 3 | -1 | 2.5 | 2",
    )
    .await;
    check(
        &context,
        "SELECT to_decimal32('1.10', 2) * to_decimal32('2.5', 1) AS p, to_decimal64('10', 2) / 3 AS q",
        "p decimal(9, 3), q decimal(18, 2)
         2.75 | 3.33",
    )
    .await;
}

#[tokio::test]
async fn null_spreads_through_functions_and_is_seen_by_some() {
    let context = World::new().context();
    check(
        &context,
        "SELECT NULL + 1 AS a, upper(NULL) AS b, city_hash64(to_nullable(1), NULL) AS c, coalesce(NULL, 3) AS d, \
         is_null(NULL) AS e, if(NULL, 1, 2) AS f",
        "a nullable(nothing), b nullable(string), c nullable(uint64), d uint8, e bool, f uint8
         NULL | NULL | NULL | 3 | true | 2",
    )
    .await;
}

#[tokio::test]
async fn wide_values_are_carried_and_compared() {
    let context = World::new().context();
    check(
        &context,
        "SELECT max(x) AS top, min(x) AS low FROM (SELECT to_int128('-5') AS x UNION ALL SELECT to_int128('170141183460469231731687303715884105727') AS x)",
        "top int128, low int128
         170141183460469231731687303715884105727 | -5",
    )
    .await;
    check(
        &context,
        "SELECT max(ip) AS m FROM (SELECT to_ipv4('9.0.0.1') AS ip UNION ALL SELECT to_ipv4('10.0.0.1') AS ip)",
        "m ipv4
         10.0.0.1",
    )
    .await;
    refuse(&context, "SELECT to_int128(1) + 1", ErrorCode::IllegalType, "int128").await;
}

#[tokio::test]
async fn what_is_not_in_the_table_is_an_error_with_its_name() {
    let context = World::new().context();
    refuse(&context, "SELECT no_such_thing(1)", ErrorCode::UnknownFunction, "no_such_thing").await;
    refuse(&context, "SELECT array_map(x -> x, [1])", ErrorCode::UnknownFunction, "array_map").await;
    refuse(&context, "SELECT length(1)", ErrorCode::IllegalType, "length").await;
    refuse(&context, "SELECT length()", ErrorCode::NumberOfArguments, "length").await;
    refuse(&context, "SELECT 1 = 'a'", ErrorCode::NoCommonType, "supertype").await;
    refuse(&context, "SELECT int_div(1, 0)", ErrorCode::IllegalDivision, "zero").await;
}

#[tokio::test]
async fn casts_parse_print_and_wrap() {
    let context = World::new().context();
    check(
        &context,
        "SELECT cast('[1]', 'string') AS a, '2024-05-06'::date AS b, 300::uint8 AS c, \
         cast(map('a', 1), 'map(string, int64)') AS d, to_string(to_datetime64('2024-05-06 07:08:09.5', 6, 'UTC')) AS e, \
         cast('b', 'enum8(\\'a\\' = 1, \\'b\\' = 2)') AS f, to_int8(to_float64(3.9)) AS g, \
         to_string(tuple(1, 'x', [NULL, 2])) AS h",
        "a string, b date, c uint8, d map(string, int64), e string, f enum8('a' = 1, 'b' = 2), g int8, h string
         [1] | 2024-05-06 | 44 | {'a':1} | 2024-05-06 07:08:09.500000 | b | 3 | (1,'x',[NULL,2])",
    )
    .await;
    refuse(&context, "SELECT to_int32('x')", ErrorCode::CannotParseText, "'x'").await;
    refuse(&context, "SELECT cast(NULL, 'int32')", ErrorCode::CannotInsertNull, "NULL").await;
}

#[tokio::test]
async fn intervals_move_dates_and_times() {
    let context = World::new().context();
    check(
        &context,
        "SELECT to_date('2024-01-31') + INTERVAL 1 MONTH AS a, to_datetime('2024-05-06 07:08:09', 'UTC') - 10m AS b, \
         to_date('2024-05-06') + 3 AS c, to_date('2024-05-06') - to_date('2024-05-01') AS d, \
         to_datetime64('2024-05-06 00:00:00', 3, 'UTC') + 5s AS e",
        "a date, b datetime('UTC'), c date, d int32, e datetime64(3, 'UTC')
         2024-02-29 | 2024-05-06 06:58:09 | 2024-05-09 | 5 | 2024-05-06 00:00:05.000",
    )
    .await;
}

#[tokio::test]
async fn aggregates_over_nothing_give_what_a_server_gives() {
    let context = World::new().context();
    check(
        &context,
        "SELECT count(), sum(number), max(number), avg(number), any(to_nullable(number)), group_array(number) FROM numbers(0)",
        "count() uint64, sum(number) uint64, max(number) uint64, avg(number) float64, \
         any(to_nullable(number)) nullable(uint64), group_array(number) array(uint64)
         0 | 0 | 0 | nan | NULL | []",
    )
    .await;
    check(
        &context,
        "SELECT count_if(number > 1) AS a, sum_if(number, number > 1) AS b, count(DISTINCT number % 2) AS c, \
         avg_if(number, number < 0) AS d FROM numbers(5)",
        "a uint64, b uint64, c uint64, d float64
         3 | 9 | 2 | nan",
    )
    .await;
}
