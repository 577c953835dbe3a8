//! A record of each kind for every test.

mod postgres;

use std::future::Future;

use ferry_store::{Store, StoreLocation};
use postgres::Schema;

/// Runs a test on SQLite in a fresh folder and, where a server is named, on PostgreSQL in a fresh schema.
pub async fn on_every_database<F, T>(test: F)
where
    F: Fn(Store) -> T,
    T: Future<Output = ()>,
{
    let folder = tempfile::tempdir().expect("a folder");
    on(&StoreLocation::in_data_dir(folder.path()), &test).await;

    let Some(schema) = Schema::new().await else { return };
    let folder = tempfile::tempdir().expect("a folder");
    on(&StoreLocation::on_postgres(folder.path(), &schema.url()).expect("a PostgreSQL address"), &test).await;
    schema.remove().await;
}

async fn on<F, T>(location: &StoreLocation, test: &F)
where
    F: Fn(Store) -> T,
    T: Future<Output = ()>,
{
    let store = Store::open(location).await.expect("a fresh record");
    test(store.clone()).await;
    store.close().await;
}
