//! Fresh schemas on the PostgreSQL server that tests may fill, if one was named. `cargo xtask test` starts one.

/// Where tests find the server.
const VARIABLE: &str = "FERRY_TEST_POSTGRES_URL";

/// A schema of a test's own.
pub struct Schema {
    server: String,
    name: String,
}

impl Schema {
    /// Makes a schema; `None`, and a loud word, where no server was named.
    pub async fn new() -> Option<Self> {
        let Ok(server) = std::env::var(VARIABLE) else {
            eprintln!("SKIPPED on PostgreSQL: {VARIABLE} is not set");
            return None;
        };
        let schema = Self { server, name: format!("ferry_{}", uuid::Uuid::new_v4().simple()) };
        schema.execute(format!("CREATE SCHEMA {}", schema.name)).await;
        Some(schema)
    }

    /// The address of a record that sees this schema alone.
    pub fn url(&self) -> String {
        let separator = if self.server.contains('?') { '&' } else { '?' };
        format!("{}{separator}options=-csearch_path%3D{}", self.server, self.name)
    }

    /// Removes the schema with everything in it.
    pub async fn remove(self) {
        self.execute(format!("DROP SCHEMA {} CASCADE", self.name)).await;
    }

    async fn execute(&self, sql: String) {
        sqlx::any::install_default_drivers();
        let server = sqlx::AnyPool::connect(&self.server).await.expect("the PostgreSQL server that was named");
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&server).await.expect("the server carries it out");
        server.close().await;
    }
}
