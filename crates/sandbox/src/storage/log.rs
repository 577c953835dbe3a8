//! The files of a stream: what was acknowledged survives a kill.
//!
//! A stream's folder holds `data-N` (a full copy of the rows at one moment) and `log-N` (what
//! came after it). Both are sequences of records: length, checksum, shard, payload in the Arrow
//! IPC format. A record that is torn or fails its checksum ends the log: it was never
//! acknowledged. A new `data-N` is written aside and renamed, so one of the two always counts.

use std::fs::{self, File, OpenOptions};
use std::io::{BufReader, BufWriter, Cursor, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;

use super::StorageError;

/// Records longer than this are treated as damage.
const MAX_RECORD_BYTES: u64 = 1 << 31;

/// Rows of one record and the shard that they belong to.
pub type Record = (u32, RecordBatch);

/// The open files of one stream.
#[derive(Debug)]
pub struct Log {
    folder: PathBuf,
    generation: u64,
    file: File,
    size_bytes: u64,
}

/// What was found when a folder was opened.
#[derive(Debug, Default)]
pub struct Recovered {
    /// Rows of the last full copy; they were visible.
    pub visible: Vec<Record>,
    /// Rows that came after it, one entry for each write.
    pub later: Vec<Record>,
}

impl Log {
    /// Opens or creates a stream's folder and reads what it holds.
    pub fn open(folder: &Path) -> Result<(Self, Recovered), StorageError> {
        fs::create_dir_all(folder).map_err(StorageError::io("create", folder))?;
        let generation = newest_generation(folder)?;
        let mut recovered = Recovered::default();
        let data = folder.join(format!("data-{generation}"));
        if data.exists() {
            read_records(&data, &mut recovered.visible)?;
        }
        let path = folder.join(format!("log-{generation}"));
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .map_err(StorageError::io("open", &path))?;
        let size_bytes = read_records(&path, &mut recovered.later)?;
        file.set_len(size_bytes)
            .and_then(|()| file.seek(SeekFrom::End(0)).map(drop))
            .map_err(StorageError::io("cut", &path))?;
        sync_folder(folder)?;
        let log = Self { folder: folder.to_owned(), generation, file, size_bytes };
        Ok((log, recovered))
    }

    /// Bytes written since the last full copy.
    pub fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// Writes rows so that they survive a kill; the rows of a shard become one record.
    pub fn write(&mut self, rows: &[Record]) -> Result<(), StorageError> {
        if rows.is_empty() {
            return Ok(());
        }
        let mut bytes = Vec::new();
        let mut shards: Vec<u32> = rows.iter().map(|(shard, _)| *shard).collect();
        shards.sort_unstable();
        shards.dedup();
        for shard in shards {
            let batches: Vec<&RecordBatch> =
                rows.iter().filter(|(owner, _)| *owner == shard).map(|(_, batch)| batch).collect();
            let joined = concat_batches(batches[0].schema_ref(), batches)?;
            encode(shard, &joined, &mut bytes)?;
        }
        let written = self.file.write_all(&bytes).and_then(|()| self.file.sync_data());
        if written.is_err() {
            // A full disk takes a part of a record, and what follows it would never be read again.
            let cut = self.file.set_len(self.size_bytes).and_then(|()| self.file.seek(SeekFrom::End(0)));
            cut.map_err(StorageError::io("cut", &self.folder))?;
        }
        written.map_err(StorageError::io("write", &self.folder))?;
        self.size_bytes += bytes.len() as u64;
        Ok(())
    }

    /// Replaces everything by a full copy of the rows and an empty log.
    pub fn replace(&mut self, visible: &[Record], waiting: &[Record]) -> Result<(), StorageError> {
        let next = self.generation + 1;
        let aside = self.folder.join(format!("data-{next}.tmp"));
        let data = self.folder.join(format!("data-{next}"));
        let log = self.folder.join(format!("log-{next}"));
        let file = File::create(&aside).map_err(StorageError::io("create", &aside))?;
        let mut writer = BufWriter::new(file);
        let mut bytes = Vec::new();
        for (shard, batch) in visible {
            bytes.clear();
            encode(*shard, batch, &mut bytes)?;
            writer.write_all(&bytes).map_err(StorageError::io("write", &aside))?;
        }
        writer
            .into_inner()
            .map_err(|error| error.into_error())
            .and_then(|file| file.sync_all())
            .map_err(StorageError::io("write", &aside))?;
        let mut file = File::create(&log).map_err(StorageError::io("create", &log))?;
        bytes.clear();
        for (shard, batch) in waiting {
            encode(*shard, batch, &mut bytes)?;
        }
        file.write_all(&bytes).and_then(|()| file.sync_all()).map_err(StorageError::io("write", &log))?;
        fs::rename(&aside, &data).map_err(StorageError::io("rename", &aside))?;
        sync_folder(&self.folder)?;
        let old = self.generation;
        self.generation = next;
        self.file = file;
        self.size_bytes = bytes.len() as u64;
        // The new copy counts from the rename on; an old file that stays is only litter.
        for name in [format!("data-{old}"), format!("log-{old}")] {
            let _ = fs::remove_file(self.folder.join(name));
        }
        Ok(())
    }
}

fn encode(shard: u32, batch: &RecordBatch, bytes: &mut Vec<u8>) -> Result<(), StorageError> {
    let start = bytes.len();
    bytes.extend_from_slice(&[0; 16]);
    bytes.extend_from_slice(&shard.to_le_bytes());
    let mut writer = StreamWriter::try_new(&mut *bytes, batch.schema_ref())?;
    writer.write(batch)?;
    writer.finish()?;
    drop(writer);
    let payload = &bytes[start + 16..];
    let length = (payload.len() as u64).to_le_bytes();
    let checksum = checksum(payload).to_le_bytes();
    bytes[start..start + 8].copy_from_slice(&length);
    bytes[start + 8..start + 16].copy_from_slice(&checksum);
    Ok(())
}

/// Reads records up to the first torn one; returns how many bytes are sound.
fn read_records(path: &Path, records: &mut Vec<Record>) -> Result<u64, StorageError> {
    let file = File::open(path).map_err(StorageError::io("open", path))?;
    let mut reader = BufReader::new(file);
    let mut sound_bytes = 0;
    let mut head = [0; 16];
    while reader.read_exact(&mut head).is_ok() {
        let length = u64::from_le_bytes(word(&head[..8]));
        let expected = u64::from_le_bytes(word(&head[8..]));
        if !(4..=MAX_RECORD_BYTES).contains(&length) {
            break;
        }
        let mut payload = Vec::new();
        let read = (&mut reader).take(length).read_to_end(&mut payload);
        if read.is_err() || payload.len() as u64 != length || checksum(&payload) != expected {
            break;
        }
        let shard = u32::from_le_bytes([payload[0], payload[1], payload[2], payload[3]]);
        for batch in StreamReader::try_new(Cursor::new(&payload[4..]), None)? {
            records.push((shard, batch?));
        }
        sound_bytes += 16 + length;
    }
    Ok(sound_bytes)
}

fn newest_generation(folder: &Path) -> Result<u64, StorageError> {
    let mut newest = 0;
    for entry in fs::read_dir(folder).map_err(StorageError::io("list", folder))? {
        let entry = entry.map_err(StorageError::io("list", folder))?;
        let name = entry.file_name();
        let number =
            name.to_str().and_then(|name| name.strip_prefix("data-")).and_then(|number| number.parse::<u64>().ok());
        newest = newest.max(number.unwrap_or(0));
    }
    Ok(newest)
}

fn sync_folder(folder: &Path) -> Result<(), StorageError> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(StorageError::io("sync", folder))
}

fn word(bytes: &[u8]) -> [u8; 8] {
    let mut word = [0; 8];
    word.copy_from_slice(bytes);
    word
}

/// FNV-1a over eight bytes at a time: enough to notice a torn or damaged record.
fn checksum(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ bytes.len() as u64;
    let mut words = bytes.chunks_exact(8);
    for chunk in &mut words {
        hash = (hash ^ u64::from_le_bytes(word(chunk))).wrapping_mul(0x0100_0000_01b3);
        hash ^= hash >> 29;
    }
    for byte in words.remainder() {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash
}
