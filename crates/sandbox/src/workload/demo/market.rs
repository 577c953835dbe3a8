//! Trades, quotes, orders, positions, adjustments, instruments.

use arrow::array::RecordBatch;

use super::values::{Rows, mix, share, uuid};
use crate::fault::Fault;

const N_SYMBOLS: u64 = 200;
const N_ACCOUNTS: u64 = 5_000;

/// Rows of `market.trades`.
pub fn trades(rows: &Rows<'_>) -> Result<RecordBatch, Fault> {
    let desks: Vec<String> = (0..40).map(|desk| format!("desk-{desk:02}")).collect();
    let tags: Vec<String> = ["block", "odd-lot", "auction", "late", "short"].map(str::to_owned).to_vec();
    rows.batch(vec![
        ("trade_id", rows.whole(|row| row as i64 + 1)),
        ("symbol", rows.pick(&symbols(), |row| mix(row, 1) % N_SYMBOLS)),
        ("venue", rows.whole(|row| (mix(row, 2) % 4) as i64 + 1)),
        ("price", rows.decimal("price", |row| Some(i128::from(mix(row, 3) % 9_000_000) + 10_000))?),
        ("quantity", rows.float(|row| (share(row, 4) * 100.0).floor() + 1.0)),
        ("taker", rows.maybe_pick(&desks, |row| Some(mix(row, 5)).filter(|hash| !hash.is_multiple_of(5)))),
        ("order_id", rows.bytes(|row| uuid(row, 6))?),
        ("tags", rows.lists("tags", &tags, 8, false)?),
        ("traded_at", rows.whole(|row| rows.time_ms(row) * 1_000 + (mix(row, 9) % 1_000) as i64)),
        ("_tp_time", rows.times()),
    ])
}

/// Rows of `market.quotes`.
pub fn quotes(rows: &Rows<'_>) -> Result<RecordBatch, Fault> {
    let bid = |row| (share(row, 12) * 90_000.0).floor() / 100.0 + 1.0;
    rows.batch(vec![
        ("symbol", rows.pick(&symbols(), |row| mix(row, 11) % N_SYMBOLS)),
        ("bid", rows.float(bid)),
        ("ask", rows.float(|row| bid(row) + (share(row, 13) * 60.0).ceil() / 100.0)),
        ("bid_size", rows.whole(|row| (mix(row, 14) % 1_000) as i64 * 100)),
        ("ask_size", rows.whole(|row| (mix(row, 15) % 1_000) as i64 * 100)),
        // 10.20.0.0 to 10.20.255.255.
        ("feed_address", rows.whole(|row| (10 << 24) | (20 << 16) | (mix(row, 16) % 65_536) as i64)),
        ("_tp_time", rows.times()),
    ])
}

/// Rows of `market.orders`: every key once, so that its history and its present state are the same.
pub fn orders(rows: &Rows<'_>) -> Result<RecordBatch, Fault> {
    let price = |row| (!mix(row, 24).is_multiple_of(4)).then(|| i128::from(mix(row, 25) % 9_000_000) + 10_000);
    rows.batch(vec![
        ("order_id", rows.bytes(|row| uuid(row, 21))?),
        ("account", rows.text(|row| account(mix(row, 22)))),
        ("symbol", rows.pick(&symbols(), |row| mix(row, 23) % N_SYMBOLS)),
        ("side", rows.whole(|row| (mix(row, 26) % 2) as i64 + 1)),
        ("limit_price", rows.decimal("limit_price", price)?),
        ("placed_at", rows.whole(|row| rows.time_ms(row) - 250)),
        ("_tp_time", rows.times()),
        ("_tp_delta", rows.whole(|_| 1)),
    ])
}

/// Rows of `market.positions`: accounts and symbols are walked so that every pair comes once.
pub fn positions(rows: &Rows<'_>) -> Result<RecordBatch, Fault> {
    rows.batch(vec![
        ("account", rows.text(|row| account(row / N_SYMBOLS))),
        ("symbol", rows.pick(&symbols(), |row| row % N_SYMBOLS)),
        ("quantity", rows.whole(|row| (mix(row, 31) % 20_000) as i64 - 10_000)),
        ("average_price", rows.float(|row| share(row, 32) * 900.0 + 1.0)),
        ("revision", rows.whole(|row| (mix(row, 33) % 50) as i64)),
        ("_tp_time", rows.times()),
    ])
}

/// Rows of `ledger.adjustments`: one in ten takes something back.
pub fn adjustments(rows: &Rows<'_>) -> Result<RecordBatch, Fault> {
    let reasons: Vec<String> = ["fee", "dividend", "correction", "interest"].map(str::to_owned).to_vec();
    rows.batch(vec![
        ("account", rows.text(|row| account(mix(row, 41)))),
        ("amount", rows.decimal("amount", |row| Some(i128::from(mix(row, 42) % 10_000_000_000) - 500_000_000))?),
        ("reason", rows.maybe_pick(&reasons, |row| Some(mix(row, 43)).filter(|hash| !hash.is_multiple_of(6)))),
        ("booked", rows.truth(|row| !mix(row, 44).is_multiple_of(3))),
        ("_tp_time", rows.times()),
        ("_tp_delta", rows.whole(|row| if mix(row, 45).is_multiple_of(10) { -1 } else { 1 })),
    ])
}

/// Rows of `reference.instruments`.
pub fn instruments(rows: &Rows<'_>) -> Result<RecordBatch, Fault> {
    rows.batch(vec![
        ("symbol", rows.text(symbol)),
        ("isin", rows.bytes(isin)?),
        ("name", rows.text(|row| format!("Instrument {row}, class {}", mix(row, 51) % 9))),
        ("lot_size", rows.whole(|row| [0, 1, 10, 100][(mix(row, 52) % 4) as usize])),
        // Days since 1970, from 1990 on.
        ("listed", rows_days(rows)),
        ("_tp_time", rows.times()),
    ])
}

fn rows_days(rows: &Rows<'_>) -> arrow::array::ArrayRef {
    let days = rows.numbers().map(|row| 7_305 + (mix(row, 53) % 12_000) as i32);
    std::sync::Arc::new(arrow::array::Date32Array::from_iter_values(days))
}

fn symbols() -> Vec<String> {
    (0..N_SYMBOLS).map(symbol).collect()
}

/// `AAAA`, `AAAB`, ...
fn symbol(number: u64) -> String {
    let letter = |place: u32| char::from(b'A' + (number / 26_u64.pow(place) % 26) as u8);
    [letter(3), letter(2), letter(1), letter(0)].iter().collect()
}

fn isin(row: u64) -> [u8; 12] {
    let mut isin = *b"XX0000000000";
    let mut rest = row + 1;
    for digit in isin[2..].iter_mut().rev() {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    isin
}

fn account(number: u64) -> String {
    format!("ACC-{:05}", number % N_ACCOUNTS)
}
