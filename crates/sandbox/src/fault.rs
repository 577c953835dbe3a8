//! The error that a deployment answers with: a code, its name and a message.

use std::fmt;

/// An exception as timeplusd reports it over every protocol (protocol.md A6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The number that clients match on.
    pub code: FaultCode,
    /// What failed, on what, and why.
    pub message: String,
}

/// The codes that the sandbox raises. Numbers are those of the engine that
/// Timeplus descends from; names follow Timeplus ("stream", not "table").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaultCode {
    /// A value could not be read as the wanted type.
    CannotParse,
    /// A column that the stream does not have.
    NoSuchColumn,
    /// A statement or argument is wrong in its meaning.
    BadArguments,
    /// A name in an expression that nothing provides.
    UnknownIdentifier,
    /// A function that the sandbox does not have.
    UnknownFunction,
    /// Something that a real server may do and the sandbox does not.
    NotImplemented,
    /// A type that the sandbox does not know.
    UnknownType,
    /// A stream, view or other relation of this name exists.
    StreamAlreadyExists,
    /// The named stream, view or other relation does not exist.
    UnknownStream,
    /// The text is not a statement.
    SyntaxError,
    /// The named database does not exist.
    UnknownDatabase,
    /// A database of this name exists.
    DatabaseAlreadyExists,
    /// A packet that is not legal at this place.
    UnknownPacket,
    /// A setting that nothing knows.
    UnknownSetting,
    /// A query ran longer than it was allowed to.
    TimeoutExceeded,
    /// A query of the same id is running.
    QueryIdInUse,
    /// The name of a host is not known.
    DnsError,
    /// The network to another deployment failed.
    NetworkError,
    /// Something that holds data or dependants may not be dropped.
    HasDependants,
    /// The query was cancelled.
    QueryCancelled,
    /// Wrong user or password.
    AuthenticationFailed,
    /// The user may not do this.
    AccessDenied,
    /// A function of this name exists.
    FunctionAlreadyExists,
    /// A record is larger than the log takes.
    TooLargeRecord,
    /// Something else, with the number that was reported.
    Other(i32),
}

impl FaultCode {
    /// The number on the wire.
    pub fn number(self) -> i32 {
        match self {
            Self::CannotParse => 6,
            Self::NoSuchColumn => 16,
            Self::BadArguments => 36,
            Self::UnknownFunction => 46,
            Self::UnknownIdentifier => 47,
            Self::NotImplemented => 48,
            Self::UnknownType => 50,
            Self::StreamAlreadyExists => 57,
            Self::UnknownStream => 60,
            Self::SyntaxError => 62,
            Self::UnknownDatabase => 81,
            Self::DatabaseAlreadyExists => 82,
            Self::UnknownPacket => 99,
            Self::UnknownSetting => 115,
            Self::TimeoutExceeded => 159,
            Self::DnsError => 198,
            Self::NetworkError => 210,
            Self::QueryIdInUse => 216,
            Self::TooLargeRecord => 2027,
            Self::QueryCancelled => 394,
            Self::AccessDenied => 497,
            Self::AuthenticationFailed => 516,
            Self::FunctionAlreadyExists => 609,
            Self::HasDependants => 630,
            Self::Other(number) => number,
        }
    }

    /// The code for a number, as another part of the process reported it.
    pub fn from_number(number: i32) -> Self {
        const KNOWN: [FaultCode; 24] = [
            FaultCode::CannotParse,
            FaultCode::NoSuchColumn,
            FaultCode::BadArguments,
            FaultCode::UnknownFunction,
            FaultCode::UnknownIdentifier,
            FaultCode::NotImplemented,
            FaultCode::UnknownType,
            FaultCode::StreamAlreadyExists,
            FaultCode::UnknownStream,
            FaultCode::SyntaxError,
            FaultCode::UnknownDatabase,
            FaultCode::DatabaseAlreadyExists,
            FaultCode::UnknownPacket,
            FaultCode::UnknownSetting,
            FaultCode::TimeoutExceeded,
            FaultCode::DnsError,
            FaultCode::NetworkError,
            FaultCode::QueryIdInUse,
            FaultCode::TooLargeRecord,
            FaultCode::QueryCancelled,
            FaultCode::AccessDenied,
            FaultCode::AuthenticationFailed,
            FaultCode::FunctionAlreadyExists,
            FaultCode::HasDependants,
        ];
        KNOWN.into_iter().find(|code| code.number() == number).unwrap_or(Self::Other(number))
    }

    /// The code's name as timeplusd writes it behind a message.
    pub fn name(self) -> &'static str {
        match self {
            Self::CannotParse => "CANNOT_PARSE_TEXT",
            Self::NoSuchColumn => "NO_SUCH_COLUMN_IN_STREAM",
            Self::BadArguments => "BAD_ARGUMENTS",
            Self::UnknownFunction => "UNKNOWN_FUNCTION",
            Self::UnknownIdentifier => "UNKNOWN_IDENTIFIER",
            Self::NotImplemented => "NOT_IMPLEMENTED",
            Self::UnknownType => "UNKNOWN_TYPE",
            Self::StreamAlreadyExists => "STREAM_ALREADY_EXISTS",
            Self::UnknownStream => "UNKNOWN_STREAM",
            Self::SyntaxError => "SYNTAX_ERROR",
            Self::UnknownDatabase => "UNKNOWN_DATABASE",
            Self::DatabaseAlreadyExists => "DATABASE_ALREADY_EXISTS",
            Self::UnknownPacket => "UNKNOWN_PACKET_FROM_CLIENT",
            Self::UnknownSetting => "UNKNOWN_SETTING",
            Self::TimeoutExceeded => "TIMEOUT_EXCEEDED",
            Self::DnsError => "DNS_ERROR",
            Self::NetworkError => "NETWORK_ERROR",
            Self::QueryIdInUse => "QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING",
            Self::TooLargeRecord => "TOO_LARGE_RECORD",
            Self::QueryCancelled => "QUERY_WAS_CANCELLED",
            Self::AccessDenied => "ACCESS_DENIED",
            Self::AuthenticationFailed => "AUTHENTICATION_FAILED",
            Self::FunctionAlreadyExists => "FUNCTION_ALREADY_EXISTS",
            Self::HasDependants => "HAVE_DEPENDENT_OBJECTS",
            Self::Other(_) => "UNKNOWN_EXCEPTION",
        }
    }
}

impl Fault {
    /// A fault of `code` that says `message`.
    pub fn new(code: FaultCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// The sandbox's own refusal of something that a real server may do.
    pub fn refused(what: impl fmt::Display) -> Self {
        Self::new(FaultCode::NotImplemented, format!("The sandbox does not support {what}"))
    }

    /// `database.name` does not exist.
    pub fn unknown_stream(database: &str, name: &str) -> Self {
        Self::new(FaultCode::UnknownStream, format!("Stream {database}.{name} does not exist"))
    }

    /// The statement means nothing sensible.
    pub fn bad(message: impl Into<String>) -> Self {
        Self::new(FaultCode::BadArguments, message)
    }

    /// The message as timeplusd prints it, with the name of the code behind it.
    pub fn text(&self) -> String {
        format!("{}. ({})", self.message, self.code.name())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Code: {}. {}", self.code.number(), self.text())
    }
}

impl std::error::Error for Fault {}
