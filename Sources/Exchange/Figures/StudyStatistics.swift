import Transcript

/// The talk statistics of a whole study: a row for each speaker of each recording, and a summary by role.
public struct StudyStatistics: Codable, Sendable, Hashable {
    /// One measure over all speakers of a role, each recording's speaker counted once.
    public struct RoleSummary: Codable, Sendable, Hashable {
        /// Nil for speakers whose role nobody has given.
        public var role: Role?
        /// The measure's column in the files.
        public var measure: String
        /// Over the speakers that have a value; `total` is their plain sum.
        public var values: Distribution
    }

    public var recordings: [TalkStatistics]

    /// - Parameter transcripts: in the order wanted.
    public init(_ transcripts: [Transcript]) { recordings = transcripts.map(TalkStatistics.init) }

    /// Role by role, in the order interviewer, participant, moderator, other, none; measure by measure in the files' order.
    public var roles: [RoleSummary] {
        let speakers = recordings.flatMap(\.speakers)
        return (Role.allCases.map(Optional.some) + [nil]).flatMap { role -> [RoleSummary] in
            let own = speakers.filter { $0.role == role }
            if own.isEmpty { return [] }
            return StatisticsMeasure.all.map { measure in
                RoleSummary(role: role, measure: measure.key, values: Distribution(own.compactMap(measure.value)))
            }
        }
    }
}
