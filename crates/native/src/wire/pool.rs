//! Memory for encoded columns and blocks that is used again once they have been sent: the
//! system's allocator gives pieces of this size back, and fetching them anew for every
//! block costs more than filling them.

use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

/// Smaller contents are copied into memory of their own size.
const LEAST_LENT_BYTES: usize = 64 << 10;
/// The most that is kept while nobody uses it.
const MAX_KEPT_BYTES: usize = 32 << 20;

/// Buffers that wait to be used again.
static KEPT: Mutex<Vec<Vec<u8>>> = Mutex::new(Vec::new());

/// An empty buffer, with the memory of an earlier one if there is any.
pub(crate) fn take() -> Vec<u8> {
    kept().pop().unwrap_or_default()
}

/// The content as bytes that can be shared. Its memory comes back when they are dropped,
/// or at once where it is much larger than the content.
pub(crate) fn share(content: Vec<u8>) -> Bytes {
    let is_lent = content.len() >= LEAST_LENT_BYTES && content.len() >= content.capacity() / 2;
    let lent = Lent(content);
    if is_lent { Bytes::from_owner(lent) } else { Bytes::copy_from_slice(&lent.0) }
}

/// A buffer that comes back when it is dropped.
struct Lent(Vec<u8>);

impl AsRef<[u8]> for Lent {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let mut buffer = std::mem::take(&mut self.0);
        buffer.clear();
        let mut kept = kept();
        let n_bytes: usize = kept.iter().map(Vec::capacity).sum();
        if n_bytes + buffer.capacity() <= MAX_KEPT_BYTES {
            kept.push(buffer);
        }
    }
}

fn kept() -> MutexGuard<'static, Vec<Vec<u8>>> {
    KEPT.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_content_does_not_change_when_buffers_are_used_again() {
        let contents = [7, LEAST_LENT_BYTES, 3 * LEAST_LENT_BYTES];
        let shared: Vec<Bytes> = (0_u8..9)
            .map(|round| {
                let mut buffer = take();
                assert!(buffer.is_empty());
                buffer.resize(contents[usize::from(round) % 3], round);
                share(buffer)
            })
            .collect();
        for (round, bytes) in (0_u8..).zip(&shared) {
            assert_eq!(bytes.len(), contents[usize::from(round) % 3]);
            assert!(bytes.iter().all(|byte| *byte == round));
        }
    }

    #[test]
    fn no_more_is_kept_than_the_bound() {
        drop(share(vec![1; MAX_KEPT_BYTES + 1]));
        assert!(kept().iter().map(Vec::capacity).sum::<usize>() <= MAX_KEPT_BYTES);
    }
}
