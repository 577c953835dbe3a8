//! A server that keeps the rows that are inserted and gives them back, for trying other
//! clients against this crate: `put TYPE` with rows, then `get`.

#[path = "../tests/wire/stand_in.rs"]
mod stand_in;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    println!("{}", stand_in::start().await.address);
    // Until it is ended from outside.
    std::future::pending().await
}
