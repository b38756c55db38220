//! Known-bad variants of the protocol, each of which the judge must catch.

/// One thing done wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// After a lost answer the write is sent again without looking.
    BlindRetry,
    /// After a lost answer the target counts as written.
    TrustsUnclearAnswers,
    /// After a lost answer the target counts as changed by somebody else.
    LostAnswerIsConflict,
    /// An old price found right after a write counts as proof that it never arrived.
    NoWaitForLateWrites,
    /// Nobody asks for the lease before a write leaves.
    NoFenceBeforeWriting,
    /// Nobody asks for the lease before results are stored.
    NoFenceBeforeSettling,
    /// State and audit are one commit, the event is another.
    EventOutsideTheTransaction,
    /// The audit record is written after the commit of the state.
    AuditOutsideTheTransaction,
    /// Nothing is stored before a write leaves.
    NoIntent,
    /// When an answer is lost it is forgotten that a write had left.
    ForgetsLostWrites,
    /// How old a write is counts when the answer of the reading is there, not when the shop was asked.
    DecidesByTheTimeOfTheAnswer,
    /// What was read before a pause is used after it.
    StaleReading,
    /// The live price is not compared with the planned one.
    NoCompare,
    /// The way back does not compare.
    RollBackWithoutCompare,
    /// Targets are settled before they are written.
    SettlesBeforeWriting,
    /// The run ends although a target is open.
    EndsTooEarly,
    /// An operation whose start went unanswered is started again without asking what became of it.
    ResubmitsOperations,
    /// What left in an operation is read while that is still under way.
    ReadsDuringOperations,
    /// A line that the result lacks counts as written.
    MissingLineIsWritten,
    /// A line that the result lacks counts as one that never left.
    MissingLineNeverLeft,
}

impl Flaw {
    /// All of them.
    pub const ALL: [Self; 20] = [
        Self::BlindRetry,
        Self::TrustsUnclearAnswers,
        Self::LostAnswerIsConflict,
        Self::NoWaitForLateWrites,
        Self::NoFenceBeforeWriting,
        Self::NoFenceBeforeSettling,
        Self::EventOutsideTheTransaction,
        Self::AuditOutsideTheTransaction,
        Self::NoIntent,
        Self::ForgetsLostWrites,
        Self::DecidesByTheTimeOfTheAnswer,
        Self::StaleReading,
        Self::NoCompare,
        Self::RollBackWithoutCompare,
        Self::SettlesBeforeWriting,
        Self::EndsTooEarly,
        Self::ResubmitsOperations,
        Self::ReadsDuringOperations,
        Self::MissingLineIsWritten,
        Self::MissingLineNeverLeft,
    ];

    /// Whether it is one of writing in operations.
    #[must_use]
    pub fn is_of_operations(self) -> bool {
        matches!(
            self,
            Self::ResubmitsOperations
                | Self::ReadsDuringOperations
                | Self::MissingLineIsWritten
                | Self::MissingLineNeverLeft
        )
    }
}
