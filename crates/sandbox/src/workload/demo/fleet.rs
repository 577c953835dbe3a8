//! Telemetry and trips.

use arrow::array::{Date32Array, RecordBatch};

use super::values::{Rows, mix, share};
use crate::fault::Fault;

const N_VEHICLES: u64 = 2_000;

/// Rows of `fleet.telemetry`.
pub fn telemetry(rows: &Rows<'_>) -> Result<RecordBatch, Fault> {
    let latitude = rows.float(|row| 47.0 + share(row, 61) * 2.0);
    let longitude = rows.float(|row| 7.0 + share(row, 62) * 3.0);
    let sensors = ["oil_temperature", "tyre_pressure"];
    rows.batch(vec![
        ("vehicle", rows.pick(&vehicles(), |row| mix(row, 63) % N_VEHICLES)),
        ("position", rows.tuple("position", vec![latitude, longitude])?),
        ("speed_kmh", rows.float(|row| (share(row, 64) * 1_400.0).floor() / 10.0)),
        (
            "heading",
            rows.maybe_whole(|row| Some((mix(row, 65) % 360) as i64).filter(|_| !mix(row, 66).is_multiple_of(8))),
        ),
        ("sensors", rows.map("sensors", &sensors, |row, key| share(row, 67 + key as u64) * 120.0)?),
        ("gateway", rows.bytes(gateway)?),
        ("_tp_time", rows.times()),
    ])
}

/// Rows of ``fleet.`trip events` ``.
pub fn trip_events(rows: &Rows<'_>) -> Result<RecordBatch, Fault> {
    let stops: Vec<String> = ["depot", "Basel SBB", "Zürich HB", "Bern", "Genève"].map(str::to_owned).to_vec();
    let notes: Vec<String> =
        ["", "on time", "traffic at the border", "driver's break; \"15 min\"", "tab\there"].map(str::to_owned).to_vec();
    let days = rows.numbers().map(|row| (rows.time_ms(row) / 86_400_000) as i32);
    rows.batch(vec![
        ("trip id", rows.whole(|row| (row / 3) as i64 + 1)),
        ("vehicle", rows.pick(&vehicles(), |row| mix(row / 3, 71) % N_VEHICLES)),
        ("kind", rows.whole(|row| [1, 20, 300][(row % 3) as usize])),
        ("stops", rows.lists("stops", &stops, 72, true)?),
        ("note", rows.pick(&notes, |row| mix(row, 73))),
        ("day", std::sync::Arc::new(Date32Array::from_iter_values(days))),
        ("_tp_time", rows.times()),
    ])
}

fn vehicles() -> Vec<String> {
    (0..N_VEHICLES).map(|number| format!("V-{number:05}")).collect()
}

/// An address of the documentation's network, 2001:db8::/32.
fn gateway(row: u64) -> [u8; 16] {
    let mut address = [0; 16];
    address[..4].copy_from_slice(&[0x20, 0x01, 0x0d, 0xb8]);
    address[12..].copy_from_slice(&((mix(row, 69) % 64) as u32).to_be_bytes());
    address
}
