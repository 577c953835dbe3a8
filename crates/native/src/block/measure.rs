//! Where a column ends: walks the bytes of a column by its type without decoding them,
//! as far as they have arrived.

use super::low_cardinality;
use crate::error::Error;
use crate::limits::Limits;
use crate::types::DataType;
use crate::wire::put::{Varuint, read_varuint};

/// What a call of [`Measure::advance`] came to.
pub(crate) enum Advance {
    /// The column ends at the position.
    Done,
    /// At least this many bytes are needed beyond those that are there.
    Missing(usize),
}

/// What is still to be walked; the last task is the current one.
pub(crate) struct Measure<'t> {
    column: &'t str,
    data_type: &'t DataType,
    tasks: Vec<Task<'t>>,
    /// Bytes from the start of the column that have been walked.
    pub(crate) position: usize,
    max_bytes: u64,
}

#[derive(Clone, Copy)]
enum Task<'t> {
    /// That many bytes of any content.
    Skip(u64),
    /// That many strings.
    Strings(u64),
    /// The prefix of a low-cardinality column.
    Version,
    /// That many 64-bit offsets, the last of them `last`, then the elements.
    Offsets { n_left: u64, last: u64, elements: Elements<'t> },
    /// The flags and keys of a low-cardinality column of `n_rows`.
    Dictionary { n_rows: u64, keys: &'t DataType },
    /// The count of indexes, then the indexes, each of `width` bytes.
    Indexes { n_rows: u64, width: u64 },
    /// Values of a type.
    Values { n_rows: u64, data_type: &'t DataType },
}

/// What the offsets of an array-like column count.
#[derive(Clone, Copy)]
enum Elements<'t> {
    Array(&'t DataType),
    Map(&'t DataType, &'t DataType),
    Nested(&'t [crate::types::Element]),
}

/// Checks that `data` is exactly `n_rows` values.
pub(crate) fn check_column(column: &str, data_type: &DataType, n_rows: usize, data: &[u8]) -> Result<(), Error> {
    let mut measure = Measure::new(column, data_type, n_rows as u64, &Limits::default());
    measure.max_bytes = data.len() as u64;
    let advance = measure.advance(data)?;
    match advance {
        Advance::Done if measure.position == data.len() => Ok(()),
        Advance::Done => Err(measure.fault("its data is longer than its rows")),
        Advance::Missing(_) => Err(measure.fault("its data is shorter than its rows")),
    }
}

impl<'t> Measure<'t> {
    pub(crate) fn new(column: &'t str, data_type: &'t DataType, n_rows: u64, limits: &Limits) -> Self {
        let mut measure = Self { column, data_type, tasks: Vec::new(), position: 0, max_bytes: limits.max_block_bytes };
        if n_rows > 0 {
            // Prefixes of the whole tree come before its data.
            measure.tasks.push(Task::Values { n_rows, data_type });
            for _ in 0..low_cardinality::count_prefixes(data_type) {
                measure.tasks.push(Task::Version);
            }
        }
        measure
    }

    /// Bounds the column by what is left of its block.
    pub(crate) fn bounded(mut self, max_bytes: u64) -> Self {
        self.max_bytes = max_bytes;
        self
    }

    /// Forgets the bytes that were walked, which the caller passes over: what follows is the start of the data of
    /// the next call. Gives how many they are.
    pub(crate) fn release(&mut self) -> usize {
        self.max_bytes = self.max_bytes.saturating_sub(self.position as u64);
        std::mem::take(&mut self.position)
    }

    /// Walks on over `data`, which starts at the start of the column.
    pub(crate) fn advance(&mut self, data: &[u8]) -> Result<Advance, Error> {
        while let Some(task) = self.tasks.pop() {
            let missing = match task {
                Task::Skip(n_bytes) => self.skip(n_bytes, data)?,
                Task::Strings(n_strings) => self.strings(n_strings, data)?,
                Task::Version => match self.word(data) {
                    Some(low_cardinality::VERSION) => None,
                    Some(version) => {
                        return Err(self.fault(format!("low-cardinality version {version} is unknown")));
                    }
                    None => Some((task, 8)),
                },
                Task::Offsets { n_left, last, elements } => self.offsets(n_left, last, elements, data)?,
                Task::Dictionary { n_rows, keys } => self.dictionary(n_rows, keys, data)?,
                Task::Indexes { n_rows, width } => match self.word(data) {
                    Some(count) if count == n_rows => self.push_skip(count, width)?,
                    Some(count) => {
                        return Err(self.fault(format!("{count} indexes for {n_rows} values")));
                    }
                    None => Some((task, 8)),
                },
                Task::Values { n_rows, data_type } => {
                    self.values(n_rows, data_type)?;
                    None
                }
            };
            if let Some((task, n_bytes)) = missing {
                self.tasks.push(task);
                self.check_bound(self.position as u64 + n_bytes)?;
                let there = (data.len() - self.position) as u64;
                return Ok(Advance::Missing((n_bytes - there) as usize));
            }
        }
        Ok(Advance::Done)
    }

    /// Replaces a type by what its values consist of.
    fn values(&mut self, n_rows: u64, data_type: &'t DataType) -> Result<(), Error> {
        let data_type = data_type.storage();
        if let Some(width) = data_type.fixed_width() {
            self.push_skip(n_rows, width as u64)?;
            return Ok(());
        }
        match data_type {
            DataType::String => self.tasks.push(Task::Strings(n_rows)),
            DataType::Nullable(inner) => {
                self.tasks.push(Task::Values { n_rows, data_type: inner });
                self.push_skip(n_rows, 1)?;
            }
            DataType::Array(inner) => self.push_offsets(n_rows, Elements::Array(inner)),
            DataType::Map(key, value) => self.push_offsets(n_rows, Elements::Map(key, value)),
            DataType::Nested(elements) => self.push_offsets(n_rows, Elements::Nested(elements)),
            DataType::Tuple(elements) => self.push_elements(n_rows, elements),
            DataType::LowCardinality(inner) => {
                // Nothing is written for a low-cardinality column without values.
                if n_rows > 0 {
                    self.tasks.push(Task::Dictionary { n_rows, keys: low_cardinality::keys_type(inner) });
                }
            }
            _ => {
                return Err(self.fault("its layout is unknown"));
            }
        }
        Ok(())
    }

    fn push_elements(&mut self, n_rows: u64, elements: &'t [crate::types::Element]) {
        for element in elements.iter().rev() {
            self.tasks.push(Task::Values { n_rows, data_type: &element.data_type });
        }
    }

    fn push_offsets(&mut self, n_rows: u64, elements: Elements<'t>) {
        self.tasks.push(Task::Offsets { n_left: n_rows, last: 0, elements });
    }

    fn push_skip(&mut self, n_values: u64, width: u64) -> Result<Option<(Task<'t>, u64)>, Error> {
        let n_bytes = n_values.saturating_mul(width);
        self.check_bound((self.position as u64).saturating_add(n_bytes))?;
        self.tasks.push(Task::Skip(n_bytes));
        Ok(None)
    }

    fn skip(&mut self, n_bytes: u64, data: &[u8]) -> Result<Option<(Task<'t>, u64)>, Error> {
        let there = (data.len() - self.position) as u64;
        if there >= n_bytes {
            self.position += n_bytes as usize;
            return Ok(None);
        }
        // What is there is passed over, so that it is not walked twice.
        self.position = data.len();
        let left = n_bytes - there;
        Ok(Some((Task::Skip(left), left)))
    }

    fn strings(&mut self, n_strings: u64, data: &[u8]) -> Result<Option<(Task<'t>, u64)>, Error> {
        // Each string takes at least its length byte.
        self.check_bound((self.position as u64).saturating_add(n_strings))?;
        let mut position = self.position;
        for n_done in 0..n_strings {
            let rest = &data[position..];
            let (length, width) = match read_varuint(rest) {
                Varuint::Value { value, width } => (value, width),
                Varuint::TooLong => {
                    return Err(self.fault("a string's length has more than 64 bits"));
                }
                Varuint::Incomplete => {
                    self.position = position;
                    let needed = rest.len() as u64 + 1;
                    return Ok(Some((Task::Strings(n_strings - n_done), needed)));
                }
            };
            if length > (rest.len() - width) as u64 {
                self.position = position;
                let needed = length.saturating_add(width as u64);
                self.check_bound((position as u64).saturating_add(needed))?;
                return Ok(Some((Task::Strings(n_strings - n_done), needed)));
            }
            position += width + length as usize;
        }
        self.position = position;
        Ok(None)
    }

    fn offsets(
        &mut self,
        n_left: u64,
        mut last: u64,
        elements: Elements<'t>,
        data: &[u8],
    ) -> Result<Option<(Task<'t>, u64)>, Error> {
        self.check_bound((self.position as u64).saturating_add(n_left.saturating_mul(8)))?;
        let there = &data[self.position..];
        let n_there = (there.len() / 8).min(n_left as usize);
        for offset in there[..n_there * 8].chunks_exact(8) {
            let mut word = [0; 8];
            word.copy_from_slice(offset);
            let offset = u64::from_le_bytes(word);
            if offset < last {
                return Err(self.fault("an array ends before it starts"));
            }
            last = offset;
        }
        // Each element takes at least one byte.
        self.check_bound(last)?;
        self.position += n_there * 8;
        let n_left = n_left - n_there as u64;
        if n_left > 0 {
            let task = Task::Offsets { n_left, last, elements };
            return Ok(Some((task, n_left * 8)));
        }
        match elements {
            Elements::Array(inner) => self.tasks.push(Task::Values { n_rows: last, data_type: inner }),
            Elements::Map(key, value) => {
                for data_type in [value, key] {
                    self.tasks.push(Task::Values { n_rows: last, data_type });
                }
            }
            Elements::Nested(elements) => self.push_elements(last, elements),
        }
        Ok(None)
    }

    fn dictionary(&mut self, n_rows: u64, keys: &'t DataType, data: &[u8]) -> Result<Option<(Task<'t>, u64)>, Error> {
        let there = &data[self.position..];
        if there.len() < 16 {
            return Ok(Some((Task::Dictionary { n_rows, keys }, 16)));
        }
        let (Some(flags), Some(n_keys)) = (self.word(data), self.word(data)) else {
            return Err(self.fault("its dictionary is cut off"));
        };
        let width = low_cardinality::index_width(flags).map_err(|reason| self.fault(reason))?;
        self.check_bound(n_keys)?;
        self.tasks.push(Task::Indexes { n_rows, width });
        self.tasks.push(Task::Values { n_rows: n_keys, data_type: keys });
        Ok(None)
    }

    fn word(&mut self, data: &[u8]) -> Option<u64> {
        let bytes = data.get(self.position..self.position + 8)?;
        let mut word = [0; 8];
        word.copy_from_slice(bytes);
        self.position += 8;
        Some(u64::from_le_bytes(word))
    }

    fn check_bound(&self, n_bytes: u64) -> Result<(), Error> {
        crate::limits::check("the size of a block", self.max_bytes, n_bytes)
    }

    fn fault(&self, reason: impl Into<String>) -> Error {
        Error::values(self.column, self.data_type, reason)
    }
}
