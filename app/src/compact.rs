//! The compact form (`ferry_model::compact`) as the encoding of server functions.

use ferry_model::compact::{self, CompactError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use server_fn::codec::Post;
use server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType};

/// What every server function answers in: `#[server(endpoint = "..", output = Compact)]`.
pub type Compact = Post<CompactEncoding>;

/// Writes and reads the compact form.
pub struct CompactEncoding;

impl ContentType for CompactEncoding {
    const CONTENT_TYPE: &'static str = "text/plain; charset=utf-8";
}

impl FormatType for CompactEncoding {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for CompactEncoding {
    type Error = CompactError;

    fn encode(value: &T) -> Result<Bytes, CompactError> {
        compact::to_string(value).map(Bytes::from)
    }
}

impl<T: DeserializeOwned> Decodes<T> for CompactEncoding {
    type Error = CompactError;

    fn decode(bytes: Bytes) -> Result<T, CompactError> {
        compact::from_str(&String::from_utf8_lossy(&bytes))
    }
}
