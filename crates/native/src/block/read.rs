use tokio::io::AsyncRead;

use super::measure::{Advance, Measure};
use super::{Block, BlockInfo, Column};
use crate::error::Error;
use crate::limits::check;
use crate::wire::source::{Layer, Source};

pub(super) const DURING: &str = "reading a block";

/// Reads one block, from the stream or from compression frames in it.
pub(crate) async fn read_block<R: AsyncRead + Unpin>(source: &mut Source<R>, layer: Layer) -> Result<Block, Error> {
    let limits = *source.limits();
    let (info, n_columns, n_rows) = read_head(source, layer).await?;

    let mut columns = Vec::new();
    let mut bytes_left = limits.max_block_bytes;
    for place in 0..n_columns as usize {
        let name = source.string(layer, "reading a column's name").await?;
        let data_type = source.data_type(layer, place, &name).await?;
        let mut measure = Measure::new(&name, &data_type, n_rows, &limits).bounded(bytes_left);
        while let Advance::Missing(n_bytes) = measure.advance(source.buffer(layer))? {
            source.fill(layer, n_bytes, DURING).await?;
        }
        let length = measure.position;
        let data = source.take(layer, length);
        bytes_left = bytes_left.saturating_sub(length as u64);
        columns.push(Column { name, data_type, n_rows: n_rows as usize, data });
    }
    require_end(source, layer)?;
    Ok(Block { info, columns, n_rows: n_rows as usize })
}

/// What a block says about itself, and how many columns and rows it has.
pub(super) async fn read_head<R: AsyncRead + Unpin>(
    source: &mut Source<R>,
    layer: Layer,
) -> Result<(BlockInfo, u64, u64), Error> {
    let info = read_info(source, layer).await?;
    let n_columns = source.varuint(layer, DURING).await?;
    let n_rows = source.varuint(layer, DURING).await?;
    let limits = source.limits();
    check("the number of columns of a block", limits.max_columns, n_columns)?;
    check("the number of rows of a block", limits.max_rows, n_rows)?;
    if n_columns == 0 && n_rows > 0 {
        return Err(Error::protocol(format!("a block of {n_rows} rows without columns")));
    }
    Ok((info, n_columns, n_rows))
}

/// The last frame of a block ends with the block.
pub(super) fn require_end<R: AsyncRead + Unpin>(source: &Source<R>, layer: Layer) -> Result<(), Error> {
    if layer == Layer::Framed && !source.buffer(layer).is_empty() {
        return Err(Error::protocol("a compression frame that goes on after its block"));
    }
    Ok(())
}

async fn read_info<R: AsyncRead + Unpin>(source: &mut Source<R>, layer: Layer) -> Result<BlockInfo, Error> {
    let mut info = BlockInfo::default();
    // Real servers send each field once at most.
    for _ in 0..16 {
        match source.varuint(layer, DURING).await? {
            0 => return Ok(info),
            1 => info.is_overflows = source.u8(layer, DURING).await? != 0,
            2 => info.bucket_num = source.i32(layer, DURING).await?,
            // The internal channel between two timeplusd (protocol.md A5): not kept.
            100..=102 => {
                source.u64(layer, DURING).await?;
            }
            field => {
                return Err(Error::protocol(format!("field {field} of a block's header is unknown")));
            }
        }
    }
    Err(Error::protocol("a block's header that does not end"))
}
