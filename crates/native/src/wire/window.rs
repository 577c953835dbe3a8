//! What frames hold, for somebody who only looks at it: memory that is filled again and again.

/// Bytes that have arrived and were not passed over. Its memory is made ready once: making it ready for every frame would
/// cost a tenth of opening one.
#[derive(Default)]
pub(crate) struct Window {
    memory: Vec<u8>,
    start: usize,
    end: usize,
}

impl Window {
    /// What has arrived and was not passed over.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.memory[self.start..self.end]
    }

    /// Forgets what has arrived; the memory stays.
    pub(crate) fn clear(&mut self) {
        (self.start, self.end) = (0, 0);
    }

    /// Passes over the first bytes, which must have arrived.
    pub(crate) fn pass(&mut self, n_bytes: usize) {
        assert!(n_bytes <= self.end - self.start, "only what has arrived is passed over");
        self.start += n_bytes;
    }

    /// Lets somebody write so many bytes behind those that are there; they have arrived once that went well.
    pub(crate) fn fill<E>(&mut self, n_bytes: usize, write: impl FnOnce(&mut [u8]) -> Result<(), E>) -> Result<(), E> {
        self.memory.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        let end = self.end + n_bytes;
        if self.memory.len() < end {
            self.memory.resize(end, 0);
        }
        write(&mut self.memory[self.end..end])?;
        self.end = end;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(window: &mut Window, text: &[u8]) {
        let write = |space: &mut [u8]| {
            space.copy_from_slice(text);
            Ok::<(), ()>(())
        };
        window.fill(text.len(), write).unwrap();
    }

    #[test]
    fn what_is_not_passed_over_stays_before_what_comes() {
        let mut window = Window::default();
        filled(&mut window, b"abcdef");
        window.pass(4);
        assert_eq!(window.bytes(), b"ef");
        filled(&mut window, b"gh");
        assert_eq!(window.bytes(), b"efgh");
        window.pass(4);
        assert!(window.bytes().is_empty());
        filled(&mut window, b"i");
        assert_eq!(window.bytes(), b"i", "nothing of what was there before is seen again");
    }

    #[test]
    fn what_could_not_be_written_has_not_arrived() {
        let mut window = Window::default();
        filled(&mut window, b"ab");
        assert_eq!(window.fill(3, |_| Err("damaged")), Err("damaged"));
        assert_eq!(window.bytes(), b"ab");
    }
}
