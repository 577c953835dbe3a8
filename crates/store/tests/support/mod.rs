//! A record of each kind for every test.

use std::future::Future;

use ferry_store::{Store, StoreLocation};

/// Where tests find a PostgreSQL server that they may fill.
const POSTGRES_VARIABLE: &str = "FERRY_TEST_POSTGRES_URL";

/// Runs a test on SQLite in a fresh folder and, where a server is named, on PostgreSQL in a fresh schema.
pub async fn on_every_database<F, T>(test: F)
where
    F: Fn(Store) -> T,
    T: Future<Output = ()>,
{
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(&StoreLocation::in_data_dir(folder.path())).await.expect("a record in a fresh folder");
    test(store.clone()).await;
    store.close().await;

    let Ok(url) = std::env::var(POSTGRES_VARIABLE) else {
        eprintln!("SKIPPED on PostgreSQL: {POSTGRES_VARIABLE} is not set");
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let schema = format!("ferry_{}", uuid::Uuid::new_v4().simple());
    sqlx::any::install_default_drivers();
    let admin = sqlx::AnyPool::connect(&url).await.expect("the PostgreSQL server that was named");
    sqlx::query(sqlx::AssertSqlSafe(format!("CREATE SCHEMA {schema}"))).execute(&admin).await.expect("a schema");
    let separator = if url.contains('?') { '&' } else { '?' };
    let url = format!("{url}{separator}options=-csearch_path%3D{schema}");
    let location = StoreLocation::on_postgres(folder.path(), &url).expect("a PostgreSQL address");
    let store = Store::open(&location).await.expect("a record in a fresh schema");
    test(store.clone()).await;
    store.close().await;
    sqlx::query(sqlx::AssertSqlSafe(format!("DROP SCHEMA {schema} CASCADE"))).execute(&admin).await.expect("its end");
    admin.close().await;
}
