//! `ferry verify`: compare the rows of both sides again.

use ferry_console::Wish;

use crate::cli::VerifyArgs;
use crate::exit::{Exit, Failure};

pub(super) async fn run(args: VerifyArgs) -> Result<Exit, Failure> {
    super::wish::carry_out(&args.plan, &args.record, Wish::Verify).await
}
