//! Errors as a server reports them: a number, its name and a sentence.

use std::fmt;

use datafusion::error::DataFusionError;

use crate::storage::StorageError;

macro_rules! codes {
    ($($variant:ident = $number:literal $name:literal,)*) => {
        /// The numbers that clients know errors by.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each variant is the server's name of the number")]
        pub enum ErrorCode {
            $($variant,)*
        }

        impl ErrorCode {
            /// The number on the wire.
            pub fn number(self) -> i32 {
                match self {
                    $(Self::$variant => $number,)*
                }
            }

            /// The name on the wire.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

codes! {
    UnsupportedMethod = 1 "UNSUPPORTED_METHOD",
    CannotParseText = 6 "CANNOT_PARSE_TEXT",
    DuplicateColumn = 15 "DUPLICATE_COLUMN",
    NoSuchColumn = 16 "NO_SUCH_COLUMN_IN_STREAM",
    NumberOfColumns = 20 "NUMBER_OF_COLUMNS_DOESNT_MATCH",
    BadArguments = 36 "BAD_ARGUMENTS",
    CannotParseDatetime = 41 "CANNOT_PARSE_DATETIME",
    NumberOfArguments = 42 "NUMBER_OF_ARGUMENTS_DOESNT_MATCH",
    IllegalType = 43 "ILLEGAL_TYPE_OF_ARGUMENT",
    UnknownFunction = 46 "UNKNOWN_FUNCTION",
    UnknownIdentifier = 47 "UNKNOWN_IDENTIFIER",
    NotImplemented = 48 "NOT_IMPLEMENTED",
    LogicalError = 49 "LOGICAL_ERROR",
    UnknownType = 50 "UNKNOWN_TYPE",
    TypeMismatch = 53 "TYPE_MISMATCH",
    UnknownStream = 60 "UNKNOWN_STREAM",
    SyntaxError = 62 "SYNTAX_ERROR",
    ArgumentOutOfBound = 69 "ARGUMENT_OUT_OF_BOUND",
    CannotConvertType = 70 "CANNOT_CONVERT_TYPE",
    UnknownDatabase = 81 "UNKNOWN_DATABASE",
    IllegalDivision = 153 "ILLEGAL_DIVISION",
    IllegalAggregation = 184 "ILLEGAL_AGGREGATION",
    AmbiguousIdentifier = 207 "AMBIGUOUS_IDENTIFIER",
    NotAnAggregate = 215 "NOT_AN_AGGREGATE",
    CannotInsertNull = 349 "CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN",
    NoCommonType = 386 "NO_COMMON_TYPE",
    QueryWasCancelled = 394 "QUERY_WAS_CANCELLED",
    // The number of Proton's own code is not published; 2004 is assumed here and only here.
    TooLargeRecord = 2004 "TOO_LARGE_RECORD",
    ExternalError = 1002 "UNKNOWN_EXCEPTION",
}

/// Why a statement failed, as the wire carries it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlError {
    /// The number on the wire.
    pub code: i32,
    /// The name on the wire.
    pub name: String,
    /// What failed and on what.
    pub message: String,
}

impl SqlError {
    /// An error of this code.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code: code.number(), name: code.name().to_owned(), message: message.into() }
    }

    /// What the sandbox understands and does not do.
    pub fn not_implemented(what: impl fmt::Display) -> Self {
        Self::new(ErrorCode::NotImplemented, format!("the sandbox does not support {what}"))
    }

    /// Whether it is of this code.
    pub fn is(&self, code: ErrorCode) -> bool {
        self.code == code.number()
    }
}

impl fmt::Display for SqlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Code: {}. {} ({})", self.code, self.message, self.name)
    }
}

impl std::error::Error for SqlError {}

impl From<DataFusionError> for SqlError {
    fn from(error: DataFusionError) -> Self {
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
        while let Some(error) = cause {
            if let Some(ours) = error.downcast_ref::<SqlError>() {
                return ours.clone();
            }
            if let Some(DataFusionError::External(inner)) = error.downcast_ref::<DataFusionError>()
                && let Some(ours) = inner.downcast_ref::<SqlError>()
            {
                return ours.clone();
            }
            if let Some(arrow::error::ArrowError::ExternalError(inner)) =
                error.downcast_ref::<arrow::error::ArrowError>()
                && let Some(ours) = inner.downcast_ref::<SqlError>()
            {
                return ours.clone();
            }
            cause = error.source();
        }
        match error.find_root() {
            DataFusionError::ArrowError(error, _) => Self::from_arrow(error),
            DataFusionError::NotImplemented(what) => Self::not_implemented(what),
            other => Self::new(ErrorCode::LogicalError, other.strip_backtrace()),
        }
    }
}

impl SqlError {
    fn from_arrow(error: &arrow::error::ArrowError) -> Self {
        match error {
            arrow::error::ArrowError::DivideByZero => Self::new(ErrorCode::IllegalDivision, "division by zero"),
            other => Self::new(ErrorCode::LogicalError, other.to_string()),
        }
    }
}

impl From<arrow::error::ArrowError> for SqlError {
    fn from(error: arrow::error::ArrowError) -> Self {
        Self::from(DataFusionError::from(error))
    }
}

impl From<StorageError> for SqlError {
    fn from(error: StorageError) -> Self {
        let code = match &error {
            StorageError::TooLargeRecord { .. } => ErrorCode::TooLargeRecord,
            StorageError::Schema(_) => ErrorCode::TypeMismatch,
            _ => ErrorCode::ExternalError,
        };
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        let message = match cause {
            Some(cause) => format!("{error}: {cause}"),
            None => error.to_string(),
        };
        Self::new(code, message)
    }
}

impl From<SqlError> for DataFusionError {
    fn from(error: SqlError) -> Self {
        Self::External(Box::new(error))
    }
}

impl From<ferry_native::TypeError> for SqlError {
    fn from(error: ferry_native::TypeError) -> Self {
        Self::new(ErrorCode::UnknownType, error.to_string())
    }
}
