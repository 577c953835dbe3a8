//! Every type over a socket, as klickhouse values.

use ferry_native::{Block, Connection, DataType, Error, Query};

use crate::{samples, stand_in};

#[tokio::test]
async fn every_type_crosses_the_wire_both_ways_plain_and_compressed() {
    let options = stand_in::start().await;
    let mut connection = Connection::connect(options).await.unwrap();
    for (type_name, values) in samples::all() {
        for is_compressed in [false, true] {
            let data_type: DataType = type_name.parse().unwrap();
            let column = ferry_native::Column::from_values("v", data_type, values.clone()).unwrap();
            let block = Block::new(vec![column]).unwrap();

            let put = Query::new(format!("put {type_name}")).compression(is_compressed);
            let mut insert = connection.insert(put).await.unwrap();
            assert_eq!(insert.header().columns[0].data_type.to_string(), type_name);
            insert.send(block.clone()).await.unwrap();
            insert.finish().await.unwrap();

            let get = Query::new("get").compression(is_compressed);
            let blocks = connection.query(get).await.unwrap().blocks().await.unwrap();
            assert_eq!(blocks, [block], "{type_name}");
            let (_, got) = blocks[0].columns[0].to_values().unwrap();
            assert_eq!(got, values, "{type_name}");
        }
    }
}

#[test]
fn enums_become_names_in_rows() {
    #[derive(klickhouse::Row)]
    struct Named {
        v: String,
    }
    let columns = samples::columns();
    let column = columns.iter().find(|column| matches!(column.data_type, DataType::Enum8(_))).unwrap();
    let mut rows = Block::new(vec![column.clone()]).unwrap().to_rows().unwrap();
    assert_eq!(rows.next_as::<Named>().unwrap().unwrap().v, "a");
    assert_eq!(rows.next_as::<Named>().unwrap().unwrap().v, "it's, (so)");
    assert!(rows.next_as::<Named>().is_none());
}

#[test]
fn a_value_of_another_type_is_an_error_and_never_a_panic() {
    let all = samples::all();
    for (type_name, _) in &all {
        for (other, values) in &all {
            let data_type: DataType = type_name.parse().unwrap();
            let other: DataType = other.parse().unwrap();
            if data_type.to_klickhouse() != other.to_klickhouse() {
                // Whether it fits or not, it must not stop the process.
                let _outcome = ferry_native::Column::from_values("v", data_type, values.clone());
            }
        }
    }
    let wrong = ferry_native::Column::from_values("v", DataType::UInt8, vec![klickhouse::Value::Null]);
    assert!(matches!(wrong, Err(Error::Type { .. })));
}

#[test]
fn columns_of_different_lengths_are_no_block() {
    let number = |n: usize| vec![klickhouse::Value::UInt8(1); n];
    let column = |n| ferry_native::Column::from_values("v", DataType::UInt8, number(n)).unwrap();
    assert!(Block::new(vec![column(2), column(3)]).is_err());
}
